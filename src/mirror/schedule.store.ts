import type { Sql } from '../db/db.model.ts';

/**
 * Moves a connection's schedule on. True for exactly one process per due time: the row is lock and watermark at once. A
 * connection whose schedule is new only learns when it is due first.
 */
export async function claimSchedule(sql: Sql, connectionId: string, now: Date, next: Date): Promise<boolean> {
  const first = await sql
    .updateTable('connections')
    .set({ sync_due_at: next })
    .where('id', '=', connectionId)
    .where('sync_due_at', 'is', null)
    .executeTakeFirst();
  if (first.numUpdatedRows > 0n) return false;
  const due = await sql
    .updateTable('connections')
    .set({ sync_due_at: next })
    .where('id', '=', connectionId)
    .where('sync_due_at', '<=', now)
    .executeTakeFirst();
  return due.numUpdatedRows > 0n;
}
