import assert from 'node:assert/strict';
import { test } from 'node:test';

import { deliveryRow, startGround } from './deliveries.fixture.ts';
import { openInbox } from './inbox.ts';

test('deliveries that come within the same moment are stored by one commit', async (t) => {
  const { db, connection } = await startGround(t);
  const told: string[] = [];
  const inbox = openInbox(db.sql, ({ guid }) => told.push(guid));
  const guids = Array.from({ length: 150 }, (_, i) => `guid-${i % 100}`);
  const added = await Promise.all(guids.map(async (guid) => inbox.add(deliveryRow(connection, { guid }))));
  assert.equal(added.filter(Boolean).length, 100);
  const { rows } = await db.pool.query('select distinct xmin::text from deliveries');
  assert.equal(rows.length, 1);
  assert.deepEqual(told, ['guid-0']);
});
