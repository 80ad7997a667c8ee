import { HOUR_MS, SECOND_MS } from '../lib/clock.ts';

/** Lower-case names, as the outbound door gives them. */
export type Headers = Record<string, string>;

/** What an answer tells of the limits (facts 9). Null: not told, which never means nothing left. */
export interface Limits {
  limit: number;
  remaining: number;
  /** Milliseconds from the answer to the next window; null when it is not told. */
  resetInMs: number | null;
  concurrent: number | null;
}

/** The limits an answer tells; null on servers that have none, as self-hosted ones. `now` where the answer has no clock of its own. */
export function limitsFrom(headers: Headers, now: Date): Limits | null {
  const limit = wholeNumber(headers['x-sentry-rate-limit-limit']);
  const remaining = wholeNumber(headers['x-sentry-rate-limit-remaining']);
  if (limit === null || remaining === null) return null;
  return {
    limit,
    remaining,
    resetInMs: resetInMs(headers, now),
    concurrent: wholeNumber(headers['x-sentry-rate-limit-concurrentlimit']),
  };
}

/** The server's clock when it answered. */
export function serverTimeFrom(headers: Headers): Date | null {
  const at = new Date(headers['date'] ?? '');
  return Number.isNaN(at.getTime()) ? null : at;
}

/** Milliseconds that a proxy, or GlitchTip, asks to wait; Sentry's own API never says so. */
export function retryAfterMs(headers: Headers, now: Date): number | null {
  const text = headers['retry-after'];
  const seconds = wholeNumber(text);
  if (seconds !== null) return Math.min(seconds * SECOND_MS, HOUR_MS);
  const at = new Date(text ?? '').getTime();
  return Number.isNaN(at) ? null : within(at - (serverTimeFrom(headers) ?? now).getTime());
}

// By the server's own clock: ours may be minutes away from it, and the windows are a second long.
function resetInMs(headers: Headers, now: Date): number | null {
  const reset = wholeNumber(headers['x-sentry-rate-limit-reset']);
  if (reset === null || reset === 0) return null;
  return within(reset * SECOND_MS - (serverTimeFrom(headers) ?? now).getTime());
}

function within(ms: number): number {
  return Math.min(Math.max(ms, 0), HOUR_MS);
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,12}\s*$/u.test(text) ? Number(text) : null;
}
