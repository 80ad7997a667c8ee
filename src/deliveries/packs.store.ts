import { sql as raw } from 'kysely';

import type { Row, Sql } from '../db/db.model.ts';

/** Where a delivery's payload lies: in its row, or in a part of a pack. */
export type KeptPayload = Pick<Row<'deliveries'>, 'payload' | 'pack_id' | 'pack_start' | 'pack_bytes'>;

/** Where in a pack a payload lies, in bytes of what was compressed. */
export interface PackPart {
  packId: string;
  start: number;
  bytes: number;
}

/** Where a row says that its payload lies; null: in the row itself. */
export function partOf(row: Pick<Row<'deliveries'>, 'pack_id' | 'pack_start' | 'pack_bytes'>): PackPart | null {
  return row.pack_id === null ? null : { packId: row.pack_id, start: row.pack_start ?? 0, bytes: row.pack_bytes ?? 0 };
}

/** Null when the delivery was deleted. */
export async function selectKept(sql: Sql, id: string): Promise<KeptPayload | null> {
  const row = await sql
    .selectFrom('deliveries')
    .select(['payload', 'pack_id', 'pack_start', 'pack_bytes'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** Packs as they were compressed. */
export async function selectPacks(sql: Sql, ids: readonly string[]): Promise<{ id: string; payloads: Buffer }[]> {
  return sql
    .selectFrom('delivery_packs')
    .select(['id', 'payloads'])
    .where('id', '=', raw<string>`any(${[...ids]}::uuid[])`)
    .execute();
}

/** Deletes the packs made before `before` that no delivery names any more. */
export async function deleteEmptyPacks(sql: Sql, before: Date): Promise<void> {
  await sql
    .deleteFrom('delivery_packs')
    .where('made_at', '<', before)
    .where(raw<boolean>`not exists (select from deliveries where pack_id = delivery_packs.id)`)
    .execute();
}
