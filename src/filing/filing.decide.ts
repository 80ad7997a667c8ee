import { after, HOUR_MS, SECOND_MS } from '../lib/clock.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { Filing, FilingEvent, FilingState } from './filing.model.ts';

/**
 * The whole machine. Every cell is decided: `bug` is asserted, so a corrupt row stops loudly instead of drifting.
 * docs/filing-spec.md explains each row and numbers the invariants.
 */
export const FILING_TRANSITIONS: Record<FilingState, Record<FilingEvent, FilingState | 'bug'>> = {
  pending: {
    claimed: 'sending', // the intent is committed; only now may GitHub hear of it
    created: 'bug',
    answer_lost: 'bug',
    postponed: 'pending', // nothing was sent: the address, the token or the budget said no beforehand
    refused: 'failed', // the repository is gone or refuses issues: known before anything is sent
    found: 'synced', // a rebuilt hub: the marker is in the repository already
    absent: 'bug',
    retried: 'pending',
  },
  sending: {
    claimed: 'unknown', // the lease ran out: the holder died, nobody knows what it sent
    created: 'synced',
    answer_lost: 'unknown',
    postponed: 'pending', // certainly not created: nothing was sent, or GitHub said so
    refused: 'failed',
    found: 'bug',
    absent: 'bug',
    retried: 'sending', // a person's impatience changes nothing while a request is under way
  },
  unknown: {
    claimed: 'unknown',
    created: 'bug',
    answer_lost: 'bug',
    postponed: 'unknown', // not seen yet, or the look-up failed: "could not look" is not "not there"
    refused: 'unknown', // a refused look-up proves nothing; leaving here would allow a second create
    found: 'synced',
    absent: 'pending', // the last look-up missed too: it may be sent again
    retried: 'unknown', // looked up now, never sent blindly
  },
  synced: {
    claimed: 'synced', // looking for a twin after a second create
    created: 'bug',
    answer_lost: 'bug',
    postponed: 'synced',
    refused: 'synced',
    found: 'synced',
    absent: 'synced',
    retried: 'synced',
  },
  failed: {
    claimed: 'bug',
    created: 'bug',
    answer_lost: 'bug',
    postponed: 'bug',
    refused: 'bug',
    found: 'synced', // a sweep found the issue after all
    absent: 'bug',
    retried: 'pending',
  },
};

/** The state after an event. Throws on a `bug` cell: the caller's transaction rolls back and nothing drifts. */
export function nextState(state: FilingState, event: FilingEvent): FilingState {
  const next = FILING_TRANSITIONS[state][event];
  if (next === 'bug') throw new Error(`a filing that is ${state} cannot be ${event}`);
  return next;
}

const BACKOFF_FIRST_MS = 2 * SECOND_MS;
const BACKOFF_MAX_MS = 5 * 60 * SECOND_MS;
/** Odd answers that are neither refusals nor outages are not repeated for ever. */
const UNEXPECTED_ATTEMPTS_MAX = 8;
/** How long a twin is looked for after a second create (facts/github.md §4). */
export const TWIN_WATCH_MS = HOUR_MS;

/** Exponential wait with jitter: 2 s, 4 s … 5 min, each between half and whole. `random` is in [0, 1). */
export function backoffMs(attempts: number, random: number): number {
  const whole = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempts, 20));
  return Math.round(whole * (0.5 + random / 2));
}

/** What follows from a call to GitHub that did not succeed. */
export interface FailureStep {
  event: Extract<FilingEvent, 'answer_lost' | 'postponed' | 'refused'>;
  /** When the filing is looked at again; ignored for `refused`. */
  runAt: Date;
  /** The connection as a whole must wait for a person. */
  pause: 'unauthorized' | 'forbidden' | null;
  /** The refusal is about an assignee, milestone or type: send again without them. */
  bare: boolean;
  /** The whole connection rests: what fails for one fails for all that wait. */
  rest: boolean;
  /** The repository's name or rights must be read anew before the next try. */
  recheck: boolean;
}

/**
 * Maps a failure to what is done about it, for the calls before a create and the create itself (SPEC F4).
 * `rests`: how often the connection has rested in a row. `random` in [0, 1) spreads the tries.
 */
export function stepFromFailure(
  failure: GithubFailure,
  filing: Filing,
  rests: number,
  now: Date,
  random: number,
): FailureStep {
  const postponed: FailureStep = {
    event: 'postponed',
    runAt: after(now, backoffMs(Math.max(filing.attempts, rests), random)),
    pause: null,
    bare: false,
    rest: false,
    recheck: false,
  };
  const refused: FailureStep = { ...postponed, event: 'refused' };
  switch (failure.kind) {
    case 'outcome_unknown':
      return { ...postponed, event: 'answer_lost', recheck: true };
    case 'rate_limited':
      return { ...postponed, runAt: after(failure.retryAt, Math.round(random * SECOND_MS)), rest: true };
    case 'unauthorized':
    case 'forbidden':
      return { ...postponed, runAt: now, pause: failure.kind };
    case 'unreachable':
    case 'unavailable':
      return { ...postponed, rest: true };
    case 'moved':
      return { ...postponed, recheck: true };
    case 'unexpected':
      return filing.attempts >= UNEXPECTED_ATTEMPTS_MAX ? refused : postponed;
    case 'invalid':
      return !filing.bare && isAboutExtras(failure) ? { ...postponed, runAt: now, bare: true } : refused;
    case 'not_found':
    case 'gone':
      return { ...refused, recheck: true };
    default:
      return assertNever(failure);
  }
}

const EXTRAS = new Set(['assignees', 'assignee', 'milestone', 'type', 'issue_type']);

function isAboutExtras(failure: Extract<GithubFailure, { kind: 'invalid' }>): boolean {
  return failure.errors.length > 0 && failure.errors.every((error) => EXTRAS.has(error.field ?? ''));
}

/** What a look-up for the marker came to. `inconclusive`: it could not be finished, which proves nothing. */
export type Lookup = 'found' | 'missed' | 'inconclusive';

/**
 * What follows from a look-up. A miss is believed only after the last of the planned look-ups: lists and replicas lag.
 * `delaysMs` count from the moment the request was sent.
 */
export function stepFromLookup(
  lookup: Lookup,
  filing: Filing,
  delaysMs: readonly number[],
  now: Date,
  random: number,
): { event: Extract<FilingEvent, 'found' | 'absent' | 'postponed'>; lookups: number; runAt: Date } {
  if (lookup === 'found') return { event: 'found', lookups: filing.lookups, runAt: now };
  if (lookup === 'inconclusive')
    return { event: 'postponed', lookups: filing.lookups, runAt: after(now, backoffMs(filing.attempts, random)) };
  const sentAt = filing.sentAt ?? now;
  const due = after(sentAt, delaysMs[filing.lookups] ?? 0);
  // An impatient "try now" looks early; only a look-up at its planned time counts, or four clicks would allow a second create.
  if (now < due) return { event: 'postponed', lookups: filing.lookups, runAt: due };
  const lookups = filing.lookups + 1;
  if (lookups >= delaysMs.length) return { event: 'absent', lookups, runAt: now };
  return { event: 'postponed', lookups, runAt: lookupAt(sentAt, delaysMs, lookups, now) };
}

/** When the look-up after `lookups` misses is due. */
export function lookupAt(sentAt: Date, delaysMs: readonly number[], lookups: number, now: Date): Date {
  const planned = after(sentAt, delaysMs[lookups] ?? 0);
  return planned > now ? planned : now;
}
