import { sql as raw } from 'kysely';

import type { ItemKind, Row, Sql } from '../db/db.model.ts';

/** A history row with what it is about. */
export type ChangeRow = Row<'item_changes'> & {
  number: number | null;
  name: string | null;
  title: string | null;
  url: string | null;
};

/** What changed, newest first: in a repository, or of one item. `before`: the id the page starts after. */
export async function selectChanges(
  sql: Sql,
  of: { repositoryId: string } | { itemId: string },
  page: { kind: ItemKind | null; before: number | null; limit: number },
): Promise<ChangeRow[]> {
  const scope = 'itemId' in of ? raw`c.item_id = ${of.itemId}` : raw`c.repository_id = ${of.repositoryId}`;
  const kind = page.kind === null ? raw`` : raw` and c.item_kind = ${page.kind}`;
  const before = page.before === null ? raw`` : raw` and c.id < ${page.before}`;
  // each kind has its own table, and a row whose item is gone for good still tells what it can
  const { rows } = await raw<ChangeRow>`
    with page as (select * from item_changes c where ${scope}${kind}${before} order by c.id desc limit ${page.limit})
    select c.*, coalesce(i.number, p.number, o.issue_number) as number,
           coalesce(l.name, m.title, b.name, u.login, t.slug, r.full_name) as name,
           coalesce(i.title, p.title) as title, coalesce(i.url, p.url, o.url, m.url, r.url) as url
      from page c
      left join issues i on c.item_kind = 'issue' and i.id = c.item_id
      left join pull_requests p on c.item_kind = 'pull_request' and p.id = c.item_id
      left join comments o on c.item_kind = 'comment' and o.id = c.item_id
      left join labels l on c.item_kind = 'label' and l.id = c.item_id
      left join milestones m on c.item_kind = 'milestone' and m.id = c.item_id
      left join branches b on c.item_kind = 'branch' and b.id = c.item_id
      left join collaborators u on c.item_kind = 'collaborator' and u.id = c.item_id
      left join teams t on c.item_kind = 'team' and t.id = c.item_id
      left join repositories r on c.item_kind = 'repository' and r.id = c.item_id
     order by c.id desc`.execute(sql);
  return rows;
}

/** The conversation of an issue or pull request, oldest first. */
export async function selectComments(
  sql: Sql,
  repositoryId: string,
  number: number,
  limit: number,
): Promise<Row<'comments'>[]> {
  return sql
    .selectFrom('comments')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('issue_number', '=', number)
    .where('gone_at', 'is', null)
    .orderBy('created_at')
    .orderBy('github_id')
    .limit(limit)
    .execute();
}

/** The row of one number; of several (one was transferred away, its number cannot come back) that which stands. */
export async function idByNumber(
  sql: Sql,
  table: 'issues' | 'pull_requests',
  repositoryId: string,
  number: number,
): Promise<string | null> {
  const row = await sql
    .selectFrom(table)
    .select('id')
    .where('repository_id', '=', repositoryId)
    .where('number', '=', number)
    .orderBy('gone_at', (order) => order.desc().nullsFirst())
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Which of these numbers are mirrored and present. */
export async function presentAmong(
  sql: Sql,
  table: 'issues' | 'pull_requests',
  repositoryId: string,
  numbers: readonly number[],
): Promise<Set<number>> {
  if (numbers.length === 0) return new Set();
  const rows = await sql
    .selectFrom(table)
    .select('number')
    .where('repository_id', '=', repositoryId)
    .where('number', 'in', numbers)
    .where('gone_at', 'is', null)
    .execute();
  return new Set(rows.map(({ number }) => number));
}
