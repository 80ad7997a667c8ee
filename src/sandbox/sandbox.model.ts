import type { IncomingHttpHeaders } from 'node:http';

/** What a person may do in a repository, weakest first. Everybody may read a public repository. */
export const SANDBOX_ROLES = ['read', 'triage', 'push', 'admin'] as const;
export type SandboxRole = (typeof SANDBOX_ROLES)[number];

export type SandboxStateReason = 'completed' | 'not_planned' | 'duplicate' | 'reopened';

export interface SandboxUser {
  id: number;
  login: string;
  name: string;
  type: 'User' | 'Bot';
  createdAt: string;
}

/** A token of the sandbox. `scopes` is null for a fine-grained one, which then says itself whether it may write issues. */
export interface SandboxToken {
  login: string;
  scopes: string[] | null;
  mayWriteIssues: boolean;
  /** Value of `GitHub-Authentication-Token-Expiration`: an instant, or null when it never ends. */
  expiresAt: string | null;
  revoked: boolean;
}

export interface SandboxPull {
  head: string;
  base: string;
  draft: boolean;
  mergedAt: string | null;
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
  readonly comments: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly duplicateOf: number | null;
  /** Null for an issue; a pull request shares the numbers and the lists. */
  readonly pull: SandboxPull | null;
  readonly gone: null | 'deleted' | { readonly repositoryId: number; readonly number: number };
}

export interface SandboxComment {
  id: number;
  body: string;
  author: string;
  createdAt: string;
  updatedAt: string;
}

export interface SandboxLabel {
  id: number;
  name: string;
  color: string;
  description: string | null;
  default: boolean;
}

export interface SandboxMilestone {
  id: number;
  number: number;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  creator: string;
  dueOn: string | null;
  createdAt: string;
  updatedAt: string;
}

/** One line of an issue's history, for the page. */
export interface SandboxEvent {
  event: 'closed' | 'reopened' | 'labeled' | 'unlabeled' | 'assigned' | 'unassigned' | 'renamed';
  actor: string;
  detail: string;
  createdAt: string;
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
  archived: boolean;
  roles: Record<string, SandboxRole>;
  labels: SandboxLabel[];
  milestones: SandboxMilestone[];
  /** Number n is at index n - 1: numbers have no gaps, what is gone stays as a stone. */
  issues: SandboxIssue[];
  comments: Record<number, SandboxComment[]>;
  events: Record<number, SandboxEvent[]>;
  createdAt: string;
  updatedAt: string;
}

/** The whole GitHub, as plain JSON. */
export interface SandboxState {
  version: 1;
  nextId: number;
  users: SandboxUser[];
  tokens: Record<string, SandboxToken>;
  repositories: SandboxRepository[];
}

export type SandboxIssueChanged = (
  repository: SandboxRepository,
  before: SandboxIssue | null,
  after: SandboxIssue,
) => void;

/** The state with its clock and those who want to know of changes. */
export interface SandboxWorld {
  state: SandboxState;
  now: () => Date;
  issueChanged: SandboxIssueChanged;
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
  host?: '127.0.0.1';
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
  close(): Promise<void>;
}
