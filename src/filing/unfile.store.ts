import type { Sql } from '../db/db.model.ts';

/** Whether GitHub may have heard of a filing: of a create that was put off or refused it is certain that it made nothing. */
export async function mayBeSent(sql: Sql, filingId: string): Promise<boolean> {
  const attempt = await sql
    .selectFrom('filing_attempts')
    .select('id')
    .where('filing_id', '=', filingId)
    .where('kind', '=', 'create')
    .where((eb) => eb.or([eb('outcome', 'is', null), eb('outcome', 'not in', ['postponed', 'refused'])]))
    .limit(1)
    .executeTakeFirst();
  return attempt !== undefined;
}

export async function deleteFiling(sql: Sql, id: string): Promise<void> {
  await sql.deleteFrom('filings').where('id', '=', id).execute();
}
