import type {
  SandboxAnswer,
  SandboxRepository,
  SandboxRequest,
  SandboxView,
  SandboxWebhooks,
  SandboxWorld,
} from './sandbox.model.ts';
import type { ApiCall, Viewer } from './sandbox-call.ts';
import type { RateLimits } from './sandbox-gate.ts';
import { moved, notFound, ok, refusal } from './sandbox-answers.ts';
import * as people from './sandbox-api-people.ts';
import { searchIssues } from './sandbox-api-search.ts';
import { answerOrganization, answerRepository } from './sandbox-api-table.ts';
import { viewerRole } from './sandbox-call.ts';
import { repositoryByFormerName, repositoryById, repositoryByName } from './sandbox-state.ts';
import {
  API_VERSION_DEFAULT,
  API_VERSIONS,
  budgetHeaders,
  etagOf,
  refuseRequest,
  tokenHeaders,
  viewerOf,
} from './sandbox-gate.ts';
import { rateLimitShape, userShape, viewerShape } from './sandbox-shapes-people.ts';

/** All the API needs besides the request. */
export interface ApiHouse {
  world: SandboxWorld;
  view: SandboxView;
  limits: RateLimits;
  webhooks: SandboxWebhooks;
  api: string;
  web: string;
}

const WRITING_SCOPES = new Set(['repo', 'public_repo', 'admin:repo_hook', 'admin:org_hook']);

/** Answers one API call completely: gate, budget, work, headers, ETag. */
export function answerApi(house: ApiHouse, request: SandboxRequest): SandboxAnswer {
  const refused = refuseRequest(request);
  if (refused !== null) return refused;
  const nowMs = house.world.now().getTime();
  const viewer = viewerOf(house.world.state, request, nowMs);
  const resource = request.path.startsWith('/search/') ? 'search' : 'core';
  const budget = house.limits.budget(viewer === 'bad' ? null : (viewer?.login ?? null), resource, nowMs);
  if (viewer === 'bad') return { ...refusal(401, 'Bad credentials', budgetHeaders(budget, resource)) };
  const free = request.path === '/rate_limit';
  if (budget.used >= budget.limit && !free) {
    return refusal(
      403,
      `API rate limit exceeded for ${viewer === null ? '127.0.0.1' : `user ID ${viewer.login}`}.`,
      budgetHeaders(budget, resource),
    );
  }
  const answer = withEtag(request, route(house, request, viewer));
  if (answer.status !== 304 && !free) budget.used += 1;
  return {
    ...answer,
    headers: {
      'x-github-media-type': 'github.v3; format=json',
      'x-github-api-version-selected': versionOf(request),
      ...budgetHeaders(budget, resource),
      ...(viewer === null ? {} : tokenHeaders(viewer)),
      ...answer.headers,
    },
  };
}

function versionOf(request: SandboxRequest): string {
  return String(request.headers['x-github-api-version'] ?? API_VERSION_DEFAULT);
}

function withEtag(request: SandboxRequest, answer: SandboxAnswer): SandboxAnswer {
  if (request.method !== 'GET' || answer.status !== 200) return answer;
  const text = JSON.stringify(answer.body);
  const etag = etagOf(request, text);
  const headers = { ...answer.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60' };
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim()) ?? [];
  if (known.includes(etag)) return { status: 304, headers };
  return { status: 200, headers: { ...headers, 'content-type': 'application/json; charset=utf-8' }, text };
}

function route(house: ApiHouse, request: SandboxRequest, viewer: Viewer | null): SandboxAnswer {
  const call: ApiCall = {
    world: house.world,
    view: house.view,
    context: { state: house.world.state, api: house.api, web: house.web, modern: versionOf(request) === '2026-03-10' },
    viewer,
    method: request.method,
    path: request.path,
    query: request.query,
    text: request.text,
  };
  const segments = decodeSegments(request.path);
  if (segments === null) return notFound();
  const [first, second = '', third = '', ...rest] = segments;
  if (first === 'repos' && third !== '') return routeNamed(house, call, [`${second}/${third}`, ...rest]);
  if (first === 'repositories' && second !== '') {
    return routeRepository(house, call, repositoryById(house.world.state, Number(second)), segments.slice(2));
  }
  if (first === 'orgs' || first === 'organizations') {
    return refuseWriter(call) ?? answerOrganization(call, house.webhooks, organizationPath(call, segments));
  }
  return routeRoot(house, call, segments);
}

// Links lead to an organization by its id.
function organizationPath({ world }: ApiCall, [first, named = '', ...below]: string[]): string[] {
  const byId = world.state.users.find(({ id }) => id === Number(named))?.login ?? '';
  return [first === 'orgs' ? named : byId, ...below];
}

// A trailing slash leaves an empty last part, which no route has: 404, as on GitHub.
function decodeSegments(path: string): string[] | null {
  try {
    return path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
}

function routeRoot(house: ApiHouse, call: ApiCall, segments: string[]): SandboxAnswer {
  const { viewer } = call;
  const nowMs = house.world.now().getTime();
  if (call.method !== 'GET') return notFound();
  switch (segments.join('/')) {
    case 'user':
      return viewer === null ? refusal(401, 'Requires authentication') : ok(viewerShape(call.context, viewer.login));
    case 'rate_limit': {
      const of = (resource: 'core' | 'search') => house.limits.budget(viewer?.login ?? null, resource, nowMs);
      return ok(rateLimitShape(call.context.modern, { core: of('core'), search: of('search') }));
    }
    case 'meta':
      return ok({
        verifiable_password_authentication: false,
        hooks: ['127.0.0.1/32'],
        web: ['127.0.0.1/32'],
        api: ['127.0.0.1/32'],
      });
    case 'versions':
      return ok(API_VERSIONS);
    case 'search/issues':
      return searchIssues(call);
    case 'user/repos':
      return people.listOwnRepositories(call);
    case 'user/orgs':
      return people.listOwnOrganizations(call);
    default:
      return segments[0] === 'users' ? routeUser(call, segments.slice(1)) : notFound();
  }
}

function routeUser(call: ApiCall, [login = '', ...below]: string[]): SandboxAnswer {
  if (below.length === 0) return getUser(call, login);
  return below.join('/') === 'repos' ? people.listUserRepositories(call, login) : notFound();
}

function getUser(call: ApiCall, login: string): SandboxAnswer {
  const known = call.world.state.users.some((user) => user.login.toLowerCase() === login.toLowerCase());
  return known ? ok({ ...viewerShape(call.context, login), ...userShape(call.context, login) }) : notFound();
}

function routeNamed(house: ApiHouse, call: ApiCall, [fullName = '', ...below]: string[]): SandboxAnswer {
  const repository = repositoryByName(call.world.state, fullName);
  if (repository !== null) return routeRepository(house, call, repository, below);
  const renamed = repositoryByFormerName(call.world.state, fullName);
  if (renamed === null || viewerRole(call, renamed) === null) return notFound();
  const query = call.query.size === 0 ? '' : `?${call.query.toString()}`;
  const rest = below.map((part) => `/${encodeURIComponent(part)}`).join('');
  return moved(call.method, `${call.context.api}/repositories/${renamed.id}${rest}${query}`);
}

function routeRepository(
  house: ApiHouse,
  call: ApiCall,
  repository: SandboxRepository | null,
  below: string[],
): SandboxAnswer {
  const role = repository === null ? null : viewerRole(call, repository);
  if (repository === null || role === null) return notFound();
  return refuseWriter(call) ?? answerRepository({ ...call, repository, role }, house.webhooks, below);
}

function refuseWriter({ method, viewer }: ApiCall): SandboxAnswer | null {
  if (method === 'GET') return null;
  if (viewer === null) return refusal(401, 'Requires authentication');
  const { scopes, mayWriteIssues } = viewer.token;
  if (scopes === null && !mayWriteIssues) {
    return refusal(403, 'Resource not accessible by personal access token', {
      'x-accepted-github-permissions': 'issues=write',
    });
  }
  return scopes === null || scopes.some((scope) => WRITING_SCOPES.has(scope)) ? null : notFound();
}
