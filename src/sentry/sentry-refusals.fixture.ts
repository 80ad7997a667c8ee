import type { RefusedAnswer } from './sentry-failure.decide.ts';
import type { SentryFailureKind } from './sentry.model.ts';

export const HTML = { 'content-type': 'text/html; charset=utf-8' };

/** A refusal, and what the person who must act is told of it. */
export interface RefusalCase {
  what: string;
  answer: Partial<RefusedAnswer> & { status: number };
  kind: SentryFailureKind;
  says: RegExp;
}
/** The challenge of newer versions (RFC 6750). */
export const INSUFFICIENT = {
  'www-authenticate': 'Bearer realm="api", error="insufficient_scope", scope="event:write event:admin"',
};
const NOT_PERMITTED = { detail: 'You do not have permission to perform this action.' };
const NOT_THERE = { detail: 'The requested resource does not exist' };

export const REFUSALS: RefusalCase[] = [
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
    what: 'a token that may only read projects',
    answer: { status: 403, scopes: ['project:read'], body: NOT_PERMITTED },
    kind: 'forbidden',
    says: /event:read, which the token does not have \(it has project:read only\)\. For reading it takes event:read, org:read/,
  },
  {
    what: 'a token of which nothing is told',
    answer: { status: 403, body: NOT_PERMITTED },
    kind: 'forbidden',
    says: /seems not to have.*may only read projects is not enough.*another organisation than “acme”/,
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
