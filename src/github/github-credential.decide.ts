import { after, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { decideFailure, decideUnanswered, decideUnreadable } from './github-failure.decide.ts';
import { type Headers, serverTimeFrom } from './github-headers.decide.ts';
import type { OutboundOutcome } from '../outbound/outbound.model.ts';
import type { GithubFailure } from './github.model.ts';

/** An installation's token is replaced this long before GitHub ends it. */
const RENEWED_BEFORE_MS = 5 * MINUTE_MS;
/** GitHub's copies may not know a new token for this long (facts 1.4). */
export const TOKEN_NEW_MS = 5 * SECOND_MS;
const SKEW_NOTICED_MS = 5 * SECOND_MS;

/** `iat` a minute back and `exp` nine minutes ahead in GitHub's time, as seconds (facts 1.4: ten are allowed). */
export function jwtTimes(now: Date, skewMs: number): { iat: number; exp: number } {
  const seconds = Math.floor((now.getTime() + skewMs) / SECOND_MS);
  return { iat: seconds - 60, exp: seconds + 9 * 60 };
}

/** How far GitHub's clock is ahead of ours, where its 401 may have come from that; null when the clocks agree already. */
export function skewFrom(headers: Headers, now: Date, skewMs: number): number | null {
  const serverTime = serverTimeFrom(headers);
  if (serverTime === null) return null;
  const seen = serverTime.getTime() - now.getTime();
  return Math.abs(seen - skewMs) < SKEW_NOTICED_MS ? null : seen;
}

/** Until when a token is used, in this machine's time. GitHub's `Date` header tells how long it really has. */
export function usableUntil(expiresAt: Date, headers: Headers, now: Date): Date {
  const lifeMs = expiresAt.getTime() - (serverTimeFrom(headers) ?? now).getTime();
  return after(now, Math.max(0, lifeMs - RENEWED_BEFORE_MS));
}

/** Why an installation got no token. Asking for one changes nothing, so nothing is ever unknown about it. */
export function decideTokenFailure(
  outcome: OutboundOutcome,
  body: unknown,
  installationId: number,
  now: Date,
): GithubFailure {
  if (outcome.kind !== 'answered') return { ...decideUnanswered(outcome, false), app: true };
  const { status, headers } = outcome;
  if (status < 300) return { ...decideUnreadable(false, status, headers), app: true };
  const failure = decideFailure({ write: false, status, headers, body, now, secondaryRepeats: 0 });
  const { requestId } = failure;
  const refused = { kind: 'forbidden', missingPermissions: null, status, requestId, app: true } as const;
  if (failure.kind === 'not_found' && /integration/i.test(failure.message)) {
    return { kind: 'unauthorized', message: 'GitHub knows no App with this id.', status, requestId, app: true };
  }
  if (failure.kind === 'not_found') {
    const message = `the App is not installed there any more (installation ${installationId}). Install it again on GitHub, and choose the new installation in the connection.`;
    return { ...refused, message };
  }
  if (failure.kind === 'forbidden' && /suspend/i.test(failure.message)) {
    const message = `the installation of the App is suspended (installation ${installationId}). Its owner can end that on GitHub, in the settings of installed GitHub Apps.`;
    return { ...refused, message };
  }
  return { ...failure, app: true };
}
