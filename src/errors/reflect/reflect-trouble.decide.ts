import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/clock.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { ActTrouble } from './reflect.model.ts';
import type { GithubFailure } from '../../github/github.model.ts';
import type { SentryFailure } from '../../sentry/sentry.model.ts';

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
      return { trouble: { ...trouble(patience(now, attempts)), refused: true }, bearing: { kind: 'none' } };
    default:
      return assertNever(failure);
  }
}

const PASSING_FIRST_MS = 5 * SECOND_MS;
const PASSING_MAX_MS = 10 * MINUTE_MS;

/** What follows when Sentry does not do what it was asked; setting a state twice is the same, so an unknown outcome is just tried again. */
export function sentryTrouble(failure: SentryFailure, attempts: number, now: Date): ActTrouble {
  const { message, status, kind } = failure;
  const outcome = kind === 'outcome_unknown' ? 'unknown' : 'failed';
  const at = sentryAgainAt(failure, attempts, now);
  return { outcome, message, status, requestId: null, at, refused: REFUSALS.has(kind) };
}

const REFUSALS: ReadonlySet<SentryFailure['kind']> = new Set([
  'forbidden',
  'not_found',
  'invalid',
  'duplicate',
  'unexpected',
]);

function sentryAgainAt(failure: SentryFailure, attempts: number, now: Date): Date {
  switch (failure.kind) {
    case 'rate_limited':
      return failure.retryAt;
    // the connection is paused: as soon as a person mended it
    case 'unauthorized':
    case 'organization_not_found':
    case 'address_refused':
      return now;
    case 'forbidden':
      return after(now, HOUR_MS);
    case 'not_sentry':
    case 'certificate':
    case 'unreachable':
    case 'unavailable':
    case 'outcome_unknown':
      return after(now, Math.min(PASSING_MAX_MS, PASSING_FIRST_MS * 2 ** Math.min(attempts, 20)));
    case 'not_found':
    case 'invalid':
    case 'duplicate':
    case 'unexpected':
      return patience(now, attempts);
    default:
      return assertNever(failure);
  }
}
