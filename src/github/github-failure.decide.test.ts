import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after } from '../lib/clock.ts';
import { decideFailure, decideUnanswered, decideUnreadable, type RefusedAnswer } from './github-failure.decide.ts';
import type { GithubFailure } from './github.model.ts';

const NOW = new Date('2026-05-01T12:00:00Z');
const epoch = (secondsFromNow: number) => String(NOW.getTime() / 1000 + secondsFromNow);
const inSeconds = (seconds: number) => after(NOW, seconds * 1000);

interface Row {
  name: string;
  answer: Partial<RefusedAnswer> & { status: number };
  want: Partial<Extract<GithubFailure, { kind: 'rate_limited' }>> | Record<string, unknown>;
}

const SECONDARY = {
  message: 'You have exceeded a secondary rate limit and have been temporarily blocked from content creation.',
};

const ROWS: Row[] = [
  {
    name: '401 Bad credentials is a bad token',
    answer: { status: 401, body: { message: 'Bad credentials' } },
    want: { kind: 'unauthorized', message: 'Bad credentials', status: 401 },
  },
  {
    name: '403 with nothing remaining is the primary limit, until a second after the reset',
    answer: {
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': epoch(600) },
      body: { message: 'API rate limit exceeded for user ID 1.' },
    },
    want: { kind: 'rate_limited', limit: 'primary', retryAt: inSeconds(601) },
  },
  {
    name: '429 with nothing remaining is the primary limit too',
    answer: { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': epoch(10) } },
    want: { kind: 'rate_limited', limit: 'primary', retryAt: inSeconds(11) },
  },
  {
    name: 'a primary limit is waited for by GitHub clock when ours is two hours behind',
    answer: {
      status: 403,
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': epoch(7200 + 600),
        date: inSeconds(7200).toUTCString(),
      },
    },
    want: { kind: 'rate_limited', limit: 'primary', retryAt: inSeconds(601) },
  },
  {
    name: 'a reset years ahead never blocks for longer than the window of an hour',
    answer: { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99999999999' } },
    want: { kind: 'rate_limited', limit: 'primary', retryAt: inSeconds(3601) },
  },
  {
    name: '403 secondary limit waits for retry-after',
    answer: { status: 403, headers: { 'retry-after': '30', 'x-ratelimit-remaining': '4000' }, body: SECONDARY },
    want: { kind: 'rate_limited', limit: 'secondary', retryAt: inSeconds(30) },
  },
  {
    name: '403 secondary limit with a blank retry-after waits a minute',
    answer: { status: 403, headers: { 'retry-after': '' }, body: SECONDARY },
    want: { kind: 'rate_limited', limit: 'secondary', retryAt: inSeconds(60) },
  },
  {
    name: 'a third secondary limit in a row without a time waits four minutes',
    answer: { status: 403, body: SECONDARY, secondaryRepeats: 2 },
    want: { kind: 'rate_limited', limit: 'secondary', retryAt: inSeconds(240) },
  },
  {
    name: 'a secondary limit while nothing remains waits for the reset',
    answer: {
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': epoch(90) },
      body: SECONDARY,
    },
    want: { kind: 'rate_limited', limit: 'secondary', retryAt: inSeconds(91) },
  },
  {
    name: 'the old words of abuse detection are the secondary limit',
    answer: { status: 403, body: { message: 'You have triggered an abuse detection mechanism.' } },
    want: { kind: 'rate_limited', limit: 'secondary' },
  },
  {
    name: 'a documentation link about secondary limits is enough',
    answer: { status: 403, body: { message: 'Slow down', documentation_url: 'https://x/overview#abuse-rate-limits' } },
    want: { kind: 'rate_limited', limit: 'secondary' },
  },
  {
    name: '403 with only a retry-after is a secondary limit',
    answer: { status: 403, headers: { 'retry-after': '5' } },
    want: { kind: 'rate_limited', limit: 'secondary', retryAt: inSeconds(5) },
  },
  {
    name: '429 without any words is a secondary limit',
    answer: { status: 429 },
    want: { kind: 'rate_limited', limit: 'secondary', retryAt: inSeconds(60) },
  },
  {
    name: '422 submitted too quickly is a secondary limit',
    answer: { status: 422, write: true, body: { message: 'Validation Failed', errors: ['was submitted too quickly'] } },
    want: { kind: 'rate_limited', limit: 'secondary' },
  },
  {
    name: '422 spammed endpoint is a secondary limit',
    answer: { status: 422, write: true, body: { message: 'The endpoint has been spammed.' } },
    want: { kind: 'rate_limited', limit: 'secondary' },
  },
  {
    name: '403 names the permission a fine-grained token lacks',
    answer: {
      status: 403,
      headers: { 'x-accepted-github-permissions': 'issues=write' },
      body: { message: 'Resource not accessible by personal access token' },
    },
    want: { kind: 'forbidden', missingPermissions: 'issues=write' },
  },
  {
    name: '403 names the scope a classic token lacks',
    answer: { status: 403, headers: { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': 'gist, read:org' } },
    want: { kind: 'forbidden', missingPermissions: 'repo' },
  },
  {
    name: '403 of an archived repository is forbidden in GitHub words',
    answer: { status: 403, write: true, body: { message: 'Repository was archived so is read-only.' } },
    want: { kind: 'forbidden', missingPermissions: null, message: 'Repository was archived so is read-only.' },
  },
  {
    name: '403 of single sign-on says what to authorise',
    answer: {
      status: 403,
      headers: { 'x-github-sso': 'required; url=https://github.com/orgs/o/sso' },
      body: { message: 'Resource protected by organization SAML enforcement.' },
    },
    want: {
      kind: 'forbidden',
      message:
        "Resource protected by organization SAML enforcement. The organisation asks for SAML single sign-on: authorise the token for it in GitHub's token settings.",
    },
  },
  { name: '451 is forbidden', answer: { status: 451 }, want: { kind: 'forbidden', missingPermissions: null } },
  { name: '404 is not found', answer: { status: 404 }, want: { kind: 'not_found' } },
  {
    name: '410 is gone',
    answer: { status: 410, body: { message: 'Issues are disabled for this repo' } },
    want: { kind: 'gone', message: 'Issues are disabled for this repo' },
  },
  {
    name: '410 of a retired API version is unexpected, nothing of the repository is gone',
    answer: { status: 410, body: { message: 'This API version is no longer supported' } },
    want: { kind: 'unexpected' },
  },
  {
    name: '400 of an unknown API version is unexpected',
    answer: { status: 400, write: true, body: { message: 'Not a supported version' } },
    want: { kind: 'unexpected', message: 'Not a supported version' },
  },
  {
    name: '422 lists what is wrong',
    answer: {
      status: 422,
      write: true,
      body: {
        message: 'Validation Failed',
        errors: [{ resource: 'Issue', field: 'assignees', code: 'invalid' }, 'plain', 7],
      },
    },
    want: {
      kind: 'invalid',
      errors: [{ resource: 'Issue', field: 'assignees', code: 'invalid' }, { message: 'plain' }],
      message: 'Validation Failed: assignees invalid; plain',
    },
  },
  { name: '409 is unexpected', answer: { status: 409, write: true }, want: { kind: 'unexpected' } },
  {
    name: 'a redirect that is not followed is a move, with its place',
    answer: { status: 301, write: true, headers: { location: 'https://api.github.com/repositories/1/issues' } },
    want: { kind: 'moved', location: 'https://api.github.com/repositories/1/issues' },
  },
  {
    name: 'a redirect without a place is a move to nobody knows where',
    answer: { status: 302 },
    want: { kind: 'moved', location: null },
  },
  {
    name: '303 after a write may mean that it was done',
    answer: { status: 303, write: true },
    want: { kind: 'outcome_unknown' },
  },
  { name: '408 after a write is unknown', answer: { status: 408, write: true }, want: { kind: 'outcome_unknown' } },
  ...[500, 502, 503, 504, 599].flatMap((status) => [
    { name: `${status} on a read is trouble at GitHub`, answer: { status }, want: { kind: 'unavailable' } },
    {
      name: `${status} on a write leaves the outcome unknown`,
      answer: { status, write: true },
      want: { kind: 'outcome_unknown' },
    },
  ]),
];

for (const { name, answer, want } of ROWS) {
  test(name, () => {
    const full = { write: false, headers: {}, body: undefined, now: NOW, secondaryRepeats: 0, ...answer };
    const failure: Record<string, unknown> = { ...decideFailure(full) };
    const got = Object.fromEntries(Object.keys(want).map((key) => [key, failure[key]]));
    assert.deepEqual(got, want);
  });
}

test('every status from 300 to 599 has a meaning, and a write is only called done or not done where GitHub says so', () => {
  for (let status = 300; status < 600; status += 1) {
    for (const write of [false, true]) {
      const failure = decideFailure({ write, status, headers: {}, body: [], now: NOW, secondaryRepeats: 0 });
      assert.ok(failure.message.length > 0);
      assert.equal(
        failure.kind === 'outcome_unknown',
        write && (status >= 500 || [303, 408, 499].includes(status)),
        `${status}`,
      );
    }
  }
});

test('the request id is kept with the failure and an endless message is cut', () => {
  const headers = { 'x-github-request-id': 'ABCD:1' };
  const body = { message: 'x'.repeat(5_000) };
  const failure = decideFailure({ write: false, status: 404, headers, body, now: NOW, secondaryRepeats: 0 });
  assert.equal(failure.requestId, 'ABCD:1');
  assert.equal(failure.message.length, 500);
});

test('no answer: nothing sent is unreachable, a sent write is unknown, a sent read is trouble', () => {
  const notSent = { kind: 'not_sent', reason: 'dns', message: 'm' } as const;
  const noAnswer = { kind: 'no_answer', reason: 'reset', message: 'm' } as const;
  assert.equal(decideUnanswered(notSent, true).kind, 'unreachable');
  assert.equal(decideUnanswered(notSent, false).kind, 'unreachable');
  assert.equal(decideUnanswered(noAnswer, true).kind, 'outcome_unknown');
  assert.equal(decideUnanswered(noAnswer, false).kind, 'unavailable');
  assert.equal(decideUnanswered({ ...noAnswer, reason: 'too_large' }, false).kind, 'unexpected');
});

test('a 201 that cannot be read leaves the outcome unknown', () => {
  assert.equal(decideUnreadable(true, 201, {}).kind, 'outcome_unknown');
  assert.equal(decideUnreadable(false, 200, {}).kind, 'unexpected');
});
