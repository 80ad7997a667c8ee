import type { SandboxAnswer, SandboxRequest } from './sandbox.model.ts';
import type { SandboxSentryWorld, SentryActor, SentryToken } from './sentry-world.model.ts';
import type { SentryCall } from './sentry-call.ts';
import type { SentryLimits } from './sentry-limits.ts';
import { isJsonObject } from './sandbox-call.ts';
import { notThere, said } from './sentry-call.ts';
import { SENTRY_ROUTES } from './sentry-api-table.ts';

export interface SentryHouse {
  world: SandboxSentryWorld;
  /** Where people look, without a slash at the end. */
  web: string;
  limits: SentryLimits;
}

/** Answers one call to the API, whose path begins with `/api/0`. */
export function answerSentryApi(house: SentryHouse, request: SandboxRequest): SandboxAnswer {
  const path = request.path.replace(/^\/api\/0/u, '');
  if (path === request.path) return notThere();
  if (!path.endsWith('/')) return { status: 301, headers: { location: `${house.web}/api/0${path}/` }, text: '' };
  const caller = callerOf(house.world, request);
  if (typeof caller === 'string') return said(401, caller);
  for (const route of SENTRY_ROUTES) {
    const found = route.method === request.method ? route.path.exec(path) : null;
    if (found === null) continue;
    const limited = house.limits.take(request.headers.authorization ?? '', route.path.source);
    if (limited.refusal !== null) return limited.refusal;
    const params = found.slice(1).map((part) => decodeURIComponent(part));
    const refused = refuseScope(route.scopes, caller.token) ?? refuseOrganization(house.world, path, params);
    const answer = refused ?? run(house, request, { ...caller, path, params, handle: route.handle });
    return { ...answer, headers: { ...limited.headers, ...answer.headers } };
  }
  const isKnown = SENTRY_ROUTES.some((route) => route.path.test(path));
  return isKnown ? said(405, `Method "${request.method}" not allowed.`) : notThere();
}

interface Running {
  token: SentryToken;
  actor: SentryActor;
  path: string;
  params: string[];
  handle: (call: SentryCall) => SandboxAnswer;
}

function run({ world, web }: SentryHouse, request: SandboxRequest, running: Running): SandboxAnswer {
  const { handle, ...rest } = running;
  let body: unknown;
  try {
    body = request.text === '' ? {} : JSON.parse(request.text);
  } catch {
    return said(400, 'JSON parse error');
  }
  if (!isJsonObject(body)) return { status: 400, body: { non_field_errors: ['Invalid data. Expected a dictionary.'] } };
  return handle({ world, web, method: request.method, query: request.query, body, ...rest });
}

/** Who asks, or the 401's sentence. */
function callerOf(
  { state }: SandboxSentryWorld,
  request: SandboxRequest,
): { token: SentryToken; actor: SentryActor } | string {
  const header = request.headers.authorization;
  if (header === undefined) return 'Authentication credentials were not provided.';
  const token = state.tokens[/^bearer\s+(?<token>\S+)$/iu.exec(header)?.groups?.['token'] ?? ''];
  if (token === undefined || token.revoked) return 'Invalid token';
  const app = state.apps.find(({ uuid }) => uuid === token.appId);
  const person = state.people.find(({ id }) => id === token.personId);
  if (app !== undefined) return { token, actor: { kind: 'app', app } };
  return { token, actor: person === undefined ? { kind: 'sentry' } : { kind: 'person', person } };
}

/** Any of the scopes is enough; the challenge names them as newer versions do. */
function refuseScope(scopes: readonly string[], token: SentryToken): SandboxAnswer | null {
  if (scopes.length === 0 || scopes.some((scope) => token.scopes.includes(scope))) return null;
  return said(403, 'You do not have permission to perform this action.', {
    'www-authenticate': `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"`,
  });
}

/** An organization that is not there, or not this token's, looks missing. */
function refuseOrganization({ state }: SandboxSentryWorld, path: string, params: string[]): SandboxAnswer | null {
  if (!/^\/(?:organizations|projects)\/[^/]/u.test(path)) return null;
  const { id, slug } = state.organization;
  return params[0] === id || params[0] === slug ? null : notThere();
}
