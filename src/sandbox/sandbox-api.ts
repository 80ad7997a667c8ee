import type {
  SandboxAnswer,
  SandboxRepository,
  SandboxRequest,
  SandboxView,
  SandboxWebhooks,
  SandboxWorld,
} from './sandbox.model.ts';
import type { ApiCall, RepositoryCall, Viewer } from './sandbox-call.ts';
import type { RateLimits } from './sandbox-gate.ts';
import { moved, notFound, ok, refusal } from './sandbox-answers.ts';
import * as issues from './sandbox-api-issues.ts';
import * as parts from './sandbox-api-issue-parts.ts';
import * as repositories from './sandbox-api-repository.ts';
import { searchIssues } from './sandbox-api-search.ts';
import { listIssues } from './sandbox-list.ts';
import { roleIn } from './sandbox-access.ts';
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

type Handler = (call: RepositoryCall) => SandboxAnswer;

/** What lies below a repository. `*` is a variable part. */
const ROUTES: readonly [method: string, path: string, handler: Handler][] = [
  ['GET', '', repositories.getRepository],
  ['GET', 'issues', listIssues],
  ['POST', 'issues', issues.createIssue],
  ['GET', 'issues/*', issues.getIssue],
  ['PATCH', 'issues/*', issues.updateIssue],
  ['GET', 'issues/*/comments', parts.listComments],
  ['POST', 'issues/*/comments', parts.createComment],
  ['POST', 'issues/*/assignees', parts.addAssignees],
  ['DELETE', 'issues/*/assignees', parts.removeAssignees],
  ['GET', 'issues/*/assignees/*', repositories.checkAssignee],
  ['GET', 'issues/*/labels', parts.listIssueLabels],
  ['POST', 'issues/*/labels', parts.addIssueLabels],
  ['PUT', 'issues/*/labels', parts.setIssueLabels],
  ['DELETE', 'issues/*/labels/*', parts.removeIssueLabel],
  ['GET', 'labels', repositories.listLabels],
  ['POST', 'labels', repositories.createLabel],
  ['GET', 'labels/*', repositories.getLabel],
  ['GET', 'assignees', repositories.listAssignees],
  ['GET', 'assignees/*', repositories.checkAssignee],
  ['GET', 'milestones', repositories.listMilestones],
  ['GET', 'pulls', repositories.listPulls],
];

const ROUTES_SPLIT = ROUTES.map(([method, path, handler]) => ({
  method,
  parts: path === '' ? [] : path.split('/'),
  handler,
}));

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
  if (first === 'repos' && third !== '') return routeNamed(call, `${second}/${third}`, rest);
  if (first === 'repositories' && second !== '') {
    return routeRepository(call, repositoryById(house.world.state, Number(second)), segments.slice(2));
  }
  return routeRoot(house, call, segments);
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
    default:
      return segments[0] === 'users' && segments.length === 2 ? getUser(call, segments[1] ?? '') : notFound();
  }
}

function getUser(call: ApiCall, login: string): SandboxAnswer {
  const known = call.world.state.users.some((user) => user.login.toLowerCase() === login.toLowerCase());
  return known ? ok({ ...viewerShape(call.context, login), ...userShape(call.context, login) }) : notFound();
}

function routeNamed(call: ApiCall, fullName: string, below: string[]): SandboxAnswer {
  const repository = repositoryByName(call.world.state, fullName);
  if (repository !== null) return routeRepository(call, repository, below);
  const renamed = repositoryByFormerName(call.world.state, fullName);
  if (renamed === null || roleIn(call.world.state, renamed, call.viewer?.login ?? null) === null) return notFound();
  const query = call.query.size === 0 ? '' : `?${call.query.toString()}`;
  const rest = below.map((part) => `/${encodeURIComponent(part)}`).join('');
  return moved(call.method, `${call.context.api}/repositories/${renamed.id}${rest}${query}`);
}

function routeRepository(call: ApiCall, repository: SandboxRepository | null, below: string[]): SandboxAnswer {
  const role = repository === null ? null : roleIn(call.world.state, repository, call.viewer?.login ?? null);
  if (repository === null || role === null || !scopesReach(call.viewer, repository)) return notFound();
  for (const candidate of ROUTES_SPLIT) {
    if (candidate.method !== call.method) continue;
    const params = matchParts(candidate.parts, below);
    if (params === null) continue;
    const refused = call.method === 'GET' ? null : refuseWriter(call.viewer);
    return refused ?? candidate.handler({ ...call, repository, role, params });
  }
  return notFound();
}

function matchParts(pattern: readonly string[], below: readonly string[]): string[] | null {
  if (pattern.length !== below.length) return null;
  const params: string[] = [];
  for (const [index, part] of pattern.entries()) {
    const given = below[index] ?? '';
    if (part === '*' && given !== '') params.push(given);
    else if (part !== given) return null;
  }
  return params;
}

// A classic token sees private repositories only with `repo`.
function scopesReach(viewer: Viewer | null, repository: SandboxRepository): boolean {
  const scopes = viewer?.token.scopes ?? null;
  return repository.visibility === 'public' || scopes === null || scopes.includes('repo');
}

function refuseWriter(viewer: Viewer | null): SandboxAnswer | null {
  if (viewer === null) return refusal(401, 'Requires authentication');
  const { scopes, mayWriteIssues } = viewer.token;
  if (scopes === null && !mayWriteIssues) {
    return refusal(403, 'Resource not accessible by personal access token', {
      'x-accepted-github-permissions': 'issues=write',
    });
  }
  if (scopes !== null && !scopes.includes('repo') && !scopes.includes('public_repo')) return notFound();
  return null;
}
