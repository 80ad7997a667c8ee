import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxAnswer } from '../../src/sandbox/sandbox.model.ts';
import type { AnyFault, FaultList } from './fault-list.ts';
import { said } from '../../src/sandbox/sentry-call.ts';
import { limitHeaders } from '../../src/sandbox/sentry-limits.ts';
import { listOfFaults } from './fault-list.ts';

/** What can go wrong between a client and Sentry. `commit_…`: the work was done, only the answer is lost or wrong. */
export const SENTRY_FAULTS = [
  'commit_then_drop',
  'drop_before',
  'commit_then_502',
  '502',
  '503',
  'internal_error',
  'slow',
  'rate_limited',
  'concurrency',
  'unauthorized',
  'forbidden',
  'not_found',
  'duplicate_note',
  'login_page',
  'login_redirect',
  'truncated_json',
  'empty_body',
  // Pages of the list: fewer rows than asked for, none at all, rows of the page before once more, and rows that move away.
  'short_page',
  'empty_page',
  'repeat_rows',
  'shift_rows',
] as const;
export type SentryFaultKind = (typeof SENTRY_FAULTS)[number];
export type PageFaultKind = 'short_page' | 'empty_page' | 'repeat_rows' | 'shift_rows';

export interface SentryFault extends AnyFault {
  do: SentryFaultKind;
  /** slow: how long; the work is done before the wait. */
  ms?: number;
  /** rate_limited, concurrency: without the X-Sentry-Rate-Limit headers when false. */
  headers?: boolean;
  /** rate_limited: when the window ends, from now; default 1. */
  resetInSeconds?: number;
  /** rate_limited: only a proxy sends it; default none. */
  retryAfterSeconds?: number;
  /** forbidden: with the challenge that newer versions add. */
  challenge?: boolean;
  /** short_page, repeat_rows, shift_rows: how many rows; default 3. */
  rows?: number;
}

export type SentryFaults = FaultList<SentryFault>;

/** The list of faults, first added first taken. */
export function sentryFaultList(): SentryFaults {
  return listOfFaults<SentryFault>();
}

export function isPageFault(kind: SentryFaultKind): kind is PageFaultKind {
  return ['short_page', 'empty_page', 'repeat_rows', 'shift_rows'].includes(kind);
}

/** Lets the fault happen to one request. `handle` does the real work; 'drop' means the socket dies. */
export async function strikeSentry(
  fault: SentryFault & { do: Exclude<SentryFaultKind, PageFaultKind> },
  handle: () => SandboxAnswer,
): Promise<SandboxAnswer | 'drop'> {
  switch (fault.do) {
    case 'drop_before':
      return 'drop';
    case 'commit_then_drop':
      handle();
      return 'drop';
    case 'commit_then_502':
      handle();
      return badGateway(502);
    case 'slow': {
      const answer = handle();
      await sleep(fault.ms ?? 1000);
      return answer;
    }
    case 'truncated_json':
      return { ...handle(), cutAt: 0.5 };
    case 'empty_body':
      return { status: handle().status, text: '' };
    default:
      return refusalOf(fault, fault.do);
  }
}

type Refused = Exclude<
  SentryFaultKind,
  PageFaultKind | 'drop_before' | 'commit_then_drop' | 'commit_then_502' | 'slow' | 'truncated_json' | 'empty_body'
>;

function refusalOf(fault: SentryFault, kind: Refused): SandboxAnswer {
  switch (kind) {
    case '502':
      return badGateway(502);
    case '503':
      return badGateway(503);
    case 'internal_error':
      return { status: 500, body: { detail: 'Internal Error', errorId: '5e1ff8a2b1c94f0e8f2d7a6b5c4d3e2f' } };
    case 'rate_limited':
    case 'concurrency':
      return tooMany(fault, kind);
    case 'unauthorized':
      return said(401, 'Invalid token');
    case 'forbidden':
      return said(
        403,
        'You do not have permission to perform this action.',
        fault.challenge === true
          ? { 'www-authenticate': 'Bearer error="insufficient_scope", scope="event:write event:admin"' }
          : {},
      );
    case 'not_found':
      return said(404, 'The requested resource does not exist');
    case 'duplicate_note':
      return said(400, 'You have already posted that comment.');
    case 'login_redirect':
      return { status: 302, headers: { location: '/auth/login/' }, text: '' };
    default:
      return page(200, '<title>Login | Sentry</title><form>Sign in to continue</form>');
  }
}

function tooMany(fault: SentryFault, kind: 'rate_limited' | 'concurrency'): SandboxAnswer {
  const reset = Math.floor(Date.now() / 1000) + (fault.resetInSeconds ?? 1);
  const words =
    kind === 'rate_limited'
      ? 'You are attempting to use this endpoint too frequently. Limit is 10 requests in 1 seconds'
      : 'You are attempting to go above the allowed concurrency for this endpoint. Concurrency limit is 25';
  return said(429, words, {
    ...(fault.headers === false ? {} : limitHeaders(10, kind === 'rate_limited' ? 0 : 7, reset)),
    ...(fault.headers === false || kind === 'rate_limited' ? {} : { 'x-sentry-rate-limit-concurrentremaining': '0' }),
    ...(fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) }),
  });
}

function badGateway(status: number): SandboxAnswer {
  return page(status, `<html><head><title>${status}</title></head><body><h1>${status}</h1>nginx</body></html>`);
}

function page(status: number, text: string): SandboxAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, text };
}
