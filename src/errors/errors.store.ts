import type { NewRow, Row, RowChange, Sql } from '../db/db.model.ts';
import type { SentryIssueRow } from './sentry-issues.store.ts';

export type ErrorRow = Row<'errors'>;

/** False when an error with this id is there already. */
export async function insertError(sql: Sql, row: NewRow<'errors'>): Promise<boolean> {
  const inserted = await sql
    .insertInto('errors')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function selectError(sql: Sql, id: string): Promise<ErrorRow | null> {
  return (await sql.selectFrom('errors').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function updateError(sql: Sql, id: string, changes: RowChange<'errors'>): Promise<void> {
  await sql.updateTable('errors').set(changes).where('id', '=', id).execute();
}

/** The latest error of a rule under a share key. */
export async function selectShared(sql: Sql, ruleId: string, shareKey: string): Promise<ErrorRow | null> {
  const row = await sql
    .selectFrom('errors')
    .selectAll()
    .where('rule_id', '=', ruleId)
    .where('share_key', '=', shareKey)
    .orderBy('regression', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** An error's Sentry issues, the one that came first first; merged and deleted ones too. */
export async function selectSentryIssuesOf(sql: Sql, errorId: string): Promise<SentryIssueRow[]> {
  return sql
    .selectFrom('sentry_issues')
    .selectAll()
    .where('error_id', '=', errorId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** How many errors a rule gave to filing since then. */
export async function countFiledSince(sql: Sql, ruleId: string, since: Date): Promise<number> {
  const row = await sql
    .selectFrom('errors')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('rule_id', '=', ruleId)
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow();
  return row.count;
}
