import type { NewRow, Row, Sql } from '../db/db.model.ts';

export type ApiKeyRow = Row<'api_keys'>;

/** The tenant's keys that still work, newest first. */
export async function selectApiKeys(sql: Sql, tenantId: string): Promise<ApiKeyRow[]> {
  return sql
    .selectFrom('api_keys')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('revoked_at', 'is', null)
    .orderBy('id', 'desc')
    .execute();
}

export async function selectApiKeyByHash(sql: Sql, keyHash: Buffer): Promise<ApiKeyRow | undefined> {
  return sql
    .selectFrom('api_keys')
    .selectAll()
    .where('key_hash', '=', keyHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
}

export async function insertApiKey(sql: Sql, key: NewRow<'api_keys'>): Promise<ApiKeyRow> {
  return sql.insertInto('api_keys').values(key).returningAll().executeTakeFirstOrThrow();
}

export async function touchApiKey(sql: Sql, id: string, usedAt: Date): Promise<void> {
  await sql.updateTable('api_keys').set({ last_used_at: usedAt }).where('id', '=', id).execute();
}

/** Undefined when the tenant has no such key that works. */
export async function revokeApiKey(sql: Sql, tenantId: string, id: string, now: Date): Promise<ApiKeyRow | undefined> {
  return sql
    .updateTable('api_keys')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}
