import { z } from 'zod';
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import type { OutboundOutcome } from '../outbound/outbound.model.ts';
import { type Headers, missingPermissionsFrom, resetAtFrom, wholeNumber } from './github-headers.decide.ts';
import type { GithubFailure } from './github.model.ts';

/** An answer that is not the one hoped for. `body` is the parsed JSON, or undefined when it was none. */
export interface RefusedAnswer {
  write: boolean;
  status: number;
  headers: Headers;
  body: unknown;
  now: Date;
  /** How many secondary limits came in a row before this one: each doubles the wait that GitHub did not name. */
  secondaryRepeats: number;
}

const MESSAGE_LENGTH_MAX = 500;
const SECONDARY_TEXT =
  /secondary rate limit|abuse detection|temporarily blocked from content creation|submitted too quickly|has been spammed/i;
const SECONDARY_DOCUMENTATION = /secondary-rate-limits|abuse-rate-limits/;

/** Answers by which nobody can tell whether a write took effect, besides 5xx: the server or a proxy lost patience, or points elsewhere for the result. */
const AMBIGUOUS_WRITE_STATUSES = new Set([303, 408, 499]);

/**
 * What a refusal of GitHub means. Total: every status has a meaning (facts 1.7, 2.4 and 4). For a write only answers that
 * surely mean "not done" are anything but `outcome_unknown`.
 */
export function decideFailure(answer: RefusedAnswer): GithubFailure {
  const words = wordsOf(answer.body);
  const common = {
    message: cut(words.text === '' ? `GitHub answered ${answer.status} without saying why.` : words.text),
    status: answer.status,
    requestId: answer.headers['x-github-request-id'] ?? null,
  };
  const limit = rateLimitOf(answer, words);
  if (limit !== null) return { kind: 'rate_limited', limit, retryAt: retryAtOf(answer, limit), ...common };
  return { ...meaningOf(answer, words), ...common, ...ssoMessage(answer, common.message) };
}

/** An answer of 2xx that is not what GitHub's API sends: after a write nobody knows, after a read something else answered. */
export function decideUnreadable(write: boolean, status: number, headers: Headers): GithubFailure {
  return {
    kind: write ? 'outcome_unknown' : 'unexpected',
    message: `The answer (status ${status}) is not what GitHub's API sends. Check the address, and whether a proxy or a sign-in page answered instead.`,
    status,
    requestId: headers['x-github-request-id'] ?? null,
  };
}

/** No whole answer came: what that means for a read and for a write. */
export function decideUnanswered(
  outcome: Exclude<OutboundOutcome, { kind: 'answered' }>,
  write: boolean,
): GithubFailure {
  const common = { message: outcome.message, status: null, requestId: null };
  if (outcome.kind === 'not_sent')
    return { kind: 'unreachable', ...common, ...(outcome.reason === 'certificate' && { certificate: true }) };
  if (write) return { kind: 'outcome_unknown', ...common };
  return { kind: outcome.reason === 'too_large' ? 'unexpected' : 'unavailable', ...common };
}

type Meaning =
  | { kind: 'not_found'; missingPermissions?: string }
  | { kind: 'unauthorized' | 'gone' | 'unavailable' | 'unexpected' | 'outcome_unknown' }
  | { kind: 'forbidden'; missingPermissions: string | null }
  | { kind: 'moved'; location: string | null }
  | { kind: 'invalid'; errors: ApiError[] };

type ApiError = Extract<GithubFailure, { kind: 'invalid' }>['errors'][number];

interface Words {
  message: string;
  errors: ApiError[];
  documentationUrl: string;
  /** Message and errors in one line, for a person. */
  text: string;
}

function meaningOf({ write, status, headers }: RefusedAnswer, words: Words): Meaning {
  if (write && (status >= 500 || AMBIGUOUS_WRITE_STATUSES.has(status))) return { kind: 'outcome_unknown' };
  if (status >= 500 || status === 408) return { kind: 'unavailable' };
  if (status >= 300 && status < 400) return { kind: 'moved', location: headers['location'] ?? null };
  switch (status) {
    case 401:
      return { kind: 'unauthorized' };
    case 403:
    case 451:
      return { kind: 'forbidden', missingPermissions: missingPermissionsFrom(headers) };
    case 404: {
      const missingPermissions = missingPermissionsFrom(headers);
      return { kind: 'not_found', ...(missingPermissions !== null && { missingPermissions }) };
    }
    case 410:
      // 410 is also how GitHub says that an API version is retired; then nothing of the repository is gone.
      return { kind: /version/i.test(words.message) ? 'unexpected' : 'gone' };
    case 422:
      return { kind: 'invalid', errors: words.errors };
    default:
      return { kind: 'unexpected' };
  }
}

function rateLimitOf({ status, headers }: RefusedAnswer, words: Words): 'primary' | 'secondary' | null {
  if (![403, 422, 429].includes(status)) return null;
  if (SECONDARY_TEXT.test(words.text) || SECONDARY_DOCUMENTATION.test(words.documentationUrl)) return 'secondary';
  if (status === 422) return null;
  if (headers['x-ratelimit-remaining']?.trim() === '0' || /API rate limit exceeded/i.test(words.message)) {
    return 'primary';
  }
  return status === 429 || headers['retry-after'] !== undefined ? 'secondary' : null;
}

// Facts 2.4: retry-after if it holds a number, else the reset when nothing remains, else a minute, doubled each time.
function retryAtOf({ headers, now, secondaryRepeats }: RefusedAnswer, limit: 'primary' | 'secondary'): Date {
  const retryAfterSeconds = wholeNumber(headers['retry-after']);
  if (retryAfterSeconds !== null) {
    return after(now, Math.min(Math.max(retryAfterSeconds * SECOND_MS, SECOND_MS), DAY_MS));
  }
  const resetAt = resetAtFrom(headers, now);
  if (headers['x-ratelimit-remaining']?.trim() === '0' && resetAt !== null) {
    // One second more, as the reset is a whole second; never beyond the window's hour, whatever the clocks say.
    const waitMs = resetAt.getTime() + SECOND_MS - now.getTime();
    return after(now, Math.min(Math.max(waitMs, SECOND_MS), HOUR_MS + SECOND_MS));
  }
  const doublings = limit === 'secondary' ? Math.min(secondaryRepeats, 6) : 0;
  return after(now, Math.min(MINUTE_MS * 2 ** doublings, HOUR_MS));
}

function ssoMessage({ status, headers }: RefusedAnswer, message: string): { message?: string } {
  if (status !== 403 || !/^required/i.test(headers['x-github-sso'] ?? '')) return {};
  return {
    message: `${message} The organisation asks for SAML single sign-on: authorise the token for it in GitHub's token settings.`,
  };
}

const errorSchema = z.union([
  z.string().transform((message) => ({ message })),
  z.object({
    resource: z.string().optional().catch(undefined),
    field: z.string().optional().catch(undefined),
    code: z.string().optional().catch(undefined),
    message: z.string().optional().catch(undefined),
  }),
]);

const bodySchema = z.object({
  message: z.string().catch(''),
  documentation_url: z.string().catch(''),
  errors: z.union([z.array(z.unknown()), z.string().transform((text) => [text])]).catch([]),
});

function wordsOf(body: unknown): Words {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return { message: '', errors: [], documentationUrl: '', text: '' };
  const { message, documentation_url: documentationUrl } = parsed.data;
  const errors = parsed.data.errors.flatMap((error) => {
    const one = errorSchema.safeParse(error);
    return one.success ? [withoutUndefined(one.data)] : [];
  });
  const details = errors.map(({ field, code, message: why }) => [field, why ?? code].filter(Boolean).join(' '));
  const text = [message, details.filter((detail) => detail !== '').join('; ')].filter((part) => part !== '').join(': ');
  return { message, errors, documentationUrl, text };
}

// exactOptionalPropertyTypes: an absent member must be absent.
function withoutUndefined(error: { [K in keyof ApiError]?: string | undefined }): ApiError {
  const { resource, field, code, message } = error;
  return {
    ...(resource !== undefined && { resource: cut(resource) }),
    ...(field !== undefined && { field: cut(field) }),
    ...(code !== undefined && { code: cut(code) }),
    ...(message !== undefined && { message: cut(message) }),
  };
}

function cut(text: string): string {
  return text.length <= MESSAGE_LENGTH_MAX ? text : `${text.slice(0, MESSAGE_LENGTH_MAX - 1)}…`;
}
