import type { SandboxAnswer, SandboxWebhooks } from './sandbox.model.ts';
import type { ApiCall, RepositoryCall } from './sandbox-call.ts';
import type { HookCall } from './sandbox-api-hooks.ts';
import { mayAtLeast } from './sandbox-access.ts';
import { notFound } from './sandbox-answers.ts';
import * as comments from './sandbox-api-comments.ts';
import * as deliveries from './sandbox-api-deliveries.ts';
import * as git from './sandbox-api-git.ts';
import * as hooks from './sandbox-api-hooks.ts';
import * as issues from './sandbox-api-issues.ts';
import * as parts from './sandbox-api-issue-parts.ts';
import * as people from './sandbox-api-people.ts';
import * as pulls from './sandbox-api-pulls.ts';
import * as subIssues from './sandbox-api-sub-issues.ts';
import * as repositories from './sandbox-api-repository.ts';
import { organizationPlace, repositoryPlace } from './sandbox-hook-place.ts';
import { listIssues } from './sandbox-list.ts';
import { findOrganization } from './sandbox-state.ts';

type Handler<Call> = (call: Call) => SandboxAnswer;
type Row<Call> = readonly [method: string, path: string, handler: Handler<Call>];

/** What lies below a repository. `*` is one variable part, `**` all that follow. */
const BELOW_REPOSITORY: readonly Row<RepositoryCall>[] = [
  ['GET', '', repositories.getRepository],
  ['GET', 'issues', listIssues],
  ['POST', 'issues', issues.createIssue],
  ['GET', 'issues/comments', comments.listAllComments],
  ['GET', 'issues/comments/*', comments.getComment],
  ['PATCH', 'issues/comments/*', comments.updateComment],
  ['DELETE', 'issues/comments/*', comments.removeComment],
  ['GET', 'issues/*', issues.getIssue],
  ['PATCH', 'issues/*', issues.updateIssue],
  ['GET', 'issues/*/comments', comments.listComments],
  ['POST', 'issues/*/comments', comments.createComment],
  ['POST', 'issues/*/assignees', parts.addAssignees],
  ['DELETE', 'issues/*/assignees', parts.removeAssignees],
  ['GET', 'issues/*/assignees/*', repositories.checkAssignee],
  ['GET', 'issues/*/sub_issues', subIssues.listSubIssues],
  ['POST', 'issues/*/sub_issues', subIssues.addSubIssue],
  ['GET', 'issues/*/labels', parts.listIssueLabels],
  ['POST', 'issues/*/labels', parts.addIssueLabels],
  ['PUT', 'issues/*/labels', parts.setIssueLabels],
  ['DELETE', 'issues/*/labels/*', parts.removeIssueLabel],
  ['GET', 'labels', repositories.listLabels],
  ['POST', 'labels', repositories.createLabel],
  ['GET', 'labels/*', repositories.getLabel],
  ['PATCH', 'labels/*', repositories.changeLabel],
  ['DELETE', 'labels/*', repositories.removeLabel],
  ['GET', 'assignees', repositories.listAssignees],
  ['GET', 'assignees/*', repositories.checkAssignee],
  ['GET', 'milestones', repositories.listMilestones],
  ['GET', 'milestones/*', repositories.getMilestone],
  ['GET', 'pulls', pulls.listPulls],
  ['GET', 'pulls/*', pulls.getPull],
  ['GET', 'pulls/*/reviews', pulls.listReviews],
  ['GET', 'pulls/*/requested_reviewers', pulls.listRequestedReviewers],
  ['GET', 'branches', git.listBranches],
  ['GET', 'branches/*', git.getBranch],
  ['GET', 'git/matching-refs/**', git.listMatchingRefs],
  ['GET', 'commits', git.listCommits],
  ['GET', 'commits/**', git.getCommit],
  ['GET', 'activity', git.listActivity],
  ['GET', 'collaborators', people.listCollaborators],
  ['GET', 'collaborators/*', people.checkCollaborator],
  ['GET', 'collaborators/*/permission', people.getPermission],
  ['GET', 'teams', people.listTeams],
];

const HOOKS: readonly Row<HookCall>[] = [
  ['GET', 'hooks', hooks.listHooks],
  ['POST', 'hooks', hooks.createHook],
  ['GET', 'hooks/*', hooks.getHook],
  ['PATCH', 'hooks/*', hooks.updateHook],
  ['DELETE', 'hooks/*', hooks.deleteHook],
  ['GET', 'hooks/*/config', hooks.getHookConfig],
  ['PATCH', 'hooks/*/config', hooks.updateHookConfig],
  ['POST', 'hooks/*/pings', hooks.createPing],
  ['GET', 'hooks/*/deliveries', deliveries.listDeliveries],
  ['GET', 'hooks/*/deliveries/*', deliveries.getDelivery],
  ['POST', 'hooks/*/deliveries/*/attempts', deliveries.createAttempt],
];

const REPOSITORY_HOOKS: readonly Row<HookCall>[] = [...HOOKS, ['POST', 'hooks/*/tests', hooks.createTest]];

const REPOSITORY_SPLIT = BELOW_REPOSITORY.map(split);
const REPOSITORY_HOOKS_SPLIT = REPOSITORY_HOOKS.map(split);
const HOOKS_SPLIT = HOOKS.map(split);

interface Split<Call> {
  method: string;
  parts: readonly string[];
  handler: Handler<Call>;
}

function split<Call>([method, path, handler]: Row<Call>): Split<Call> {
  return { method, parts: path === '' ? [] : path.split('/'), handler };
}

function pick<Call>(
  rows: readonly Split<Call>[],
  method: string,
  below: readonly string[],
): { handler: Handler<Call>; params: string[] } | null {
  for (const { method: wanted, parts: pattern, handler } of rows) {
    const params = wanted === method ? matchParts(pattern, below) : null;
    if (params !== null) return { handler, params };
  }
  return null;
}

function matchParts(pattern: readonly string[], below: readonly string[]): string[] | null {
  const params: string[] = [];
  for (const [index, part] of pattern.entries()) {
    if (part === '**') return [...params, below.slice(index).join('/')];
    const given = below[index] ?? '';
    if (part === '*' && given !== '') params.push(given);
    else if (part !== given) return null;
  }
  return pattern.length === below.length ? params : null;
}

/** Answers what lies below a repository; `call.role` is what the viewer may there. Hooks show themselves to admins only. */
export function answerRepository(
  call: Omit<RepositoryCall, 'params'>,
  webhooks: SandboxWebhooks,
  below: readonly string[],
): SandboxAnswer {
  const found = pick(REPOSITORY_SPLIT, call.method, below);
  if (found !== null) return found.handler({ ...call, params: found.params });
  const hook = mayAtLeast(call.role, 'admin') ? pick(REPOSITORY_HOOKS_SPLIT, call.method, below) : null;
  if (hook === null) return notFound();
  const place = repositoryPlace({ ...call, params: [] });
  return hook.handler({ ...call, place, webhooks, params: hook.params });
}

/** Answers `/orgs/{org}` and what lies below; its hooks show themselves to owners only. */
export function answerOrganization(
  call: ApiCall,
  webhooks: SandboxWebhooks,
  [login = '', ...below]: readonly string[],
): SandboxAnswer {
  if (call.method === 'GET' && below.length === 0) return people.getOrganization(call, login);
  if (call.method === 'GET' && below.join('/') === 'repos') return people.listOrganizationRepositories(call, login);
  const place = organizationPlace(call, login);
  const isOwner = findOrganization(call.world.state, login)?.members[call.viewer?.login ?? ''] === 'admin';
  const found = place === null || !isOwner || !reachesHooks(call) ? null : pick(HOOKS_SPLIT, call.method, below);
  return found === null || place === null
    ? notFound()
    : found.handler({ ...call, place, webhooks, params: found.params });
}

// `repo` does not reach the hooks of an organization.
function reachesHooks({ viewer }: ApiCall): boolean {
  const scopes = viewer?.token.scopes ?? null;
  return scopes === null || scopes.includes('admin:org_hook');
}
