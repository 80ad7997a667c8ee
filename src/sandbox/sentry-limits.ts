import type { SandboxAnswer } from './sandbox.model.ts';
import { said } from './sentry-call.ts';

const CONCURRENT_LIMIT = 25;

/** What a call costs: the headers that tell what is left, or the refusal. */
export interface SentryLimits {
  take(caller: string, kind: string): { headers: Record<string, string>; refusal: SandboxAnswer | null };
}

/** Fixed windows of a second for each caller and kind of path; null: no limits and no headers, as self-hosted. */
export function sentryLimits(callsPerSecond: number | null, now: () => Date): SentryLimits {
  const windows = new Map<string, { second: number; used: number }>();
  return {
    take(caller, kind) {
      if (callsPerSecond === null) return { headers: {}, refusal: null };
      const second = Math.floor(now().getTime() / 1000);
      const key = `${caller} ${kind}`;
      const known = windows.get(key);
      const window = known?.second === second ? known : { second, used: 0 };
      windows.set(key, window);
      window.used += 1;
      const headers = limitHeaders(callsPerSecond, Math.max(0, callsPerSecond - window.used), second + 1);
      const refusal = window.used > callsPerSecond ? tooMany(callsPerSecond, headers) : null;
      return { headers, refusal };
    },
  };
}

/** As Sentry tells them: `reset` in seconds since 1970. */
export function limitHeaders(limit: number, remaining: number, reset: number): Record<string, string> {
  return {
    'x-sentry-rate-limit-limit': String(limit),
    'x-sentry-rate-limit-remaining': String(remaining),
    'x-sentry-rate-limit-reset': String(reset),
    'x-sentry-rate-limit-concurrentlimit': String(CONCURRENT_LIMIT),
    'x-sentry-rate-limit-concurrentremaining': String(CONCURRENT_LIMIT - 1),
  };
}

function tooMany(limit: number, headers: Record<string, string>): SandboxAnswer {
  const words = `You are attempting to use this endpoint too frequently. Limit is ${limit} requests in 1 seconds`;
  return said(429, words, headers);
}
