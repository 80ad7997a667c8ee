import type { NewRow, Row, Sql } from '../db/db.model.ts';

/** An App of which GitHub told the key. */
export type MadeAppRow = Row<'github_apps'> & { app_id: string; private_key_encrypted: string };

/** Notes that a code is about to be exchanged. False when it was before: GitHub takes it once. */
export async function insertAppIntent(sql: Sql, row: NewRow<'github_apps'>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await sql
    .insertInto('github_apps')
    .values(row)
    .onConflict((conflict) => conflict.column('code_hash').doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function learnApp(
  sql: Sql,
  id: string,
  learnt: Pick<
    Row<'github_apps'>,
    'app_id' | 'slug' | 'name' | 'url' | 'client_id' | 'private_key_encrypted' | 'webhook_secret_encrypted'
  >,
): Promise<MadeAppRow> {
  const row = await sql
    .updateTable('github_apps')
    .set(learnt)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return row as MadeAppRow;
}

/** Takes back an intent of which GitHub said that nothing was done. */
export async function deleteAppIntent(sql: Sql, id: string): Promise<void> {
  await sql.deleteFrom('github_apps').where('id', '=', id).where('app_id', 'is', null).execute();
}

/** The Apps made here, newest first. */
export async function selectMadeApps(sql: Sql, tenantId: string): Promise<MadeAppRow[]> {
  const rows = await sql
    .selectFrom('github_apps')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('app_id', 'is not', null)
    .orderBy('created_at', 'desc')
    .execute();
  return rows as MadeAppRow[];
}

export async function selectMadeApp(
  sql: Sql,
  tenantId: string,
  baseUrl: string,
  appId: string,
): Promise<MadeAppRow | null> {
  const apps = await selectMadeApps(sql, tenantId);
  return apps.find((app) => app.base_url === baseUrl && [app.app_id, app.client_id].includes(appId)) ?? null;
}
