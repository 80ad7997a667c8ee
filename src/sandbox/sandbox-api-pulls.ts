import type { SandboxAnswer, SandboxIssue, SandboxPull } from './sandbox.model.ts';
import type { RepositoryCall } from './sandbox-call.ts';
import type { IssueOrder } from './sandbox-pagination.ts';
import { notFound, ok } from './sandbox-answers.ts';
import { paged } from './sandbox-api-repository.ts';
import { ascendingIssues } from './sandbox-list.ts';
import { mergeabilityOf } from './sandbox-mergeable.ts';
import { pageByNumber } from './sandbox-pagination.ts';
import { teamShape } from './sandbox-shapes-git.ts';
import { userShape } from './sandbox-shapes-people.ts';
import { fullPullShape, pullShape, reviewShape } from './sandbox-shapes-pulls.ts';
import { sameName } from './sandbox-state.ts';

interface PullIssue {
  issue: SandboxIssue;
  pull: SandboxPull;
}

/** `GET …/pulls`; 404 when pull requests are switched off. There is no `since`. */
export function listPulls(call: RepositoryCall): SandboxAnswer {
  if (!call.repository.hasPulls) return notFound();
  const order = pullOrder(call.query);
  const ascending = ascendingIssues(call, 'pull', order);
  const wanted = (order.descending ? ascending.toReversed() : ascending).filter((issue) => matches(call, issue));
  const page = pageByNumber(wanted, call.query, `${call.context.api}/repositories/${call.repository.id}/pulls`);
  return ok(
    page.items.flatMap((issue) =>
      issue.pull === null ? [] : [pullShape(call.context, { repository: call.repository, issue }, issue.pull)],
    ),
    page.headers,
  );
}

/** Descending when a sort is left out or is `created`, ascending for the others, unless asked otherwise. */
function pullOrder(query: URLSearchParams): IssueOrder {
  const sort = query.get('sort') ?? 'created';
  const direction = query.get('direction') ?? (sort === 'created' ? 'desc' : 'asc');
  const descending = direction === 'desc';
  switch (sort) {
    case 'updated':
      return { index: 'updated', key: (issue) => issue.updatedAt, descending };
    case 'popularity':
      return { index: null, key: (issue) => issue.comments, descending };
    default:
      return { index: 'created', key: (issue) => issue.createdAt, descending };
  }
}

function matches({ query, repository }: RepositoryCall, issue: SandboxIssue): boolean {
  const state = query.get('state') ?? 'open';
  if (state !== 'all' && issue.state !== state) return false;
  const base = query.get('base');
  const head = query.get('head');
  if (base !== null && issue.pull?.base !== base) return false;
  return head === null || `${repository.owner}:${issue.pull?.head ?? ''}` === head;
}

function findPull(call: RepositoryCall): PullIssue | null {
  const issue = call.view.byNumber(call.repository, Number(call.params[0]));
  if (issue === null || issue.pull === null || issue.gone !== null) return null;
  return { issue, pull: issue.pull };
}

/** `GET …/pulls/{number}`: `mergeable` is null until somebody asked before. */
export function getPull(call: RepositoryCall): SandboxAnswer {
  const found = findPull(call);
  if (found === null) return notFound();
  const { issue, pull } = found;
  const known = mergeabilityOf(call.repository, issue, pull);
  return ok(fullPullShape(call.context, { repository: call.repository, issue }, pull, known));
}

/** `GET …/pulls/{number}/reviews`, in the order they were submitted. */
export function listReviews(call: RepositoryCall): SandboxAnswer {
  const found = findPull(call);
  if (found === null) return notFound();
  const of = { repository: call.repository, issue: found.issue };
  const reviews = call.repository.reviews[found.issue.number] ?? [];
  return paged(
    call,
    reviews.map((review) => reviewShape(call.context, of, review)),
    `pulls/${found.issue.number}/reviews`,
  );
}

/** `GET …/pulls/{number}/requested_reviewers`. */
export function listRequestedReviewers(call: RepositoryCall): SandboxAnswer {
  const found = findPull(call);
  if (found === null) return notFound();
  const { pull } = found;
  const teams = call.world.state.teams.filter(
    (team) => sameName(team.organization, call.repository.owner) && pull.requestedTeams.includes(team.slug),
  );
  return ok({
    users: pull.requestedReviewers.map((login) => userShape(call.context, login)),
    teams: teams.map((team) => teamShape(call.context, team)),
  });
}
