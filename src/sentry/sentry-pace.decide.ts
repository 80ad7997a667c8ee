import { MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { type Headers, type Limits, limitsFrom, retryAfterMs } from './sentry-headers.decide.ts';

/** Politeness of our own, since small servers have no limits to tell (facts 9). */
const CALLS_AT_ONCE = 4;
export const CALLS_PER_SECOND = 5;
/** After Sentry complained of concurrency, for a minute. */
const CALLS_AT_ONCE_CAREFUL = 2;
/** A call that would have to wait longer is answered with the time at which to come again. */
export const WAIT_MS_MAX = 5 * SECOND_MS;

/** What is known of one credential's calls. All times are milliseconds of one clock that only goes forward. */
export interface Pace {
  running: number;
  /** When the last calls started, oldest first. */
  starts: readonly number[];
  /** Nothing starts before. */
  restUntil: number;
  carefulUntil: number;
  /** Rate limits in a row. */
  refusals: number;
  concurrent: number | null;
}
export const IDLE_PACE: Pace = {
  running: 0,
  starts: [],
  restUntil: 0,
  carefulUntil: 0,
  refusals: 0,
  concurrent: null,
};

export type Turn =
  | { do: 'start'; pace: Pace }
  | { do: 'wait'; ms: number }
  | { do: 'wait_for_another' }
  | { do: 'refuse'; ms: number };

/** Whether the next of so many calls a second may start now. `wait_for_another`: when one of those running has ended. */
export function decideTurn(pace: Pace, now: number, perSecond = CALLS_PER_SECOND): Turn {
  const restMs = pace.restUntil - now;
  if (restMs > WAIT_MS_MAX) return { do: 'refuse', ms: restMs };
  if (restMs > 0) return { do: 'wait', ms: restMs };
  const careful = now < pace.carefulUntil ? CALLS_AT_ONCE_CAREFUL : CALLS_AT_ONCE;
  if (pace.running >= Math.max(1, Math.min(careful, pace.concurrent ?? careful))) return { do: 'wait_for_another' };
  const starts = pace.starts.filter((at) => now - at < SECOND_MS);
  const [oldest] = starts;
  if (oldest !== undefined && starts.length >= perSecond) return { do: 'wait', ms: oldest + SECOND_MS - now };
  return { do: 'start', pace: { ...pace, running: pace.running + 1, starts: [...starts, now] } };
}

/** What an answer teaches. `wall` is the time of day, `random` in [0, 1). */
export interface Heard {
  status: number;
  headers: Headers;
  /** The refusal's own words. */
  text: string;
  wall: Date;
  random: number;
}

/**
 * The pace after an answer, and how long a rate limit asks to wait. Sentry's 429 has no Retry-After (facts 9): the wait goes to
 * the reset, at least a second; without one it doubles from a second. A limit on concurrency wants fewer calls at once instead.
 */
export function learnPace(
  pace: Pace,
  heard: Heard,
  now: number,
): { pace: Pace; limits: Limits | null; waitMs: number } {
  const { status, headers, text, wall, random } = heard;
  const limits = limitsFrom(headers, wall);
  const known = { ...pace, concurrent: limits === null ? pace.concurrent : limits.concurrent };
  if (status !== 429) {
    const waitMs = limits?.remaining === 0 ? (limits.resetInMs ?? 0) : 0;
    return { pace: { ...known, refusals: 0, restUntil: Math.max(pace.restUntil, now + waitMs) }, limits, waitMs };
  }
  const concurrency = /concurren/iu.test(text);
  const asked = retryAfterMs(headers, wall);
  const doubled = Math.min(SECOND_MS * 2 ** Math.min(pace.refusals, 6), MINUTE_MS);
  const namedMs = asked ?? (concurrency ? SECOND_MS : (limits?.resetInMs ?? doubled));
  const waitMs = Math.round(Math.max(namedMs, SECOND_MS) + random * (concurrency ? SECOND_MS : SECOND_MS / 2));
  return {
    pace: {
      ...known,
      refusals: pace.refusals + 1,
      restUntil: Math.max(pace.restUntil, now + waitMs),
      carefulUntil: concurrency ? now + MINUTE_MS : pace.carefulUntil,
    },
    limits,
    waitMs,
  };
}
