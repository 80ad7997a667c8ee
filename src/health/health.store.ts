import { sql as raw } from 'kysely';

import type { Sql } from '../db/db.model.ts';

export interface QueueCounts {
  pending: number;
  sending: number;
  unknown: number;
  failed: number;
  oldest_pending_at: Date | null;
  oldest_unknown_at: Date | null;
}

/** Filings by state, of a tenant or (null) of all. */
export async function countQueue(sql: Sql, tenantId: string | null): Promise<QueueCounts> {
  const query = sql
    .selectFrom('filings')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('state', '=', 'pending').as('pending'),
      eb.fn.countAll<number>().filterWhere('state', '=', 'sending').as('sending'),
      eb.fn.countAll<number>().filterWhere('state', '=', 'unknown').as('unknown'),
      eb.fn.countAll<number>().filterWhere('state', '=', 'failed').as('failed'),
      eb.fn.min<Date | null>('created_at').filterWhere('state', '=', 'pending').as('oldest_pending_at'),
      eb.fn.min<Date | null>('sent_at').filterWhere('state', '=', 'unknown').as('oldest_unknown_at'),
    ]);
  return (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).executeTakeFirstOrThrow();
}

/** What waits for each connection, and since when. */
export async function waitingByConnection(
  sql: Sql,
  tenantId: string | null,
): Promise<Map<string, { waiting: number; oldestAt: Date }>> {
  const query = sql
    .selectFrom('filings')
    .select((eb) => [
      'connection_id',
      eb.fn.countAll<number>().as('waiting'),
      eb.fn.min<Date>('created_at').as('oldest_at'),
    ])
    .where('state', 'in', ['pending', 'sending', 'unknown'])
    .where('connection_id', 'is not', null)
    .groupBy('connection_id');
  const rows = await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).execute();
  return new Map(rows.map((row) => [row.connection_id ?? '', { waiting: row.waiting, oldestAt: row.oldest_at }]));
}

/** A repository's mirror for the metrics: when it was last brought to GitHub's, and what its newest audits came to. */
export interface MirrorState {
  repository: string;
  connectionId: string;
  syncedAt: Date | null;
  audits: { audit: 'full' | 'sample'; compared: number; found: number }[];
}

export async function mirrorState(sql: Sql): Promise<MirrorState[]> {
  const { rows } = await raw<MirrorState>`
    select r.full_name as repository, r.connection_id as "connectionId", r.synced_at as "syncedAt",
           (select coalesce(jsonb_agg(to_jsonb(a)), '[]') from (
              select distinct on (kind) case kind when 'sample' then 'sample' else 'full' end as audit,
                     coalesce(compared, checked) as compared, coalesce(drift, 0) as found
                from sync_runs d where d.repository_id = r.id and d.kind in ('reconcile', 'sample') and d.state = 'done'
               order by kind, d.id desc) a) as audits
      from repositories r`.execute(sql);
  return rows;
}

export interface DeliveryCounts {
  waiting: number;
  failed: number;
  oldest_waiting_at: Date | null;
  last_received_at: Date | null;
}

/** Deliveries of a tenant or (null) of all that wait or failed, and when the last one came. */
export async function countDeliveries(sql: Sql, tenantId: string | null): Promise<DeliveryCounts> {
  const all = sql.selectFrom('deliveries');
  const own = tenantId === null ? all : all.where('tenant_id', '=', tenantId);
  const [waiting, failed, last] = await Promise.all([
    own
      .where('state', '=', 'received')
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min<Date | null>('received_at').as('at')])
      .executeTakeFirstOrThrow(),
    own
      .where('state', '=', 'failed')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    own.select((eb) => eb.fn.max<Date | null>('received_at').as('at')).executeTakeFirstOrThrow(),
  ]);
  return {
    waiting: waiting.count,
    failed: failed.count,
    oldest_waiting_at: waiting.at,
    last_received_at: last.at,
  };
}

/** When the oldest delivery came that is not applied yet; null when there is none. */
export async function oldestDeliveryAt(sql: Sql): Promise<Date | null> {
  const row = await sql
    .selectFrom('deliveries')
    .select((eb) => eb.fn.min<Date | null>('received_at').as('at'))
    .where('state', '=', 'received')
    .executeTakeFirst();
  return row?.at ?? null;
}

/** The database's own clock; throws when it does not answer. */
export async function databaseTime(sql: Sql): Promise<Date> {
  const { rows } = await raw<{ now: Date }>`select clock_timestamp() as now`.execute(sql);
  const [row] = rows;
  if (row === undefined) throw new Error('the database does not tell the time');
  return row.now;
}
