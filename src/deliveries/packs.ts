import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';

import { newId } from '../lib/ids.ts';
import { selectKept, selectPacks } from './packs.store.ts';
import type { ClaimedDelivery, NewDelivery, Pack } from './deliveries.store.ts';
import type { Sql } from '../db/db.model.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Of fewer the payloads stay in their rows: nobody waits for a compressor when it is calm. */
const ROWS_MIN = 8;
/** The fastest of the levels that find what payloads have in common. */
const LEVEL = 1;

/** The payloads of these rows, all of one connection, in a pack; null when they are too few for one. Compressed beside the event loop. */
export async function packOf(rows: readonly NewDelivery[]): Promise<Pack | null> {
  const [first] = rows;
  if (first === undefined || rows.length < ROWS_MIN) return null;
  const payloads = Buffer.concat(rows.map(({ payload }) => payload));
  const bytes = await compress(payloads, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
  return { id: newId(first.run_at), connectionId: first.connection_id, payloads: bytes };
}

/** The whole payloads of these deliveries, wherever they lie. Each pack is read once. */
export async function payloadsOf(sql: Sql, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const kept = await selectKept(sql, ids);
  const packIds = [...new Set(kept.map((row) => row.pack_id).filter((id) => id !== null))];
  const packs = new Map<string, Buffer>();
  for (const { id, payloads } of packIds.length === 0 ? [] : await selectPacks(sql, packIds))
    packs.set(id, await decompress(payloads));
  const payloads = new Map<string, Buffer>();
  for (const { id, payload, pack_id: packId, pack_start: start, pack_bytes: bytes } of kept) {
    const part = packs.get(packId ?? '')?.subarray(start ?? 0, (start ?? 0) + (bytes ?? 0));
    const whole = payload ?? part;
    if (whole !== undefined) payloads.set(id, whole);
  }
  return payloads;
}

/** The whole payload of a delivery; null when it was deleted. */
export async function payloadOf(sql: Sql, id: string): Promise<Buffer | null> {
  return (await payloadsOf(sql, [id])).get(id) ?? null;
}

/** The claimed deliveries, those of packs with their payloads. */
export async function unpacked(sql: Sql, claimed: readonly ClaimedDelivery[]): Promise<ClaimedDelivery[]> {
  const packed = claimed.filter(({ isPacked }) => isPacked).map(({ id }) => id);
  if (packed.length === 0) return [...claimed];
  // a pack that cannot be read fails each of its deliveries by itself, when it is applied, and none of the others
  const payloads = await payloadsOf(sql, packed).catch(() => new Map<string, Buffer>());
  return claimed.map((one) => ({ ...one, payload: one.payload ?? payloads.get(one.id) ?? null }));
}
