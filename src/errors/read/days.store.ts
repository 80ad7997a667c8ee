import { sql as raw } from 'kysely';

import type { Sql } from '../../db/db.model.ts';

/** The first day of which the all-time count of each is known, and that count. */
export async function selectFirstCounts(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, { day: string; count: number }>> {
  if (ids.length === 0) return new Map();
  const { rows } = await raw<{ id: string; day: string; count: number }>`
    select distinct on (sentry_issue_id) sentry_issue_id as id, to_char(day, 'YYYY-MM-DD') as day, count
      from sentry_counts where sentry_issue_id = any(${[...ids]}::uuid[]) order by sentry_issue_id, day`.execute(sql);
  return new Map(rows.map(({ id, day, count }) => [id, { day, count }]));
}

/** Keeps all-time counts of days of which none is known; of people nothing is told for them. */
export async function insertCounts(
  sql: Sql,
  counts: readonly { id: string; day: string; count: number }[],
): Promise<void> {
  if (counts.length === 0) return;
  // in one order: two processes that learn the same would else wait for each other
  const inOrder = counts.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.day < b.day ? -1 : 1));
  await sql
    .insertInto('sentry_counts')
    .values(inOrder.map(({ id, day, count }) => ({ sentry_issue_id: id, day, count, user_count: 0 })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
