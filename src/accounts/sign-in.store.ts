import { sql as raw } from 'kysely';

import type { Row, Sql } from '../db/db.model.ts';
import type { FailureCount } from './sign-in.decide.ts';

/** The counts of these subjects, made where missing and locked until the transaction ends. Locked in one order: no deadlock. */
export async function lockFailures(sql: Sql, subjects: readonly string[], now: Date): Promise<FailureCount[]> {
  const ordered = [...subjects].sort();
  await sql
    .insertInto('sign_in_failures')
    .values(ordered.map((subject) => ({ subject, failures: 0, blocked_until: now, updated_at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const rows = await sql
    .selectFrom('sign_in_failures')
    .selectAll()
    .where('subject', 'in', ordered)
    .orderBy('subject')
    .forUpdate()
    .execute();
  return rows.map(fromRow);
}

export async function saveFailure(sql: Sql, count: FailureCount): Promise<void> {
  await sql
    .updateTable('sign_in_failures')
    .set({ failures: count.failures, blocked_until: count.blockedUntil, updated_at: count.updatedAt })
    .where('subject', '=', count.subject)
    .execute();
}

export async function deleteFailures(sql: Sql, subject: string): Promise<void> {
  await sql.deleteFrom('sign_in_failures').where('subject', '=', subject).execute();
}

/** Takes back one failure that was counted before the password proved right. */
export async function forgiveFailure(sql: Sql, subject: string, now: Date): Promise<void> {
  await sql
    .updateTable('sign_in_failures')
    .set({
      failures: raw`greatest(failures - 1, 0)`,
      blocked_until: raw`least(blocked_until, ${now}::timestamptz)`,
    })
    .where('subject', '=', subject)
    .execute();
}

export async function deleteQuietFailures(sql: Sql, before: Date): Promise<void> {
  await sql.deleteFrom('sign_in_failures').where('updated_at', '<', before).execute();
}

function fromRow(row: Row<'sign_in_failures'>): FailureCount {
  return {
    subject: row.subject,
    failures: row.failures,
    blockedUntil: row.blocked_until,
    updatedAt: row.updated_at,
  };
}
