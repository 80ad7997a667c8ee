import type { SandboxIssue, SandboxPull, SandboxTeam, SandboxWorld, ShapeContext } from './sandbox.model.ts';
import type { SandboxReview } from './sandbox-records.model.ts';
import type { IssueTarget } from './sandbox-issues.ts';
import { record, tellPush } from './sandbox-branches.ts';
import { putIssue } from './sandbox-issues.ts';
import { teamShape } from './sandbox-shapes-git.ts';
import { userShape } from './sandbox-shapes-people.ts';
import { pullShape, reviewShape } from './sandbox-shapes-pulls.ts';
import { addCommit, findBranch, takeId, timestamp } from './sandbox-state.ts';
import { tell, tellIssue } from './sandbox-tell.ts';

/** The pull request of an issue; throws for one that is none. */
export function pullOf({ issue }: IssueTarget): SandboxPull {
  if (issue.pull === null) throw new Error(`#${issue.number} is no pull request`);
  return issue.pull;
}

/** Puts a pull request's new version in place; it counts as updated. */
function putPull(world: SandboxWorld, target: IssueTarget, change: Partial<SandboxPull>): IssueTarget {
  const { repository, issue } = target;
  const pull = { ...pullOf(target), ...change };
  return { ...target, issue: putIssue(world, repository, { ...issue, pull, updatedAt: timestamp(world) }) };
}

/** Turns a draft into a pull request that is ready for review, or back. */
export function setDraft(world: SandboxWorld, target: IssueTarget, draft: boolean): SandboxIssue {
  if (pullOf(target).draft === draft) return target.issue;
  const changed = putPull(world, target, { draft });
  tellIssue(world, changed, draft ? 'converted_to_draft' : 'ready_for_review');
  return changed.issue;
}

/** Points a pull request at another base branch. */
export function changeBase(world: SandboxWorld, target: IssueTarget, base: string): SandboxIssue {
  const from = pullOf(target);
  const branch = findBranch(target.repository, base);
  if (branch === null) throw new Error(`there is no branch ${base}`);
  const changed = putPull(world, target, { base, baseSha: branch.sha });
  const changes = { base: { ref: { from: from.base }, sha: { from: from.baseSha } } };
  tellIssue(world, changed, 'edited', () => ({ changes }));
  return changed.issue;
}

/** Decides what GitHub finds when it computes whether the pull request can be merged. Nobody is told. */
export function setMergeableState(
  world: SandboxWorld,
  target: IssueTarget,
  mergeableState: SandboxPull['mergeableState'],
): SandboxIssue {
  const { repository, issue } = target;
  return putIssue(world, repository, { ...issue, pull: { ...pullOf(target), mergeableState } });
}

/** Deletes the fork a pull request came from: its head has no repository any more. */
export function deleteFork(world: SandboxWorld, target: IssueTarget): SandboxIssue {
  const { repository, issue } = target;
  return putIssue(world, repository, { ...issue, pull: { ...pullOf(target), headGone: true } });
}

/** Merges a pull request: it is closed, and the base branch has one commit more. */
export function mergePull(world: SandboxWorld, target: IssueTarget): SandboxIssue {
  const { repository, issue, actor } = target;
  const pull = pullOf(target);
  const at = timestamp(world);
  const before = pull.baseSha;
  const message = `Merge pull request #${issue.number} from ${pull.head}`;
  const { sha } = addCommit(world.state, repository, { message, author: actor, at, parent: before });
  const merged = putIssue(world, repository, {
    ...issue,
    state: 'closed',
    closedAt: at,
    closedBy: actor,
    updatedAt: at,
    pull: { ...pull, mergedAt: at, mergedBy: actor, mergeCommitSha: sha },
  });
  const base = findBranch(repository, pull.base);
  if (base !== null) Object.assign(base, { sha, committedAt: at });
  repository.pushedAt = at;
  record(world, { repository, actor }, { activityType: 'pr_merge', name: pull.base, before, after: sha });
  tellIssue(world, { repository, issue: merged, actor }, 'closed');
  tellPush(world, { repository, actor }, { name: pull.base, before, after: sha });
  return merged;
}

/** Asks people and teams (by slug) for a review; whoever is asked already is not asked again. */
export function requestReviewers(
  world: SandboxWorld,
  target: IssueTarget,
  asked: { reviewers?: readonly string[]; teams?: readonly string[] },
): SandboxIssue {
  let now = target;
  for (const login of asked.reviewers ?? []) {
    const { requestedReviewers } = pullOf(now);
    if (requestedReviewers.includes(login)) continue;
    now = putPull(world, now, { requestedReviewers: [...requestedReviewers, login] });
    tellReviewer(world, now, 'review_requested', { login });
  }
  for (const slug of asked.teams ?? []) {
    const { requestedTeams } = pullOf(now);
    if (requestedTeams.includes(slug)) continue;
    now = putPull(world, now, { requestedTeams: [...requestedTeams, slug] });
    tellReviewer(world, now, 'review_requested', { slug });
  }
  return now.issue;
}

/** Takes a request for a review back. */
export function removeReviewers(
  world: SandboxWorld,
  target: IssueTarget,
  removed: { reviewers?: readonly string[]; teams?: readonly string[] },
): SandboxIssue {
  let now = target;
  for (const login of removed.reviewers ?? []) {
    now = putPull(world, now, { requestedReviewers: pullOf(now).requestedReviewers.filter((one) => one !== login) });
    tellReviewer(world, now, 'review_request_removed', { login });
  }
  for (const slug of removed.teams ?? []) {
    now = putPull(world, now, { requestedTeams: pullOf(now).requestedTeams.filter((one) => one !== slug) });
    tellReviewer(world, now, 'review_request_removed', { slug });
  }
  return now.issue;
}

function tellReviewer(
  world: SandboxWorld,
  target: IssueTarget,
  action: string,
  who: { login: string } | { slug: string },
): void {
  tellIssue(world, target, action, (context) =>
    'login' in who
      ? { requested_reviewer: userShape(context, who.login) }
      : { requested_team: teamShape(context, teamBySlug(context, target, who.slug)) },
  );
}

function teamBySlug({ state }: ShapeContext, { repository }: IssueTarget, slug: string): SandboxTeam {
  const team = state.teams.find((known) => known.organization === repository.owner && known.slug === slug);
  if (team === undefined) throw new Error(`${repository.owner} has no team ${slug}`);
  return team;
}

/** Submits a review as the actor, who is no longer asked for one. */
export function submitReview(
  world: SandboxWorld,
  target: IssueTarget,
  review: { state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED'; body?: string },
): SandboxReview {
  const { repository, actor } = target;
  const pull = pullOf(target);
  const made: SandboxReview = {
    id: takeId(world.state),
    author: actor,
    state: review.state,
    body: review.body ?? '',
    commitSha: pull.headSha,
    submittedAt: timestamp(world),
  };
  (repository.reviews[target.issue.number] ??= []).push(made);
  const requestedReviewers = pull.requestedReviewers.filter((login) => login !== actor);
  tellReview(world, putPull(world, target, { requestedReviewers }), 'submitted', made);
  return made;
}

/** Dismisses somebody's review. */
export function dismissReview(world: SandboxWorld, target: IssueTarget, review: SandboxReview): SandboxReview {
  return replaceReview(world, target, { ...review, state: 'DISMISSED' }, 'dismissed');
}

export function editReview(
  world: SandboxWorld,
  target: IssueTarget,
  review: SandboxReview,
  body: string,
): SandboxReview {
  return replaceReview(world, target, { ...review, body }, 'edited', { changes: { body: { from: review.body } } });
}

function replaceReview(
  world: SandboxWorld,
  target: IssueTarget,
  next: SandboxReview,
  action: string,
  more: object = {},
): SandboxReview {
  const { repository, issue } = target;
  repository.reviews[issue.number] = (repository.reviews[issue.number] ?? []).map((review) =>
    review.id === next.id ? next : review,
  );
  tellReview(world, putPull(world, target, {}), action, next, more);
  return next;
}

function tellReview(
  world: SandboxWorld,
  target: IssueTarget,
  action: string,
  review: SandboxReview,
  more: object = {},
): void {
  const { repository, issue, actor } = target;
  tell(world, {
    event: 'pull_request_review',
    action,
    repository,
    actor,
    more: (context) => ({
      pull_request: pullShape(context, { repository, issue }, pullOf(target)),
      // Payloads spell the state in lower case, the REST lists in capitals.
      review: { ...reviewShape(context, { repository, issue }, review), state: review.state.toLowerCase() },
      ...more,
    }),
  });
}
