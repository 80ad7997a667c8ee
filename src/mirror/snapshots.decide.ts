import type { GithubIssue } from '../github/github.model.ts';
import type {
  GithubBranchHead,
  GithubCollaborator,
  GithubComment,
  GithubLabel,
  GithubMilestone,
  GithubPullRequest,
  GithubTeam,
} from '../github/github-reads.model.ts';
import type { ItemSnapshot } from './items.model.ts';
import type { MirroredRepository } from './repository.model.ts';

/** Logins as last read, by GitHub's id: an older payload may still carry somebody's former login. */
export type Logins = ReadonlyMap<number, string>;

/** An issue as the columns of its row; lists in a stable order, so that a mere reordering is no change. */
export function issueSnapshot(repository: MirroredRepository, issue: GithubIssue, logins: Logins): ItemSnapshot {
  const named = renamer(issue.people, logins);
  return {
    key: issue.id,
    at: issue.updatedAt,
    columns: {
      tenant_id: repository.tenant_id,
      repository_id: repository.id,
      github_repository_id: repository.github_id ?? 0,
      repository: repository.full_name,
      node_id: issue.nodeId,
      number: issue.number,
      url: urlIn(repository, issue.url),
      title: issue.title,
      body: issue.body,
      state: issue.state,
      state_reason: issue.stateReason,
      author: issue.author && named(issue.author.login),
      author_id: issue.author?.id ?? null,
      labels: labelsInOrder(issue.labels),
      assignees: issue.assignees.map(named).toSorted(),
      milestone: issue.milestone,
      milestone_title: issue.milestoneTitle,
      type: issue.type,
      locked: issue.locked,
      reactions: issue.reactions,
      comments: issue.comments,
      created_at: issue.createdAt,
      updated_at: issue.updatedAt,
      closed_at: issue.closedAt,
      gone: null,
      moved_to: null,
    },
  };
}

export function pullSnapshot(repository: MirroredRepository, pull: GithubPullRequest, logins: Logins): ItemSnapshot {
  const named = renamer(pull.people, logins);
  return {
    key: pull.id,
    at: pull.updatedAt,
    columns: {
      tenant_id: repository.tenant_id,
      node_id: pull.nodeId,
      number: pull.number,
      url: urlIn(repository, pull.url),
      title: pull.title,
      body: pull.body,
      state: pull.state,
      draft: pull.draft,
      author: pull.author && named(pull.author.login),
      author_id: pull.author?.id ?? null,
      head_ref: pull.head.ref,
      head_sha: pull.head.sha,
      head_repository: pull.head.repository,
      base_ref: pull.base.ref,
      base_sha: pull.base.sha,
      requested_reviewers: pull.requestedReviewers.map(named).toSorted(),
      requested_teams: pull.requestedTeams.toSorted(),
      labels: labelsInOrder(pull.labels),
      assignees: pull.assignees.map(named).toSorted(),
      milestone: pull.milestone,
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.closedAt,
      merged_at: pull.mergedAt,
      gone: null,
    },
  };
}

export function commentSnapshot(repository: MirroredRepository, comment: GithubComment, logins: Logins): ItemSnapshot {
  const author = comment.author;
  return {
    key: comment.id,
    at: comment.updatedAt,
    columns: {
      tenant_id: repository.tenant_id,
      node_id: comment.nodeId,
      issue_number: comment.issueNumber,
      author: author && (logins.get(author.id) ?? author.login),
      author_id: author?.id ?? null,
      body: comment.body,
      url: urlIn(repository, comment.url),
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
    },
  };
}

export const labelSnapshot = ({ id, name, color, description }: GithubLabel): ItemSnapshot => ({
  key: id,
  at: null,
  columns: { name, color, description },
});

export function milestoneSnapshot(repository: MirroredRepository, milestone: GithubMilestone): ItemSnapshot {
  const { number, title, description, state } = milestone;
  return {
    key: milestone.id,
    at: milestone.updatedAt,
    columns: {
      number,
      title,
      description,
      state,
      url: urlIn(repository, milestone.url),
      due_on: milestone.dueOn,
      closed_at: milestone.closedAt,
      updated_at: milestone.updatedAt,
    },
  };
}

export const branchSnapshot = (branch: GithubBranchHead): ItemSnapshot => ({
  key: branch.name,
  at: null,
  columns: { sha: branch.sha, protected: branch.protected, committed_at: branch.committedAt },
});

export const collaboratorSnapshot = ({ id, login, role, email }: GithubCollaborator): ItemSnapshot => ({
  key: id,
  at: null,
  columns: { login, role, email },
});

export const teamSnapshot = ({ id, slug, name, permission }: GithubTeam): ItemSnapshot => ({
  key: id,
  at: null,
  columns: { slug, name, permission },
});

/** A page's address below the repository's present name, whatever its name was when GitHub wrote the address. */
export function urlIn(repository: Pick<MirroredRepository, 'url'>, url: string): string {
  const below = /^https?:\/\/[^/]+\/[^/]+\/[^/]+(?<rest>[/#?].*)?$/u.exec(url)?.groups?.['rest'];
  return below === undefined ? url : repository.url + below;
}

function renamer(people: readonly { id: number; login: string }[], logins: Logins): (login: string) => string {
  const now = new Map(people.map(({ id, login }) => [login, logins.get(id) ?? login]));
  return (login) => now.get(login) ?? login;
}

function labelsInOrder(labels: GithubIssue['labels']): { id?: number; name: string; color: string }[] {
  return labels
    .map(({ id, name, color }) => ({ ...(id === null ? {} : { id }), name, color }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
