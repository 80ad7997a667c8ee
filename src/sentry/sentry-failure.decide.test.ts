import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS } from '../lib/clock.ts';
import type { OutboundReason } from '../outbound/outbound.model.ts';
import { decideFailure, decideNotSentry, decideUnanswered, type RefusedAnswer } from './sentry-failure.decide.ts';
import type { Operation } from './sentry-operations.decide.ts';
import { HTML, INSUFFICIENT, REFUSALS } from './sentry-refusals.fixture.ts';
import type { SentryFailure } from './sentry.model.ts';

const NOW = new Date('2026-05-01T10:00:00Z');

function refused(changes: Partial<RefusedAnswer> & { status: number }): SentryFailure {
  return decideFailure({
    operation: 'issues',
    write: false,
    host: 'sentry.corp.example',
    organization: 'acme',
    scopes: null,
    uploadToken: false,
    headers: { 'content-type': 'application/json' },
    body: {},
    now: NOW,
    waitMs: 1000,
    ...changes,
  });
}

for (const { what, answer, kind, says } of REFUSALS) {
  test(`${what} is called ${kind} and told in a sentence`, () => {
    const failure = refused(answer);
    assert.equal(failure.kind, kind, failure.message);
    assert.match(failure.message, says);
    assert.equal(failure.status, answer.status);
  });
}

test('a scope is named only where it is what lacks', () => {
  const missing = (failure: SentryFailure) => failure.kind === 'forbidden' && failure.missingScopes;
  assert.deepEqual(missing(refused({ status: 403 })), ['event:read']);
  assert.deepEqual(missing(refused({ status: 403, operation: 'change', headers: INSUFFICIENT })), [
    'event:write',
    'event:admin',
  ]);
  assert.equal(missing(refused({ status: 403, operation: 'change', scopes: ['event:admin'] })), null);
});

test('the refused field is named, from fields, from a list of faults and from a bad search', () => {
  const field = (body: object, status = 400) => {
    const failure = refused({ status, body });
    return failure.kind === 'invalid' && failure.field;
  };
  assert.equal(field({ status: ['"x" is not a valid choice.'] }), 'status');
  assert.equal(field({ detail: [{ loc: ['query', 'sort'], msg: 'bad' }] }, 422), 'sort');
  assert.equal(field({ detail: 'Error parsing search query: Unmatched' }), 'query');
  assert.equal(field({ detail: 'Invalid stats_period.' }), null);
  assert.equal(field({ non_field_errors: ['No.'] }), null);
});

test('every status has a meaning for every question, and only a write has an unknown outcome', () => {
  const operations: Operation[] = ['root', 'organization', 'event', 'change'];
  const bodies: unknown[] = [undefined, [], { detail: null }, { detail: { odd: 1 }, status: 7 }];
  for (let status = 100; status < 600; status += 1) {
    for (const operation of operations) {
      for (const body of bodies) {
        for (const write of [false, true]) {
          const failure = refused({ status, operation, body, write });
          assert.ok(
            failure.message.length > 20 && !/undefined|null|\[object|\s\s/.test(failure.message),
            failure.message,
          );
          assert.ok(write || failure.kind !== 'outcome_unknown', `${status}`);
          if (write && status >= 500) assert.equal(failure.kind, 'outcome_unknown');
        }
      }
    }
  }
});

test('the server’s own words are cut, stand in one line, and never quote a query', () => {
  const failure = refused({ status: 400, body: { detail: `line\n\n${'x'.repeat(5000)}` } });
  assert.ok(failure.message.length < 400);
  assert.doesNotMatch(failure.message, /\n/);
});

test('what was not sent, what was not answered and what was answered by something else are told apart', () => {
  const none = (kind: 'not_sent' | 'no_answer', reason: OutboundReason, write: boolean) =>
    decideUnanswered({ kind, reason, message: 'Because.' }, write).kind;
  assert.equal(none('not_sent', 'certificate', true), 'certificate');
  assert.equal(none('not_sent', 'address_refused', false), 'address_refused');
  assert.equal(none('not_sent', 'proxy', true), 'unreachable');
  assert.equal(none('not_sent', 'dns', false), 'unreachable');
  assert.equal(none('not_sent', 'bad_request', false), 'unauthorized');
  assert.equal(none('no_answer', 'reset', true), 'outcome_unknown');
  assert.equal(none('no_answer', 'timeout', false), 'unavailable');
  assert.equal(none('no_answer', 'too_large', false), 'unexpected');
  const answer = {
    ...({ operation: 'change', host: 'x', organization: 'a', scopes: null, uploadToken: false } as const),
    headers: HTML,
    now: NOW,
    waitMs: 0,
  };
  assert.equal(decideNotSentry({ ...answer, write: true, status: 200 }).kind, 'outcome_unknown');
  assert.equal(decideNotSentry({ ...answer, write: false, status: 200 }).kind, 'not_sentry');
});

test('a rate limit names the time to come again', () => {
  const failure = refused({ status: 429, waitMs: DAY_MS });
  assert.ok(failure.kind === 'rate_limited');
  assert.equal(failure.retryAt.toISOString(), '2026-05-02T10:00:00.000Z');
});
