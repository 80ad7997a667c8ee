import { sql as raw } from 'kysely';

import type { Sql } from '../db/db.model.ts';

/** A delivery that is to be kept and applied. What its payload tells is read when it is applied. */
export interface NewDelivery {
  id: string;
  tenant_id: string;
  connection_id: string;
  guid: string;
  hook_id: number | null;
  event: string;
  came_by: 'post' | 'pull';
  received_at: Date;
  run_at: Date;
  payload: Buffer;
}

/** The payloads of many deliveries, one after the other, compressed. */
export interface Pack {
  id: string;
  connectionId: string;
  payloads: Buffer;
}

/**
 * Stores deliveries of one connection that came the same way, by one statement; returns the ids of those that were not here yet.
 * Their payloads go as one value, whatever their number: as `pack`, or else each into its row.
 */
export async function insertDeliveries(
  sql: Sql,
  rows: readonly NewDelivery[],
  pack: Pack | null = null,
): Promise<Set<string>> {
  const [first] = rows;
  if (first === undefined) return new Set();
  const { tenant_id: tenantId, connection_id: connectionId, came_by: cameBy } = first;
  let end = 0;
  const heads = rows.map(({ id, guid, hook_id, event, received_at, run_at, payload }) => {
    const start = end;
    end += payload.length;
    return { id, guid, hook_id, event, received_at, run_at, start, bytes: payload.length };
  });
  const payloads = pack === null ? Buffer.concat(rows.map(({ payload }) => payload)) : null;
  const packing =
    pack &&
    raw`
    with pack as (insert into delivery_packs (id, connection_id, payloads)
                  values (${pack.id}, ${pack.connectionId}, ${pack.payloads}))`;
  const { rows: added } = await raw<{ id: string }>`${packing ?? raw``}
    insert into deliveries (id, tenant_id, connection_id, guid, hook_id, event, came_by, received_at, run_at,
                            payload, pack_id, pack_start, pack_bytes)
    select id, ${tenantId}::uuid, ${connectionId}::uuid, guid, hook_id, event, ${cameBy}, received_at, run_at,
           substring(${payloads}::bytea from start + 1 for bytes), pack, start, bytes
      from (select ${pack?.id ?? null}::uuid as pack) kept,
           json_to_recordset(${JSON.stringify(heads)}::json)
        as head (id uuid, guid text, hook_id bigint, event text, received_at timestamptz, run_at timestamptz, start int, bytes int)
        on conflict on constraint deliveries_guid_unique do nothing
    returning id`.execute(sql);
  return new Set(added.map(({ id }) => id));
}

/** Of these GUIDs those that connections have, each with all of them that have it. */
export async function selectHolders(
  sql: Sql,
  connectionIds: readonly string[],
  guids: readonly string[],
): Promise<Map<string, Set<string>>> {
  const rows = await sql
    .selectFrom('deliveries')
    .select(['guid', 'connection_id'])
    .where('connection_id', '=', raw<string>`any(${[...connectionIds]}::uuid[])`)
    .where('guid', '=', raw<string>`any(${[...guids]}::text[])`)
    .execute();
  const holders = new Map<string, Set<string>>();
  for (const { guid, connection_id: id } of rows) holders.set(guid, (holders.get(guid) ?? new Set()).add(id));
  return holders;
}
