import type { FilingCtx } from '../filing/filing.model.ts';
import type { SentryEvent, SentryIssue } from '../sentry/sentry.model.ts';

/** What errors need besides what filing needs. */
export interface ErrorsCtx extends FilingCtx {
  /** Another pace towards Sentry than the polite one, for tests and benches. */
  sentryCallsPerSecond?: number;
  /** Another limit to the pages that one run of a rule reads, for tests. */
  sentryPagesPerRun?: number;
}

/** Labels by all-time counts (SPEC S3): the first one whose `events` or `users` is exceeded; `low` when none is. */
export interface Thresholds {
  critical: { events: number; users: number };
  high: { events: number; users: number };
  medium: { events: number; users: number };
}
export const DEFAULT_THRESHOLDS: Thresholds = {
  critical: { events: 100, users: 50 },
  high: { events: 50, users: 20 },
  medium: { events: 10, users: 5 },
};
export const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What a rule looks at and what it does with what it takes (SPEC S2, S6). */
export interface SentryRule {
  id: string;
  tenantId: string;
  sentryConnectionId: string;
  /** Null: the GitHub connection was removed; nothing is filed until another one is chosen. */
  connectionId: string | null;
  name: string;
  position: number;
  enabled: boolean;
  query: string;
  projects: string[];
  environments: string[];
  levels: string[];
  priorities: string[];
  categories: string[];
  /** key:value */
  tags: string[];
  eventsMin: number;
  usersMin: number;
  statsPeriod: string;
  shareKey: string | null;
  titleTemplate: string | null;
  bodyTemplate: string | null;
  labels: string[];
  assignees: string[];
  milestone: number | null;
  thresholds: Thresholds;
  newPerHour: number;
  personalData: boolean;
  settings: ReflectSettings;
  everySeconds: number;
  dueAt: Date;
  watermark: Date | null;
  /** Where a list that was too long for one run goes on, and how far back it looks. */
  rest: { cursor: string; since: Date } | null;
  updatedAt: Date;
}

/** What each side's change does to the other one (SPEC S6). */
export interface ReflectSettings {
  onClosed: 'off' | 'resolve' | 'resolve_in_next_release';
  onNotPlanned: 'off' | 'archive';
  onResolved: 'off' | 'close' | 'comment';
  onRegressed: 'off' | 'reopen' | 'new_issue' | 'comment';
  /** An issue closed longer ago gets a new one linked to it instead of being reopened. */
  reopenWithinDays: number;
  onArchived: 'off' | 'label' | 'close';
  refresh: boolean;
  assign: 'off' | 'to_github' | 'to_sentry' | 'both';
  backLink: boolean;
}

/** Why a rule takes an issue or not, in a sentence that a person reads. */
export type RuleVerdict = { takes: true; why: string } | { takes: false; why: string };

/**
 * Sentry's side of an error as both sides agree on it: of all its Sentry issues together. `regressed` and `escalating` are
 * unresolved ones that came back after `resolved` and `ignored`; `gone`: deleted in Sentry.
 */
export const SENTRY_SIDES = [
  'unresolved',
  'regressed',
  'escalating',
  'resolved',
  'auto_resolved',
  'ignored',
  'gone',
] as const;
export type SentrySide = (typeof SENTRY_SIDES)[number];
/** `unlabelled`: archived was agreed on, and the label that told of it was taken off for a change that was not yet carried to its end. */
export type AgreedSentrySide = SentrySide | 'unlabelled';
/** GitHub's side. `closed`: completed, or closed without a reason. `gone`: deleted, transferred away, converted. */
export const GITHUB_SIDES = ['open', 'closed', 'not_planned', 'duplicate', 'gone'] as const;
export type GithubSide = (typeof GITHUB_SIDES)[number];

/** What the hub does to one side for an error. Each is safe to find done already. */
export type ReflectionAct =
  | 'close' // GitHub: closed as completed, with a comment that says why
  | 'close_not_planned'
  | 'close_duplicate' // merged in Sentry: closed as a duplicate of the survivor's issue
  | 'reopen' // GitHub: reopened, with a comment
  | 'comment' // GitHub: a comment that tells of a change, nothing else
  | 'label_archived' // GitHub: the label "sentry: archived" is put on
  | 'unlabel_archived'
  | 'refresh' // GitHub: the one comment with the numbers, and the priority label
  | 'assign_github'
  | 'new_issue' // a regression gets an issue of its own, linked to the old one
  | 'resolve' // Sentry: resolved
  | 'resolve_in_next_release'
  | 'unresolve'
  | 'archive' // Sentry: ignored until it escalates
  | 'assign_sentry'
  | 'link'; // Sentry: the GitHub issue is shown there

/** The parts of a Sentry issue that are stored and drafted from; `event` may be missing (expired, not read yet). */
export interface KnownSentryIssue extends SentryIssue {
  event: SentryEvent | null;
}

/** How an error is drafted that no rule has any more: as a new rule would. */
export function standaloneRule(): Pick<
  SentryRule,
  'titleTemplate' | 'bodyTemplate' | 'labels' | 'assignees' | 'milestone' | 'thresholds' | 'personalData'
> {
  return {
    titleTemplate: null,
    bodyTemplate: null,
    labels: ['sentry', 'bug', 'automated'],
    assignees: [],
    milestone: null,
    thresholds: DEFAULT_THRESHOLDS,
    personalData: false,
  };
}
