import { givenRole, peopleOf, teamsOf } from '../../src/sandbox/sandbox-access.ts';
import { fullNameOf } from '../../src/sandbox/sandbox-state.ts';
import { nodeId } from '../../src/sandbox/sandbox-shapes-people.ts';
import { roleName } from '../../src/sandbox/sandbox-shapes-git.ts';
import type { SandboxIssue, SandboxPull, SandboxRepository, SandboxState } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxReview } from '../../src/sandbox/sandbox-records.model.ts';

/** Rows by what identifies them: an issue's number, a label's id, a branch's name. */
export type Rows = Map<string, Record<string, unknown>>;

export type TableName =
  | 'issues'
  | 'pull_requests'
  | 'comments'
  | 'labels'
  | 'milestones'
  | 'branches'
  | 'collaborators'
  | 'teams'
  | 'repositories';

interface Place {
  state: SandboxState;
  repository: SandboxRepository;
  /** Address of the repository's pages. */
  url: string;
}

/** What the mirror of a repository should hold, straight from the fake's state. Instants are ISO texts. */
export function truthOf(state: SandboxState, repository: SandboxRepository, web: string): Record<TableName, Rows> {
  const place = { state, repository, url: `${web}/${fullNameOf(repository)}` };
  const present = repository.issues.filter(({ gone }) => gone === null);
  return {
    issues: rowsOf(
      present.filter(({ pull }) => pull === null),
      ({ id }) => id,
      (issue) => issueRow(place, issue),
    ),
    pull_requests: rowsOf(
      present.flatMap((issue) => (issue.pull === null ? [] : [{ issue, pull: issue.pull }])),
      ({ pull }) => pull.id,
      ({ issue, pull }) => pullRow(place, issue, pull),
    ),
    comments: rowsOf(
      present.flatMap((issue) => (repository.comments[issue.number] ?? []).map((comment) => ({ issue, comment }))),
      ({ comment }) => comment.id,
      ({ issue, comment }) => ({
        node_id: nodeId('IC', comment.id),
        issue_number: issue.number,
        ...authorOf(place, comment.author),
        body: comment.body,
        url: `${pageOf(place, issue)}#issuecomment-${comment.id}`,
        created_at: instant(comment.createdAt),
        updated_at: instant(comment.updatedAt),
      }),
    ),
    labels: rowsOf(
      repository.labels,
      ({ id }) => id,
      ({ name, color, description }) => ({ name, color, description }),
    ),
    milestones: rowsOf(
      repository.milestones,
      ({ id }) => id,
      ({ number, title, description, state: standing, dueOn, closedAt, updatedAt }) => ({
        number,
        title,
        description,
        state: standing,
        url: `${place.url}/milestone/${number}`,
        due_on: instant(dueOn),
        closed_at: instant(closedAt),
        updated_at: instant(updatedAt),
      }),
    ),
    branches: rowsOf(
      repository.branches,
      ({ name }) => name,
      (branch) => ({ sha: branch.sha, protected: branch.protected, committed_at: instant(branch.committedAt) }),
    ),
    collaborators: rowsOf(
      peopleOf(state, repository),
      (login) => idOf(place, login),
      (login) => ({ login, role: roleName(givenRole(state, repository, login) ?? 'read'), email: null }),
    ),
    teams: rowsOf(
      teamsOf(state, repository),
      ({ id }) => id,
      ({ slug, name }) => ({ slug, name }),
    ),
    repositories: rowsOf(
      [repository],
      ({ id }) => id,
      () => repositoryRow(place),
    ),
  };
}

function rowsOf<T>(
  items: readonly T[],
  key: (item: T) => string | number,
  row: (item: T) => Record<string, unknown>,
): Rows {
  return new Map(items.map((item) => [String(key(item)), row(item)]));
}

function issueRow(place: Place, issue: SandboxIssue): Record<string, unknown> {
  const milestone = place.repository.milestones.find(({ number }) => number === issue.milestone);
  return {
    ...commonRow(place, issue),
    repository: fullNameOf(place.repository),
    github_repository_id: place.repository.id,
    node_id: nodeId('I', issue.id),
    state: issue.state,
    state_reason: issue.stateReason,
    milestone_title: milestone?.title ?? null,
    type: issue.type,
    locked: issue.locked,
    reactions: {},
    moved_to: null,
    gone: null,
  };
}

function commonRow(place: Place, issue: SandboxIssue): Record<string, unknown> {
  const milestone = place.repository.milestones.find(({ number }) => number === issue.milestone);
  return {
    number: issue.number,
    url: pageOf(place, issue),
    title: issue.title,
    body: issue.body ?? '',
    ...authorOf(place, issue.author),
    labels: labelsOf(place, issue),
    assignees: issue.assignees.toSorted(),
    milestone: milestone?.number ?? null,
    comments: issue.comments,
    created_at: instant(issue.createdAt),
    updated_at: instant(issue.updatedAt),
    closed_at: instant(issue.closedAt),
  };
}

function labelsOf({ repository }: Place, issue: SandboxIssue): object[] {
  return repository.labels
    .filter(({ name }) => issue.labels.includes(name))
    .map(({ id, name, color }) => ({ id, name, color }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function pullRow(place: Place, issue: SandboxIssue, pull: SandboxPull): Record<string, unknown> {
  const reviews = latestOf(place.repository.reviews[issue.number] ?? []);
  return {
    ...commonRow(place, issue),
    node_id: nodeId('PR', pull.id),
    state: pull.mergedAt === null ? issue.state : 'merged',
    draft: pull.draft,
    head_ref: pull.head,
    head_sha: pull.headSha,
    head_repository: fullNameOf(place.repository),
    base_ref: pull.base,
    base_sha: pull.baseSha,
    requested_reviewers: pull.requestedReviewers.toSorted(),
    requested_teams: pull.requestedTeams
      .filter((slug) => place.state.teams.some((team) => team.slug === slug))
      .toSorted(),
    merged_at: instant(pull.mergedAt),
    gone: null,
    reviews: reviews.map(({ author, state }) => ({ login: author, state: state.toLowerCase() })),
    review_decision: decisionOf(reviews),
    ...(issue.state === 'open' ? mergeOf(pull) : {}),
  };
}

function mergeOf({ mergeableState, draft }: SandboxPull): Record<string, unknown> {
  if (mergeableState === 'dirty') return { mergeable: 'conflicting', merge_state: 'dirty' };
  return { mergeable: 'mergeable', merge_state: draft ? 'draft' : mergeableState };
}

function latestOf(reviews: readonly SandboxReview[]): SandboxReview[] {
  const last = new Map<string, SandboxReview>();
  for (const review of reviews)
    if (review.state !== 'COMMENTED' || !last.has(review.author)) last.set(review.author, review);
  return [...last.values()].toSorted((a, b) => (a.author < b.author ? -1 : 1));
}

function decisionOf(reviews: readonly SandboxReview[]): string | null {
  if (reviews.some(({ state }) => state === 'CHANGES_REQUESTED')) return 'changes_requested';
  return reviews.some(({ state }) => state === 'APPROVED') ? 'approved' : null;
}

function repositoryRow({ repository, url }: Place): Record<string, unknown> {
  return {
    node_id: nodeId('R', repository.id),
    full_name: fullNameOf(repository),
    url,
    description: repository.description,
    visibility: repository.visibility,
    default_branch: repository.defaultBranch,
    archived: repository.archived,
    has_issues: repository.hasIssues,
    has_pull_requests: repository.hasPulls,
    can_push: true,
    can_admin: true,
    gone: null,
  };
}

function authorOf(place: Place, login: string): Record<string, unknown> {
  return { author: login, author_id: idOf(place, login) };
}

function idOf({ state }: Place, login: string): number {
  return state.users.find((user) => user.login === login)?.id ?? 0;
}

function pageOf({ url }: Place, { number, pull }: SandboxIssue): string {
  return `${url}/${pull === null ? 'issues' : 'pull'}/${number}`;
}

function instant(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString();
}
