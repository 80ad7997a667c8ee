import type { SentryConnection } from './sentry-connections.model.ts';
import type { SentryRule } from '../errors.model.ts';
import type { SentryRunRow } from '../rows.model.ts';

export interface HealthWord {
  word: 'healthy' | 'delayed' | 'blocked' | 'importing' | 'off';
  reason: string;
  since: string | null;
  fix: string | null;
}

/** A direction that was silent for so many times longer than it should be is late (SPEC T2). */
const SILENT_FACTOR = 5;
const SILENT_MS_MIN = 5 * 60_000;

/** One Sentry connection in one word, and why. */
export function sentryHealth(connection: SentryConnection, now: Date): HealthWord {
  const base = { since: null, fix: null };
  if (!connection.enabled) return { ...base, word: 'off', reason: 'The connection is switched off.' };
  if (connection.pausedAt !== null)
    return {
      word: 'blocked',
      reason: `${connection.pausedMessage ?? 'Sentry refuses the token.'} Nothing is read or changed there; everything is kept.`,
      since: connection.pausedAt.toISOString(),
      fix: 'Mend what it says, or put in a new token, then press Resume.',
    };
  if (connection.restUntil !== null && connection.restUntil > now)
    return {
      ...base,
      word: 'delayed',
      reason: `${connection.restMessage ?? 'Sentry does not answer.'} It is tried again by itself.`,
    };
  if (connection.abilities === null) return { ...base, word: 'importing', reason: 'It is being asked what it can do.' };
  const tls = connection.insecureTls ? ' Its certificate is not checked.' : '';
  return { ...base, word: 'healthy', reason: `It answers.${tls}` };
}

/** Comparing both sides of errors that waits longer than this, without a reason of its own, is late. */
const REFLECTION_LATE_MS = 5 * 60_000;

/** What is told of keeping both sides in step. `oldestDueAt`: since when the longest waiting one should have been compared. */
export interface ReflectionCounts {
  conflicts: number;
  failing: number;
  oldestDueAt: Date | null;
}

/** Keeping a connection's errors and their GitHub issues in step, in one word, and why. */
export function reflectionHealth(connection: SentryConnection, counts: ReflectionCounts, now: Date): HealthWord {
  const base = { since: null, fix: null };
  const server = sentryHealth(connection, now);
  if (server.word !== 'healthy') return server;
  const many = (count: number, one: string, more: string) =>
    count === 1 ? one : `${count.toLocaleString('en')} ${more}`;
  if (counts.conflicts > 0)
    return {
      ...base,
      word: 'blocked',
      reason: `${many(counts.conflicts, 'One error waits', 'errors wait')} for a person: both sides were changed, and neither was overwritten.`,
      fix: 'Open Errors, filter by conflict, decide on one side, then press Try again.',
    };
  const lateMs = counts.oldestDueAt === null ? 0 : now.getTime() - counts.oldestDueAt.getTime();
  if (lateMs > REFLECTION_LATE_MS)
    return {
      ...base,
      word: 'delayed',
      since: counts.oldestDueAt?.toISOString() ?? null,
      reason: 'A change on one side has waited for over five minutes to be carried to the other.',
    };
  if (counts.failing > 0)
    return { ...base, word: 'delayed', reason: `${many(counts.failing, 'One act is', 'acts are')} being tried again.` };
  return { ...base, word: 'healthy', reason: 'Both sides agree.' };
}

/** One rule in one word, and why. `last`: its newest run. */
export function ruleHealth(
  rule: SentryRule,
  connection: SentryConnection,
  last: SentryRunRow | null,
  waiting: number,
  now: Date,
): HealthWord {
  const base = { since: null, fix: null };
  if (!rule.enabled)
    return {
      ...base,
      word: 'off',
      reason: 'The rule is switched off: it files nothing, and what it filed is no longer kept in step.',
    };
  if (rule.connectionId === null)
    return {
      ...base,
      word: 'blocked',
      reason: 'Its GitHub connection was removed: what it takes waits.',
      fix: 'Choose a repository for it.',
    };
  const server = sentryHealth(connection, now);
  if (server.word !== 'healthy') return server;
  if (last?.state === 'failed')
    return {
      ...base,
      word: 'delayed',
      reason: last.message ?? 'Its last run failed.',
      since: last.started_at.toISOString(),
    };
  if (last === null) return { ...base, word: 'importing', reason: 'It is about to look for the first time.' };
  const silentMs = now.getTime() - (last.finished_at ?? last.started_at).getTime();
  if (last.state === 'done' && silentMs > Math.max(SILENT_MS_MIN, SILENT_FACTOR * rule.everySeconds * 1000))
    return {
      ...base,
      word: 'delayed',
      since: last.finished_at?.toISOString() ?? null,
      reason: 'It has not looked for longer than it should: no worker runs, or all are busy.',
      fix: 'Look whether a serve or worker process runs.',
    };
  if (waiting > 0)
    return {
      ...base,
      word: 'importing',
      reason: `${waiting.toLocaleString('en')} wait: at most ${rule.newPerHour.toLocaleString('en')} are filed an hour, the latest first.`,
    };
  return { ...base, word: 'healthy', reason: last.message ?? 'Everything it takes is filed.' };
}
