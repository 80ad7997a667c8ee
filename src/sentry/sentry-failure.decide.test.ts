import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS } from '../lib/clock.ts';
import type { OutboundReason } from '../outbound/outbound.model.ts';
import { decideFailure, decideNotSentry, decideUnanswered, type RefusedAnswer } from './sentry-failure.decide.ts';
import type { Operation } from './sentry-operations.decide.ts';
import type { SentryFailure, SentryFailureKind } from './sentry.model.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const HTML = { 'content-type': 'text/html; charset=utf-8' };

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

interface Case {
  what: string;
  answer: Partial<RefusedAnswer> & { status: number };
  kind: SentryFailureKind;
  says: RegExp;
}
const INSUFFICIENT = {
  'www-authenticate': 'Bearer realm="api", error="insufficient_scope", scope="event:write event:admin"',
};
const NOT_PERMITTED = { detail: 'You do not have permission to perform this action.' };
const NOT_THERE = { detail: 'The requested resource does not exist' };

const CASES: Case[] = [
  {
    what: 'a wrong token',
    answer: { status: 401, body: { detail: 'Invalid token' } },
    kind: 'unauthorized',
    says: /mistyped, expired or revoked\. In Sentry make an internal integration/,
  },
  {
    what: 'a wrong token at GlitchTip',
    answer: { status: 401, body: { detail: 'Unauthorized' } },
    kind: 'unauthorized',
    says: /mistyped, expired or revoked/,
  },
  {
    what: 'an organisation that wants single sign-on',
    answer: { status: 401, body: { detail: { code: 'sso-required', message: 'Must login via SSO' } } },
    kind: 'unauthorized',
    says: /“Must login via SSO”/,
  },
  {
    what: 'an organisation token',
    answer: { status: 401, uploadToken: true, body: { detail: 'Invalid token' } },
    kind: 'unauthorized',
    says: /organisation token.*cannot read issues/,
  },
  {
    what: 'an organisation token without the scope',
    answer: { status: 403, uploadToken: true, body: NOT_PERMITTED },
    kind: 'unauthorized',
    says: /organisation token.*cannot read issues/,
  },
  {
    what: 'a missing scope, by the table',
    answer: { status: 403, body: NOT_PERMITTED },
    kind: 'forbidden',
    says: /Reading issues needs the scope event:read/,
  },
  {
    what: 'a missing scope, by what the token has',
    answer: { status: 403, operation: 'change', scopes: ['event:read'], body: NOT_PERMITTED },
    kind: 'forbidden',
    says: /Changing an issue needs the scope event:write/,
  },
  {
    what: 'a missing scope, by the challenge',
    answer: { status: 403, operation: 'change', headers: INSUFFICIENT, body: NOT_PERMITTED },
    kind: 'forbidden',
    says: /event:write or event:admin, which the token does not have/,
  },
  {
    what: 'a missing scope at GlitchTip',
    answer: { status: 403, operation: 'projects', body: { detail: 'Permission denied' } },
    kind: 'forbidden',
    says: /Listing the projects needs the scope org:read/,
  },
  {
    what: 'a refusal though the scope is there',
    answer: { status: 403, operation: 'change', scopes: ['event:write'], body: NOT_PERMITTED },
    kind: 'forbidden',
    says: /the token may not do it\. It says: “You do not have permission/,
  },
  {
    what: "another one's organisation",
    answer: { status: 403, operation: 'organization', scopes: ['org:read'], body: NOT_PERMITTED },
    kind: 'organization_not_found',
    says: /no organisation “acme”.*NAME\.sentry\.io/,
  },
  {
    what: 'a wrong short name of the organisation',
    answer: { status: 404, operation: 'organization', body: NOT_THERE },
    kind: 'organization_not_found',
    says: /no organisation “acme”/,
  },
  {
    what: 'a list of an unknown organisation',
    answer: { status: 404, body: { detail: 'Not Found' } },
    kind: 'organization_not_found',
    says: /no organisation/,
  },
  {
    what: 'a deleted issue',
    answer: { status: 404, operation: 'issue', body: NOT_THERE },
    kind: 'not_found',
    says: /deleted or is just being merged/,
  },
  {
    what: 'an event that is no longer kept',
    answer: { status: 404, operation: 'event', body: NOT_THERE },
    kind: 'not_found',
    says: /does not find it/,
  },
  {
    what: 'a server without this API',
    answer: { status: 404, headers: HTML, body: undefined },
    kind: 'not_sentry',
    says: /sentry\.corp\.example is not Sentry's API: a web page came/,
  },
  {
    what: 'a proxy that wants a password',
    answer: { status: 401, headers: HTML, body: undefined },
    kind: 'not_sentry',
    says: /a proxy or a sign-in page/,
  },
  {
    what: 'a firewall',
    answer: { status: 403, headers: {}, body: undefined },
    kind: 'not_sentry',
    says: /something else came \(status 403\)/,
  },
  {
    what: 'a sign-in page',
    answer: { status: 302, headers: { location: '/auth/login/acme/?next=secret' }, body: undefined },
    kind: 'not_sentry',
    says: /sends on to \/auth\/login\/acme\/\./,
  },
  {
    what: 'a server that has moved',
    answer: { status: 301, headers: { location: 'https://new.example/api/0/?q=1' }, body: undefined },
    kind: 'not_sentry',
    says: /sends on to https:\/\/new\.example\/api\/0\/\. If Sentry has moved/,
  },
  {
    what: 'a bad search',
    answer: { status: 400, body: { detail: "Error parsing search query: Unmatched '('" } },
    kind: 'invalid',
    says: /refused this\. It says: “Error parsing search query/,
  },
  {
    what: 'a refused field',
    answer: {
      status: 400,
      operation: 'change',
      write: true,
      body: { assignedTo: ['Cannot assign to non-team member'] },
    },
    kind: 'invalid',
    says: /“assignedTo: Cannot assign to non-team member”/,
  },
  {
    what: 'a refusal about no field',
    answer: { status: 400, operation: 'change', write: true, body: { non_field_errors: ['No.'] } },
    kind: 'invalid',
    says: /“No”\./,
  },
  {
    what: "GlitchTip's 422",
    answer: { status: 422, body: { detail: [{ type: 'int', loc: ['query', 'project', 0], msg: 'not an integer' }] } },
    kind: 'invalid',
    says: /“not an integer”/,
  },
  {
    what: 'the same comment again',
    answer: { status: 400, write: true, body: { detail: 'You have already posted that comment.' } },
    kind: 'duplicate',
    says: /stands there already/,
  },
  {
    what: 'too many requests',
    answer: { status: 429, body: { detail: 'You are attempting to use this endpoint too frequently.' } },
    kind: 'rate_limited',
    says: /asks for a pause/,
  },
  {
    what: 'too many requests behind a proxy',
    answer: { status: 429, headers: HTML, body: undefined },
    kind: 'rate_limited',
    says: /asks for a pause/,
  },
  {
    what: 'an inner error',
    answer: { status: 500, body: { detail: 'Internal Error', errorId: 'f00' } },
    kind: 'unavailable',
    says: /\(status 500\)\. It says: “Internal Error”\. Throughline tries again/,
  },
  {
    what: 'a gateway with a web page',
    answer: { status: 502, headers: HTML, body: undefined },
    kind: 'unavailable',
    says: /\(status 502\)\. Throughline tries again/,
  },
  {
    what: 'a write at a gateway with a web page',
    answer: { status: 502, operation: 'change', write: true, headers: HTML, body: undefined },
    kind: 'outcome_unknown',
    says: /was sent to Sentry, but no clear answer came/,
  },
  {
    what: 'a write that ended in an inner error',
    answer: { status: 500, operation: 'change', write: true },
    kind: 'outcome_unknown',
    says: /looks at the issue before/,
  },
  {
    what: 'a teapot',
    answer: { status: 418, body: { detail: 'Short and stout.' } },
    kind: 'unexpected',
    says: /answered 418, which Throughline does not understand\. It says: “Short and stout”\./,
  },
];
for (const { what, answer, kind, says } of CASES) {
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
