import type { IncomingHttpHeaders } from 'node:http';
import type {
  SandboxActivity,
  SandboxBranch,
  SandboxCommit,
  SandboxEvent,
  SandboxLabel,
  SandboxLockReason,
  SandboxMilestone,
  SandboxReview,
  SandboxUser,
} from './sandbox-records.model.ts';
import type {
  SandboxDelivery,
  SandboxDeliveryPlan,
  SandboxHookTarget,
  SandboxWebhook,
} from './sandbox-webhooks.model.ts';

/** What a person may do in a repository, weakest first. Everybody may read a public repository. */
export const SANDBOX_ROLES = ['read', 'triage', 'push', 'maintain', 'admin'] as const;
export type SandboxRole = (typeof SANDBOX_ROLES)[number];

export type SandboxStateReason = 'completed' | 'not_planned' | 'duplicate' | 'reopened';

/** What an organization has besides its account among the users. */
export interface SandboxOrganization {
  /** Login -> role. An admin owns the organization and so every repository of it. */
  members: Record<string, 'member' | 'admin'>;
  hooks: SandboxWebhook[];
}

export interface SandboxTeam {
  id: number;
  /** Login of its organization. */
  organization: string;
  name: string;
  slug: string;
  description: string | null;
  members: string[];
  /** Repository id -> role. */
  repositories: Record<number, SandboxRole>;
  createdAt: string;
  updatedAt: string;
}

/** A token of the sandbox. `scopes` is null for a fine-grained one, which then says itself whether it may write issues. */
export interface SandboxToken {
  login: string;
  scopes: string[] | null;
  mayWriteIssues: boolean;
  /** Permission (`issues`, `pull_requests`, `repository_hooks`…) -> level, of a fine-grained or an installation's token; null: not narrowed. */
  permissions: Record<string, 'read' | 'write'> | null;
  /** Ids of the only repositories it reaches; null: all of its user. */
  repositories: number[] | null;
  /** Value of `GitHub-Authentication-Token-Expiration`: an instant, or null when it never ends. */
  expiresAt: string | null;
  revoked: boolean;
}

/** What a pull request has besides its issue. */
export interface SandboxPull {
  /** Its own id, which is not the id of its issue. */
  readonly id: number;
  readonly head: string;
  readonly base: string;
  readonly headSha: string;
  readonly baseSha: string;
  /** The fork it came from was deleted. */
  readonly headGone: boolean;
  readonly draft: boolean;
  readonly mergedAt: string | null;
  readonly mergedBy: string | null;
  readonly mergeCommitSha: string | null;
  /** The truth; readers see it only after GitHub computed it. */
  readonly mergeableState: 'clean' | 'dirty' | 'blocked' | 'behind' | 'unstable';
  readonly requestedReviewers: readonly string[];
  /** Slugs. */
  readonly requestedTeams: readonly string[];
}

/** Never changed in place: each change puts a new object, so that an old list can still be shown (list lag). */
export interface SandboxIssue {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly author: string;
  readonly state: 'open' | 'closed';
  readonly stateReason: SandboxStateReason | null;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly milestone: number | null;
  readonly type: string | null;
  readonly locked: boolean;
  readonly lockReason: SandboxLockReason | null;
  readonly pinned: boolean;
  readonly comments: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly duplicateOf: number | null;
  /** Id of the issue that this is a sub-issue of. */
  readonly parent?: number;
  /** Null for an issue; a pull request shares the numbers and the lists. */
  readonly pull: SandboxPull | null;
  readonly gone: null | 'deleted' | { readonly repositoryId: number; readonly number: number };
}

/** Never changed in place, as an issue. */
export interface SandboxComment {
  readonly id: number;
  readonly body: string;
  readonly author: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface SandboxRepository {
  id: number;
  owner: string;
  name: string;
  /** Full names it had before, in lower case: they redirect here until somebody takes the name. */
  formerNames: string[];
  description: string | null;
  visibility: 'public' | 'private';
  hasIssues: boolean;
  hasPulls: boolean;
  archived: boolean;
  defaultBranch: string;
  /** Roles given to the person in this repository; organization and teams may give more. */
  roles: Record<string, SandboxRole>;
  labels: SandboxLabel[];
  milestones: SandboxMilestone[];
  /** Number n is at index n - 1: numbers have no gaps, what is gone stays as a stone. */
  issues: SandboxIssue[];
  comments: Record<number, SandboxComment[]>;
  events: Record<number, SandboxEvent[]>;
  /** By number of the pull request, in the order of submission. */
  reviews: Record<number, SandboxReview[]>;
  branches: SandboxBranch[];
  /** By sha. */
  commits: Record<string, SandboxCommit>;
  /** Oldest first. */
  activities: SandboxActivity[];
  hooks: SandboxWebhook[];
  createdAt: string;
  updatedAt: string;
  pushedAt: string;
}

/** The whole GitHub, as plain JSON. */
export interface SandboxState {
  version: 2;
  nextId: number;
  users: SandboxUser[];
  /** By login, as its user spells it. */
  organizations: Record<string, SandboxOrganization>;
  teams: SandboxTeam[];
  tokens: Record<string, SandboxToken>;
  repositories: SandboxRepository[];
}

export type SandboxIssueChanged = (
  repository: SandboxRepository,
  before: SandboxIssue | null,
  after: SandboxIssue,
) => void;

/** From where answers are written: the two addresses, and whether the 2026-03-10 version was asked for. */
export interface ShapeContext {
  state: SandboxState;
  api: string;
  web: string;
  modern: boolean;
}

/** Something that GitHub tells its hooks. */
export interface SandboxHappening {
  event: string;
  action: string | null;
  repository: SandboxRepository | null;
  /** Login of the organization, where it did not happen in a repository. */
  organization: string | null;
  /** Written once, at the moment it happened, and only when some hook listens. */
  payload: (context: ShapeContext) => object;
}

/** A hook that hears a happening, and what its payload has besides (`installation` for an app). */
export interface SandboxListener {
  hook: SandboxWebhook;
  target: SandboxHookTarget;
  more: object;
}

/** The webhooks of a running sandbox. */
export interface SandboxWebhooks {
  /** Further hooks that hear a happening, such as those of apps. */
  listeners: ((happened: SandboxHappening) => SandboxListener[])[];
  /** Deliveries of one hook, newest first. */
  deliveriesOf(hookId: number): readonly SandboxDelivery[];
  /** Sends one happening to one hook, whatever the hook subscribed to: pings, tests. */
  deliver(listener: SandboxListener, happened: SandboxHappening): void;
  /** Sends a delivery again under the same GUID. */
  redeliver(listener: SandboxListener, delivery: SandboxDelivery): void;
  /** Resolves when nothing is under way any more; what was held back is sent before. */
  settled(): Promise<void>;
  /** Forgets the log. */
  clear(): void;
}

/** The state with its clock and those who want to know of changes. */
export interface SandboxWorld {
  state: SandboxState;
  now: () => Date;
  issueChanged: SandboxIssueChanged;
  /** Tells the hooks that subscribed. Heard by nobody until the server stands. */
  emit: (happened: SandboxHappening) => void;
}

/** Which issues a reader sees: the truth, or (in a fake) an older snapshot of it. */
export interface SandboxView {
  list(repository: SandboxRepository): readonly SandboxIssue[];
  byNumber(repository: SandboxRepository, number: number): SandboxIssue | null;
  search(repository: SandboxRepository): readonly SandboxIssue[];
}

export interface SandboxRequest {
  method: string;
  /** Without the query, percent-encoded as it came. For API calls without the `/api` in front. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface SandboxAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON unless `text` is there. Neither: no content. */
  body?: unknown;
  text?: string;
  /** The socket is destroyed after this share (0..1) of the body: a truncated answer. */
  cutAt?: number;
}

/** How a test bends the sandbox to its will; the demo uses none of it. */
export interface SandboxHooks {
  now?: () => Date;
  issueChanged?: SandboxIssueChanged;
  view?: SandboxView;
  /** What shall happen to a delivery; null: it is sent as usual. */
  planDelivery?: (delivery: SandboxDelivery) => SandboxDeliveryPlan | null;
  /** Wraps each API call. `handle` does the work (and may be left out); 'drop' destroys the socket without an answer. */
  around?(request: SandboxRequest, handle: () => SandboxAnswer): Promise<SandboxAnswer | 'drop'>;
  /** Paths besides API and pages; null leaves the request to the pages. */
  extra?(request: SandboxRequest): Promise<SandboxAnswer | null>;
}

/** Requests per hour (core) and per minute (search) for one user. */
export interface SandboxLimits {
  core: number;
  search: number;
}

/** Fills an empty state. Not called when a saved state was read. */
export type SandboxSeed = (world: SandboxWorld) => void;

export interface SandboxGithubOptions {
  /** 0 or left out: any free port. */
  port?: number;
  /** Address to listen on; 127.0.0.1 unless given. With 0.0.0.0 (in a container) it calls itself localhost. */
  host?: string;
  /** JSON file in which the state outlives a restart; null or left out: memory only. */
  statePath?: string | null;
  seed?: SandboxSeed;
  limits?: Partial<SandboxLimits>;
  hooks?: SandboxHooks;
}

export interface SandboxGithub {
  /** The pages, as http://127.0.0.1:PORT. */
  url: string;
  /** Where GITHUB_API_URL points. */
  apiUrl: string;
  world: SandboxWorld;
  /** The living state, to look into. */
  state: SandboxState;
  webhooks: SandboxWebhooks;
  close(): Promise<void>;
}
