import { after } from '../lib/clock.ts';
import type { OutboundOutcome } from '../outbound/outbound.model.ts';
import type { Headers } from './sentry-headers.decide.ts';
import { missingScope, type Operation, OPERATIONS } from './sentry-operations.decide.ts';
import { type Words, wordsOf } from './sentry-words.decide.ts';
import type { SentryFailure } from './sentry.model.ts';

/** What the sentences need to know of a call, whatever it came to. */
export interface Call {
  operation: Operation;
  write: boolean;
  /** Host and port that were asked. */
  host: string;
  organization: string;
  /** What the token may, where it is known. */
  scopes: readonly string[] | null;
  /** An organisation token (sntrys_…), made for uploads. */
  uploadToken: boolean;
}

/** An answer that is not the one hoped for. `body` is the parsed JSON, or undefined when it was none. */
export interface RefusedAnswer extends Call {
  status: number;
  headers: Headers;
  body: unknown;
  now: Date;
  /** How long to wait if this is a rate limit. */
  waitMs: number;
}

/** Answers by which nobody can tell whether a write took effect, besides 5xx. */
const AMBIGUOUS_WRITE_STATUSES = new Set([303, 408, 499]);

/**
 * What a refusal means. Total: every status has a meaning (facts 1, 2, 9 and 12). For a write only answers that surely mean
 * "not done" are anything but `outcome_unknown`.
 */
export function decideFailure(answer: RefusedAnswer): SentryFailure {
  const { status, write, body } = answer;
  const words = wordsOf(body);
  if (status === 429) return rateLimited(answer);
  if (write && (status >= 500 || status < 300 || AMBIGUOUS_WRITE_STATUSES.has(status))) return unclear(status, words);
  if (status >= 500 || status === 408) return unavailable(status, words);
  if (body === undefined || status < 400) return decideNotSentry(answer);
  switch (status) {
    case 401:
      return unauthorized(answer, words);
    case 403:
      return forbidden(answer, words);
    case 404:
      return missing(answer);
    case 400:
    case 422:
      return invalid(status, words);
    default:
      return {
        kind: 'unexpected',
        message: `Sentry answered ${status}, which Throughline does not understand.${quoted(words)}`,
        status,
      };
  }
}

/** No whole answer came: what that means for a read and for a write. */
export function decideUnanswered(
  outcome: Exclude<OutboundOutcome, { kind: 'answered' }>,
  write: boolean,
): SentryFailure {
  const { reason, message } = outcome;
  if (reason === 'certificate' || reason === 'address_refused') return { kind: reason, message, status: null };
  if (reason === 'bad_request') {
    const token =
      'The token holds characters that no token has. Copy it again from Sentry and put it into the connection.';
    return { kind: 'unauthorized', message: token, status: null };
  }
  if (outcome.kind === 'not_sent')
    return { kind: 'unreachable', message: `Sentry could not be reached. ${message}`, status: null };
  if (write) return { kind: 'outcome_unknown', message: `${SENT_WITHOUT_ANSWER} ${message}`, status: null };
  return { kind: reason === 'too_large' ? 'unexpected' : 'unavailable', message, status: null };
}

/** Something answered that is no Sentry; after a write that was taken (2xx) nobody knows. */
export function decideNotSentry({ write, status, headers, host }: Omit<RefusedAnswer, 'body'>): SentryFailure {
  if (write && status < 300) return unclear(status, NOTHING_SAID);
  const location = status >= 300 && status < 400 ? targetOf(headers['location']) : null;
  if (location !== null) {
    const message = `${host} does not answer as Sentry but sends on to ${location}. If Sentry has moved there, put the new address into the connection; if that is a sign-in page, let Throughline pass it.`;
    return { kind: 'not_sentry', message, status };
  }
  const what = /html/iu.test(headers['content-type'] ?? '') ? 'a web page' : 'something else';
  const message = `What answers at ${host} is not Sentry's API: ${what} came (status ${status}). Check the address, and whether a proxy or a sign-in page answers instead.`;
  return { kind: 'not_sentry', message, status };
}

const SENT_WITHOUT_ANSWER = 'The change was sent to Sentry, but no clear answer came.';
const NOTHING_SAID: Words = { text: '', field: null, code: null };

function rateLimited({ now, waitMs, status }: RefusedAnswer): SentryFailure {
  const retryAt = after(now, waitMs);
  const message = 'Sentry asks for a pause, because many requests came in a short time. Throughline goes on by itself.';
  return { kind: 'rate_limited', retryAt, message, status };
}

function unclear(status: number, words: Words): SentryFailure {
  const message = `${SENT_WITHOUT_ANSWER} The status was ${status}.${quoted(words)} Throughline looks at the issue before it sends anything again.`;
  return { kind: 'outcome_unknown', message, status };
}

function unavailable(status: number, words: Words): SentryFailure {
  const message = `Sentry has trouble answering (status ${status}).${quoted(words)} Throughline tries again by itself.`;
  return { kind: 'unavailable', message, status };
}

const MAKE_ANOTHER_TOKEN =
  'In Sentry make an internal integration (Settings → Developer Settings), or a personal token, with event:read, org:read and project:read, and put its token into the connection.';

function unauthorized({ uploadToken, status }: RefusedAnswer, words: Words): SentryFailure {
  if (uploadToken) return { kind: 'unauthorized', message: UPLOAD_TOKEN, status };
  const why =
    words.code === null
      ? 'Sentry does not accept the token: it is mistyped, expired or revoked.'
      : `Sentry does not accept the token.${quoted(words)}`;
  return { kind: 'unauthorized', message: `${why} ${MAKE_ANOTHER_TOKEN}`, status };
}

const UPLOAD_TOKEN = `This is an organisation token (sntrys_…). Sentry makes those for uploads only: they cannot read issues. ${MAKE_ANOTHER_TOKEN}`;

function forbidden(answer: RefusedAnswer, words: Words): SentryFailure {
  const { operation, scopes, uploadToken, status } = answer;
  if (uploadToken) return { kind: 'unauthorized', message: UPLOAD_TOKEN, status };
  const challenged = scopesAsked(answer.headers['www-authenticate'] ?? '');
  const missed = missingScope(operation, scopes);
  const missingScopes = challenged ?? (missed === null ? null : [missed]);
  if (missingScopes !== null) {
    const lacks = lacksWords(answer, challenged !== null || scopes !== null);
    const message = `${OPERATIONS[operation].does} needs the scope ${missingScopes.join(' or ')}, ${lacks} ${MEND_SCOPES}`;
    return { kind: 'forbidden', missingScopes, message, status };
  }
  if (OPERATIONS[operation].missing === 'organization') return organizationNotFound(answer);
  const message = `Sentry refused this: the token may not do it.${quoted(words)}`;
  return { kind: 'forbidden', missingScopes: null, message, status };
}

const MEND_SCOPES =
  'For reading it takes event:read, org:read and project:read together, for both ways event:write as well. Add what is missing to the internal integration in Sentry; a personal token has to be made anew.';

/** `known`: Sentry told what is missing, or what the token has; else a refusal may have another reason. */
function lacksWords({ scopes, organization, status }: RefusedAnswer, known: boolean): string {
  if (!known)
    return `which the token seems not to have: Sentry refuses it (${status}) without saying why. A token that may only read projects is not enough, and one of another organisation than “${organization}” may read nothing.`;
  const has = scopes === null || scopes.length === 0 ? '' : ` (it has ${scopes.join(', ')} only)`;
  return `which the token does not have${has}.`;
}

function missing(answer: RefusedAnswer): SentryFailure {
  const what = OPERATIONS[answer.operation].missing;
  if (what === 'organization') return organizationNotFound(answer);
  if (what === 'server') return decideNotSentry(answer);
  const message = 'Sentry does not find it: it was deleted or is just being merged, or the token may not see it.';
  return { kind: 'not_found', message, status: answer.status };
}

function organizationNotFound({ organization, status }: RefusedAnswer): SentryFailure {
  const message = `Sentry knows no organisation “${organization}”, or the token may not see it. Its short name stands in the address of your Sentry pages: https://NAME.sentry.io or …/organizations/NAME/.`;
  return { kind: 'organization_not_found', message, status };
}

function invalid(status: number, words: Words): SentryFailure {
  if (/already posted that comment/iu.test(words.text))
    return { kind: 'duplicate', message: 'The same comment stands there already.', status };
  const message =
    words.text === '' ? 'Sentry refused this without saying why.' : `Sentry refused this.${quoted(words)}`;
  return { kind: 'invalid', field: words.field, message, status };
}

/** The scopes that an RFC 6750 challenge names; null when there is none that does. */
function scopesAsked(challenge: string): string[] | null {
  if (!/insufficient_scope/u.test(challenge)) return null;
  const named = /\bscope="(?<scopes>[^"]+)"/u.exec(challenge)?.groups?.['scopes'];
  return named === undefined ? null : named.trim().split(/\s+/u);
}

function quoted({ text }: Words): string {
  return text === '' ? '' : ` It says: “${text}”.`;
}

/** Where a redirect leads, without what a query may hold. */
function targetOf(location: string | undefined): string | null {
  const url = URL.parse(location ?? '', 'http://relative.invalid');
  if (location === undefined || url === null) return null;
  return url.hostname === 'relative.invalid' ? url.pathname : `${url.origin}${url.pathname}`;
}
