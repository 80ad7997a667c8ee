import { insertDeliveries } from './inbox.store.ts';
import { packOf } from './packs.ts';
import type { NewDelivery } from './inbox.store.ts';
import type { Sql } from '../db/db.model.ts';

/** How many statements store at once; what arrives meanwhile waits and goes into the next one together. */
const STORING_MAX = 2;
const BATCH_ROWS_MAX = 200;
/** More is read again at once to apply one of them. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

interface Waiting {
  row: NewDelivery;
  resolve: (isNew: boolean) => void;
  reject: (error: unknown) => void;
}

/** Stores deliveries, those that arrive close together by one commit. */
export interface Inbox {
  /** Resolves once the delivery is committed; false when it is here already. */
  add(row: NewDelivery): Promise<boolean>;
}

/** `onStored` is told after each commit that brought something new: one that is new, and how many. */
export function openInbox(sql: Sql, onStored: (first: NewDelivery, count: number) => void): Inbox {
  const waiting: Waiting[] = [];
  let storing = 0;
  let scheduled = false;

  const pump = () => {
    scheduled = false;
    while (storing < STORING_MAX && waiting.length > 0) {
      storing += 1;
      void storeAll(sql, takeBatch(waiting), onStored).finally(() => {
        storing -= 1;
        pump();
      });
    }
  };
  return {
    async add(row) {
      return new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject });
        if (scheduled) return;
        scheduled = true;
        // those that were read in the same turn of the event loop go together
        setImmediate(pump);
      });
    },
  };
}

/** The first that wait of one connection: they may share a pack, and a pack goes with its connection. */
function takeBatch(waiting: Waiting[]): Waiting[] {
  const connectionId = waiting[0]?.row.connection_id;
  const batch: Waiting[] = [];
  const left: Waiting[] = [];
  let bytes = 0;
  const looked = waiting.slice(0, BATCH_ROWS_MAX);
  for (const one of looked) {
    bytes += one.row.payload.length;
    const fits = one.row.connection_id === connectionId && (batch.length === 0 || bytes <= BATCH_BYTES_MAX);
    (fits ? batch : left).push(one);
  }
  waiting.splice(0, looked.length, ...left);
  return batch;
}

async function storeAll(
  sql: Sql,
  batch: Waiting[],
  onStored: (first: NewDelivery, count: number) => void,
): Promise<void> {
  try {
    const rows = batch.map(({ row }) => row);
    const added = await insertDeliveries(sql, rows, await packOf(rows));
    for (const { row, resolve } of batch) resolve(added.has(row.id));
    const first = batch.find(({ row }) => added.has(row.id));
    if (first !== undefined) onStored(first.row, added.size);
  } catch (error) {
    // one row that the database refuses, as of a connection just deleted, must not take the others with it
    if (batch.length > 1 && isAboutData(error))
      await Promise.all(batch.map(async (one) => storeAll(sql, [one], onStored)));
    else for (const { reject } of batch) reject(error);
  }
}

/** PostgreSQL's classes 22 (data exception) and 23 (integrity constraint violation). */
function isAboutData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/u.test(String(error.code));
}
