import { setTimeout as sleep } from 'node:timers/promises';

import { noteError } from './run.ts';
import type { AppliedItem } from './items.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';
import type { Sql } from '../db/db.model.ts';

/** Deadlock, serialization, a connection lost, a server that restarts: the same again may well go through. */
const PASSING = /^(?:40|08|57)/u;
const TRIES = 3;
const PAUSE_MS = 100;

/** How a page is stored: its items, and then how far the reading has come. */
export interface Storing<T> {
  apply(sql: Sql, items: readonly T[]): Promise<AppliedItem[]>;
  done?(sql: Sql): Promise<void>;
}

/**
 * Stores a page in one transaction with how far the reading has come. When an item cannot be stored, each is tried alone, that one
 * is named, and only then the reading goes on; trouble of the database itself is tried again and in the end thrown.
 */
export async function applySome<T extends object>(
  ctx: OutsideCtx,
  run: Run,
  items: readonly T[],
  page: Storing<T>,
): Promise<AppliedItem[]> {
  try {
    return await again(async () =>
      ctx.sql.transaction().execute(async (sql) => {
        const applied = await page.apply(sql, items);
        await page.done?.(sql);
        return applied;
      }),
    );
  } catch (error) {
    if (isPassing(error)) throw error;
    ctx.log.warn({ run: run.id, error: String(error) }, 'sync: a page could not be applied at once');
  }
  const applied: AppliedItem[] = [];
  for (const item of items) {
    try {
      applied.push(...(await again(async () => ctx.sql.transaction().execute(async (sql) => page.apply(sql, [item])))));
    } catch (error) {
      if (isPassing(error)) throw error;
      noteError(ctx, run, 'number' in item ? `#${String(item.number)}` : 'a comment', error);
    }
  }
  await ctx.sql.transaction().execute(async (sql) => page.done?.(sql));
  return applied;
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried >= TRIES || !isPassing(error)) throw error;
      await sleep(PAUSE_MS * tried);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // pg gives a lost connection no code
  if (!('code' in error)) return /connection|terminated|pool/iu.test(error.message);
  return PASSING.test(String(error.code)) || /^E[A-Z]+$/u.test(String(error.code));
}
