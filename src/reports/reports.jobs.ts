import { after, DAY_MS } from '../lib/clock.ts';
import { deleteIdempotencyKeys } from './reports.store.ts';
import type { Ctx } from '../db/db.model.ts';

/** Idempotency keys are kept for a day; after that the same key gives the same report only by its derived id. */
export async function forgetOldKeys(ctx: Ctx): Promise<void> {
  await deleteIdempotencyKeys(ctx.sql, after(ctx.now(), -DAY_MS));
}
