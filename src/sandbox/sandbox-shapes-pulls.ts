import type { SandboxPull, ShapeContext } from './sandbox.model.ts';
import type { SandboxReview } from './sandbox-records.model.ts';
import type { IssueOf } from './sandbox-shapes.ts';
import { association, authorOrGhost, issueShape } from './sandbox-shapes.ts';
import { teamShape } from './sandbox-shapes-git.ts';
import { nodeId, repositoryShape, repositoryUrl, userShape } from './sandbox-shapes-people.ts';
import { sameName } from './sandbox-state.ts';

/** A pull request as `GET /pulls` lists it. */
export function pullShape(context: ShapeContext, of: IssueOf, pull: SandboxPull): object {
  const root = repositoryUrl(context, of.repository);
  const url = `${root}/pulls/${of.issue.number}`;
  const issue = issueShape(context, of);
  const { labels, assignees, milestone, comments_url: commentsUrl, html_url: html } = issue;
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: html,
    diff_url: `${String(html)}.diff`,
    patch_url: `${String(html)}.patch`,
    issue_url: issue.url,
    number: of.issue.number,
    state: of.issue.state,
    locked: of.issue.locked,
    title: of.issue.title,
    user: authorOrGhost(context, of.issue.author),
    body: of.issue.body,
    created_at: of.issue.createdAt,
    updated_at: of.issue.updatedAt,
    closed_at: of.issue.closedAt,
    merged_at: pull.mergedAt,
    ...(context.modern ? {} : { merge_commit_sha: pull.mergeCommitSha, assignee: assigneesFirst(assignees) }),
    assignees,
    requested_reviewers: pull.requestedReviewers.map((login) => userShape(context, login)),
    requested_teams: pull.requestedTeams.flatMap((slug) => teamNamed(context, of.repository.owner, slug)),
    labels,
    milestone,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${root}/pulls/comments{/number}`,
    comments_url: commentsUrl,
    statuses_url: `${root}/statuses/${pull.headSha}`,
    head: headShape(context, of, pull),
    base: endShape(context, of, { ref: pull.base, sha: pull.baseSha }),
    _links: linksShape(url, { html: String(html), issue: issue.url, root, sha: pull.headSha }),
    author_association: issue['author_association'],
    auto_merge: null,
    active_lock_reason: of.issue.lockReason,
  };
}

function assigneesFirst(assignees: unknown): unknown {
  return Array.isArray(assignees) ? (assignees[0] ?? null) : null;
}

// The repository of a deleted fork is null, its branch is still named.
function headShape(context: ShapeContext, of: IssueOf, pull: SandboxPull): object {
  const shape = endShape(context, of, { ref: pull.head, sha: pull.headSha });
  return pull.headGone ? { ...shape, label: `unknown repository:${pull.head}`, user: null, repo: null } : shape;
}

function endShape(context: ShapeContext, of: IssueOf, end: { ref: string; sha: string }): object {
  return {
    label: `${of.repository.owner}:${end.ref}`,
    ...end,
    user: userShape(context, of.repository.owner),
    repo: repositoryShape(context, of.repository, null),
  };
}

function teamNamed(context: ShapeContext, organization: string, slug: string): object[] {
  const team = context.state.teams.find((known) => sameName(known.organization, organization) && known.slug === slug);
  return team === undefined ? [] : [teamShape(context, team)];
}

function linksShape(url: string, parts: { html: string; issue: string; root: string; sha: string }): object {
  return {
    self: link(url),
    html: link(parts.html),
    issue: link(parts.issue),
    comments: link(`${parts.issue}/comments`),
    review_comments: link(`${url}/comments`),
    review_comment: link(`${parts.root}/pulls/comments{/number}`),
    commits: link(`${url}/commits`),
    statuses: link(`${parts.root}/statuses/${parts.sha}`),
  };
}

function link(href: string): { href: string } {
  return { href };
}

/** What a reader knows about merging: null until GitHub computed it. */
export interface Mergeability {
  mergeable: boolean | null;
  state: string;
}

/** A pull request as `GET /pulls/{number}` and the webhooks give it. */
export function fullPullShape(
  context: ShapeContext,
  of: IssueOf,
  pull: SandboxPull,
  known: Mergeability = { mergeable: null, state: 'unknown' },
): object {
  const commits = pull.headSha === pull.baseSha ? 0 : 1;
  return {
    ...pullShape(context, of, pull),
    merged: pull.mergedAt !== null,
    mergeable: known.mergeable,
    rebaseable: known.mergeable,
    mergeable_state: known.state,
    merged_by: pull.mergedBy === null ? null : authorOrGhost(context, pull.mergedBy),
    comments: of.issue.comments,
    review_comments: 0,
    maintainer_can_modify: false,
    commits,
    additions: commits * 12,
    deletions: commits * 3,
    changed_files: commits,
  };
}

/** A review as `GET /pulls/{number}/reviews` lists it. */
export function reviewShape(context: ShapeContext, of: IssueOf, review: SandboxReview): object {
  const url = `${repositoryUrl(context, of.repository)}/pulls/${of.issue.number}`;
  const html = `${String(issueShape(context, of)['html_url'])}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: authorOrGhost(context, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    _links: { html: link(html), pull_request: link(url) },
    submitted_at: review.submittedAt,
    commit_id: review.commitSha,
    author_association: association(context, of.repository, review.author),
  };
}
