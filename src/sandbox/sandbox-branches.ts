import type { SandboxHappening, SandboxRepository, SandboxWorld, ShapeContext } from './sandbox.model.ts';
import type { SandboxActivity, SandboxBranch } from './sandbox-records.model.ts';
import type { Doing } from './sandbox-labels.ts';
import { putIssue } from './sandbox-issues.ts';
import { issuesInOrder } from './sandbox-index.ts';
import { commitOf } from './sandbox-shapes-git.ts';
import { repositoryUrl } from './sandbox-shapes-people.ts';
import { addCommit, findBranch, findUser, fullNameOf, takeId, timestamp } from './sandbox-state.ts';
import { happeningOf, tell, tellIssue } from './sandbox-tell.ts';

/** What git writes where there is no commit. */
const NO_SHA = '0'.repeat(40);

/** Makes a branch at the head of another one (the default branch when left out). */
export function createBranch(world: SandboxWorld, doing: Doing, name: string, from?: string): SandboxBranch {
  const { repository } = doing;
  if (findBranch(repository, name) !== null) throw new Error(`there is a branch ${name} already`);
  const source = findBranch(repository, from ?? repository.defaultBranch);
  const at = timestamp(world);
  const sha = source?.sha ?? addCommit(world.state, repository, firstCommit(doing, at)).sha;
  const branch = { name, sha, committedAt: commitOf(repository, sha).committedAt, protected: false };
  repository.branches.push(branch);
  repository.pushedAt = at;
  record(world, doing, { activityType: 'branch_creation', name, before: NO_SHA, after: sha });
  tell(world, { ...doing, event: 'create', action: null, more: () => refMember(repository, name) });
  tellPush(world, doing, { name, before: NO_SHA, after: sha, created: true });
  return branch;
}

function firstCommit({ actor }: Doing, at: string): Parameters<typeof addCommit>[2] {
  return { message: 'First commit', author: actor, at, parent: null };
}

/** Pushes one commit to a branch; pull requests from it hear of it too. `forced` throws away what was there. */
export function pushCommit(
  world: SandboxWorld,
  doing: Doing,
  push: { branch: string; message: string; forced?: boolean },
): SandboxBranch {
  const { repository, actor } = doing;
  const branch = findBranch(repository, push.branch) ?? createBranch(world, doing, push.branch);
  const at = timestamp(world);
  const before = branch.sha;
  const parent = push.forced === true ? commitOf(repository, before).parent : before;
  branch.sha = addCommit(world.state, repository, { message: push.message, author: actor, at, parent }).sha;
  branch.committedAt = at;
  repository.pushedAt = at;
  const activityType = push.forced === true ? 'force_push' : 'push';
  record(world, doing, { activityType, name: branch.name, before, after: branch.sha });
  tellPush(world, doing, { name: branch.name, before, after: branch.sha, forced: push.forced === true });
  synchronize(world, doing, branch, before);
  return branch;
}

/** Open pull requests from the branch get its new head and count as updated; those into it only see another base. */
function synchronize(world: SandboxWorld, { repository, actor }: Doing, branch: SandboxBranch, before: string): void {
  for (const issue of issuesInOrder(repository, 'pull', 'created').slice()) {
    if (issue.pull === null || issue.state !== 'open') continue;
    if (issue.pull.base === branch.name)
      putIssue(world, repository, { ...issue, pull: { ...issue.pull, baseSha: branch.sha } });
    if (issue.pull.head !== branch.name) continue;
    const pull = { ...issue.pull, headSha: branch.sha };
    const next = putIssue(world, repository, { ...issue, pull, updatedAt: timestamp(world) });
    const told = { repository, issue: next, actor };
    tellIssue(world, told, 'synchronize', () => ({ before, after: branch.sha }));
  }
}

export function deleteBranch(world: SandboxWorld, doing: Doing, name: string): void {
  const { repository } = doing;
  const branch = findBranch(repository, name);
  if (branch === null) throw new Error(`there is no branch ${name}`);
  repository.branches = repository.branches.filter((other) => other !== branch);
  repository.pushedAt = timestamp(world);
  record(world, doing, { activityType: 'branch_deletion', name, before: branch.sha, after: NO_SHA });
  tell(world, {
    ...doing,
    event: 'delete',
    action: null,
    more: () => ({ ref: name, ref_type: 'branch', pusher_type: 'user' }),
  });
  tellPush(world, doing, { name, before: branch.sha, after: NO_SHA, deleted: true });
}

/** Renames a branch: for hooks and lists that is one more and one less. Pull requests follow it. */
export function renameBranch(world: SandboxWorld, doing: Doing, name: string, to: string): void {
  const { repository } = doing;
  createBranch(world, doing, to, name);
  for (const issue of issuesInOrder(repository, 'pull', 'created').slice()) {
    const { pull } = issue;
    if (pull === null || (pull.head !== name && pull.base !== name)) continue;
    const follow = (ref: string): string => (ref === name ? to : ref);
    putIssue(world, repository, { ...issue, pull: { ...pull, head: follow(pull.head), base: follow(pull.base) } });
  }
  deleteBranch(world, doing, name);
  if (repository.defaultBranch === name) repository.defaultBranch = to;
}

/** Switches the protection of a branch; no event tells of it. */
export function protectBranch(repository: SandboxRepository, name: string, isProtected: boolean): void {
  const branch = findBranch(repository, name);
  if (branch === null) throw new Error(`there is no branch ${name}`);
  branch.protected = isProtected;
}

/** Notes in the repository's activity what happened to a branch. */
export function record(
  world: SandboxWorld,
  { repository, actor }: Doing,
  done: { activityType: SandboxActivity['activityType']; name: string; before: string; after: string },
): void {
  repository.activities.push({
    id: takeId(world.state),
    activityType: done.activityType,
    actor,
    ref: `refs/heads/${done.name}`,
    before: done.before,
    after: done.after,
    timestamp: timestamp(world),
  });
}

function refMember(repository: SandboxRepository, name: string): object {
  const { defaultBranch, description } = repository;
  return { ref: name, ref_type: 'branch', master_branch: defaultBranch, description, pusher_type: 'user' };
}

interface Pushed {
  name: string;
  before: string;
  after: string;
  created?: boolean;
  deleted?: boolean;
  forced?: boolean;
}

/** Tells of a push, also of the one that makes or deletes a branch. */
export function tellPush(world: SandboxWorld, doing: Doing, pushed: Pushed): void {
  world.emit(pushHappening(doing, pushed));
}

/** A push as the hooks hear it. */
export function pushHappening(doing: Doing, pushed: Pushed): SandboxHappening {
  const { repository, actor } = doing;
  const more = (context: ShapeContext): object => pushMember(context, repository, actor, pushed);
  return happeningOf({ ...doing, event: 'push', action: null, more });
}

function pushMember(context: ShapeContext, repository: SandboxRepository, actor: string, pushed: Pushed): object {
  const { name, before, after } = pushed;
  const isNew = pushed.created === true || pushed.deleted === true;
  const head = pushed.deleted === true ? null : pushedCommit(context, repository, after);
  return {
    ref: `refs/heads/${name}`,
    before,
    after,
    created: pushed.created ?? false,
    deleted: pushed.deleted ?? false,
    forced: pushed.forced ?? false,
    base_ref: null,
    compare: `${context.web}/${fullNameOf(repository)}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: isNew || head === null ? [] : [head],
    head_commit: head,
    pusher: { name: actor, email: `${actor}@users.noreply.github.com` },
  };
}

function pushedCommit(context: ShapeContext, repository: SandboxRepository, sha: string): object {
  const commit = commitOf(repository, sha);
  const name = findUser(context.state, commit.author)?.name ?? commit.author;
  const who = { name, email: `${commit.author}@users.noreply.github.com`, username: commit.author };
  return {
    id: sha,
    tree_id: sha,
    distinct: true,
    message: commit.message,
    timestamp: commit.committedAt,
    url: `${repositoryUrl(context, repository)}/commits/${sha}`,
    author: who,
    committer: who,
    added: [],
    removed: [],
    modified: ['README.md'],
  };
}
