import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Outbound } from '../outbound/outbound.model.ts';
import { openOutbound } from '../outbound/outbound.ts';
import { CREATIONS_PER_HOUR } from './github-budget.decide.ts';
import { decideUnreadable } from './github-failure.decide.ts';
import {
  budgetFrom,
  nextLinkFrom,
  scopesFrom,
  serverTimeFrom,
  tokenExpiryFrom,
  tokenKindOf,
} from './github-headers.decide.ts';
import { type ApiAnswer, type ApiRequest, githubApi, type GithubApi } from './github.client.ts';
import type { GithubReads } from './github-reads.model.ts';
import type {
  Github,
  GithubAccess,
  GithubFailure,
  GithubResult,
  GithubViewer,
  IssueChange,
  IssueDraft,
  IssueListQuery,
  IssuePage,
  RepositoryRef,
} from './github.model.ts';
import { parseIssue, parseLabelName, parseList, parseRepository, parseViewer } from './github.parse.ts';

export { sentenceFor } from './github-sentences.ts';

export interface GithubDeps {
  log: Log;
  now: Clock;
  /** Milliseconds between new issues. 0 switches all spacing off and every cap but an explicit `creationsPerHour`: for tests. */
  createSpacingMs: number;
  /** Another way out than the one of this process's environment: for tests. */
  outbound?: Outbound;
}

const PAGE_SIZE = 100;
const LABEL_PAGES_MAX = 50;

// One set of connections for the whole process; the environment is read when the first GitHub is opened.
let sharedOutbound: Outbound | null = null;

/**
 * Opens the door to one GitHub with one credential. Nothing is sent. All doors of this process for the same address and
 * `credential.key` share one budget.
 */
export function openGithub(access: GithubAccess, deps: GithubDeps): Github {
  const outbound = deps.outbound ?? (sharedOutbound ??= openOutbound(process.env));
  const perHourDefault = deps.createSpacingMs === 0 ? null : CREATIONS_PER_HOUR;
  const creation = { spacingMs: deps.createSpacingMs, perHour: access.creationsPerHour ?? perHourDefault };
  const api = githubApi(access, creation, { ...deps, outbound });
  return {
    ...({} as GithubReads), // filled in next
    viewer: () => viewer(api, access, deps.now),
    repository: (r) => ask(api, r, { method: 'GET', path: '' }, ({ body }) => parseRepository(body)),
    issue: (r, number, etag) => issue(api, r, number, etag ?? null),
    issues: (r, query, next, etag) =>
      issues({ api, access, log: deps.log }, r, { query, next: next ?? null, etag: etag ?? null }),
    createIssue: (r, draft) =>
      ask(api, r, { method: 'POST', path: '/issues', body: draftBody(draft), creates: true }, toIssue),
    changeIssue: (r, number, change) =>
      ask(api, r, { method: 'PATCH', path: `/issues/${number}`, body: changeBody(change) }, toIssue),
    addAssignees: (r, number, assignees) =>
      ask(api, r, { method: 'POST', path: `/issues/${number}/assignees`, body: { assignees } }, toIssue),
    canBeAssigned: (r, login) => canBeAssigned(api, r, login),
    createLabel: (r, label) => createLabel(api, r, label),
    labels: (r) => labels({ api, access, log: deps.log }, r),
    budgets: () => api.budgets(),
  };
}

async function viewer(api: GithubApi, access: GithubAccess, now: Clock): Promise<GithubResult<GithubViewer>> {
  const result = await api.call({ method: 'GET', path: '/user' });
  return understood(result, false, ({ body, headers }) => {
    const account = parseViewer(body);
    if (account === null) return null;
    const budget = budgetFrom(headers, now());
    return {
      ...account,
      tokenKind:
        access.credential.kind === 'app' ? 'installation' : tokenKindOf(access.credential.token.reveal().trim()),
      scopes: scopesFrom(headers),
      expiresAt: tokenExpiryFrom(headers),
      rateLimit:
        budget === null || budget.resetAt === null
          ? null
          : { limit: budget.limit, remaining: budget.remaining, resetAt: budget.resetAt },
      serverTime: serverTimeFrom(headers),
    };
  });
}

function issue(api: GithubApi, r: RepositoryRef, number: number, etag: string | null) {
  return ask(api, r, { method: 'GET', path: `/issues/${number}`, etag }, ({ status, headers, body }) => {
    if (status === 304) return { issue: null, etag: headers['etag'] ?? etag, notModified: true };
    const parsed = parseIssue(body);
    return parsed === null ? null : { issue: parsed, etag: headers['etag'] ?? null, notModified: false };
  });
}

interface Lister {
  api: GithubApi;
  access: GithubAccess;
  log: Log;
}

async function issues(
  lister: Lister,
  r: RepositoryRef,
  { query, next, etag }: { query: IssueListQuery; next: string | null; etag: string | null },
): Promise<GithubResult<IssuePage>> {
  const path = `/issues?${listParameters(query)}`;
  const result = await page(lister, r, next ?? path, etag);
  return understood(result, false, ({ status, headers, body }) => {
    if (status === 304) return { issues: [], next: null, etag: headers['etag'] ?? etag, notModified: true };
    const list = parseList(body, parseIssue);
    if (list === null) return null;
    if (list.skipped > 0) lister.log.warn({ skipped: list.skipped }, 'github issues that cannot be read were skipped');
    return { issues: list.items, next: nextLinkFrom(headers), etag: headers['etag'] ?? null, notModified: false };
  });
}

async function labels(lister: Lister, r: RepositoryRef): Promise<GithubResult<string[]>> {
  const names: string[] = [];
  let requests = 0;
  let next = `/labels?per_page=${PAGE_SIZE}`;
  for (let pages = 1; ; pages += 1) {
    const result = understood(await page(lister, r, next, null), false, ({ body, headers }) => {
      const list = parseList(body, parseLabelName);
      return list === null ? null : { names: list.items, next: nextLinkFrom(headers) };
    });
    requests += result.requests;
    if (!result.ok) return { ...result, requests };
    names.push(...result.value.names);
    if (result.value.next === null || pages === LABEL_PAGES_MAX) return { ...result, value: names, requests };
    next = result.value.next;
  }
}

/** A page by its path below the repository, or by GitHub's own link, which must not lead (and carry the token) elsewhere. */
async function page(
  lister: Lister,
  r: RepositoryRef,
  at: string,
  etag: string | null,
): Promise<GithubResult<ApiAnswer>> {
  const result = at.startsWith('/')
    ? await ask(lister.api, r, { method: 'GET', path: at, etag }, (answer) => answer)
    : isSameOrigin(at, lister.access)
      ? await lister.api.call({ method: 'GET', path: at, etag })
      : refusedNext(0);
  if (!result.ok) return result;
  const next = nextLinkFrom(result.value.headers);
  return next === null || isSameOrigin(next, lister.access) ? result : refusedNext(result.requests);
}

function isSameOrigin(url: string, access: GithubAccess): boolean {
  const origin = URL.parse(url)?.origin;
  return origin !== undefined && origin === URL.parse(access.baseUrl)?.origin;
}

function refusedNext(requests: number): { ok: false; failure: GithubFailure; requests: number } {
  const message =
    'The link to the next page leads to another server, so it was not followed. On an Enterprise Server, check the host name it is configured with.';
  return { ok: false, failure: { kind: 'unexpected', message, status: null, requestId: null }, requests };
}

async function canBeAssigned(api: GithubApi, r: RepositoryRef, login: string): Promise<GithubResult<boolean>> {
  const segment = pathSegment(login);
  const result = await ask(api, r, { method: 'GET', path: `/assignees/${segment ?? ''}` }, () => true);
  if (result.ok || result.failure.kind !== 'not_found') return result;
  const { failure, requests } = result;
  return { ok: true, value: false, status: failure.status ?? 404, requestId: failure.requestId, requests };
}

async function createLabel(
  api: GithubApi,
  r: RepositoryRef,
  label: { name: string; color: string; description: string },
): Promise<GithubResult<boolean>> {
  const result = await ask(api, r, { method: 'POST', path: '/labels', body: label }, () => true);
  if (result.ok || result.failure.kind !== 'invalid') return result;
  const { failure, requests } = result;
  if (!failure.errors.some(({ code }) => code === 'already_exists')) return result;
  return { ok: true, value: false, status: 422, requestId: failure.requestId, requests };
}

/** A call about a repository, its answer parsed. A name or segment that cannot exist is answered here: its path would name something else. */
async function ask<T>(
  api: GithubApi,
  r: RepositoryRef,
  request: ApiRequest,
  parse: (answer: ApiAnswer) => T | null,
): Promise<GithubResult<T>> {
  const base = repositoryPath(r);
  if (base === null || request.path.endsWith('/')) {
    const message = 'A repository is named as owner/name; this name cannot exist on GitHub.';
    return { ok: false, failure: { kind: 'not_found', message, status: null, requestId: null }, requests: 0 };
  }
  return understood(await api.call({ ...request, path: base + request.path }), request.method !== 'GET', parse);
}

/** What the answer holds; an answer that cannot be read is a failure, and after a write an unknown outcome. */
function understood<T>(
  result: GithubResult<ApiAnswer>,
  write: boolean,
  parse: (answer: ApiAnswer) => T | null,
): GithubResult<T> {
  if (!result.ok) return result;
  const value = parse(result.value);
  if (value !== null) return { ...result, value };
  return {
    ok: false,
    failure: decideUnreadable(write, result.status, result.value.headers),
    requests: result.requests,
  };
}

function repositoryPath(r: RepositoryRef): string | null {
  if ('id' in r) return `/repositories/${r.id}`;
  const [owner, name, ...rest] = r.fullName.split('/').map(pathSegment);
  if (typeof owner !== 'string' || typeof name !== 'string' || rest.length > 0) return null;
  return `/repos/${owner}/${name}`;
}

// URLs swallow "." and "..", encoded or not: such a segment would lead to another endpoint.
function pathSegment(text: string): string | null {
  return text === '' || text === '.' || text === '..' ? null : encodeURIComponent(text);
}

function toIssue({ body }: ApiAnswer) {
  return parseIssue(body);
}

function listParameters({ state, sort, direction, since }: IssueListQuery): string {
  const parameters = new URLSearchParams({ state, sort, direction, per_page: String(PAGE_SIZE) });
  // GitHub keeps whole seconds, and answers the Unix epoch with an empty list (facts 3.2): no `since` means the same.
  if (since !== undefined && since.getUTCFullYear() > 1970) {
    parameters.set('since', since.toISOString().replace(/\.\d+Z$/, 'Z'));
  }
  return parameters.toString();
}

function draftBody({ title, body, labels: names, assignees, milestone, type }: IssueDraft): object {
  return {
    title,
    body,
    ...(names.length > 0 && { labels: names }),
    ...(assignees.length > 0 && { assignees }),
    ...(milestone !== null && { milestone }),
    ...(type !== null && { type }),
  };
}

function changeBody({ state, stateReason, duplicateIssueId }: IssueChange): object {
  return {
    ...(state !== undefined && { state }),
    ...(stateReason !== undefined && { state_reason: stateReason }),
    ...(duplicateIssueId !== undefined && { duplicate_issue_id: duplicateIssueId }),
  };
}
