import assert from 'node:assert/strict';
import { test } from 'node:test';

import { claimDeliveries } from './deliveries.store.ts';
import { deliveryRow, startGround } from './deliveries.fixture.ts';
import { MINUTE_MS } from '../lib/clock.ts';
import { openInbox } from './inbox.ts';
import { openUnpacker } from './packs.ts';
import type { Ground } from './deliveries.fixture.ts';
import type { ClaimedDelivery } from './deliveries.store.ts';

/** Stores a burst as one pack, each payload with its own text and so many bytes more. */
async function storeBurst({ db, connection }: Ground, name: string, moreBytes = 0): Promise<void> {
  const inbox = openInbox(db.sql, () => undefined);
  const rows = Array.from({ length: 8 }, (_, i) =>
    deliveryRow(connection, { payload: Buffer.from(`{"text":"${name} ${i}${' '.repeat(moreBytes)}"}`) }),
  );
  await Promise.all(rows.map(async (row) => inbox.add(row)));
}

async function claim({ db }: Ground, limit: number): Promise<ClaimedDelivery[]> {
  return claimDeliveries(db.sql, { now: new Date(), limit, leaseMs: MINUTE_MS, payloadBytesMax: 1000 });
}

const texts = (all: readonly ClaimedDelivery[]) =>
  all
    .map(({ payload }) => /[a-z]+ \d/u.exec(payload?.toString() ?? 'nothing')?.[0] ?? null)
    .toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));

test('a pack is read once for all its deliveries, however few are taken at a time, and let go when there is no more to unpack', async (t) => {
  const ground = await startGround(t);
  await storeBurst(ground, 'one');
  const packs = openUnpacker(ground.db.sql);
  const first = await packs.unpacked(await claim(ground, 3));
  await ground.db.sql.deleteFrom('delivery_packs').execute();
  const next = await packs.unpacked(await claim(ground, 3));
  assert.deepEqual(texts([...first, ...next]), ['one 0', 'one 1', 'one 2', 'one 3', 'one 4', 'one 5']);
  await packs.unpacked([]);
  assert.deepEqual(texts(await packs.unpacked(await claim(ground, 1))), [null]);
});

test('packs whose deliveries are due in turns stay open together, those that take too much of the memory do not', async (t) => {
  const ground = await startGround(t);
  const packs = openUnpacker(ground.db.sql);
  const bursts: ClaimedDelivery[][] = [];
  // 3.2 MB each: seven have room, eight have not
  for (const name of ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']) {
    await storeBurst(ground, name, 400_000);
    bursts.push(await claim(ground, 8));
    await packs.unpacked(bursts.at(-1) ?? []);
  }
  await ground.db.sql.deleteFrom('delivery_packs').execute();
  const read = async (index: number) => texts((await packs.unpacked(bursts[index]?.slice(0, 1) ?? [])).slice(0, 1));
  assert.match(String(await read(7)), /^eight/u);
  assert.match(String(await read(1)), /^two/u);
  assert.match(String(await read(2)), /^three/u);
  assert.deepEqual(await read(0), [null]);
});
