import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Secret } from '../lib/secret.ts';
import type { Outbound } from '../outbound/outbound.model.ts';
import { openOutbound } from '../outbound/outbound.ts';
import { appReads, appViewer } from './github-app.ts';
import type { MadeApp } from './github-app.model.ts';
import { ask, type Door, pathSegment, understood } from './github-ask.ts';
import { branchReads } from './github-branches.ts';
import { CREATIONS_PER_HOUR } from './github-budget.decide.ts';
import type { SharedBudgets } from './github-budget.model.ts';
import { budgetFrom, scopesFrom, serverTimeFrom, tokenExpiryFrom, tokenKindOf } from './github-headers.decide.ts';
import { type ApiAnswer, githubApi } from './github.client.ts';
import { issueWrites } from './github-issue-writes.ts';
import { hookReads } from './github-hooks.ts';
import { convertManifest } from './github-manifest.client.ts';
import { labelWrites } from './github-labels.ts';
import { repositoryLists } from './github-lists.ts';
import { placeCalls } from './github-projects.ts';
import { pullReads } from './github-pulls.ts';
import { repositoryReads } from './github-repositories.ts';
import type {
  Github,
  GithubAccess,
  GithubResult,
  GithubViewer,
  IssueChange,
  IssueDraft,
  RepositoryRef,
} from './github.model.ts';
import { parseIssue, parseRepository, parseViewer } from './github.parse.ts';

export { credentialName } from './github.client.ts';
export { readPrivateKey } from './github-credential.ts';
export { parseComment } from './github-lists.parse.ts';
export { parseIssue } from './github.parse.ts';
export { planFields, projectAt } from './github-projects.decide.ts';
export { parsePull } from './github-pulls.parse.ts';
export { sentenceFor } from './github-sentences.ts';

export interface GithubDeps {
  log: Log;
  now: Clock;
  /** Milliseconds between new issues. 0 switches all spacing off and every cap but an explicit `creationsPerHour`: for tests. */
  createSpacingMs: number;
  /** What all processes know of the limits; without it this process goes by what it sees itself. */
  budgets?: SharedBudgets;
  /** Another way out than the one of this process's environment: for tests. */
  outbound?: Outbound;
}

// One set of connections for the whole process; the environment is read when the first GitHub is opened.
let sharedOutbound: Outbound | null = null;

/**
 * Opens the door to one GitHub with one credential. Nothing is sent. All doors of this process for the same address and
 * `credential.key` share one budget.
 */
export function openGithub(access: GithubAccess, deps: GithubDeps): Github {
  const outbound = outboundOf(deps);
  const perHourDefault = deps.createSpacingMs === 0 ? null : CREATIONS_PER_HOUR;
  const creation = { spacingMs: deps.createSpacingMs, perHour: access.creationsPerHour ?? perHourDefault };
  const api = githubApi(access, creation, { ...deps, outbound });
  const door: Door = { api, access, log: deps.log, now: deps.now };
  return {
    ...repositoryReads(door),
    ...repositoryLists(door),
    ...branchReads(door),
    ...pullReads(door),
    ...hookReads(door),
    ...appReads(door),
    ...issueWrites(door),
    ...labelWrites(door),
    ...placeCalls(door),
    credentialKind: access.credential.kind,
    viewer: () => (access.credential.kind === 'app' ? appViewer(door) : viewer(door, access.credential.token)),
    repository: (r) => ask(door, r, { method: 'GET', path: '' }, ({ body }) => parseRepository(body)),
    issue: (r, number, etag) => issue(door, r, number, etag ?? null),
    createIssue: (r, draft) =>
      ask(door, r, { method: 'POST', path: '/issues', body: draftBody(draft), creates: true }, toIssue),
    changeIssue: (r, number, change) =>
      ask(door, r, { method: 'PATCH', path: `/issues/${number}`, body: changeBody(change) }, toIssue),
    addAssignees: (r, number, assignees) =>
      ask(door, r, { method: 'POST', path: `/issues/${number}/assignees`, body: { assignees } }, toIssue),
    canBeAssigned: (r, login) => canBeAssigned(door, r, login),
    budgets: () => api.budgets(),
    waiting: () => api.waiting(),
  };
}

/**
 * Exchanges the code of a manifest against the App that GitHub made of it. Never sent twice: what `outcome_unknown` means is that
 * the App's key may have been told and lost.
 */
export async function makeApp(
  access: Pick<GithubAccess, 'baseUrl' | 'apiVersion' | 'addresses'>,
  code: string,
  deps: Pick<GithubDeps, 'now' | 'outbound'>,
): Promise<GithubResult<MadeApp>> {
  return convertManifest(access, code, { outbound: outboundOf(deps), now: deps.now() });
}

function outboundOf({ outbound }: Pick<GithubDeps, 'outbound'>): Outbound {
  return outbound ?? (sharedOutbound ??= openOutbound(process.env));
}

async function viewer({ api, now }: Door, token: Secret): Promise<GithubResult<GithubViewer>> {
  const result = await api.call({ method: 'GET', path: '/user' });
  return understood(result, false, ({ body, headers }) => {
    const account = parseViewer(body);
    if (account === null) return null;
    const budget = budgetFrom(headers, now());
    return {
      ...account,
      tokenKind: tokenKindOf(token.reveal().trim()),
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

function issue(door: Door, r: RepositoryRef, number: number, etag: string | null) {
  return ask(door, r, { method: 'GET', path: `/issues/${number}`, etag }, ({ status, headers, body }) => {
    if (status === 304) return { issue: null, etag: headers['etag'] ?? etag, notModified: true };
    const parsed = parseIssue(body);
    return parsed === null ? null : { issue: parsed, etag: headers['etag'] ?? null, notModified: false };
  });
}

async function canBeAssigned(door: Door, r: RepositoryRef, login: string): Promise<GithubResult<boolean>> {
  const segment = pathSegment(login);
  const result = await ask(door, r, { method: 'GET', path: `/assignees/${segment ?? ''}` }, () => true);
  if (result.ok || result.failure.kind !== 'not_found') return result;
  const { failure, requests } = result;
  return { ok: true, value: false, status: failure.status ?? 404, requestId: failure.requestId, requests };
}

function toIssue({ body }: ApiAnswer) {
  return parseIssue(body);
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
