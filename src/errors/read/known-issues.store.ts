import type { Sql } from '../../db/db.model.ts';

/** Of these Sentry issues those that are errors already, with the number of their GitHub issue; null: on its way. */
export async function selectFiledNumbers(
  sql: Sql,
  sentryConnectionId: string,
  sentryIds: readonly string[],
): Promise<Map<string, number | null>> {
  const rows = await sql
    .selectFrom('sentry_issues as s')
    .leftJoin('links as l', (join) => join.onRef('l.source_id', '=', 's.error_id').on('l.source_kind', '=', 'error'))
    .leftJoin('issues as i', 'i.id', 'l.issue_id')
    .select(['s.sentry_id', 'i.number'])
    .where('s.sentry_connection_id', '=', sentryConnectionId)
    .where('s.sentry_id', 'in', sentryIds)
    .where('s.error_id', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.sentry_id, row.number]));
}
