import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';

import { after, DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import { claimDeliveries } from './deliveries.store.ts';
import { deliveryRow, startGround } from './deliveries.fixture.ts';
import { eventually } from '../../test/support/eventually.ts';
import { forgetOldDeliveries, startDeliveries } from './deliveries.ts';
import { newId } from '../lib/ids.ts';
import { openInbox } from './inbox.ts';
import { payloadOf } from './packs.ts';
import { publish } from '../db/db.ts';
import type { ApplyDelivery, ArrivedDelivery, Rush } from './deliveries.model.ts';
import type { Ground } from './deliveries.fixture.ts';
import type { LiveNotice, NewRow, Row } from '../db/db.model.ts';
import type { TestContext } from 'node:test';

const DONE = { state: 'applied', message: 'Done.' } as const;

async function add(ground: Ground, ...rows: Partial<NewRow<'deliveries'>>[]): Promise<void> {
  const all = rows.map((row) => deliveryRow(ground.connection, row));
  await ground.db.sql.insertInto('deliveries').values(all).execute();
  const { id, tenantId } = ground.connection;
  await publish(ground.db.sql, { kind: 'delivery', id, tenantId });
}

async function start(t: TestContext, { ctx, db }: Ground, apply: ApplyDelivery, rush?: Rush): Promise<void> {
  const loop = startDeliveries(ctx, (heard) => db.live.subscribe(heard), apply, rush);
  t.after(async () => loop.stop());
  await db.live.ready();
}

/** Asks until all deliveries are as wanted. */
async function settled(ground: Ground, isGood: (row: Row<'deliveries'>) => boolean): Promise<Row<'deliveries'>[]> {
  return eventually(
    async () => ground.db.sql.selectFrom('deliveries').selectAll().orderBy('guid').execute(),
    (rows) => rows.every(isGood),
    () => 'the deliveries did not settle',
  );
}

test('a delivery is applied with its payload parsed, within moments of its notice', async (t) => {
  const ground = await startGround(t);
  const seen: ArrivedDelivery[] = [];
  await start(t, ground, async (_, delivery) => {
    seen.push(delivery);
    return { state: 'ignored', message: 'A ping changes nothing.' };
  });
  const startedAt = Date.now();
  await add(ground, { guid: 'g', event: 'ping', payload: Buffer.from('{"zen":"\\ud800"}') });
  const [row] = await settled(ground, ({ state }) => state === 'ignored');
  assert.ok(Date.now() - startedAt < 3000, `${Date.now() - startedAt} ms`);
  assert.deepEqual([row?.message, row?.attempts], ['A ping changes nothing.', 1]);
  assert.deepEqual([seen[0]?.guid, seen[0]?.event, seen[0]?.payload], ['g', 'ping', { zen: '\ud800' }]);
});

test('what the payload tells of itself stands in the row once it was tried, NUL characters and halves of surrogate pairs do no harm', async (t) => {
  const ground = await startGround(t);
  const about = '"sender":{"login":"\\udc00x"},"repository":{"full_name":"a/\\u0000b"';
  const payloads = [`{"action":"a\\u0000b\\ud800",${about},"id":42}}`, `{"action":"fails",${about},"id":1.5}}`];
  await add(ground, ...payloads.map((payload, i) => ({ guid: `g ${i}`, payload: Buffer.from(payload) })));
  await start(t, ground, async (_, { action }) => {
    if (action === 'fails') throw new Error('No.');
    return DONE;
  });
  const rows = await settled(ground, ({ message }) => message !== null);
  assert.deepEqual(
    rows.map(({ action, sender, repository, github_repository_id: id }) => [action, sender, repository, id]),
    [
      ['ab\ufffd', '\ufffdx', 'a/b', 42],
      ['fails', '\ufffdx', 'a/b', null],
    ],
  );
});

test('a payload that turns out to be no JSON fails at once, with a sentence', async (t) => {
  const ground = await startGround(t);
  await add(ground, { guid: 'g', payload: Buffer.from('{"a": }') });
  await start(t, ground, async () => DONE);
  const [row] = await settled(ground, ({ state }) => state !== 'received');
  assert.deepEqual([row?.state, row?.attempts], ['failed', 1]);
  assert.match(row?.message ?? '', /begins like a JSON object and is none/u);
});

test('poison waits for its next try and then fails with its sentence, while the others are applied', async (t) => {
  const ground = await startGround(t);
  await add(ground, { guid: 'poison' }, ...Array.from({ length: 30 }, (_, i) => ({ guid: `good ${i}` })));
  await start(t, ground, async (_, { guid }) => {
    if (guid === 'poison') throw new Error('The label has no name.');
    return DONE;
  });
  const rows = await settled(ground, ({ guid, state, message }) =>
    guid === 'poison' ? message !== null : state === 'applied',
  );
  const poison = rows.find(({ guid }) => guid === 'poison');
  assert.deepEqual([poison?.state, poison?.message], ['received', 'The label has no name.']);
  await ground.db.sql
    .updateTable('deliveries')
    .set({ attempts: 4, run_at: new Date() })
    .where('guid', '=', 'poison')
    .execute();
  const [failed] = (await settled(ground, ({ state }) => state !== 'received')).filter(({ guid }) => guid === 'poison');
  assert.deepEqual([failed?.state, failed?.attempts, failed?.message], ['failed', 5, 'The label has no name.']);
});

test('open pages are told once when a burst of deliveries has been applied', async (t) => {
  const ground = await startGround(t);
  const told: LiveNotice[] = [];
  t.after(ground.db.live.subscribe((notice) => told.push(notice)));
  await start(t, ground, async () => DONE);
  await add(ground, ...Array.from({ length: 12 }, (_, i) => ({ guid: `g ${i}` })));
  await settled(ground, ({ state }) => state === 'applied');
  const ends = async () => Promise.resolve(told.filter(({ kind }) => kind === 'delivery_settled'));
  await eventually(
    ends,
    ({ length }) => length > 0,
    () => 'no page was told',
  );
  await sleep(400);
  const { length } = await ends();
  assert.ok(length <= 2, `${length} notices`);
});

test('a delivery that takes long holds up none of those that come later', async (t) => {
  const ground = await startGround(t);
  const slow = Promise.withResolvers<void>();
  await start(t, ground, async (_, { guid }) => {
    if (guid === 'slow') await slow.promise;
    return DONE;
  });
  await add(ground, { guid: 'slow' }, { guid: 'quick 1' });
  await settled(ground, ({ guid, state }) => guid === 'slow' || state === 'applied');
  await add(ground, { guid: 'quick 2' });
  await settled(ground, ({ guid, state }) => guid === 'slow' || state === 'applied');
  slow.resolve();
  await settled(ground, ({ state }) => state === 'applied');
});

test('two processes share the work and apply each delivery once', async (t) => {
  const ground = await startGround(t);
  await add(ground, ...Array.from({ length: 60 }, (_, i) => ({ guid: `g ${i}` })));
  const applied: string[] = [];
  const apply: ApplyDelivery = async (_, { guid }) => {
    await sleep(2);
    applied.push(guid);
    return DONE;
  };
  await start(t, ground, apply);
  await start(t, ground, apply);
  await settled(ground, ({ state }) => state === 'applied');
  assert.equal(applied.length, 60);
  assert.equal(new Set(applied).size, 60);
});

test('a delivery whose process died is applied by another once its lease is over, and given up after five times', async (t) => {
  const ground = await startGround(t);
  await add(ground, { guid: 'g' }, { guid: 'killer', attempts: 5 });
  const claim = { now: new Date(), limit: 8, leaseMs: MINUTE_MS, payloadBytesMax: 1000 };
  assert.equal((await claimDeliveries(ground.db.sql, claim)).length, 2); // and dies
  assert.equal((await claimDeliveries(ground.db.sql, claim)).length, 0);
  await ground.db.sql.updateTable('deliveries').set({ run_at: new Date() }).execute();
  await start(t, ground, async () => DONE);
  const [first, killer] = await settled(ground, ({ state }) => state !== 'received');
  assert.deepEqual([first?.state, first?.attempts], ['applied', 2]);
  assert.equal(killer?.state, 'failed');
  assert.match(killer?.message ?? '', /The hub stopped each time/u);
});

test('in a rush deliveries are applied one after the other, and after it all at once', async (t) => {
  const ground = await startGround(t);
  let isOn = true;
  let atOnce = 0;
  let most = 0;
  const apply: ApplyDelivery = async () => {
    most = Math.max(most, ++atOnce);
    await sleep(10);
    atOnce -= 1;
    return DONE;
  };
  await start(t, ground, apply, { stored: () => undefined, isOn: () => isOn });
  await add(ground, ...Array.from({ length: 5 }, (_, i) => ({ guid: `rush ${i}` })));
  await settled(ground, ({ state }) => state === 'applied');
  assert.equal(most, 1);
  isOn = false;
  await add(ground, ...Array.from({ length: 20 }, (_, i) => ({ guid: `calm ${i}` })));
  await settled(ground, ({ state }) => state === 'applied');
  assert.ok(most > 1);
});

test('payloads of many megabytes are applied one after the other', async (t) => {
  const ground = await startGround(t);
  const payload = Buffer.from(`{"text":"${'x'.repeat(2 * 1024 * 1024)}"}`);
  await add(ground, { payload }, { payload }, { payload });
  let atOnce = 0;
  let most = 0;
  await start(t, ground, async () => {
    most = Math.max(most, ++atOnce);
    await sleep(20);
    atOnce -= 1;
    return DONE;
  });
  await settled(ground, ({ state }) => state === 'applied');
  assert.equal(most, 1);
});

test('payloads that came together are kept in a pack, each is applied as it came, and the pack goes with the last of them', async (t) => {
  const ground = await startGround(t);
  const { sql } = ground.db;
  const inbox = openInbox(sql, () => undefined);
  const texts = Array.from({ length: 12 }, (_, i) => `{"zen":"${'ü'.repeat(i)}","n":${i}}`);
  const rowOf = (text: string, i: number) =>
    deliveryRow(ground.connection, { guid: `g ${i}`, payload: Buffer.from(text) });
  await Promise.all(texts.map(async (text, i) => inbox.add(rowOf(text, i))));
  const kept = await sql.selectFrom('deliveries').selectAll().orderBy('id').execute();
  assert.deepEqual([kept.length, kept.filter(({ payload }) => payload === null).length], [12, 12]);
  for (const { id, guid } of kept)
    assert.equal((await payloadOf(sql, id))?.toString(), texts[Number(guid.slice(2))], guid);
  const seen: unknown[] = [];
  await start(t, ground, async (_, { payload }) => {
    seen.push((payload as { n: number }).n);
    return DONE;
  });
  await settled(ground, ({ state }) => state === 'applied');
  assert.deepEqual(
    seen.toSorted((a, b) => Number(a) - Number(b)),
    texts.map((_, i) => i),
  );
  const packs = async () => sql.selectFrom('delivery_packs').select('id').execute();
  const old = { received_at: after(new Date(), -15 * DAY_MS) };
  await sql.updateTable('delivery_packs').set({ made_at: old.received_at }).execute();
  await sql.updateTable('deliveries').set(old).where('guid', '!=', 'g 3').execute();
  await forgetOldDeliveries(ground.ctx);
  assert.equal((await packs()).length, 1);
  assert.equal((await payloadOf(sql, kept.find(({ guid }) => guid === 'g 3')?.id ?? ''))?.toString(), texts[3]);
  await sql.updateTable('deliveries').set(old).execute();
  await forgetOldDeliveries(ground.ctx);
  assert.deepEqual(await packs(), []);
});

test('a burst for two connections is stored as two packs, and a pack goes with its connection', async (t) => {
  const ground = await startGround(t);
  const { sql } = ground.db;
  const { connection } = ground;
  const other = { ...connection, id: newId(new Date()) };
  const source = await sql.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
  await sql
    .insertInto('connections')
    .values({ ...source, id: other.id, name: 'Other' })
    .execute();
  const inbox = openInbox(sql, () => undefined);
  const guids = Array.from({ length: 40 }, (_, i) => `g ${i}`);
  const added = await Promise.all(
    guids.map(async (guid, i) => inbox.add(deliveryRow(i % 2 === 0 ? connection : other, { guid }))),
  );
  assert.ok(added.every(Boolean));
  const packs = async () => sql.selectFrom('delivery_packs').select('connection_id').execute();
  assert.deepEqual((await packs()).map((pack) => pack.connection_id).toSorted(), [connection.id, other.id].toSorted());
  await sql.deleteFrom('connections').where('id', '=', connection.id).execute();
  assert.deepEqual(await packs(), [{ connection_id: other.id }]);
});

test('deliveries are forgotten two weeks after they came, but for those that still wait', async (t) => {
  const ground = await startGround(t);
  const old = { received_at: after(new Date(), -15 * DAY_MS) };
  await add(
    ground,
    { guid: 'old', ...old, state: 'applied' },
    { guid: 'old and waiting', ...old },
    { guid: 'recent', received_at: after(new Date(), -13 * DAY_MS), state: 'failed' },
  );
  await forgetOldDeliveries(ground.ctx);
  const rows = await ground.db.sql.selectFrom('deliveries').select('guid').orderBy('guid').execute();
  assert.deepEqual(
    rows.map(({ guid }) => guid),
    ['old and waiting', 'recent'],
  );
});
