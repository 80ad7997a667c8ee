import type { SandboxComment, SandboxIssue, SandboxRepository } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxLabel, SandboxMilestone } from '../../src/sandbox/sandbox-records.model.ts';
import type { Asking, IssueIn } from './github-graphql-asking.ts';
import type { Node, PageArgs } from './github-graphql-connection.ts';
import { nodeId } from '../../src/sandbox/sandbox-shapes-people.ts';
import { issueHtmlUrl } from '../../src/sandbox/sandbox-shapes.ts';
import { findLabel, fullNameOf, issueById } from '../../src/sandbox/sandbox-state.ts';
import { listConnection } from './github-graphql-connection.ts';
import { actor } from './github-graphql-people.ts';

/** The global id of an issue or pull request, the same that REST gives as `node_id`. */
export function issueNodeId(issue: SandboxIssue): string {
  return issue.pull === null ? nodeId('I', issue.id) : nodeId('PR', issue.pull.id);
}

export function issueNode(asking: Asking, of: IssueIn): Node {
  const { issue } = of;
  return {
    __typename: 'Issue',
    ...commonNode(asking, of),
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    state: issue.state.toUpperCase(),
    stateReason: ({ enableDuplicate }: { enableDuplicate?: boolean }) => stateReason(issue, enableDuplicate === true),
    isPinned: issue.pinned,
    parent: () => parentNode(asking, issue),
    subIssuesSummary: { total: 0, completed: 0, percentCompleted: 0 },
  };
}

function parentNode(asking: Asking, { parent }: SandboxIssue): Node | null {
  const found = parent === undefined ? null : issueById(asking.world.state, parent);
  return found === null ? null : issueNode(asking, found);
}

// Without enableDuplicate a duplicate looks like any other issue that is not planned.
function stateReason(issue: SandboxIssue, enableDuplicate: boolean): string | null {
  const reason = issue.stateReason === 'duplicate' && !enableDuplicate ? 'not_planned' : issue.stateReason;
  return reason?.toUpperCase() ?? null;
}

/** What issues and pull requests share. */
export function commonNode(asking: Asking, of: IssueIn): Node {
  const { repository, issue } = of;
  const comments = repository.comments[issue.number] ?? [];
  return {
    id: issueNodeId(issue),
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    closed: issue.state === 'closed',
    locked: issue.locked,
    activeLockReason: issue.lockReason?.replace(/[- ]/gu, '_').toUpperCase() ?? null,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closedAt: issue.closedAt,
    lastEditedAt: null,
    url: issueHtmlUrl(asking, of),
    author: () => actor(asking, issue.author),
    milestone: () => milestoneNode(asking, repository, issue.milestone),
    labels: (args: PageArgs) => listConnection(labelNodes(asking, of), (label) => label, args),
    assignees: (args: PageArgs) => listConnection(actors(asking, issue.assignees), (person) => person, args),
    comments: (args: PageArgs) => ({
      ...listConnection(comments, (comment) => commentNode(asking, of, comment), args),
      totalCount: issue.comments,
    }),
  };
}

function actors(asking: Asking, logins: readonly string[]): Node[] {
  return logins.map((login) => actor(asking, login)).filter((person) => person !== null);
}

function labelNodes(asking: Asking, { repository, issue }: IssueIn): Node[] {
  return issue.labels.flatMap((name) => {
    const label = findLabel(repository, name);
    return label === null ? [] : [labelNode(asking, repository, label)];
  });
}

function labelNode(asking: Asking, repository: SandboxRepository, label: SandboxLabel): Node {
  return {
    __typename: 'Label',
    id: nodeId('LA', label.id),
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: label.default,
    url: `${asking.web}/${fullNameOf(repository)}/labels/${encodeURIComponent(label.name)}`,
  };
}

function milestoneNode(asking: Asking, repository: SandboxRepository, number: number | null): Node | null {
  const milestone = repository.milestones.find((candidate) => candidate.number === number);
  return milestone === undefined ? null : milestoneShown(asking, repository, milestone);
}

function milestoneShown(asking: Asking, repository: SandboxRepository, milestone: SandboxMilestone): Node {
  return {
    __typename: 'Milestone',
    id: nodeId('MI', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    state: milestone.state.toUpperCase(),
    closed: milestone.state === 'closed',
    dueOn: milestone.dueOn,
    createdAt: milestone.createdAt,
    updatedAt: milestone.updatedAt,
    closedAt: milestone.closedAt,
    url: `${asking.web}/${fullNameOf(repository)}/milestone/${milestone.number}`,
  };
}

function commentNode(asking: Asking, of: IssueIn, comment: SandboxComment): Node {
  return {
    __typename: 'IssueComment',
    id: nodeId('IC', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    lastEditedAt: comment.updatedAt === comment.createdAt ? null : comment.updatedAt,
    url: `${issueHtmlUrl(asking, of)}#issuecomment-${comment.id}`,
    author: () => actor(asking, comment.author),
  };
}
