import { createHash, randomBytes } from 'node:crypto';
import type { SandboxAnswer, SandboxLimits, SandboxRequest, SandboxState } from './sandbox.model.ts';
import type { Viewer } from './sandbox-call.ts';
import type { Budget } from './sandbox-shapes-people.ts';
import { refusal } from './sandbox-answers.ts';

export const API_VERSIONS: readonly string[] = ['2026-03-10', '2022-11-28'];
export const API_VERSION_DEFAULT = '2022-11-28';
const ANONYMOUS_LIMIT = 60;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** GitHub's usual limits for one user. */
export const LIMITS_DEFAULT: SandboxLimits = { core: 5000, search: 30 };

/** How much each user spent; in memory only, like GitHub's own counters. */
export class RateLimits {
  readonly #limits: SandboxLimits;
  readonly #budgets = new Map<string, Budget>();

  constructor(limits: SandboxLimits) {
    this.#limits = limits;
  }

  /** The bucket of a user (null: nobody signed in), started anew when its hour or minute is over. */
  budget(login: string | null, resource: keyof SandboxLimits, nowMs: number): Budget {
    const key = `${resource}:${login ?? ''}`;
    const known = this.#budgets.get(key);
    if (known !== undefined && known.resetAtMs > nowMs) return known;
    const limit = login === null ? ANONYMOUS_LIMIT : this.#limits[resource];
    const budget: Budget = { limit, used: 0, resetAtMs: nowMs + (resource === 'core' ? HOUR_MS : MINUTE_MS) };
    this.#budgets.set(key, budget);
    return budget;
  }
}

/** The refusal for what is wrong with the request before anybody looks at its path, or null. */
export function refuseRequest(request: SandboxRequest): SandboxAnswer | null {
  if ((request.headers['user-agent'] ?? '').trim() === '') {
    return {
      status: 403,
      headers: { 'content-type': 'text/html' },
      text: 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
    };
  }
  const version = request.headers['x-github-api-version'];
  if (version !== undefined && !API_VERSIONS.includes(String(version))) {
    return refusal(
      400,
      `Bad Request: '${String(version)}' is not a supported version. Supported versions: ${API_VERSIONS.join(', ')}`,
    );
  }
  return null;
}

/** Who holds the token: null without one, 'bad' when it is unknown, revoked or expired. */
export function viewerOf(state: SandboxState, request: SandboxRequest, nowMs: number): Viewer | null | 'bad' {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const token = state.tokens[/^(?:bearer|token)\s+(?<token>\S+)$/i.exec(header)?.groups?.['token'] ?? ''];
  if (token === undefined || token.revoked) return 'bad';
  if (token.expiresAt !== null && Date.parse(token.expiresAt) <= nowMs) return 'bad';
  return { login: token.login, token };
}

/** Headers that tell about the token. Only classic tokens get their scopes told. */
export function tokenHeaders(viewer: Viewer): Record<string, string> {
  const { scopes, expiresAt } = viewer.token;
  return {
    ...(scopes === null ? {} : { 'x-oauth-scopes': scopes.join(', '), 'x-accepted-oauth-scopes': 'repo' }),
    ...(expiresAt === null ? {} : { 'github-authentication-token-expiration': expiryText(expiresAt) }),
  };
}

function expiryText(expiresAt: string): string {
  return `${new Date(expiresAt).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function budgetHeaders(budget: Budget, resource: string): Record<string, string> {
  return {
    'x-ratelimit-limit': String(budget.limit),
    'x-ratelimit-remaining': String(Math.max(0, budget.limit - budget.used)),
    'x-ratelimit-used': String(budget.used),
    'x-ratelimit-reset': String(Math.ceil(budget.resetAtMs / 1000)),
    'x-ratelimit-resource': resource,
  };
}

/** An ETag that, as on GitHub, is worth nothing to another token. */
export function etagOf(request: SandboxRequest, text: string): string {
  const key = `${request.headers.accept ?? ''}:${request.headers.authorization ?? ''}:`;
  return `W/"${createHash('sha256').update(key).update(text).digest('hex')}"`;
}

const PROCESS_PART = randomBytes(2).toString('hex').toUpperCase();
let answered = 0;

/** An id in the form of GitHub's: five hexadecimal groups. */
export function requestId(nowMs: number): string {
  answered += 1;
  const count = answered.toString(16).toUpperCase().padStart(6, '0');
  return `${PROCESS_PART}:${count.slice(-4)}:${count}:${count}:${Math.floor(nowMs / 1000)
    .toString(16)
    .toUpperCase()}`;
}
