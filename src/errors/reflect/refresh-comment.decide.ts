import { cleanerOf, codeSpan, grouped, minuteOf } from '../content/error-text.decide.ts';
import { HOUR_MS } from '../../lib/clock.ts';
import { priorityOf, totalsOf } from '../content/priority.decide.ts';
import { SENTRY_MOVES } from './reflect-moves.decide.ts';
import type { KnownSentryIssue, Priority, SentrySide, Thresholds } from '../errors.model.ts';

/** What an issue was last told of its error: by its body when it was filed, then by comments. Kept as JSON. */
export interface ErrorNumbers {
  count: number;
  userCount: number;
  priority: Priority;
  side: SentrySide;
  /** Of the latest event that was read. */
  release: string | null;
  /** ISO 8601, as `at`, when this was told. */
  lastSeen: string | null;
  at: string;
  /** What the issue's label says still, when a comment about something else told these: the label and the comment that keeps the numbers are to follow. */
  labelled?: Priority;
}

/** What is to be told now. `side` is `sentrySideOf` of the same issues. */
export function numbersOf(
  issues: readonly KnownSentryIssue[],
  told: { side: SentrySide; thresholds: Thresholds; now: Date },
): ErrorNumbers {
  const { count, userCount } = totalsOf(issues);
  const seen = issues.flatMap(({ lastSeen }) => lastSeen?.getTime() ?? []);
  return {
    count,
    userCount,
    priority: priorityOf(told.thresholds, count, userCount),
    side: told.side,
    release: issues.find(({ event }) => event !== null)?.event?.release ?? null,
    lastSeen: seen.length === 0 ? null : new Date(Math.max(...seen)).toISOString(),
    at: told.now.toISOString(),
  };
}

/** Doubling from 1 to 2 is no news. */
const EVENTS_STEP_MIN = 10;
const USERS_STEP_MIN = 5;

/**
 * Whether the numbers changed so much that the comment is worth an edit (SPEC S6). Another priority, and what Sentry's side did,
 * are told at once; doubled or threshold-crossing counts and another release at most once an hour. Counts that shrank, as after
 * an unmerge, and what Sentry only calls otherwise after some days (`regressed`, then `unresolved`) wait for one of the others.
 */
export function isMeaningful(before: ErrorNumbers, now: ErrorNumbers, thresholds: Thresholds): boolean {
  if (before.priority !== now.priority || SENTRY_MOVES[before.side][now.side] !== 'still') return true;
  if (Date.parse(now.at) - Date.parse(before.at) < HOUR_MS) return false;
  const steps = Object.values(thresholds);
  return (
    (now.release !== null && now.release !== before.release) ||
    grew(
      before.count,
      now.count,
      EVENTS_STEP_MIN,
      steps.map(({ events }) => events),
    ) ||
    grew(
      before.userCount,
      now.userCount,
      USERS_STEP_MIN,
      steps.map(({ users }) => users),
    )
  );
}

function grew(before: number, now: number, stepMin: number, thresholds: readonly number[]): boolean {
  const isDoubled = now >= before * 2 && now - before >= stepMin;
  return isDoubled || thresholds.some((threshold) => before <= threshold && now > threshold);
}

/** By which the one comment of an error is found again after an answer was lost. It names no filing: no marker of ours is read from it. */
export function numbersMarker(errorId: string): string {
  return `<!-- throughline numbers ${errorId} -->`;
}

const SIDES: Record<SentrySide, string> = {
  unresolved: 'unresolved',
  regressed: 'came back after it was resolved',
  escalating: 'came back from the archive, since it happens more often',
  resolved: 'resolved',
  auto_resolved: 'resolved by its age, nobody acted',
  ignored: 'archived',
  gone: 'deleted',
};

/**
 * The text of the one comment that keeps an error's numbers, edited in place.
 *
 * Why a comment, and not the issue's body: people edit the body (steps to reproduce, a checklist), and GitHub's PATCH knows no
 * condition: between reading the body and writing it back an edit of theirs is lost without a trace, and an edit history that a
 * bot fills hides theirs. The comment is ours alone: nobody else writes there, and editing it notifies nobody. Rejected: a marked block in the body (the race stays), a new comment each time (noise).
 * The priority label tells the lists the same.
 *
 * `trend`: events by day, the oldest first, the last one today; it may be empty.
 */
export function refreshComment(
  errorId: string,
  numbers: ErrorNumbers,
  trend: readonly { day: string; count: number }[],
): string {
  const lines = [
    `**Sentry:** ${countsOf(numbers)}, ${SIDES[numbers.side]}. Priority: **${numbers.priority}**.`,
    ...seenAndTrend(numbers, trend),
  ];
  const at = minuteOf(new Date(numbers.at));
  return `${numbersMarker(errorId)}\n${lines.join('\n')}\n\n<sub>As of ${at}; edited in place when it changes much.</sub>\n`;
}

/** The same numbers for a comment that tells what Sentry's side did, line by line. `trend` as above. */
export function numbersLines(numbers: ErrorNumbers, trend: readonly { day: string; count: number }[]): string[] {
  return [`${countsOf(numbers)}. Priority: **${numbers.priority}**.`, ...seenAndTrend(numbers, trend)];
}

function countsOf({ count, userCount }: ErrorNumbers): string {
  return `${counted(count, 'event')}${userCount === 0 ? '' : ` by ${counted(userCount, 'user')}`}`;
}

function seenAndTrend(
  { lastSeen, release: name }: ErrorNumbers,
  trend: readonly { day: string; count: number }[],
): string[] {
  const release = codeSpan(cleanerOf(false)(name ?? ''), 200);
  const where = release === null ? '' : ` in release ${release}`;
  const seen = lastSeen === null ? null : `Last seen ${minuteOf(new Date(lastSeen))}${where}.`;
  return [seen, trendSentence(trend)].filter((line) => line !== null);
}

const WEEK = 7;

/** The last seven days against the seven before, or null while less is known. */
export function trendSentence(trend: readonly { day: string; count: number }[]): string | null {
  if (trend.length < WEEK * 2) return null;
  const sum = (days: readonly { count: number }[]) => days.reduce((total, { count }) => total + count, 0);
  const [now, before] = [sum(trend.slice(-WEEK)), sum(trend.slice(-WEEK * 2, -WEEK))];
  if (now === 0) return before === 0 ? 'Not seen in the last 14 days.' : 'Not seen in the last 7 days.';
  const direction = now > before * 1.5 ? ': rising' : now < before / 1.5 ? ': falling' : '';
  return `${counted(now, 'event')} in the last 7 days, ${grouped(before)} in the 7 before${direction}.`;
}

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
