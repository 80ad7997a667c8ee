import type { GithubIssue, GithubRepository, GithubResult, IssueListQuery, RepositoryRef } from './github.model.ts';

/**
 * One page of a list. `next` is GitHub's own link, to be followed verbatim; null at the end. `lastPage` is the number in
 * rel="last" (1 when there is only one page), null where GitHub does not say. `url` is what was asked, `etag` what to ask it
 * with the next time: then `notModified` is true, `items` is empty, and the request was free of the primary limit.
 */
export interface GithubPage<T> {
  items: T[];
  next: string | null;
  lastPage: number | null;
  url: string;
  etag: string | null;
  notModified: boolean;
}

/** Which page: by GitHub's own link, and with an ETag when only a change matters. Work that nobody waits for is `backfill`. */
export interface PageAsk {
  next?: string | null;
  etag?: string | null;
  /** 1 to 100; 100 unless given. */
  perPage?: number;
  priority?: 'live' | 'backfill';
}

export interface GithubUser {
  id: number;
  login: string;
}

export interface GithubRepositoryFacts extends GithubRepository {
  nodeId: string;
  description: string | null;
  defaultBranch: string;
  hasPullRequests: boolean;
  canAdmin: boolean;
  pushedAt: Date | null;
}

export interface GithubLabel {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface GithubMilestone {
  id: number;
  number: number;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  url: string;
  dueOn: Date | null;
  closedAt: Date | null;
  updatedAt: Date;
}

/** `role` is role_name: admin, maintain, write, triage, read or a custom one. */
export interface GithubCollaborator extends GithubUser {
  role: string;
  email: string | null;
}

export interface GithubTeam {
  id: number;
  slug: string;
  name: string;
  permission: string;
}

/** A branch as REST lists it; its date costs another question. */
export interface GithubBranch {
  name: string;
  sha: string;
  protected: boolean;
}

/** `committedAt` is the committer date of the head commit. */
export interface GithubBranchHead extends GithubBranch {
  committedAt: Date | null;
}

/** How much there is of a repository, as GraphQL tells; REST has no count. */
export interface GithubExtent {
  /** Issues and pull requests. */
  items: number;
  /** The newest change of any of them; null when there are none. */
  newestAt: Date | null;
  /** Lists without anything in them, which need not be asked for. */
  empty: ('labels' | 'milestones')[];
}

export interface GithubComment {
  id: number;
  nodeId: string;
  issueNumber: number;
  author: GithubUser | null;
  body: string;
  url: string;
  createdAt: Date;
  updatedAt: Date;
}

/** A pull request as REST lists it. `id` is its own, not that of the issue with the same number. */
export interface GithubPullRequest {
  id: number;
  nodeId: string;
  number: number;
  url: string;
  title: string;
  body: string;
  state: 'open' | 'closed' | 'merged';
  draft: boolean;
  author: GithubUser | null;
  head: { ref: string; sha: string; repository: string | null };
  base: { ref: string; sha: string };
  requestedReviewers: string[];
  requestedTeams: string[];
  labels: { id: number | null; name: string; color: string }[];
  assignees: string[];
  milestone: number | null;
  /** Everybody named in it, so that a rename is noticed. */
  people: GithubUser[];
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  mergedAt: Date | null;
}

/** What lists do not tell of a pull request. `mergeable` is `unknown` while GitHub works it out: ask again later. */
export interface GithubPullDetails {
  nodeId: string;
  number: number;
  mergeable: 'mergeable' | 'conflicting' | 'unknown';
  mergeState: string | null;
  /** approved, changes_requested, review_required; null where none is required or it cannot be known. */
  reviewDecision: string | null;
  /** The latest of each person, in GitHub's words in lower case: approved, changes_requested, commented, dismissed. */
  reviews: { login: string; state: string }[];
}

export interface GithubHook {
  id: number;
  url: string;
  events: string[];
  active: boolean;
  lastCode: number | null;
  lastMessage: string | null;
}

export interface GithubDeliverySummary {
  id: number;
  guid: string;
  event: string;
  action: string | null;
  deliveredAt: Date;
  /** GitHub got a 2xx. */
  succeeded: boolean;
  /** What it was answered; 0 when nobody answered. */
  code: number;
  /** GitHub's word for it: OK, or why it failed. */
  status: string;
  repositoryId: number | null;
  /** Of a GitHub App's delivery: whose installation it is about. */
  installationId: number | null;
}

/** Where hooks live: one repository's, an organisation's, or a GitHub App's only one (no repository, no organisation). */
export type HookPlace = { repository: RepositoryRef } | { organization: string } | { app: true };

/** What the mirror reads. Part of `Github`; every list comes by pages, nothing is collected here. */
export interface GithubReads {
  repositoryFacts(
    r: RepositoryRef,
    etag?: string | null,
  ): Promise<GithubResult<{ repository: GithubRepositoryFacts | null; etag: string | null; notModified: boolean }>>;
  /** First page by `query`, or the page `ask.next`; pull requests are among them, marked. */
  issuePage(r: RepositoryRef, query: IssueListQuery, ask?: PageAsk): Promise<GithubResult<GithubPage<GithubIssue>>>;
  pullPage(
    r: RepositoryRef,
    query: { sort: 'created' | 'updated'; direction: 'asc' | 'desc' },
    ask?: PageAsk,
  ): Promise<GithubResult<GithubPage<GithubPullRequest>>>;
  pull(r: RepositoryRef, number: number): Promise<GithubResult<GithubPullRequest>>;
  /** Comments of all issues and pull requests of the repository. */
  commentPage(
    r: RepositoryRef,
    query: { sort: 'created' | 'updated'; direction: 'asc' | 'desc'; since?: Date },
    ask?: PageAsk,
  ): Promise<GithubResult<GithubPage<GithubComment>>>;
  /** Comments of one issue. */
  issueCommentPage(r: RepositoryRef, number: number, ask?: PageAsk): Promise<GithubResult<GithubPage<GithubComment>>>;
  /** One comment of an issue or pull request, by its id. */
  comment(r: RepositoryRef, id: number): Promise<GithubResult<GithubComment>>;
  labelPage(r: RepositoryRef, ask?: PageAsk): Promise<GithubResult<GithubPage<GithubLabel>>>;
  milestonePage(r: RepositoryRef, ask?: PageAsk): Promise<GithubResult<GithubPage<GithubMilestone>>>;
  collaboratorPage(r: RepositoryRef, ask?: PageAsk): Promise<GithubResult<GithubPage<GithubCollaborator>>>;
  teamPage(r: RepositoryRef, ask?: PageAsk): Promise<GithubResult<GithubPage<GithubTeam>>>;
  branchPage(r: RepositoryRef, ask?: PageAsk): Promise<GithubResult<GithubPage<GithubBranch>>>;
  /** One branch with its date: one request. `null` value: there is no such branch. */
  branch(r: RepositoryRef, name: string): Promise<GithubResult<GithubBranchHead | null>>;
  /**
   * All branch heads with dates: by GraphQL, one request per 100; where GraphQL is not to be had, one commit request for each
   * branch whose sha is not in `known` (sha -> date).
   */
  branchHeads(r: RepositoryRef, known: ReadonlyMap<string, Date>): Promise<GithubResult<GithubBranchHead[]>>;
  /**
   * The same for the first import, which nobody waits for, and with it how much there is: one question for both, and `told` hears of
   * that before the rest of the branches is here.
   */
  firstLook(
    r: RepositoryRef,
    known: ReadonlyMap<string, Date>,
    told?: (extent: GithubExtent) => void,
  ): Promise<GithubResult<{ heads: GithubBranchHead[]; extent: GithubExtent | null }>>;
  /**
   * Mergeability, reviews and decision of these pull requests: by GraphQL in parts that shrink when GitHub says too heavy,
   * else two REST requests each. A pull request that GitHub does not show is left out.
   */
  pullDetails(
    r: RepositoryRef,
    pulls: readonly { nodeId: string; number: number }[],
    priority?: PageAsk['priority'],
  ): Promise<GithubResult<GithubPullDetails[]>>;
  /** Repositories that the credential sees: all of its own, or of one owner (organisation or user). */
  repositoryPage(
    of: { owner: string } | 'mine',
    ask?: PageAsk,
  ): Promise<GithubResult<GithubPage<GithubRepositoryFacts>>>;
  hooks(place: HookPlace): Promise<GithubResult<GithubHook[]>>;
  createHook(
    place: HookPlace,
    hook: { url: string; events: string[]; secret: string },
  ): Promise<GithubResult<GithubHook>>;
  /** `secret` is sent whenever the address changes: GitHub drops it otherwise. */
  changeHook(
    place: HookPlace,
    id: number,
    change: { url?: string; events?: string[]; active?: boolean; secret?: string },
  ): Promise<GithubResult<GithubHook>>;
  deleteHook(place: HookPlace, id: number): Promise<GithubResult<true>>;
  pingHook(place: HookPlace, id: number): Promise<GithubResult<true>>;
  /** Newest first. `id` is null for an App's hook. */
  deliveryPage(
    place: HookPlace,
    id: number | null,
    ask?: PageAsk,
  ): Promise<GithubResult<GithubPage<GithubDeliverySummary>>>;
  /** One delivery with the headers and the payload (as JSON text) that GitHub sent. */
  delivery(
    place: HookPlace,
    hookId: number | null,
    id: number,
  ): Promise<GithubResult<{ headers: Record<string, string>; payload: string }>>;
}
