import type { SandboxComment, SandboxIssue, SandboxRepository, ShapeContext } from './sandbox.model.ts';
import type { SandboxLabel, SandboxMilestone } from './sandbox-records.model.ts';
import type { Shape } from './sandbox-shapes-people.ts';
import { isAssignable } from './sandbox-access.ts';
import { milestoneCounts } from './sandbox-index.ts';
import { findLabel, findOrganization, findUser, fullNameOf, sameName } from './sandbox-state.ts';
import { nodeId, repositoryUrl, userShape } from './sandbox-shapes-people.ts';

/** An issue of one repository, with all that its JSON needs. */
export interface IssueOf {
  repository: SandboxRepository;
  issue: SandboxIssue;
}

const NO_REACTIONS = {
  total_count: 0,
  '+1': 0,
  '-1': 0,
  laugh: 0,
  hooray: 0,
  confused: 0,
  heart: 0,
  rocket: 0,
  eyes: 0,
};

/** The JSON of one issue, as the issue endpoints give it (pull requests too, with `pull_request`). */
export function issueShape(context: ShapeContext, { repository, issue }: IssueOf): Shape {
  const root = repositoryUrl(context, repository);
  const url = `${root}/issues/${issue.number}`;
  const assignees = issue.assignees.map((login) => userShape(context, login));
  return {
    url,
    repository_url: root,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issueHtmlUrl(context, { repository, issue }),
    id: issue.id,
    node_id: issue.pull === null ? nodeId('I', issue.id) : nodeId('PR', issue.pull.id),
    number: issue.number,
    title: issue.title,
    user: authorOrGhost(context, issue.author),
    labels: labelsOf(context, { repository, issue }),
    state: issue.state,
    locked: issue.locked,
    ...(context.modern ? {} : { assignee: assignees[0] ?? null }),
    assignees,
    milestone: milestoneOf(context, { repository, issue }),
    comments: issue.comments,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: association(context, repository, issue.author),
    type: issue.type === null ? null : typeShape(issue.type),
    active_lock_reason: issue.lockReason,
    sub_issues_summary: { total: 0, completed: 0, percent_completed: 0 },
    issue_dependencies_summary: { blocked_by: 0, total_blocked_by: 0, blocking: 0, total_blocking: 0 },
    body: issue.body,
    closed_by: issue.closedBy === null ? null : authorOrGhost(context, issue.closedBy),
    reactions: { url: `${url}/reactions`, ...NO_REACTIONS },
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: issue.stateReason,
    ...pullMember(context, { repository, issue }),
  };
}

/** The page of an issue, as people open it. */
export function issueHtmlUrl(context: Pick<ShapeContext, 'web'>, { repository, issue }: IssueOf): string {
  return `${context.web}/${fullNameOf(repository)}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`;
}

function pullMember(context: ShapeContext, of: IssueOf): object {
  if (of.issue.pull === null) return {};
  const html = issueHtmlUrl(context, of);
  return {
    draft: of.issue.pull.draft,
    pull_request: {
      url: `${repositoryUrl(context, of.repository)}/pulls/${of.issue.number}`,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: of.issue.pull.mergedAt,
    },
  };
}

/** `user` is null for somebody whose account is gone. */
export function authorOrGhost(context: ShapeContext, login: string): object | null {
  return findUser(context.state, login) === null ? null : userShape(context, login);
}

export function labelsOf(context: ShapeContext, { repository, issue }: IssueOf): object[] {
  return issue.labels.flatMap((name) => {
    const label = findLabel(repository, name);
    return label === null ? [] : [labelShape(context, repository, label)];
  });
}

export function labelShape(context: ShapeContext, repository: SandboxRepository, label: SandboxLabel): Shape {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(context, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.default,
    description: label.description,
  };
}

function milestoneOf(context: ShapeContext, { repository, issue }: IssueOf): object | null {
  const milestone = repository.milestones.find((candidate) => candidate.number === issue.milestone);
  return milestone === undefined ? null : milestoneShape(context, repository, milestone);
}

export function milestoneShape(
  context: ShapeContext,
  repository: SandboxRepository,
  milestone: SandboxMilestone,
): object {
  const url = `${repositoryUrl(context, repository)}/milestones/${milestone.number}`;
  const counts = milestoneCounts(repository, milestone.number);
  return {
    url,
    html_url: `${context.web}/${fullNameOf(repository)}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: nodeId('MI', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: authorOrGhost(context, milestone.creator),
    open_issues: counts.open,
    closed_issues: counts.closed,
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    due_on: milestone.dueOn,
    closed_at: milestone.closedAt,
  };
}

export function commentShape(context: ShapeContext, of: IssueOf, comment: SandboxComment): Shape {
  const root = repositoryUrl(context, of.repository);
  const url = `${root}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${issueHtmlUrl(context, of)}#issuecomment-${comment.id}`,
    issue_url: `${root}/issues/${of.issue.number}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: authorOrGhost(context, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: association(context, of.repository, comment.author),
    reactions: { url: `${url}/reactions`, ...NO_REACTIONS },
    performed_via_github_app: null,
  };
}

/** How somebody stands to a repository, as far as GitHub tells it beside their words. */
export function association(context: ShapeContext, repository: SandboxRepository, login: string): string {
  if (sameName(repository.owner, login)) return 'OWNER';
  if (findOrganization(context.state, repository.owner)?.members[login] !== undefined) return 'MEMBER';
  return isAssignable(context.state, repository, login) ? 'COLLABORATOR' : 'NONE';
}

const TYPES: readonly string[] = ['Task', 'Bug', 'Feature'];

/** An issue type. The three that every organization starts with have the first ids. */
export function typeShape(name: string): object {
  const id = TYPES.includes(name) ? TYPES.indexOf(name) + 1 : TYPES.length + 1;
  return { id, node_id: nodeId('IT', id), name, description: null, color: 'blue', is_enabled: true };
}
