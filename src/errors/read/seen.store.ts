import { sql as raw } from 'kysely';

import type { SentryIssueRow } from '../rows.model.ts';
import type { Sql } from '../../db/db.model.ts';

/**
 * The time by the one clock that all processes share: by it answers of Sentry are in order, whatever their own clocks say. Asked
 * just before Sentry is, since an answer is as old as the question.
 */
export async function askingNow(sql: Sql): Promise<Date> {
  const { rows } = await raw<{ at: Date }>`select clock_timestamp() as at`.execute(sql);
  const [row] = rows;
  if (row === undefined) throw new Error('the database tells no time');
  return row.at;
}

/** These were read at `askedAt` and nothing of them had changed. Those read later meanwhile are left out. */
export async function noteUnchanged(sql: Sql, ids: readonly string[], askedAt: Date): Promise<SentryIssueRow[]> {
  if (ids.length === 0) return [];
  return sql
    .updateTable('sentry_issues')
    .set({ read_at: askedAt })
    .where('id', 'in', ids)
    .where('read_at', '<=', askedAt)
    .returningAll()
    .execute();
}

/** Errors that lost their rule belong to the one that took their Sentry issues. */
export async function giveRule(sql: Sql, rows: readonly SentryIssueRow[]): Promise<void> {
  for (const { error_id: errorId, rule_id: ruleId } of rows)
    if (errorId !== null && ruleId !== null)
      await sql
        .updateTable('errors')
        .set({ rule_id: ruleId })
        .where('id', '=', errorId)
        .where('rule_id', 'is', null)
        .execute();
}

/** Deletes all-time counts of days before `day`, as 2026-11-21. */
export async function deleteOldCounts(sql: Sql, day: string): Promise<void> {
  await sql
    .deleteFrom('sentry_counts')
    .where('day', '<', (eb) => eb.cast<Date>(eb.val(day), 'date'))
    .execute();
}

/** Deletes Sentry issues that no rule took and none saw since `before`. */
export async function deleteOldSkipped(sql: Sql, before: Date): Promise<void> {
  await sql
    .deleteFrom('sentry_issues')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('sentry_issues as o')
        .select('o.id')
        .where('o.decision', '=', 'skipped')
        .where('o.error_id', 'is', null)
        .where('o.read_at', '<', before)
        // whoever reads one of them now keeps it
        .forUpdate()
        .skipLocked(),
    )
    .execute();
}
