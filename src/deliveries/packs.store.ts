import { sql as raw } from 'kysely';

import type { Row, Sql } from '../db/db.model.ts';

/** Where a delivery's payload lies: in its row, or in a part of a pack. */
export type KeptPayload = Pick<Row<'deliveries'>, 'payload' | 'pack_id' | 'pack_start' | 'pack_bytes'>;

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
