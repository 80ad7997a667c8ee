import { sql as raw } from 'kysely';

import { insertHistory } from './items.store.ts';
import type { ItemKind, Sql } from '../db/db.model.ts';
import type { Stamp } from './items.model.ts';

/*
 * What GitHub changes on many items without touching their `updated_at` (facts 3.2): renamed labels, milestones, people and
 * repositories. They are noticed where they are read, and carried to the items here.
 */

/** A label's new name or colour, on every issue and pull request that has it. Their history does not tell it: they still have it. */
export async function relabel(
  sql: Sql,
  repositoryId: string,
  label: { id: number; name: string; color: string },
): Promise<void> {
  for (const { table } of LABELLED)
    await raw`
      update ${raw.table(table)} t set labels = (
        select jsonb_agg(x.label order by x.label ->> 'name' collate "C") from (
          select case when (l ->> 'id')::bigint = ${label.id} then ${JSON.stringify(label)}::jsonb else l end as label
            from jsonb_array_elements(t.labels) l) x)
       where t.repository_id = ${repositoryId} and t.labels @> ${JSON.stringify([{ id: label.id }])}::jsonb`.execute(
      sql,
    );
}

/** A deleted label, off every issue and pull request that had it. */
export async function unlabel(sql: Sql, stamp: Stamp, labelId: number): Promise<void> {
  for (const { table, kind } of LABELLED) {
    const { rows } = await raw<Lost>`
      update ${raw.table(table)} t set labels = coalesce((
        select jsonb_agg(l order by l ->> 'name' collate "C") from jsonb_array_elements(old.labels) l
         where (l ->> 'id')::bigint is distinct from ${labelId}), '[]')
        from (select id, labels from ${raw.table(table)}
               where repository_id = ${stamp.repositoryId} and labels @> ${JSON.stringify([{ id: labelId }])}::jsonb
               order by github_id for update) old
       where t.id = old.id
      returning t.id, old.labels as before, t.labels as after`.execute(sql);
    await tell(sql, kind, 'labels', rows, stamp);
  }
}

/** A milestone's new title on its issues. */
export async function retitleMilestone(sql: Sql, repositoryId: string, number: number, title: string): Promise<void> {
  await sql
    .updateTable('issues')
    .set({ milestone_title: title })
    .where('repository_id', '=', repositoryId)
    .where('milestone', '=', number)
    .execute();
}

/** A deleted milestone, off every issue and pull request that had it. */
export async function dropMilestone(sql: Sql, stamp: Stamp, number: number): Promise<void> {
  for (const { table, kind } of LABELLED) {
    const title = kind === 'issue' ? raw`, milestone_title = null` : raw``;
    const { rows } = await raw<Lost>`
      update ${raw.table(table)} set milestone = null ${title}
       where repository_id = ${stamp.repositoryId} and milestone = ${number}
      returning id, ${number}::int as before, null as after`.execute(sql);
    await tell(sql, kind, 'milestone', rows, stamp);
  }
}

const LABELLED = [
  { table: 'issues', kind: 'issue' },
  { table: 'pull_requests', kind: 'pull_request' },
] as const;

interface Lost {
  id: string;
  before: unknown;
  after: unknown;
}

async function tell(sql: Sql, kind: ItemKind, field: string, lost: readonly Lost[], stamp: Stamp): Promise<void> {
  const items = lost.map(({ id, before, after }) => ({ id, changes: [{ field, before, after }] }));
  await insertHistory(sql, kind, items, stamp);
}

/** Somebody's new login, on everything a connection has mirrored. */
export async function renameLogin(
  sql: Sql,
  connectionId: string,
  person: { id: number; before: string; login: string },
): Promise<void> {
  const { id, before, login } = person;
  const here = raw`select id from repositories where connection_id = ${connectionId}`;
  await raw`update issues set author = ${login} where connection_id = ${connectionId} and author_id = ${id}`.execute(
    sql,
  );
  await raw`update issues set assignees = array(select unnest(array_replace(assignees, ${before}, ${login})) order by 1)
    where connection_id = ${connectionId} and assignees @> array[${before}]`.execute(sql);
  await raw`update pull_requests set author = ${login} where repository_id in (${here}) and author_id = ${id}`.execute(
    sql,
  );
  for (const column of ['assignees', 'requested_reviewers'])
    await raw`update pull_requests
        set ${raw.ref(column)} = array(select unnest(array_replace(${raw.ref(column)}, ${before}, ${login})) order by 1)
      where repository_id in (${here}) and ${raw.ref(column)} @> array[${before}]`.execute(sql);
  await raw`update pull_requests p set reviews = (
      select jsonb_agg(x.review order by x.review ->> 'login' collate "C") from (
        select case when r ->> 'login' = ${before} then jsonb_set(r, '{login}', to_jsonb(${login}::text)) else r end as review
          from jsonb_array_elements(p.reviews) r) x)
      where repository_id in (${here}) and reviews @> ${JSON.stringify([{ login: before }])}::jsonb`.execute(sql);
  await raw`update comments set author = ${login} where repository_id in (${here}) and author_id = ${id}`.execute(sql);
}

/** A repository's new name and address, on all its items. */
export async function renameRepositoryItems(
  sql: Sql,
  repository: { id: string; fullName: string; urlBefore: string; url: string },
): Promise<void> {
  const { id, fullName, urlBefore, url } = repository;
  for (const table of ['issues', 'pull_requests', 'comments', 'milestones'])
    await raw`update ${raw.table(table)} set url = ${url} || substr(url, ${urlBefore.length + 1}::int)
      where repository_id = ${id} and starts_with(url, ${`${urlBefore}/`})`.execute(sql);
  await sql.updateTable('issues').set({ repository: fullName }).where('repository_id', '=', id).execute();
}
