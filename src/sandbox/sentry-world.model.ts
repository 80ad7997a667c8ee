import type { SandboxAnswer, SandboxRequest } from './sandbox.model.ts';
import type { SandboxDeliveryPlan } from './sandbox-webhooks.model.ts';

export interface SentryPerson {
  id: string;
  name: string;
  username: string;
  email: string;
}

export interface SentryTeam {
  id: string;
  slug: string;
  name: string;
  /** Ids of people. */
  members: string[];
}

export interface SandboxSentryProject {
  id: string;
  slug: string;
  name: string;
  platform: string | null;
  /** Ids of the teams that own it. */
  teams: string[];
  environments: string[];
  /** Versions, oldest first. */
  releases: string[];
  /** Number of the latest issue: short ids are made from it. */
  issueNumber: number;
  createdAt: string;
}

/** A token. `user`: a person's own; `integration`: of an internal integration; `organization`: for builds, reads no issues. */
export interface SentryToken {
  kind: 'user' | 'integration' | 'organization';
  scopes: string[];
  /** Id of the person, for a person's own. */
  personId: string | null;
  /** uuid of the integration. */
  appId: string | null;
  revoked: boolean;
}

export const HOOK_RESOURCES = ['issue', 'comment'] as const;
export type HookResource = (typeof HOOK_RESOURCES)[number];

/** An internal integration, installed in the organization. */
export interface SentryApp {
  uuid: string;
  number: number;
  slug: string;
  name: string;
  installation: string;
  clientSecret: string;
  webhookUrl: string | null;
  resources: HookResource[];
}

export interface SandboxSentryFrame {
  filename: string | null;
  absPath: string | null;
  module: string | null;
  function: string | null;
  lineNo: number | null;
  colNo: number | null;
  inApp: boolean;
  context: [line: number, text: string][];
  vars: Record<string, string> | null;
}

export interface SandboxSentryException {
  type: string | null;
  value: string | null;
  handled: boolean | null;
  /** Oldest call first. */
  frames: SandboxSentryFrame[];
}

/** What each event of an issue carries. */
export interface SentrySample {
  message: string;
  /** The outermost last. */
  exceptions: SandboxSentryException[];
  request: { url: string; method: string } | null;
  /** Of an issue that is no error: what Sentry found. */
  occurrence: { subtitle: string; evidence: { name: string; value: string; important: boolean }[] } | null;
}

/** One thing that happened, with the person it happened to. */
export interface SentryOccasion {
  /** 32 hexadecimal digits. */
  id: string;
  at: string;
  environment: string | null;
  release: string | null;
  user: { id: string; email: string; name: string; ip: string } | null;
  tags: Record<string, string>;
}

export type SentryActor =
  | { kind: 'person'; person: SentryPerson }
  | { kind: 'app'; app: SentryApp }
  /** Sentry itself. */
  | { kind: 'sentry' };

export interface SentryActivity {
  id: string;
  type: string;
  personId: string | null;
  appId: string | null;
  data: Record<string, unknown>;
  at: string;
}

export interface SentryExternalIssue {
  id: string;
  appId: string;
  webUrl: string;
  displayName: string;
}

export const SENTRY_STATUSES = ['unresolved', 'resolved', 'ignored'] as const;
export type SentryStatus = (typeof SENTRY_STATUSES)[number];

export interface SandboxSentryIssue {
  id: string;
  projectId: string;
  /** Within the project; null: an old issue without a short id. */
  number: number | null;
  title: string;
  culprit: string | null;
  logger: string | null;
  level: string;
  platform: string | null;
  type: string;
  issueType: string;
  issueCategory: string;
  metadata: Record<string, unknown>;
  isUnhandled: boolean;
  status: SentryStatus;
  substatus: string | null;
  statusDetails: Record<string, unknown>;
  /** Shown as resolved for its age, though the search still knows it as unresolved. */
  autoResolved: boolean;
  priority: 'high' | 'medium' | 'low' | null;
  priorityLockedAt: string | null;
  /** user:ID or team:ID */
  assignedTo: string | null;
  firstSeen: string | null;
  lastSeen: string | null;
  /** All-time. */
  count: number;
  userCount: number;
  /** Events by hour since 1970 and environment. */
  hours: [hour: number, environment: string, count: number][];
  /** Events since it was archived. */
  sinceArchived: number;
  sample: SentrySample;
  /** Latest last; the oldest are not kept. */
  occasions: SentryOccasion[];
  activity: SentryActivity[];
  external: SentryExternalIssue[];
  /** Links that Sentry's own GitHub integration made. */
  native: { id: string; key: string; url: string }[];
  /** Id of the issue it was merged into. */
  mergedInto: string | null;
  deleted: boolean;
}

/** The whole Sentry, as plain JSON. */
export interface SandboxSentryState {
  version: 1;
  nextId: number;
  organization: { id: string; slug: string; name: string; createdAt: string };
  people: SentryPerson[];
  teams: SentryTeam[];
  projects: SandboxSentryProject[];
  apps: SentryApp[];
  tokens: Record<string, SentryToken>;
  issues: SandboxSentryIssue[];
}

/** Something that Sentry tells its integrations. `data` is written when it happens. */
export interface SentryHappening {
  resource: HookResource;
  action: string;
  actor: SentryActor;
  data: () => object;
}

export interface SandboxSentryWorld {
  state: SandboxSentryState;
  now: () => Date;
  /** Something changed: kept orders are stale, the state wants saving. */
  touched(): void;
  emit(happened: SentryHappening): void;
}

/** One webhook that was sent, or that a test withheld. */
export interface SentryDelivery {
  appId: string;
  resource: HookResource;
  action: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  at: string;
  /** Status of the answer; null: none within a second, or it was withheld. */
  status: number | null;
}

/** How a test bends the sandbox to its will; the demo uses none of it. */
export interface SandboxSentryHooks {
  now?: () => Date;
  /** Wraps each API call, whose path is without prefix; `handle` answers it, or another one. 'drop' destroys the socket without an answer. */
  around?(
    request: SandboxRequest,
    handle: (changed?: SandboxRequest) => SandboxAnswer,
  ): Promise<SandboxAnswer | 'drop'>;
  planDelivery?: (delivery: SentryDelivery) => SandboxDeliveryPlan | null;
  /** Paths besides API and pages; null leaves the request to the pages. */
  extra?(request: SandboxRequest): SandboxAnswer | null;
}

export interface SandboxSentryOptions {
  port?: number;
  host?: string;
  /** Below this path everything is found, as behind a reverse proxy; '' unless given. */
  prefix?: string;
  statePath?: string | null;
  seed?: (world: SandboxSentryWorld) => void;
  /** Calls per second of one token to one kind of path; null: no limits and no headers, as self-hosted. */
  callsPerSecond?: number | null;
  hooks?: SandboxSentryHooks;
}
