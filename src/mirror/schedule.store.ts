import type { Sql } from '../db/db.model.ts';

type Schedule = 'sync_due_at' | 'reconcile_due_at' | 'sample_due_at';

/**
 * Moves a repository's schedule on. True for exactly one process per due time: the row is lock and watermark at once. A
 * repository whose schedule is new, or now comes sooner, only learns when it is due first.
 */
export async function claimSchedule(
  sql: Sql,
  repositoryId: string,
  schedule: Schedule,
  now: Date,
  next: Date,
): Promise<boolean> {
  const change = { [schedule]: next };
  const first = await sql
    .updateTable('repositories')
    .set(change)
    .where('id', '=', repositoryId)
    .where((eb) => eb.or([eb(schedule, 'is', null), eb(schedule, '>', next)]))
    .executeTakeFirst();
  if (first.numUpdatedRows > 0n) return false;
  const due = await sql
    .updateTable('repositories')
    .set(change)
    .where('id', '=', repositoryId)
    .where(schedule, '<=', now)
    .executeTakeFirst();
  return due.numUpdatedRows > 0n;
}
