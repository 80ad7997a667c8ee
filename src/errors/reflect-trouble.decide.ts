import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { ActTrouble } from './reflect.model.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { SentryFailure } from '../sentry/sentry.model.ts';

/** How a refusal of an act bears on the whole connection. */
export type Bearing = { kind: 'pause' } | { kind: 'rest'; until: Date } | { kind: 'recheck' } | { kind: 'none' };

const FIRST_MS = 5 * MINUTE_MS;

/** What is asked again and again is asked ever less often: after 5, 10, 20 … minutes, a day at most. */
export function patience(now: Date, attempts: number): Date {
  return after(now, Math.min(DAY_MS, FIRST_MS * 2 ** Math.min(attempts, 20)));
}

/**
 * What follows when GitHub does not do what it was asked. A missing permission concerns these acts only: with a token that may
 * file and not close, filing goes on. `message` says it to a person; `random` is in [0, 1).
 */
export function githubTrouble(
  failure: GithubFailure,
  {
    message,
    attempts,
    rests,
    now,
    random,
  }: { message: string; attempts: number; rests: number; now: Date; random: number },
): { trouble: ActTrouble; bearing: Bearing } {
  const soon = after(
    now,
    Math.round(Math.min(5 * MINUTE_MS, 2 * SECOND_MS * 2 ** Math.min(rests, 20)) * (0.5 + random / 2)),
  );
  const trouble = (at: Date, outcome: ActTrouble['outcome'] = 'failed'): ActTrouble => ({
    outcome,
    at,
    message,
    status: failure.status,
    requestId: failure.requestId,
  });
  switch (failure.kind) {
    case 'outcome_unknown':
      return { trouble: trouble(after(now, 5 * SECOND_MS), 'unknown'), bearing: { kind: 'none' } };
    case 'rate_limited': {
      const isOurs = failure.limit === 'creation_budget' || failure.limit === 'backfill_budget';
      const bearing: Bearing = isOurs ? { kind: 'none' } : { kind: 'rest', until: failure.retryAt };
      return { trouble: trouble(failure.retryAt), bearing };
    }
    case 'unauthorized':
      return { trouble: trouble(now), bearing: { kind: 'pause' } };
    case 'unreachable':
    case 'unavailable':
      return { trouble: trouble(soon), bearing: { kind: 'rest', until: soon } };
    case 'moved':
      return { trouble: trouble(soon), bearing: { kind: 'recheck' } };
    case 'forbidden':
    case 'not_found':
    case 'gone':
    case 'invalid':
    case 'unexpected':
      return { trouble: trouble(patience(now, attempts)), bearing: { kind: 'none' } };
    default:
      return assertNever(failure);
  }
}

/** Whether a refusal by Sentry bears on its whole connection: a token that may only read goes on reading. */
export function bearsOnConnection({ kind }: SentryFailure): boolean {
  return kind !== 'forbidden' && kind !== 'not_found' && kind !== 'invalid' && kind !== 'duplicate';
}

/** What follows when Sentry does not do what it was asked; setting a state twice is the same, so an unknown outcome is just tried again. */
export function sentryTrouble(failure: SentryFailure, attempts: number, now: Date): ActTrouble {
  const { message, status, kind } = failure;
  const passing = kind === 'outcome_unknown' || kind === 'unreachable' || kind === 'unavailable';
  const at = kind === 'rate_limited' ? failure.retryAt : passing ? after(now, 5 * SECOND_MS) : patience(now, attempts);
  const outcome = kind === 'outcome_unknown' ? 'unknown' : 'failed';
  return { outcome, message, status, requestId: null, at: kind === 'forbidden' ? after(now, HOUR_MS) : at };
}
