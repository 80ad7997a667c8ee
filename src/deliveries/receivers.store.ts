import type { Sql } from '../db/db.model.ts';

/** What a connection needs to take posts. */
export interface ReceiverRow {
  id: string;
  tenant_id: string;
  webhook_secret_encrypted: string | null;
  webhook_allow_unsigned: boolean;
  base_url: string;
  credential_kind: 'token' | 'app';
  credential_encrypted: string;
}

/** Of all connections, oldest first: there are few, and asking for one id would let a stranger make a query with each post. */
export async function selectReceivers(sql: Sql): Promise<ReceiverRow[]> {
  return sql
    .selectFrom('connections')
    .select(['id', 'tenant_id', 'webhook_secret_encrypted', 'webhook_allow_unsigned'])
    .select(['base_url', 'credential_kind', 'credential_encrypted'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** The sealed secrets of a connection, its row locked until the transaction ends. */
export async function lockWebhookSecret(sql: Sql, connectionId: string): Promise<string | null> {
  const row = await sql
    .selectFrom('connections')
    .select('webhook_secret_encrypted')
    .where('id', '=', connectionId)
    .forUpdate()
    .executeTakeFirst();
  return row?.webhook_secret_encrypted ?? null;
}

export async function updateWebhookSecret(sql: Sql, connectionId: string, sealed: string): Promise<void> {
  await sql
    .updateTable('connections')
    .set({ webhook_secret_encrypted: sealed })
    .where('id', '=', connectionId)
    .execute();
}
