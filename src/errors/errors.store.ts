import type { NewRow, Row, RowChange, Sql } from '../db/db.model.ts';
import type { SentryIssueRow } from './rows.model.ts';

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

/** The GitHub issue of an error, by the mirror; null while it has none. */
export async function selectLinkedOf(
  sql: Sql,
  errorId: string,
): Promise<{ repository: string; number: number } | null> {
  const row = await sql
    .selectFrom('links')
    .innerJoin('issues', 'issues.id', 'links.issue_id')
    .select(['issues.repository', 'issues.number'])
    .where('links.source_kind', '=', 'error')
    .where('links.source_id', '=', errorId)
    .executeTakeFirst();
  return row ?? null;
}

/** The attempts to file an error and the acts on either side, the latest 200 of each, oldest first. */
export async function selectErrorHistory(
  sql: Sql,
  { filing_id: filingId, error_id: errorId }: { filing_id: string | null; error_id: string | null },
): Promise<{ attempts: Row<'filing_attempts'>[]; reflections: Row<'reflections'>[] }> {
  const attempts =
    filingId === null
      ? []
      : await sql
          .selectFrom('filing_attempts')
          .selectAll()
          .where('filing_id', '=', filingId)
          .orderBy('id', 'desc')
          .limit(200)
          .execute();
  const reflections =
    errorId === null
      ? []
      : await sql
          .selectFrom('reflections')
          .selectAll()
          .where('error_id', '=', errorId)
          .orderBy('id', 'desc')
          .limit(200)
          .execute();
  return { attempts: attempts.toReversed(), reflections: reflections.toReversed() };
}

/** A Sentry issue of the error that an act was for; null when there is no such act. */
export async function selectErrorIdOf(sql: Sql, reflectionId: string): Promise<string | null> {
  const row = await sql
    .selectFrom('reflections')
    .innerJoin('sentry_issues', 'sentry_issues.error_id', 'reflections.error_id')
    .select('sentry_issues.id')
    .where('reflections.id', '=', reflectionId)
    .orderBy('sentry_issues.created_at')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}
