import type { SandboxPull } from './sandbox.model.ts';
import type { IssueOf } from './sandbox-shapes.ts';
import type { ShapeContext } from './sandbox-shapes-people.ts';
import { authorOrGhost, issueShape } from './sandbox-shapes.ts';
import { nodeId, repositoryShape, repositoryUrl, userShape } from './sandbox-shapes-people.ts';

/** A pull request as `GET /pulls` lists it. */
export function pullShape(context: ShapeContext, of: IssueOf, pull: SandboxPull): object {
  const root = repositoryUrl(context, of.repository);
  const url = `${root}/pulls/${of.issue.number}`;
  const issue = issueShape(context, of);
  const {
    labels,
    assignees,
    milestone,
    comments_url: commentsUrl,
    author_association: association,
    html_url: html,
  } = issue;
  return {
    url,
    id: of.issue.id,
    node_id: nodeId('PR', of.issue.id),
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
    ...(context.modern ? {} : { merge_commit_sha: null, assignee: assigneesFirst(assignees) }),
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels,
    milestone,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${root}/pulls/comments{/number}`,
    comments_url: commentsUrl,
    statuses_url: `${root}/statuses/${sha(pull.head)}`,
    head: branchShape(context, of, pull.head),
    base: branchShape(context, of, pull.base),
    _links: linksShape(url, { html: String(html), issue: issue.url, root, head: pull.head }),
    author_association: association,
    auto_merge: null,
    active_lock_reason: null,
  };
}

function assigneesFirst(assignees: unknown): unknown {
  return Array.isArray(assignees) ? (assignees[0] ?? null) : null;
}

function branchShape(context: ShapeContext, of: IssueOf, ref: string): object {
  return {
    label: `${of.repository.owner}:${ref}`,
    ref,
    sha: sha(ref),
    user: userShape(context, of.repository.owner),
    repo: repositoryShape(context, of.repository, 'read'),
  };
}

function linksShape(url: string, parts: { html: string; issue: string; root: string; head: string }): object {
  return {
    self: link(url),
    html: link(parts.html),
    issue: link(parts.issue),
    comments: link(`${parts.issue}/comments`),
    review_comments: link(`${url}/comments`),
    review_comment: link(`${parts.root}/pulls/comments{/number}`),
    commits: link(`${url}/commits`),
    statuses: link(`${parts.root}/statuses/${sha(parts.head)}`),
  };
}

function link(href: string): { href: string } {
  return { href };
}

// There is no git here: a commit id that only looks like one.
function sha(ref: string): string {
  return Buffer.from(ref.padEnd(20, '.')).toString('hex').slice(0, 40);
}
