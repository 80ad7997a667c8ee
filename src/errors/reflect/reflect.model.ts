import type { Github, GithubIssue } from '../../github/github.model.ts';
import type { ErrorNumbers } from './refresh-comment.decide.ts';
import type { GithubConnection } from '../../connections/connections.model.ts';
import type { ErrorsCtx, GithubSide, ReflectionAct, ReflectSettings, SentryRule, SentrySide } from '../errors.model.ts';
import type { Row } from '../../db/db.model.ts';
import type { LastAgreed } from './reflect.decide.ts';
import type { Sentry } from '../../sentry/sentry.model.ts';
import type { SentryConnection } from '../connect/sentry-connections.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';

/** The label that tells on GitHub that an error is archived in Sentry. */
export const ARCHIVED_LABEL = 'sentry: archived';

/** A rule that is switched off carries nothing, as if each direction were off. */
export const SILENT: ReflectSettings = {
  onClosed: 'off',
  onNotPlanned: 'off',
  onResolved: 'off',
  onRegressed: 'off',
  reopenWithinDays: 0,
  onArchived: 'off',
  refresh: false,
  assign: 'off',
  backLink: false,
};

/** All that is known here of one error that has a GitHub issue. */
export interface ErrorCase {
  error: Row<'errors'>;
  /** Merged and deleted ones too. */
  sentryIssues: SentryIssueRow[];
  issue: Row<'issues'>;
  linkedAt: Date;
  rule: SentryRule;
  connection: GithubConnection;
  sentryConnection: SentryConnection;
  /** The GitHub issue of what it was merged into in Sentry. */
  survivor: { repository: string; number: number; githubId: number } | null;
  /** When a webhook told that the GitHub issue was reopened. */
  reopenedAt: Date | null;
  /** When this hub last resolved it in Sentry. */
  resolvedAt: Date | null;
  /** Which Sentry issues show which GitHub issue, by this hub's last telling. */
  shown: { url: string; ids: string[] } | null;
  /** Acts that were begun and are neither done nor given up. */
  begun: Row<'reflections'>[];
  /** All-time counts by day, by Sentry issue. */
  counts: { id: string; day: string; count: number }[];
}

/** Whose turn it is: the row is leased to `holder`; `reflectAt` stands there unless somebody asked for another look. */
export interface ClaimedError {
  id: string;
  tenantId: string;
  holder: string;
  reflectAt: Date;
  attempts: number;
}

/** A turn with both doors open. */
export interface ReflectTurn {
  ctx: ErrorsCtx;
  claimed: ClaimedError;
  subject: ErrorCase;
  github: Github;
  sentry: Sentry;
}

/** Acts that speak to Sentry. */
export type SentryAct = Extract<
  ReflectionAct,
  'resolve' | 'resolve_in_next_release' | 'unresolve' | 'archive' | 'assign_sentry' | 'link'
>;
/** Acts that speak to GitHub; a new issue is filed, not said here. */
export type GithubAct = Exclude<ReflectionAct, SentryAct | 'new_issue'>;

/** What both sides agree on after an act. */
export interface Agreement {
  sentry: SentrySide;
  github: GithubSide;
}

/** What is kept of an act after it: what it set, the comment it wrote, and what was agreed on with it. */
export interface ActTrace {
  agreed?: LastAgreed | undefined;
  comment?: number | undefined;
  /** What its comment tells of the numbers. */
  told?: ErrorNumbers | undefined;
  /** Look-ups of the comment that found nothing. */
  looks?: number | undefined;
  /** It was put off: not tried again before then (ISO 8601), whatever else changes. */
  until?: string | undefined;
  [set: string]: unknown;
}

/** An act whose intent is committed. `isNew` false: it was begun before, and something may have been said. */
export interface BegunAct {
  id: string;
  act: ReflectionAct;
  marker: string;
  startedAt: Date;
  trace: ActTrace;
  isNew: boolean;
  /** Its answer was lost. */
  isUnknown: boolean;
}

/** What an act came to. `issue`: GitHub's last word on it. */
export type ActOutcome =
  | { ok: true; issue: GithubIssue | null; trace: ActTrace; status: number | null; requestId: string | null }
  | { ok: false; trouble: ActTrouble; trace: ActTrace };

/** Why an act is not done, and when it is tried again. */
export interface ActTrouble {
  outcome: 'failed' | 'unknown';
  message: string;
  status: number | null;
  requestId: string | null;
  at: Date;
  /** The other side says no to this act: asking again changes nothing as long as nobody changes a permission or a setting. */
  refused?: boolean;
}
