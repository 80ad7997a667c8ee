import { sql as raw } from 'kysely';

import type { SentryIssueRow } from '../rows.model.ts';
import type { Sql } from '../../db/db.model.ts';

/** An error's Sentry issues, locked in one order. */
export async function lockSentryIssuesOf(sql: Sql, errorId: string): Promise<SentryIssueRow[]> {
  return sql
    .selectFrom('sentry_issues')
    .selectAll()
    .where('error_id', '=', errorId)
    .orderBy('sentry_id')
    .forUpdate()
    .execute();
}

/** No Sentry issue joins an error that is locked. */
export async function lockError(sql: Sql, id: string): Promise<void> {
  await sql.selectFrom('errors').select('id').where('id', '=', id).forUpdate().execute();
}

/** The error of one of these Sentry issues, other than `not`. */
export async function selectErrorOfAny(
  sql: Sql,
  connectionId: string,
  sentryIds: readonly string[],
  not: string,
): Promise<string | null> {
  if (sentryIds.length === 0) return null;
  const row = await sql
    .selectFrom('sentry_issues')
    .select('error_id')
    .where('sentry_connection_id', '=', connectionId)
    .where('sentry_id', 'in', sentryIds)
    .where('error_id', 'is not', null)
    .where('error_id', '!=', not)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  return row?.error_id ?? null;
}

/** An error that has nothing left in Sentry because its Sentry issues were merged into these, other than `not`. */
export async function selectMergedErrorOf(
  sql: Sql,
  connectionId: string,
  sentryIds: readonly string[],
  not: string,
): Promise<string | null> {
  const row = await sql
    .selectFrom('sentry_issues as merged')
    .select('merged.error_id')
    .where('merged.sentry_connection_id', '=', connectionId)
    .where('merged.gone', '=', 'merged')
    .where('merged.merged_into', 'in', sentryIds)
    .where('merged.error_id', 'is not', null)
    .where('merged.error_id', '!=', not)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('sentry_issues as present')
            .select('present.id')
            .whereRef('present.error_id', '=', 'merged.error_id')
            .where('present.gone', 'is', null),
        ),
      ),
    )
    .orderBy('merged.created_at')
    .limit(1)
    .executeTakeFirst();
  return row?.error_id ?? null;
}

/** An error's Sentry issues stand for another one from now on. */
export async function giveSentryIssues(sql: Sql, from: string, to: string): Promise<void> {
  await sql.updateTable('sentry_issues').set({ error_id: to }).where('error_id', '=', from).execute();
}

/** One Sentry issue stands for another error from now on. */
export async function giveSentryIssue(sql: Sql, { id }: SentryIssueRow, to: string): Promise<void> {
  await sql.updateTable('sentry_issues').set({ error_id: to }).where('id', '=', id).execute();
}

/** An error that was adopted by its marker, or lost its rule, is from now on that of the connection and rule of the one it stands for. */
export async function takeUpHeir(sql: Sql, from: string, to: string): Promise<void> {
  await raw`
    update errors h set sentry_connection_id = coalesce(h.sentry_connection_id, e.sentry_connection_id),
           rule_id = coalesce(h.rule_id, e.rule_id),
           share_key = case when h.sentry_connection_id is null then e.share_key else h.share_key end
      from errors e where e.id = ${from} and h.id = ${to}`.execute(sql);
}

/** An error's Sentry issues belong to none any more; what is still in Sentry waits for its rule again. */
export async function freeSentryIssues(sql: Sql, errorId: string): Promise<void> {
  await raw`
    update sentry_issues set error_id = null,
           decision = case when gone is null then 'waiting' else 'skipped' end,
           why = case gone when 'deleted' then 'It was deleted in Sentry before it was filed.'
                           when 'merged' then 'It was merged into another one in Sentry before it was filed.' else why end
     where error_id = ${errorId}`.execute(sql);
}

export async function deleteError(sql: Sql, id: string): Promise<void> {
  await sql.deleteFrom('errors').where('id', '=', id).execute();
}
