import { sql as raw } from 'kysely';

import { insertHistory } from './items.store.ts';
import type { IssueGone, Row, Sql } from '../db/db.model.ts';
import type { Stamp } from './items.model.ts';

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

/** An issue that has a source item is `linked`, whoever mirrored it first. */
export async function markLinked(sql: Sql, issueId: string): Promise<void> {
  await sql.updateTable('issues').set({ source: 'linked' }).where('id', '=', issueId).execute();
}

/** Records that issues were seen in a list and are as they were. */
export async function touchIssues(sql: Sql, connectionId: string, githubIds: number[], now: Date): Promise<void> {
  if (githubIds.length === 0) return;
  await sql
    .updateTable('issues')
    .set({ synced_at: now })
    .where('connection_id', '=', connectionId)
    .where('github_id', 'in', githubIds)
    .execute();
}

export async function keepEtag(sql: Sql, issueId: string, etag: string | null, now: Date): Promise<void> {
  await sql.updateTable('issues').set({ etag, synced_at: now }).where('id', '=', issueId).execute();
}

/**
 * Puts a tombstone on an issue that GitHub no longer shows here. True when that is news. A read that was asked for before the
 * standing snapshot came says nothing.
 */
export async function markIssueGone(
  sql: Sql,
  issueId: string,
  gone: { why: IssueGone; movedTo: string | null },
  stamp: Omit<Stamp, 'scopeId'>,
): Promise<boolean> {
  const { rows } = await raw<{ before: IssueGone | null }>`
    update issues i set gone = ${gone.why}, moved_to = ${gone.movedTo}, gone_at = ${stamp.now}, synced_at = ${stamp.now}, etag = null
      from (select id, gone as before from issues where id = ${issueId} for update) old
     where i.id = old.id and i.gone is distinct from ${gone.why}
       and (${stamp.from} = 'payload' or i.read_at <= ${stamp.askedAt})
     returning old.before`.execute(sql);
  if (rows[0] === undefined) return false;
  await insertHistory(
    sql,
    'issue',
    [{ id: issueId, changes: [{ field: 'gone', before: rows[0].before, after: gone.why }] }],
    stamp,
  );
  return true;
}

/** Mirrored issues of a repository that no run has seen since `before`, longest unseen first: they are asked for one by one. */
export async function longUnseen(
  sql: Sql,
  repositoryId: string,
  before: Date,
  limit: number,
): Promise<Row<'issues'>[]> {
  return sql
    .selectFrom('issues')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('gone', 'is', null)
    .where('synced_at', '<', before)
    .orderBy('synced_at')
    .limit(limit)
    .execute();
}

/** When the oldest mirrored issue of a repository was opened; null when there is none. */
export async function oldestMirrored(sql: Sql, repositoryId: string): Promise<Date | null> {
  const row = await sql
    .selectFrom('issues')
    .select((eb) => eb.fn.min('created_at').as('at'))
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** Issues mirrored before repositories were: they belong to the connection's repository of the same id. */
export async function takeInIssues(
  sql: Sql,
  repository: { id: string; connectionId: string; githubId: number },
): Promise<void> {
  await raw`
    with taken as (
      update issues set repository_id = ${repository.id}
       where connection_id = ${repository.connectionId} and github_repository_id = ${repository.githubId}
         and repository_id is null
       returning id)
    update item_changes c set repository_id = ${repository.id} from taken where c.item_id = taken.id`.execute(sql);
}

/** Those of these numbers whose issue has a source item. */
export async function linkedNumbers(sql: Sql, repositoryId: string, numbers: number[]): Promise<Set<number>> {
  if (numbers.length === 0) return new Set();
  const rows = await sql
    .selectFrom('issues')
    .select('number')
    .where('repository_id', '=', repositoryId)
    .where('number', 'in', numbers)
    .where('source', '=', 'linked')
    .execute();
  return new Set(rows.map((row) => row.number));
}

/** Both sides of the errors that these issues stand for are compared soon: said where the change is stored, so it cannot be lost. */
export async function dueReflections(sql: Sql, issueIds: readonly string[]): Promise<void> {
  if (issueIds.length === 0) return;
  // locked in one order, as a page of Sentry issues locks them
  await raw`update errors set reflect_at = least(reflect_at, now())
     where id in (select e.id from errors e join links l on l.source_kind = 'error' and l.source_id = e.id
                   where l.issue_id = any(${[...issueIds]}::uuid[]) order by e.id for no key update of e)`.execute(sql);
}

/** The source items of issues, to tell their pages that something changed. */
export async function linkedSources(
  sql: Sql,
  issueIds: readonly string[],
): Promise<{ kind: 'report' | 'error'; id: string }[]> {
  if (issueIds.length === 0) return [];
  const rows = await sql
    .selectFrom('links')
    .select(['source_kind', 'source_id'])
    .where('issue_id', 'in', issueIds)
    .execute();
  return rows.map((row) => ({ kind: row.source_kind, id: row.source_id }));
}
