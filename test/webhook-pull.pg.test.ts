import assert from 'node:assert/strict';
import { test } from 'node:test';

import { after, DAY_MS } from '../src/lib/clock.ts';
import { eventually } from './support/eventually.ts';
import { startDeliveryPulls } from '../src/deliveries/deliveries.ts';
import { startHooked } from './support/hooked-hub.ts';

test('deliveries that never arrived are fetched from GitHub’s log, once, and then count as arrived', async (t) => {
  const { fake, pull, deliveries, gaps, hook } = await startHooked(t);
  fake.deliveries.add({ do: 'drop', times: 3 });
  for (const title of ['one', 'two', 'three', 'four']) fake.openIssue({ title });
  await fake.deliveriesSettled();
  assert.equal((await deliveries()).filter(({ event }) => event === 'issues').length, 1);
  assert.equal(await pull(), 3);
  const pulled = (await deliveries()).filter(({ came_by }) => came_by === 'pull');
  assert.equal(pulled.length, 3);
  assert.deepEqual([pulled[0]?.event, pulled[0]?.state], ['issues', 'received']);
  const titles = pulled.map(({ payload }) => /"title":"(\w+)"/u.exec(payload?.toString() ?? '')?.[1]);
  assert.deepEqual(titles, ['one', 'two', 'three']);
  const sentAt = fake.state.repositories[0]?.issues[0]?.createdAt ?? '';
  assert.equal(pulled[0]?.received_at.toISOString(), new Date(sentAt).toISOString()); // it tells of then, not of now
  assert.equal(await pull(), 0);
  assert.deepEqual(gaps, []);
  assert.ok((await hook()).pulled_until !== null);
});

test('a fetch that GitHub interrupts goes on where it stopped', async (t) => {
  const { fake, pull, deliveries, hook } = await startHooked(t);
  fake.deliveries.add({ do: 'drop', times: 3 });
  for (const title of ['one', 'two', 'three']) fake.openIssue({ title });
  await fake.deliveriesSettled();
  fake.faults.add({ match: { method: 'GET', path: /\/deliveries\/\d+$/u }, do: '503', times: Infinity });
  assert.equal(await pull(), 0);
  const until = (await hook()).pulled_until;
  assert.ok(until !== null);
  fake.faults.clear();
  assert.equal(await pull(), 3);
  assert.equal((await deliveries()).filter(({ event }) => event === 'issues').length, 3);
});

test('a gap older than GitHub’s log is told once', async (t) => {
  const { pull, gaps, db, connection } = await startHooked(t);
  await db.sql
    .updateTable('hooks')
    .set({ pulled_until: after(new Date(), -4 * DAY_MS) })
    .execute();
  await pull();
  await pull();
  assert.deepEqual(gaps, [connection.id]);
});

test('at the start every hook is compared by itself', async (t) => {
  const { fake, ctx, deliveries, gaps } = await startHooked(t);
  fake.deliveries.add({ do: 'drop' });
  fake.openIssue({ title: 'Lost on the way' });
  await fake.deliveriesSettled();
  const pulls = startDeliveryPulls(ctx, async ({ id }) => void gaps.push(id));
  await eventually(
    deliveries,
    ({ length }) => length > 1,
    () => 'nothing was fetched',
  );
  await pulls.stop();
  assert.deepEqual((await deliveries()).map(({ event, came_by }) => `${event} ${came_by}`).toSorted(), [
    'issues pull',
    'ping post',
  ]);
});
