import { dueReflections, linkedNumbers, linkedSources, markIssueGone, markLinked } from './issues.store.ts';
import { mergeItems } from './items.store.ts';
import { ensureTarget } from './repositories.ts';
import { publish } from '../db/db.ts';
import { commentSnapshot, issueSnapshot, pullSnapshot } from './snapshots.decide.ts';
import { COMMENTS, ISSUES, PULLS } from './tables.decide.ts';
import { countComments, dueDetails } from './pulls.store.ts';
import { noteUsers } from './users.store.ts';
import type { AppliedItem, Stamp } from './items.model.ts';
import type { AppliedSnapshot } from './mirror.model.ts';
import type { GithubComment, GithubPullRequest } from '../github/github-reads.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { GithubIssue } from '../github/github.model.ts';
import type { IssueGone, Sql } from '../db/db.model.ts';
import type { MirroredRepository } from './repository.model.ts';

/** How snapshots came, for all of one page. */
export type How = Omit<Stamp, 'scopeId' | 'repositoryId'>;

/**
 * Brings the mirror to snapshots of issues, whatever way they came and however often (SPEC M6), inside the caller's
 * transaction, and tells the pages of the reports they are linked to. Pull requests among them only bring their counts.
 */
export async function applyIssues(
  sql: Sql,
  repository: MirroredRepository,
  issues: readonly GithubIssue[],
  how: How,
): Promise<AppliedItem[]> {
  const logins = await noteUsers(sql, repository.connection_id, people(issues), how);
  const pulls = issues.filter((issue) => issue.isPullRequest);
  if (how.from === 'read' && repository.mirrors === 'all') await countComments(sql, repository.id, pulls);
  const snapshots = issues
    .filter((issue) => !issue.isPullRequest)
    .map((issue) => issueSnapshot(repository, issue, logins));
  const applied = await mergeItems(sql, ISSUES, snapshots, {
    ...how,
    scopeId: repository.connection_id,
    repositoryId: repository.id,
  });
  const changed = applied.filter(({ merge }) => merge === 'insert' || merge === 'apply');
  await tellSources(
    sql,
    repository.tenant_id,
    changed.map(({ id }) => id),
  );
  return applied;
}

/** The same for pull requests. Those that changed are due to have their mergeability and reviews read. */
export async function applyPulls(
  sql: Sql,
  repository: MirroredRepository,
  pulls: readonly GithubPullRequest[],
  how: How,
): Promise<AppliedItem[]> {
  const logins = await noteUsers(sql, repository.connection_id, people(pulls), how);
  const applied = await mergeItems(
    sql,
    PULLS,
    pulls.map((pull) => pullSnapshot(repository, pull, logins)),
    { ...how, scopeId: repository.id, repositoryId: repository.id },
  );
  const changed = applied.filter(({ merge }) => merge === 'insert' || merge === 'apply');
  await dueDetails(
    sql,
    changed.map(({ id }) => id),
    how.now,
  );
  return applied;
}

/** The same for comments; only for those on linked issues, where the repository's setting says so (SPEC M10). */
export async function applyComments(
  sql: Sql,
  repository: MirroredRepository,
  given: readonly GithubComment[],
  how: How,
): Promise<AppliedItem[]> {
  const comments = await wanted(sql, repository, given);
  const authors = comments.flatMap(({ author }) => (author === null ? [] : [author]));
  const logins = await noteUsers(sql, repository.connection_id, authors, how);
  return mergeItems(
    sql,
    COMMENTS,
    comments.map((comment) => commentSnapshot(repository, comment, logins)),
    { ...how, scopeId: repository.id, repositoryId: repository.id },
  );
}

async function wanted(
  sql: Sql,
  repository: MirroredRepository,
  comments: readonly GithubComment[],
): Promise<readonly GithubComment[]> {
  if (repository.mirrors === 'all' && repository.comments_of === 'all') return comments;
  const numbers = comments.map(({ issueNumber }) => issueNumber);
  const linked = await linkedNumbers(sql, repository.id, numbers);
  return comments.filter(({ issueNumber }) => linked.has(issueNumber));
}

/** Records that GitHub no longer shows an issue where it was, and tells its pages. True when that is news. */
export async function applyGone(
  sql: Sql,
  repository: MirroredRepository,
  issueId: string,
  gone: { why: IssueGone; movedTo: string | null },
  how: How,
): Promise<boolean> {
  const changed = await markIssueGone(sql, issueId, gone, { ...how, repositoryId: repository.id });
  if (changed) await tellSources(sql, repository.tenant_id, [issueId]);
  return changed;
}

/** Brings the mirror to GitHub's answer to our own write, and keeps the issue as one that has a source item. */
export async function applyLinked(
  sql: Sql,
  connection: GithubConnection,
  issue: GithubIssue,
  now: Date,
): Promise<AppliedSnapshot> {
  const repository = await ensureTarget(sql, connection, now);
  const how: How = { via: 'write', from: 'read', askedAt: now, actor: null, now };
  const [applied] = await applyIssues(sql, repository, [issue], how);
  if (applied === undefined) throw new Error(`#${issue.number} is a pull request and cannot be linked`);
  await markLinked(sql, applied.id);
  return { issueId: applied.id };
}

async function tellSources(sql: Sql, tenantId: string, issueIds: readonly string[]): Promise<void> {
  await dueReflections(sql, issueIds);
  for (const source of await linkedSources(sql, issueIds))
    await publish(sql, { kind: source.kind, id: source.id, tenantId });
}

function people(items: readonly (GithubIssue | GithubPullRequest)[]) {
  return items.flatMap((item) => item.people);
}
