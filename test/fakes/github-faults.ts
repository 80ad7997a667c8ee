import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxAnswer } from '../../src/sandbox/sandbox.model.ts';
import type { AnyFault, FaultList } from './fault-list.ts';
import { listOfFaults } from './fault-list.ts';
import { resourceLimited, secondaryLimitInGraphql } from './github-graphql-faults.ts';

/** What can go wrong between a client and GitHub. `commit_…`: the work was done, only the answer is lost or wrong. */
export const FAULT_KINDS = [
  'commit_then_drop',
  'drop_before',
  'commit_then_502',
  '502',
  '503',
  'slow',
  'secondary_limit',
  'primary_limit',
  'unauthorized',
  'content_creation_block',
  'garbage_body',
  'truncated_json',
  'empty_body',
  'not_found',
  'resource_limits',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault extends AnyFault {
  do: FaultKind;
  /** slow: how long, and whether the wait lies before the work or (default) between the work and the answer. */
  ms?: number;
  when?: 'before_commit' | 'after_commit';
  /** secondary_limit, content_creation_block: value of `retry-after`; null or left out: no such header. */
  retryAfterSeconds?: number | null;
  /** primary_limit: when the hour ends, from now. */
  resetInSeconds?: number;
  /** secondary_limit, primary_limit: 403 unless said otherwise; 200 is GraphQL's way to tell a secondary limit. */
  status?: 200 | 403 | 429;
  /** garbage_body (default false), truncated_json and empty_body (default true): whether the work is done. */
  commit?: boolean;
}

export type Faults = FaultList<Fault>;

/** The list of faults, first added first taken. */
export function faultList(): Faults {
  return listOfFaults<Fault>();
}

/** Lets the fault happen to one request. `handle` does the real work; 'drop' means the socket dies. */
export async function strike(fault: Fault, handle: () => SandboxAnswer): Promise<SandboxAnswer | 'drop'> {
  switch (fault.do) {
    case 'commit_then_drop':
      handle();
      return 'drop';
    case 'commit_then_502':
      handle();
      return unicorn(502);
    case 'slow':
      return slow(fault, handle);
    case 'garbage_body':
      if (fault.commit === true) handle();
      return html(200, '<html><body>Please sign in to the guest network.</body></html>');
    case 'resource_limits':
      return resourceLimited(handle());
    case 'truncated_json':
      return { ...(fault.commit === false ? okEmptyList() : handle()), cutAt: 0.5 };
    case 'empty_body':
      return { status: fault.commit === false ? 200 : handle().status, text: '' };
    default:
      return refusalOf(fault, fault.do);
  }
}

async function slow(fault: Fault, handle: () => SandboxAnswer): Promise<SandboxAnswer> {
  const early = fault.when === 'before_commit' ? null : handle();
  await sleep(fault.ms ?? 1000);
  return early ?? handle();
}

type Refused = Exclude<
  FaultKind,
  'commit_then_drop' | 'commit_then_502' | 'slow' | 'garbage_body' | 'truncated_json' | 'empty_body' | 'resource_limits'
>;

function refusalOf(fault: Fault, kind: Refused): SandboxAnswer | 'drop' {
  switch (kind) {
    case 'drop_before':
      return 'drop';
    case '502':
      return unicorn(502);
    case '503':
      return {
        status: 503,
        body: {
          code: 'unavailable',
          message: 'Service unavailable',
          documentation_url: 'https://docs.github.com/rest',
        },
      };
    case 'not_found':
      return {
        status: 404,
        body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
      };
    case 'unauthorized':
      return {
        status: 401,
        body: { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' },
      };
    case 'primary_limit':
      return primaryLimit(fault);
    case 'secondary_limit':
      return secondaryLimit(
        fault,
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      );
    default:
      return secondaryLimit(
        fault,
        'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.',
      );
  }
}

function primaryLimit(fault: Fault): SandboxAnswer {
  const reset = Math.floor(Date.now() / 1000) + (fault.resetInSeconds ?? 60);
  return {
    status: fault.status ?? 403,
    headers: {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-used': '5000',
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': 'core',
    },
    body: {
      message: 'API rate limit exceeded for user ID 10137.',
      documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
      status: String(fault.status ?? 403),
    },
  };
}

function secondaryLimit(fault: Fault, message: string): SandboxAnswer {
  if (fault.status === 200) return secondaryLimitInGraphql(message, fault.retryAfterSeconds ?? null);
  const seconds = fault.retryAfterSeconds ?? null;
  const reset = Math.floor(Date.now() / 1000) + 3000;
  return {
    status: fault.status ?? 403,
    headers: {
      ...(seconds === null ? {} : { 'retry-after': String(seconds) }),
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4321',
      'x-ratelimit-used': '679',
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': 'core',
    },
    body: {
      message,
      documentation_url:
        'https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
      status: String(fault.status ?? 403),
    },
  };
}

function unicorn(status: number): SandboxAnswer {
  return html(
    status,
    '<html><head><title>Unicorn! · GitHub</title></head><body>This page is taking too long to load.</body></html>',
  );
}

function html(status: number, text: string): SandboxAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, text };
}

function okEmptyList(): SandboxAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    text: '[{"id": 1, "title": "cut',
  };
}
