import { sql as raw } from 'kysely';

import { storable } from './storable.decide.ts';
import type { Finding, ItemTable } from './items.model.ts';
import type { Sql } from '../db/db.model.ts';

/** Keeps what a run found wrong; it was repaired in the same transaction. */
export async function insertFindings(
  sql: Sql,
  at: { repositoryId: string; runId: string; now: Date },
  findings: readonly Finding[],
): Promise<void> {
  if (findings.length === 0) return;
  await raw`
    insert into drift (repository_id, run_id, item_kind, item, field, mirrored, github, found_at, repaired_at)
    select ${at.repositoryId}, ${at.runId}, kind, item, field, mirrored, github, ${at.now}, ${at.now}
      from jsonb_to_recordset(${storable(findings)}::jsonb) as x(kind text, item text, field text, mirrored jsonb, github jsonb)`.execute(
    sql,
  );
}

/** Numbers of a repository's issues or pull requests that are mirrored as present and were there before `before`. */
export async function presentNumbers(
  sql: Sql,
  table: 'issues' | 'pull_requests',
  repositoryId: string,
  before: Date,
): Promise<{ id: string; number: number; github_id: number }[]> {
  return sql
    .selectFrom(table)
    .select(['id', 'number', 'github_id'])
    .where('repository_id', '=', repositoryId)
    .where('gone_at', 'is', null)
    .where('created_at', '<', before)
    .execute();
}

/** Numbers whose conversation is not mirrored in full, or holds comments that GitHub has no more. */
export async function miscountedConversations(sql: Sql, repositoryId: string, of: 'linked' | 'all'): Promise<number[]> {
  const { rows } = await raw<{ number: number }>`
    with counted as (
      select issue_number as number, count(*)::int as comments from comments
       where repository_id = ${repositoryId} and gone_at is null group by 1)
    select i.number from (
      select number, comments from issues
       where repository_id = ${repositoryId} and gone_at is null and (${of} = 'all' or source = 'linked')
      union all
      select number, comments from pull_requests
       where repository_id = ${repositoryId} and gone_at is null and ${of} = 'all') i
      left join counted c on c.number = i.number
     where i.comments <> coalesce(c.comments, 0)
     order by 1`.execute(sql);
  return rows.map(({ number }) => number);
}

/** The ids of a conversation's comments that are mirrored as present. */
export async function presentComments(sql: Sql, repositoryId: string, issueNumber: number): Promise<number[]> {
  const rows = await sql
    .selectFrom('comments')
    .select('github_id')
    .where('repository_id', '=', repositoryId)
    .where('issue_number', '=', issueNumber)
    .where('gone_at', 'is', null)
    .execute();
  return rows.map((row) => row.github_id);
}

const NAMES: Partial<Record<ItemTable['table'], string>> = { milestones: 'title', collaborators: 'login' };

/** The names of some items of a short list, by their keys. */
export async function namesOf(
  sql: Sql,
  { table, key }: ItemTable,
  repositoryId: string,
  keys: readonly (number | string)[],
): Promise<{ key: number | string; name: string }[]> {
  if (keys.length === 0) return [];
  const type = key === 'github_id' ? raw`bigint[]` : raw`text[]`;
  const { rows } = await raw<{ key: number | string; name: string }>`
    select ${raw.ref(key)} as key, ${raw.ref(NAMES[table] ?? 'name')} as name from ${raw.table(table)}
     where repository_id = ${repositoryId} and ${raw.ref(key)} = any(${[...keys]}::${type})`.execute(sql);
  return rows;
}

/** An item to look at again, with what it takes to ask for it. */
export interface DrawnItem {
  kind: 'issue' | 'pull_request' | 'comment';
  id: string;
  github_id: number;
  number: number;
}

/** Items of a repository drawn at random, each as likely as any other, of those that are mirrored as present. */
export async function drawItems(sql: Sql, repositoryId: string, size: number): Promise<DrawnItem[]> {
  const { rows } = await raw<DrawnItem>`
    select * from (
      select 'issue' as kind, id, github_id, number from issues
       where repository_id = ${repositoryId} and gone_at is null and gone is null
      union all
      select 'pull_request', id, github_id, number from pull_requests
       where repository_id = ${repositoryId} and gone_at is null and gone is null
      union all
      select 'comment', id, github_id, issue_number from comments
       where repository_id = ${repositoryId} and gone_at is null) items
     order by random() limit ${size}`.execute(sql);
  return rows;
}

/** How many issues and pull requests of a repository are mirrored as present: an audit in full reads so many. */
export async function countPresent(sql: Sql, repositoryId: string): Promise<{ issues: number; pulls: number }> {
  const { rows } = await raw<{ issues: number; pulls: number }>`
    select (select count(*)::int from issues where repository_id = ${repositoryId} and gone_at is null) as issues,
           (select count(*)::int from pull_requests where repository_id = ${repositoryId} and gone_at is null) as pulls`.execute(
    sql,
  );
  return rows[0] ?? { issues: 0, pulls: 0 };
}
