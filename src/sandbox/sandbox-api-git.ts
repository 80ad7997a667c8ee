import type { SandboxAnswer } from './sandbox.model.ts';
import type { SandboxActivity, SandboxBranch } from './sandbox-records.model.ts';
import type { RepositoryCall } from './sandbox-call.ts';
import { notFound, ok, refusal, validationFailed } from './sandbox-answers.ts';
import { paged } from './sandbox-api-repository.ts';
import { pageSize, withQuery } from './sandbox-pagination.ts';
import {
  activityShape,
  branchShape,
  branchWithProtection,
  commitOf,
  commitShape,
  refShape,
} from './sandbox-shapes-git.ts';
import { findBranch, sameName } from './sandbox-state.ts';

const HOUR_MS = 3_600_000;
const PERIODS: Record<string, number> = {
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
  month: 30 * 24 * HOUR_MS,
  quarter: 91 * 24 * HOUR_MS,
  year: 365 * 24 * HOUR_MS,
};

/** `GET …/branches`, by name; `protected=true` or `false` narrows. No dates. */
export function listBranches(call: RepositoryCall): SandboxAnswer {
  const wanted = call.query.get('protected');
  const branches = byName(call.repository.branches).filter(
    (branch) => wanted === null || String(branch.protected) === wanted,
  );
  return paged(
    call,
    branches.map((branch) => branchShape(call.context, call.repository, branch)),
    'branches',
  );
}

/** `GET …/branches/{branch}`. */
export function getBranch(call: RepositoryCall): SandboxAnswer {
  const branch = findBranch(call.repository, call.params[0] ?? '');
  return branch === null
    ? refusal(404, 'Branch not found')
    : ok(branchWithProtection(call.context, call.repository, branch));
}

/** `GET …/git/matching-refs/heads/…`: all heads whose name starts so, in one answer. 409 in an empty repository. */
export function listMatchingRefs(call: RepositoryCall): SandboxAnswer {
  if (isEmpty(call)) return emptyRepository();
  const prefix = call.params[0] ?? '';
  const branches = byName(call.repository.branches).filter(({ name }) => `heads/${name}`.startsWith(prefix));
  return ok(branches.map((branch) => refShape(call.context, call.repository, branch)));
}

/** `GET …/commits`: back from a branch or commit (`sha`), newest first; `since` narrows. */
export function listCommits(call: RepositoryCall): SandboxAnswer {
  if (isEmpty(call)) return emptyRepository();
  const from = shaOf(call, call.query.get('sha') ?? call.repository.defaultBranch);
  if (from === null) return notFound();
  const since = call.query.get('since') ?? '';
  const shas: string[] = [];
  for (let sha: string | null = from; sha !== null; sha = commitOf(call.repository, sha).parent) {
    if (commitOf(call.repository, sha).committedAt >= since) shas.push(sha);
  }
  return paged(
    call,
    shas.map((sha) => commitShape(call.context, call.repository, sha)),
    'commits',
  );
}

/** `GET …/commits/{ref}`: of a branch, or of a commit by its sha. */
export function getCommit(call: RepositoryCall): SandboxAnswer {
  if (isEmpty(call)) return emptyRepository();
  const ref = call.params[0] ?? '';
  const sha = shaOf(call, ref);
  if (sha === null) return refusal(422, `No commit found for SHA: ${ref}`);
  return ok({
    ...commitShape(call.context, call.repository, sha),
    stats: { total: 3, additions: 2, deletions: 1 },
    files: [],
  });
}

function isEmpty({ repository }: RepositoryCall): boolean {
  return repository.branches.length === 0;
}

function emptyRepository(): SandboxAnswer {
  return refusal(409, 'Git Repository is empty.');
}

function shaOf({ repository }: RepositoryCall, ref: string): string | null {
  const branch = findBranch(repository, ref.replace(/^(?:refs\/)?heads\//, ''));
  return branch?.sha ?? (repository.commits[ref] === undefined ? null : ref);
}

function byName(branches: readonly SandboxBranch[]): SandboxBranch[] {
  return branches.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** `GET …/activity`: what happened to branches, newest first, by cursor. */
export function listActivity(call: RepositoryCall): SandboxAnswer {
  const { query, repository } = call;
  const period = query.get('time_period');
  if (period !== null && PERIODS[period] === undefined)
    return validationFailed([{ resource: 'Activity', code: 'invalid', field: 'time_period', value: period }]);
  const wanted = repository.activities.filter((activity) => isWanted(call, activity));
  const newestFirst = query.get('direction') === 'asc' ? wanted : wanted.toReversed();
  const after = query.get('after');
  const start = after === null ? 0 : newestFirst.findIndex(({ id }) => cursorOf(id) === after) + 1;
  if (after !== null && start === 0) return refusal(422, 'The cursor is not valid.');
  const items = newestFirst.slice(start, start + pageSize(query));
  const last = items.at(-1);
  const address = `${call.context.api}/repositories/${repository.id}/activity`;
  const isEnd = last === undefined || start + items.length >= newestFirst.length;
  const next = isEnd ? null : withQuery(address, query, { before: null, after: cursorOf(last.id) });
  return ok(
    items.map((activity) => activityShape(call.context, activity)),
    next === null ? {} : { link: `<${next}>; rel="next"` },
  );
}

function isWanted({ query, world }: RepositoryCall, activity: SandboxActivity): boolean {
  const ageMs = world.now().getTime() - Date.parse(activity.timestamp);
  const period = PERIODS[query.get('time_period') ?? ''] ?? Infinity;
  const types = query.get('activity_type')?.split(',') ?? null;
  const actor = query.get('actor');
  const ref = query.get('ref');
  return (
    ageMs <= period &&
    (types === null || types.includes(activity.activityType)) &&
    (actor === null || sameName(activity.actor, actor)) &&
    (ref === null || activity.ref === (ref.startsWith('refs/') ? ref : `refs/heads/${ref}`))
  );
}

function cursorOf(id: number): string {
  return Buffer.from(`activity:${id}`).toString('base64url');
}
