import { sql as raw } from 'kysely';

import { after } from '../lib/clock.ts';
import { partOf } from './packs.store.ts';
import type { DeliveriesFilter, DeliveriesQuery } from '../contract/deliveries.ts';
import type { DeliveryHead } from './payload.decide.ts';
import type { Expression, SqlBool } from 'kysely';
import type { PackPart } from './packs.store.ts';
import type { Row, Sql } from '../db/db.model.ts';

/** A delivery without its payload, which may be large. */
export type DeliveryRow = Omit<Row<'deliveries'>, 'payload' | 'pack_id' | 'pack_start' | 'pack_bytes'>;

const COLUMNS = [
  'id',
  'tenant_id',
  'connection_id',
  'guid',
  'hook_id',
  'event',
  'action',
  'repository',
  'github_repository_id',
  'sender',
  'came_by',
  'received_at',
  'state',
  'attempts',
  'run_at',
  'message',
  'applied_at',
] as const;

/** A delivery that this process has taken to apply. `payload` is null where it lies in a pack, or is larger than was asked to come along. */
export interface ClaimedDelivery {
  id: string;
  tenantId: string;
  connectionId: string;
  guid: string;
  event: string;
  receivedAt: Date;
  attempts: number;
  payload: Buffer | null;
  part: PackPart | null;
}

/**
 * Takes up to `limit` deliveries that are due, oldest first; each is taken by one process, and due again after the lease should
 * that process die. The attempt counts from here, so that a payload which kills its process is not taken for ever.
 */
export async function claimDeliveries(
  sql: Sql,
  claim: { now: Date; limit: number; leaseMs: number; payloadBytesMax: number },
): Promise<ClaimedDelivery[]> {
  const { rows } = await raw<{
    id: string;
    tenant_id: string;
    connection_id: string;
    guid: string;
    event: string;
    received_at: Date;
    attempts: number;
    payload: Buffer | null;
    pack_id: string | null;
    pack_start: number | null;
    pack_bytes: number | null;
  }>`
    update deliveries d
       set attempts = d.attempts + 1, run_at = ${after(claim.now, claim.leaseMs)}
      from (select id from deliveries
             where state = 'received' and run_at <= ${claim.now}
             order by run_at
             limit ${claim.limit}
               for update skip locked) due
     where d.id = due.id
    returning d.id, d.tenant_id, d.connection_id, d.guid, d.event, d.received_at, d.attempts,
              case when octet_length(d.payload) <= ${claim.payloadBytesMax} then d.payload end as payload,
              d.pack_id, d.pack_start, d.pack_bytes`.execute(sql);
  return rows
    .map((row) => ({
      id: row.id,
      tenantId: row.tenant_id,
      connectionId: row.connection_id,
      guid: row.guid,
      event: row.event,
      receivedAt: row.received_at,
      attempts: row.attempts,
      payload: row.payload,
      part: partOf(row),
    }))
    .toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
}

/** What became of an attempt, with what the payload told of itself (null: it was not read); without effect when the delivery was replayed or taken over meanwhile. */
export async function finishDelivery(
  sql: Sql,
  claimed: Pick<ClaimedDelivery, 'id' | 'attempts'>,
  end: {
    state: Row<'deliveries'>['state'];
    message: string;
    runAt: Date;
    appliedAt: Date | null;
    head: DeliveryHead | null;
  },
): Promise<void> {
  await sql
    .updateTable('deliveries')
    .set({ state: end.state, message: end.message, run_at: end.runAt, applied_at: end.appliedAt })
    .set(end.head === null ? {} : columnsOf(end.head))
    .where('id', '=', claimed.id)
    .where('state', '=', 'received')
    .where('attempts', '=', claimed.attempts)
    .execute();
}

function columnsOf({ action, repository, repositoryId, sender }: DeliveryHead) {
  return { action, repository, github_repository_id: repositoryId, sender };
}

/** When the next waiting delivery is due; null when none waits. */
export async function nextDueAt(sql: Sql): Promise<Date | null> {
  const row = await sql
    .selectFrom('deliveries')
    .select('run_at')
    .where('state', '=', 'received')
    .orderBy('run_at')
    .limit(1)
    .executeTakeFirst();
  return row?.run_at ?? null;
}

/** Where a page goes on: after this delivery. */
export interface DeliveryStart {
  at: Date;
  id: string;
}

/** A page of a tenant's (null: of all) deliveries, newest first; one more than asked shows that there is more. */
export async function selectDeliveries(
  sql: Sql,
  tenantId: string | null,
  query: DeliveriesQuery,
  start: DeliveryStart | null,
): Promise<DeliveryRow[]> {
  let rows = sql.selectFrom('deliveries').select(COLUMNS).where(matching(tenantId, query));
  if (query.state !== undefined) rows = rows.where('state', '=', query.state);
  if (start !== null) rows = rows.where(raw<boolean>`(received_at, id) < (${start.at}, ${start.id}::uuid)`);
  return rows
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
}

/** Those of a tenant (null: of all) that a filter shows. */
function matching(tenantId: string | null, filter: DeliveriesFilter): Expression<SqlBool> {
  const { event, repository, connection_id: connectionId } = filter;
  const text = filter.q?.trim() ?? '';
  const pattern = `%${text.replace(/[\\%_]/gu, (character) => `\\${character}`)}%`;
  const asked = [
    ...(tenantId === null ? [] : [raw<SqlBool>`tenant_id = ${tenantId}`]),
    ...(event === undefined ? [] : [raw<SqlBool>`event = ${event}`]),
    ...(connectionId === undefined ? [] : [raw<SqlBool>`connection_id = ${connectionId}`]),
    ...(repository === undefined ? [] : [raw<SqlBool>`lower(repository) = ${repository.toLowerCase()}`]),
    ...(text === '' ? [] : [raw<SqlBool>`concat_ws(' ', guid, event, action, sender, message) ilike ${pattern}`]),
  ];
  return asked.length === 0 ? raw<SqlBool>`true` : raw<SqlBool>`${raw.join(asked, raw` and `)}`;
}

/** One delivery with the first bytes of its payload (null: it lies in a pack); another tenant's is as missing. */
export async function selectDelivery(
  sql: Sql,
  id: string,
  tenantId: string | null,
  payloadBytesMax: number,
): Promise<(DeliveryRow & { payload: Buffer | null; payload_bytes: number }) | null> {
  const query = sql
    .selectFrom('deliveries')
    .select(COLUMNS)
    .select([
      raw<Buffer | null>`substring(payload from 1 for ${payloadBytesMax}::int)`.as('payload'),
      raw<number>`coalesce(pack_bytes, octet_length(payload))`.as('payload_bytes'),
    ])
    .where('id', '=', id);
  return (await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).executeTakeFirst()) ?? null;
}

const afresh = (now: Date) =>
  ({ state: 'received', attempts: 0, run_at: now, message: null, applied_at: null }) as const;

/** Lets a delivery be applied again from the start; null when the tenant has none of this id. */
export async function resetDelivery(
  sql: Sql,
  id: string,
  tenantId: string | null,
  now: Date,
): Promise<DeliveryRow | null> {
  const query = sql.updateTable('deliveries').set(afresh(now)).where('id', '=', id);
  const row = await (tenantId === null ? query : query.where('tenant_id', '=', tenantId))
    .returning(COLUMNS)
    .executeTakeFirst();
  return row ?? null;
}

/** Lets all that have failed and match be applied again from the start; which ones, and whose. */
export async function resetFailed(
  sql: Sql,
  tenantId: string | null,
  filter: DeliveriesFilter,
  now: Date,
): Promise<Pick<DeliveryRow, 'id' | 'tenant_id'>[]> {
  return sql
    .updateTable('deliveries')
    .set(afresh(now))
    .where('state', '=', 'failed')
    .where(matching(tenantId, filter))
    .returning(['id', 'tenant_id'])
    .execute();
}

/** Deletes what was settled before `before`, at most `limit`; returns how many. */
export async function deleteSettled(sql: Sql, before: Date, limit: number): Promise<number> {
  const old = sql
    .selectFrom('deliveries')
    .select('id')
    .where('received_at', '<', before)
    .where('state', '!=', 'received')
    .limit(limit);
  const result = await sql.deleteFrom('deliveries').where('id', 'in', old).executeTakeFirst();
  return Number(result.numDeletedRows);
}
