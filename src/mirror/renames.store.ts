import { sql as raw } from 'kysely';

import type { Sql } from '../db/db.model.ts';

/*
 * What GitHub changes on many items without touching their `updated_at` (facts 3.2): renamed labels, milestones, people and
 * repositories. They are noticed where they are read, and carried to the items here.
 */

/** A label's new name or colour, on every issue and pull request that has it. */
export async function relabel(
  sql: Sql,
  repositoryId: string,
  label: { id: number; name: string; color: string },
): Promise<void> {
  await forLabelled(
    sql,
    repositoryId,
    label.id,
    (table) => raw`
    update ${raw.table(table)} t set labels = coalesce((
      select jsonb_agg(x.label order by x.label ->> 'name' collate "C") from (
        select case when (l ->> 'id')::bigint = ${label.id} then ${JSON.stringify(label)}::jsonb else l end as label
          from jsonb_array_elements(t.labels) l) x), '[]')`,
  );
}

/** A deleted label, off every issue and pull request that had it. */
export async function unlabel(sql: Sql, repositoryId: string, labelId: number): Promise<void> {
  await forLabelled(
    sql,
    repositoryId,
    labelId,
    (table) => raw`
    update ${raw.table(table)} t set labels = coalesce((
      select jsonb_agg(l order by l ->> 'name' collate "C") from jsonb_array_elements(t.labels) l
       where (l ->> 'id')::bigint is distinct from ${labelId}), '[]')`,
  );
}

async function forLabelled(
  sql: Sql,
  repositoryId: string,
  labelId: number,
  update: (table: 'issues' | 'pull_requests') => ReturnType<typeof raw>,
): Promise<void> {
  for (const table of ['issues', 'pull_requests'] as const)
    await raw`${update(table)} where t.repository_id = ${repositoryId}
      and t.labels @> ${JSON.stringify([{ id: labelId }])}::jsonb`.execute(sql);
}

/** A milestone's title on its issues; null: it was deleted, and they have none. */
export async function retitleMilestone(
  sql: Sql,
  repositoryId: string,
  number: number,
  title: string | null,
): Promise<void> {
  const change = title === null ? { milestone: null, milestone_title: null } : { milestone_title: title };
  await sql
    .updateTable('issues')
    .set(change)
    .where('repository_id', '=', repositoryId)
    .where('milestone', '=', number)
    .execute();
  if (title !== null) return;
  await sql
    .updateTable('pull_requests')
    .set({ milestone: null })
    .where('repository_id', '=', repositoryId)
    .where('milestone', '=', number)
    .execute();
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
