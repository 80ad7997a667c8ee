import { changesBetween, fieldsOf, isNewer } from './snapshot.decide.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { GithubIssue } from '../github/github.model.ts';
import type { Row, Sql } from '../db/db.model.ts';
import type { AppliedSnapshot, MirroredIssue, SnapshotVia } from './mirror.model.ts';
import type { FieldChange, IssueFields } from './snapshot.decide.ts';

/** Applies one snapshot under a row lock: history for what changed, nothing for an older or equal one. */
export async function upsertIssue(
  sql: Sql,
  connection: GithubConnection,
  issue: GithubIssue,
  options: { id: string; via: SnapshotVia; source: 'linked' | 'external'; etag: string | null; now: Date },
): Promise<AppliedSnapshot> {
  const columns = columnsOf(connection, issue, options);
  const inserted = await sql
    .insertInto('issues')
    .values({
      id: options.id,
      tenant_id: connection.tenantId,
      connection_id: connection.id,
      source: options.source,
      ...columns,
    })
    .onConflict((conflict) => conflict.constraint('issues_github_unique').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return { issueId: inserted.id, outcome: 'added' };
  const stored = await sql
    .selectFrom('issues')
    .selectAll()
    .where('connection_id', '=', connection.id)
    .where('github_id', '=', issue.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (!isNewer(stored.updated_at, issue.updatedAt)) return { issueId: stored.id, outcome: 'unchanged' };
  const changes = changesBetween(storedFields(stored), fieldsOf(issue));
  const source = options.source === 'linked' ? 'linked' : stored.source;
  await sql
    .updateTable('issues')
    .set({ ...columns, source })
    .where('id', '=', stored.id)
    .execute();
  await insertChanges(sql, stored.id, changes, issue.updatedAt, options.via);
  return { issueId: stored.id, outcome: changes.length === 0 ? 'unchanged' : 'changed' };
}

/** Marks an issue that GitHub no longer shows here, as a change like any other. */
export async function markGone(
  sql: Sql,
  issueId: string,
  gone: NonNullable<IssueFields['gone']>,
  now: Date,
): Promise<boolean> {
  const stored = await sql.selectFrom('issues').select('gone').where('id', '=', issueId).forUpdate().executeTakeFirst();
  if (stored === undefined || stored.gone === gone) return false;
  await sql.updateTable('issues').set({ gone, synced_at: now, etag: null }).where('id', '=', issueId).execute();
  await insertChanges(sql, issueId, [{ field: 'gone', before: stored.gone, after: gone }], now, 'sync');
  return true;
}

export async function touchIssue(sql: Sql, issueId: string, now: Date): Promise<void> {
  await sql.updateTable('issues').set({ synced_at: now }).where('id', '=', issueId).execute();
}

/** GitHub's ids of those among `githubIds` that are mirrored for a connection. */
export async function mirroredIds(sql: Sql, connectionId: string, githubIds: number[]): Promise<Set<number>> {
  if (githubIds.length === 0) return new Set();
  const rows = await sql
    .selectFrom('issues')
    .select('github_id')
    .where('connection_id', '=', connectionId)
    .where('github_id', 'in', githubIds)
    .execute();
  return new Set(rows.map((row) => row.github_id));
}

/** Mirrored issues that no run has seen since `before`, longest unseen first: they are asked for one by one. */
export async function longUnseen(
  sql: Sql,
  connection: GithubConnection,
  before: Date,
  limit: number,
): Promise<MirroredIssue[]> {
  const rows = await sql
    .selectFrom('issues')
    .selectAll()
    .where('connection_id', '=', connection.id)
    // a connection that was moved to another repository keeps its old issues, which this one's numbers do not name
    .where('github_repository_id', '=', connection.githubRepositoryId ?? 0)
    .where('gone', 'is', null)
    .where('synced_at', '<', before)
    .orderBy('synced_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    connectionId: row.connection_id,
    tenantId: row.tenant_id,
    githubId: row.github_id,
    repository: row.repository,
    number: row.number,
    url: row.url,
    etag: row.etag,
    updatedAt: row.updated_at,
  }));
}

/** When the oldest mirrored issue of a connection was opened; null when there is none. */
export async function oldestMirrored(sql: Sql, connection: GithubConnection): Promise<Date | null> {
  const row = await sql
    .selectFrom('issues')
    .select((eb) => eb.fn.min('created_at').as('at'))
    .where('connection_id', '=', connection.id)
    .where('github_repository_id', '=', connection.githubRepositoryId ?? 0)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** The source items of an issue, to tell their pages that something changed. */
export async function linkedSources(sql: Sql, issueId: string): Promise<{ kind: 'report'; id: string }[]> {
  const rows = await sql
    .selectFrom('links')
    .select(['source_kind', 'source_id'])
    .where('issue_id', '=', issueId)
    .execute();
  return rows.map((row) => ({ kind: row.source_kind, id: row.source_id }));
}

function columnsOf(connection: GithubConnection, issue: GithubIssue, options: { etag: string | null; now: Date }) {
  const fields = fieldsOf(issue);
  return {
    github_id: issue.id,
    node_id: issue.nodeId,
    github_repository_id: connection.githubRepositoryId ?? 0,
    repository: connection.repository,
    number: issue.number,
    url: issue.url,
    title: fields.title,
    state: fields.state,
    state_reason: fields.state_reason,
    author: issue.author?.login ?? null,
    labels: JSON.stringify(fields.labels),
    assignees: fields.assignees,
    comments: fields.comments,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    gone: null,
    etag: options.etag,
    synced_at: options.now,
  };
}

function storedFields(row: Row<'issues'>): IssueFields {
  return {
    title: row.title,
    state: row.state,
    state_reason: row.state_reason,
    // jsonb keeps keys in its own order; the comparison is by text
    labels: row.labels.map(({ name, color }) => ({ name, color })),
    assignees: row.assignees,
    comments: row.comments,
    closed_at: row.closed_at?.toISOString() ?? null,
    gone: row.gone,
  };
}

async function insertChanges(
  sql: Sql,
  issueId: string,
  changes: FieldChange[],
  at: Date,
  via: SnapshotVia,
): Promise<void> {
  if (changes.length === 0) return;
  await sql
    .insertInto('issue_changes')
    .values(
      changes.map(({ field, before, after }) => ({
        issue_id: issueId,
        at,
        field,
        before: JSON.stringify(before),
        after: JSON.stringify(after),
        via,
      })),
    )
    .execute();
}
