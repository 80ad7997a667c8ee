import type { Secret } from '../lib/secret.ts';
import type { GithubAppReads } from './github-app.model.ts';
import type { GithubPlaces } from './github-projects.model.ts';
import type { GithubComment, GithubLabel, GithubReads, GithubUser } from './github-reads.model.ts';

/** How to speak to one GitHub: github.com, GHE.com or an Enterprise Server. */
export interface GithubAccess {
  /** REST root without a trailing slash, as https://api.github.com or https://HOST/api/v3. */
  baseUrl: string;
  apiVersion: string;
  credential: GithubCredential;
  /** Which addresses may be called: any only where the operator set the address by environment. */
  addresses: 'public' | 'private' | 'any';
  /** Issues created per hour before Throughline itself waits; 140 unless set. */
  creationsPerHour?: number;
}

/**
 * The token of a person or a bot, or one installation of a GitHub App, which gets itself tokens of an hour. `key` names the
 * budget without revealing the secret.
 */
export type GithubCredential =
  | { kind: 'token'; key: string; token: Secret }
  | { kind: 'app'; key: string; appId: string; privateKey: Secret; installationId: number };

/**
 * What a call that did not succeed means (SPEC F4, facts/github.md 1.7, 2.4, 4). `outcome_unknown` only ever comes from a
 * write: it was sent and no trustworthy answer came, so it must be looked up and never repeated.
 */
export type GithubFailure =
  /** Of these only `backfill_budget` concerns backfill alone: whoever meets it waits, and the connection goes on. */
  (
    | { kind: 'rate_limited'; limit: 'primary' | 'secondary' | 'creation_budget' | 'backfill_budget'; retryAt: Date }
    | { kind: 'unauthorized' }
    | { kind: 'forbidden'; missingPermissions: string | null }
    /** `missingPermissions` where GitHub names what the call needs: it also says "not found" to those who lack it. */
    | { kind: 'not_found'; missingPermissions?: string }
    | { kind: 'gone' }
    | { kind: 'invalid'; errors: { resource?: string; field?: string; code?: string; message?: string }[] }
    /** `certificate`: somebody answered whose certificate is not trusted here. */
    | { kind: 'unreachable'; certificate?: true }
    | { kind: 'unavailable' }
    | { kind: 'moved'; location: string | null }
    | { kind: 'unexpected' }
    | { kind: 'outcome_unknown' }
  ) & {
    /** GitHub's own words, or ours when there was no answer. Never holds a token. */
    message: string;
    status: number | null;
    requestId: string | null;
    /** The credential is a GitHub App's: what must be mended is the App or its installation, no token. */
    app?: true;
  };

export type GithubFailureKind = GithubFailure['kind'];

/** What a call came to. `requests` counts what was really sent. */
export type GithubResult<T> =
  | { ok: true; value: T; status: number; requestId: string | null; requests: number }
  | { ok: false; failure: GithubFailure; requests: number };

export interface GithubIssue {
  id: number;
  nodeId: string;
  number: number;
  url: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  stateReason: string | null;
  author: { login: string; id: number } | null;
  labels: { id: number | null; name: string; color: string }[];
  assignees: string[];
  milestone: number | null;
  milestoneTitle: string | null;
  type: string | null;
  locked: boolean;
  /** Only what is not 0, as {"+1": 2}. */
  reactions: Record<string, number>;
  comments: number;
  isPullRequest: boolean;
  /** Everybody named in it, so that a rename is noticed. */
  people: GithubUser[];
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
}

export interface GithubRepository {
  id: number;
  fullName: string;
  url: string;
  visibility: 'public' | 'private' | 'internal';
  hasIssues: boolean;
  archived: boolean;
  canPush: boolean;
}

/** Who the credential is and what it may, from the headers of `GET /user`. */
export interface GithubViewer {
  login: string;
  id: number;
  tokenKind: 'classic' | 'fine_grained' | 'installation' | 'oauth' | 'unknown';
  scopes: string[] | null;
  expiresAt: Date | null;
  rateLimit: { limit: number; remaining: number; resetAt: Date } | null;
  /** GitHub's `Date` header: to notice a wrong clock here. */
  serverTime: Date | null;
}

export interface IssueDraft {
  title: string;
  body: string;
  labels: string[];
  assignees: string[];
  milestone: number | null;
  type: string | null;
}

export interface IssueChange {
  state?: 'open' | 'closed';
  stateReason?: 'completed' | 'not_planned' | 'duplicate' | 'reopened';
  duplicateIssueId?: number;
}

export interface IssueListQuery {
  state: 'open' | 'closed' | 'all';
  sort: 'created' | 'updated';
  direction: 'asc' | 'desc';
  since?: Date;
}

/** One budget of one credential, as last seen in GitHub's headers or counted here. */
export interface GithubBudget {
  resource: string;
  limit: number;
  remaining: number;
  resetAt: Date | null;
}

/**
 * The door to GitHub: nothing else in the house calls it. Reads are repeated a few times when GitHub stumbles; writes never.
 * `R` is a repository as owner/name or its numeric id (rename-proof).
 */
export interface Github extends GithubReads, GithubAppReads, GithubPlaces {
  /** `app`: it calls with tokens of an hour, and an ETag is void with the next one. */
  credentialKind: GithubCredential['kind'];
  viewer(): Promise<GithubResult<GithubViewer>>;
  repository(r: RepositoryRef): Promise<GithubResult<GithubRepository>>;
  /** `etag` of the last answer makes a 304 cheap: `value.notModified`. */
  issue(
    r: RepositoryRef,
    number: number,
    etag?: string,
  ): Promise<GithubResult<{ issue: GithubIssue | null; etag: string | null; notModified: boolean }>>;
  createIssue(r: RepositoryRef, draft: IssueDraft): Promise<GithubResult<GithubIssue>>;
  changeIssue(r: RepositoryRef, number: number, change: IssueChange): Promise<GithubResult<GithubIssue>>;
  addAssignees(r: RepositoryRef, number: number, logins: string[]): Promise<GithubResult<GithubIssue>>;
  removeAssignees(r: RepositoryRef, number: number, logins: string[]): Promise<GithubResult<GithubIssue>>;
  /** Counts against the budget for new issues: GitHub limits all that notifies people together. */
  createComment(r: RepositoryRef, number: number, body: string): Promise<GithubResult<GithubComment>>;
  changeComment(r: RepositoryRef, id: number, body: string): Promise<GithubResult<GithubComment>>;
  /** Beside those that are there, whatever else changes them at the same moment. Labels that are not there yet are made. */
  addLabels(r: RepositoryRef, number: number, labels: string[]): Promise<GithubResult<true>>;
  /** False: the issue did not bear it. */
  removeLabel(r: RepositoryRef, number: number, name: string): Promise<GithubResult<boolean>>;
  canBeAssigned(r: RepositoryRef, login: string): Promise<GithubResult<boolean>>;
  /** True: made now. False: it was there already (422 already_exists counts as that). */
  createLabel(
    r: RepositoryRef,
    label: { name: string; color: string; description: string },
  ): Promise<GithubResult<boolean>>;
  /** Null: there is none of this name. */
  label(r: RepositoryRef, name: string): Promise<GithubResult<GithubLabel | null>>;
  changeLabel(r: RepositoryRef, name: string, change: { description: string }): Promise<GithubResult<GithubLabel>>;
  /** False: there was none. It is taken off the issues that bear it. */
  deleteLabel(r: RepositoryRef, name: string): Promise<GithubResult<boolean>>;
  /** All budgets known for this credential, for the health page. */
  budgets(): GithubBudget[];
  /** Calls of this process that wait for their turn with this credential. */
  waiting(): { live: number; backfill: number; writes: number };
}

export type RepositoryRef = { fullName: string } | { id: number };
