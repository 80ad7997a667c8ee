import type { ErrorDetail, ErrorSummary } from '../src/contract/errors.ts';
import type { DryRun } from '../src/contract/sentry.ts';

import { issueState } from './mirror-words.ts';
import { countText, numberText } from './ui/format.ts';
import type { StateView } from './ui/mark.model.ts';
import { valueText } from './words.ts';

type SentryFacts = ErrorSummary['sentry'];

const SENTRY_GONE: Record<NonNullable<ErrorSummary['sentry_gone']>, StateView> = {
  deleted: { word: 'Deleted', tone: 'quiet', shape: 'slash' },
  merged: { word: 'Merged', tone: 'quiet', shape: 'copies' },
};

const UNRESOLVED: Record<string, StateView> = {
  new: { word: 'New', tone: 'accent', shape: 'open' },
  regressed: { word: 'Regressed', tone: 'red', shape: 'warning' },
  escalating: { word: 'Escalating', tone: 'red', shape: 'warning' },
};

/** A Sentry issue's status in Sentry's words. */
export function sentryState(
  { status, substatus }: Pick<SentryFacts, 'status' | 'substatus'>,
  gone: ErrorSummary['sentry_gone'] = null,
): StateView {
  if (gone !== null) return SENTRY_GONE[gone];
  if (status === 'resolved') return { word: 'Resolved', tone: 'plum', shape: 'check' };
  if (status === 'ignored' || status === 'muted') return { word: 'Archived', tone: 'quiet', shape: 'off' };
  if (status === 'unresolved')
    return UNRESOLVED[substatus ?? ''] ?? { word: 'Unresolved', tone: 'accent', shape: 'open' };
  return { word: status.replaceAll('_', ' '), tone: 'amber', shape: 'clock' };
}

const STATES: Record<ErrorSummary['state'], StateView> = {
  pending: { word: 'On the way', tone: 'accent', shape: 'waiting' },
  synced: { word: 'Filed', tone: 'accent', shape: 'open' },
  failed: { word: 'Refused', tone: 'red', shape: 'stop' },
  waiting: { word: 'Waiting', tone: 'amber', shape: 'clock' },
  skipped: { word: 'Not taken', tone: 'quiet', shape: 'slash' },
};
const GITHUB_GONE = ['deleted', 'transferred', 'converted', 'not_found'] as const;

/** GitHub's side of an error: its issue's state, or what stands between it and an issue. */
export function githubState({ github, state }: Pick<ErrorSummary, 'github' | 'state'>): StateView {
  if (github === null) return STATES[state];
  return issueState({ ...github, gone: GITHUB_GONE.find((word) => word === github.gone) ?? null });
}

const LEVELS: Record<string, string> = {
  fatal: '861c16',
  error: 'cf463c',
  warning: 'b28119',
  info: '4459d6',
};

/** The colour of a level's dot, as a label's. */
export function levelColor(level: string): string {
  return LEVELS[level] ?? '86857f';
}

/** "1,204 events · 56 users". */
export function countsText({ count, user_count: users }: Pick<SentryFacts, 'count' | 'user_count'>): string {
  return users === 0 ? countText(count, 'event') : `${countText(count, 'event')} · ${countText(users, 'user')}`;
}

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** A day of a trend, 2026-02-03, as "3 Feb". */
export function dayText(day: string): string {
  return DAY.format(new Date(`${day}T00:00:00Z`));
}

/** As many days as the hub tells of at most. */
export const TREND_DAYS = 14;

/** A trend in words, for who does not see the bars. */
export function trendText(trend: ErrorSummary['trend']): string {
  const [first] = trend;
  if (first === undefined) return 'no trend yet';
  const sum = trend.reduce((total, { count }) => total + count, 0);
  const most = trend.reduce((a, b) => (b.count > a.count ? b : a), first);
  const peak = most.count === 0 ? '' : `, most on ${dayText(most.day)} (${numberText(most.count)})`;
  return `${countText(sum, 'event')} since ${dayText(first.day)}${peak}`;
}

/** From when on events are known by day, where that is not the whole time that a trend shows; null where it is. */
export function trendGap(trend: ErrorSummary['trend']): string | null {
  const [first] = trend;
  if (first === undefined)
    return 'Events by day are not known yet: they come with the next reading where Sentry tells them, else from tomorrow on.';
  if (trend.length >= TREND_DAYS) return null;
  return `Events by day are known from ${dayText(first.day)} on; what was before is in the total only.`;
}

type Verdict = DryRun['items'][number]['verdict'];
const VERDICTS: Record<Verdict, StateView> = {
  file: { word: 'Would be filed', tone: 'accent', shape: 'open' },
  wait: { word: 'Would wait', tone: 'amber', shape: 'clock' },
  share: { word: 'Would share', tone: 'accent', shape: 'copies' },
  known: { word: 'Known', tone: 'plum', shape: 'check' },
  skip: { word: 'Skipped', tone: 'quiet', shape: 'slash' },
};

/** What a dry run says of one Sentry issue. */
export function verdictOf(verdict: Verdict): StateView {
  return VERDICTS[verdict];
}

type Entry = ErrorDetail['timeline'][number];
export const SIDES: Record<Entry['side'], string> = { sentry: 'Sentry', github: 'GitHub', hub: 'Here' };

/** The look of a moment in an error's line of time. */
export function entryView({ side, act }: Entry): StateView {
  const word = SIDES[side];
  if (act?.state === 'failed') return { word, tone: 'red', shape: 'stop' };
  if (act?.state === 'unknown') return { word, tone: 'amber', shape: 'question' };
  if (act?.state === 'undone') return { word, tone: 'quiet', shape: 'slash' };
  if (act !== null) return { word, tone: 'accent', shape: 'arrow' };
  return { word, tone: side === 'hub' ? 'quiet' : side === 'github' ? 'plum' : 'amber', shape: 'open' };
}

/** By the act, as the API names it; that Sentry shows the issue says its reason already. */
const DONE: Record<string, string> = {
  close: 'Closed from here.',
  close_not_planned: 'Closed as not planned from here.',
  close_duplicate: 'Closed as a duplicate from here.',
  reopen: 'Reopened from here.',
  comment: 'Commented on from here.',
  label_archived: 'Labelled from here.',
  unlabel_archived: 'Label taken off from here.',
  refresh: 'Numbers brought up to date from here.',
  assign_github: 'Assigned from here.',
  new_issue: 'A new issue was filed.',
  resolve: 'Resolved from here.',
  resolve_in_next_release: 'Resolved in the next release from here.',
  unresolve: 'Unresolved from here.',
  archive: 'Archived from here.',
  assign_sentry: 'Assigned from here.',
};

/** What an act did, before the reason that its entry tells; null where it is not done, or nobody acted. */
export function doneText({ act, details }: Pick<Entry, 'act' | 'details'>): string | null {
  if (act?.state !== 'done' && act?.state !== 'undone') return null;
  return DONE[String(details?.['act'])] ?? null;
}

/** Anything kept of an act as one line: an object as "state: open; reason: nothing". */
export function detailText(value: unknown): string {
  if (Array.isArray(value) && value.length > 0) return value.map(detailText).join(', ');
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'name' in value) return valueText(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name.replaceAll('_', ' ')}: ${detailText(inner)}`)
    .join('; ');
}
