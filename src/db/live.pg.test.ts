import assert from 'node:assert/strict';
import { test } from 'node:test';

import { testDatabase } from '../../test/support/database.ts';
import { inTransaction, publish } from './db.ts';

import type { LiveNotice } from './db.model.ts';
import type { Database } from './db.ts';

const CHANGE = { kind: 'report', id: 'r1', tenantId: 't1' } as const;

test('a change is heard when its transaction commits, and not when it is rolled back', async (t) => {
  const db = await testDatabase(t);
  const heard = await listenTo(db);
  await assert.rejects(
    inTransaction(db.sql, async (sql) => {
      await publish(sql, { ...CHANGE, id: 'rolled back' });
      throw new Error('no');
    }),
    /no/u,
  );
  await inTransaction(db.sql, (sql) => publish(sql, CHANGE));
  assert.deepEqual(await heard.next(), CHANGE);
});

test('a listener whose connection is lost is told to read again and hears what comes after', async (t) => {
  const db = await testDatabase(t);
  const heard = await listenTo(db);
  await db.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'throughline live' and datname = current_database()`,
  );
  assert.deepEqual(await heard.next(), { kind: 'reconnected' });
  await publish(db.sql, CHANGE);
  assert.deepEqual(await heard.next(), CHANGE);
});

test('a subscriber that left hears nothing more', async (t) => {
  const db = await testDatabase(t);
  const left: LiveNotice[] = [];
  const leave = db.live.subscribe((notice) => left.push(notice));
  const heard = await listenTo(db);
  leave();
  left.length = 0;
  await publish(db.sql, CHANGE);
  await heard.next();
  assert.deepEqual(left, []);
});

test('a notification of somebody else on the channel is ignored', async (t) => {
  const db = await testDatabase(t);
  const heard = await listenTo(db);
  await db.pool.query(
    `select pg_notify('throughline', 'garbage'), pg_notify('throughline', '{}'), pg_notify('throughline', 'null')`,
  );
  await publish(db.sql, CHANGE);
  assert.deepEqual(await heard.next(), CHANGE);
});

test('a count and a bigint column come back as numbers, and one that is too large is refused', async (t) => {
  const db = await testDatabase(t);
  const read = async (value: string) =>
    (await db.pool.query<{ n: unknown }>(`select ${value}::bigint as n`)).rows[0]?.n;
  assert.equal(await read('9007199254740991'), 9007199254740991);
  await assert.rejects(read('9007199254740992'), /does not fit/u);
});

async function listenTo(db: Database): Promise<{ next(): Promise<LiveNotice> }> {
  const queue: LiveNotice[] = [];
  let wake: (() => void) | null = null;
  db.live.subscribe((notice) => {
    queue.push(notice);
    wake?.();
  });
  await db.live.ready();
  // told once it listens: what came before was missed
  assert.deepEqual(queue.splice(0), [{ kind: 'reconnected' }]);
  const next = async (): Promise<LiveNotice> => {
    for (;;) {
      const notice = queue.shift();
      if (notice !== undefined) return notice;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { next };
}
