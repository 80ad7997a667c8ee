import { sql as raw } from 'kysely';

import type { Abilities } from '../../sentry/sentry.model.ts';
import type { NewRow, Row, RowChange, Sql } from '../../db/db.model.ts';
import type { SentryConnection } from './sentry-connections.model.ts';

/** Sentry connections of a tenant, or of every tenant; oldest first. */
export async function selectSentryConnections(sql: Sql, tenantId: string | null): Promise<SentryConnection[]> {
  const query = sql.selectFrom('sentry_connections').selectAll().orderBy('created_at').orderBy('id');
  const rows = await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).execute();
  return rows.map(toConnection);
}

/** One Sentry connection; a wrong tenant's is as missing. `tenantId` null: whatever the tenant. */
export async function selectSentryConnection(
  sql: Sql,
  id: string,
  tenantId: string | null,
): Promise<SentryConnection | null> {
  const query = sql.selectFrom('sentry_connections').selectAll().where('id', '=', id);
  const row = await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).executeTakeFirst();
  return row === undefined ? null : toConnection(row);
}

export async function insertSentryConnection(sql: Sql, row: NewRow<'sentry_connections'>): Promise<SentryConnection> {
  return toConnection(await sql.insertInto('sentry_connections').values(row).returningAll().executeTakeFirstOrThrow());
}

export async function updateSentryConnection(
  sql: Sql,
  id: string,
  changes: RowChange<'sentry_connections'>,
): Promise<SentryConnection> {
  const row = await sql
    .updateTable('sentry_connections')
    .set(changes)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toConnection(row);
}

/** Pauses once: false when it was paused already, or when the token was replaced while the call was under way. */
export async function pauseSentryRow(
  sql: Sql,
  { id, tokenEncrypted }: SentryConnection,
  pause: { kind: NonNullable<SentryConnection['pausedKind']>; message: string; at: Date },
): Promise<boolean> {
  const result = await sql
    .updateTable('sentry_connections')
    .set({ paused_kind: pause.kind, paused_message: pause.message, paused_at: pause.at })
    .where('id', '=', id)
    .where('paused_at', 'is', null)
    .where('token_encrypted', '=', tokenEncrypted)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function restSentryRow(sql: Sql, id: string, until: Date, message: string): Promise<void> {
  await sql
    .updateTable('sentry_connections')
    .set((eb) => ({ rest_until: until, rest_message: message, rest_count: eb('rest_count', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Sentry answered: the rest is over. */
export async function noteSentryAnswer(sql: Sql, id: string, now: Date): Promise<void> {
  await sql
    .updateTable('sentry_connections')
    .set({ rest_until: null, rest_message: null, rest_count: 0, checked_at: now })
    .where('id', '=', id)
    .execute();
}

/** The connections whose linked issues are to be re-read now; whoever moves the time on does it. `busy` ones stay due. */
export async function claimRereads(sql: Sql, now: Date, next: Date, busy: readonly string[]): Promise<string[]> {
  const rows = await sql
    .updateTable('sentry_connections')
    .set({ reread_due_at: next })
    .where('enabled', '=', true)
    .where('paused_at', 'is', null)
    .where((eb) => eb.or([eb('rest_until', 'is', null), eb('rest_until', '<=', now)]))
    .where('reread_due_at', '<=', now)
    .where(raw<boolean>`id <> all (${[...busy]}::uuid[])`)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

function toConnection(row: Row<'sentry_connections'>): SentryConnection {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    source: row.source,
    baseUrl: row.base_url,
    regionUrl: row.region_url,
    organization: row.organization,
    organizationId: row.organization_id,
    tokenEncrypted: row.token_encrypted,
    clientSecretEncrypted: row.client_secret_encrypted,
    caPem: row.ca_pem,
    insecureTls: row.insecure_tls,
    // only this capability writes the column, whole or not at all
    abilities: row.product === null ? null : (row.abilities as unknown as Abilities),
    people: row.people,
    enabled: row.enabled,
    pausedKind: row.paused_kind,
    pausedMessage: row.paused_message,
    pausedAt: row.paused_at,
    restUntil: row.rest_until,
    restCount: row.rest_count,
    restMessage: row.rest_message,
    checkedAt: row.checked_at,
    probedAt: row.probed_at,
    hookAt: row.hook_at,
    rereadAt: row.reread_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
