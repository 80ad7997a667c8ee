import type { Sql } from '../db/db.model.ts';

/** Lets all that a connection mirrors be compared in full at the next turn of the schedules: news of it was lost. */
export async function reconcileSoon(sql: Sql, connectionId: string, now: Date): Promise<void> {
  await sql
    .updateTable('repositories')
    .set({ reconcile_due_at: now })
    .where('connection_id', '=', connectionId)
    .execute();
}
