import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';

import { newId } from '../lib/ids.ts';
import { partOf, selectKept, selectPacks } from './packs.store.ts';
import type { ClaimedDelivery } from './deliveries.store.ts';
import type { NewDelivery, Pack } from './inbox.store.ts';
import type { PackPart } from './packs.store.ts';
import type { Sql } from '../db/db.model.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Of fewer the payloads stay in their rows: nobody waits for a compressor when it is calm. */
const ROWS_MIN = 8;
/** The fastest of the levels that find what payloads have in common. */
const LEVEL = 1;
/** Payloads come out at a fifth to a tenth of their size: room for most of it, so that no piece waits for the event loop to hand out the next. */
const CHUNK_SHARE = 4;
/** The least that the compressor takes. */
const CHUNK_BYTES_MIN = 64;
/** Of packs that are kept open. Two are stored at once, each of up to 4 MB, so the deliveries of several are due in turns. */
const OPEN_BYTES_MAX = 24 * 1024 * 1024;

/** The payloads of these rows, all of one connection, in a pack; null when they are too few for one. Compressed beside the event loop. */
export async function packOf(rows: readonly NewDelivery[]): Promise<Pack | null> {
  const [first] = rows;
  if (first === undefined || rows.length < ROWS_MIN) return null;
  const payloads = Buffer.concat(rows.map(({ payload }) => payload));
  const params = { [constants.ZSTD_c_compressionLevel]: LEVEL };
  const chunkSize = Math.max(CHUNK_BYTES_MIN, Math.ceil(payloads.length / CHUNK_SHARE));
  const bytes = await compress(payloads, { params, chunkSize });
  return { id: newId(first.run_at), connectionId: first.connection_id, payloads: bytes };
}

/** The whole payload of a delivery, wherever it lies; null when it was deleted. */
export async function payloadOf(sql: Sql, id: string): Promise<Buffer | null> {
  const kept = await selectKept(sql, id);
  const part = kept === null ? null : partOf(kept);
  if (part === null) return kept?.payload ?? null;
  return partIn(await openPacks(sql, [part.packId]), part);
}

/** Gives claimed deliveries the payloads that lie in packs. */
export interface Unpacker {
  unpacked(claimed: readonly ClaimedDelivery[]): Promise<ClaimedDelivery[]>;
}

/**
 * Keeps a few packs open from one call to the next: a pack's deliveries are due one after the other, and opening it for each
 * few of them cost three times what applying them did. What a call does not need is kept only while there is room.
 */
export function openUnpacker(sql: Sql): Unpacker {
  let open = new Map<string, Buffer>();
  return {
    async unpacked(claimed) {
      const ids = new Set(claimed.flatMap(({ part }) => (part === null ? [] : [part.packId])));
      const missing = [...ids].filter((id) => !open.has(id));
      // a pack that cannot be read fails each of its deliveries by itself, when it is applied, and none of the others
      const read = missing.length === 0 ? [] : await openPacks(sql, missing).catch(() => []);
      const used = [...open].filter(([id]) => ids.has(id));
      const others = [...open].filter(([id]) => !ids.has(id));
      // nothing to unpack: the burst is over, and its memory is given back
      open = ids.size === 0 ? new Map() : withRoom([...used, ...read], others);
      const all = open;
      return claimed.map((one) => ({ ...one, payload: one.payload ?? (one.part && partIn(all, one.part)) }));
    },
  };
}

/** Those that are needed, and of the others the last while they fit. */
function withRoom(needed: [string, Buffer][], others: [string, Buffer][]): Map<string, Buffer> {
  let left = OPEN_BYTES_MAX - needed.reduce((sum, [, { length }]) => sum + length, 0);
  const kept = others.toReversed().filter(([, { length }]) => (left -= length) >= 0);
  return new Map([...kept.toReversed(), ...needed]);
}

async function openPacks(sql: Sql, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const packs = new Map<string, Buffer>();
  for (const { id, payloads } of await selectPacks(sql, ids)) packs.set(id, await decompress(payloads));
  return packs;
}

function partIn(packs: ReadonlyMap<string, Buffer>, { packId, start, bytes }: PackPart): Buffer | null {
  return packs.get(packId)?.subarray(start, start + bytes) ?? null;
}
