import assert from 'node:assert/strict';
import { test } from 'node:test';

import { deliveryRow, startGround } from '../deliveries/deliveries.fixture.ts';
import { deliveryRoutes } from '../deliveries/deliveries.ts';
import { stubHandlers } from '../http/stub-handlers.ts';
import { testServer } from '../http/server.fixture.ts';
import { throughline } from './command.fixture.ts';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

const FAILED = { state: 'failed', attempts: 5, message: 'No.' } as const;

async function startHub(t: TestContext) {
  const { db, ctx, connection } = await startGround(t);
  const app = await testServer(t, { handlers: { ...stubHandlers(), ...deliveryRoutes(ctx) } });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const env = {
    PUBLIC_URL: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    THROUGHLINE_API_KEY: 'admin',
  };
  const rows = [
    deliveryRow(connection, { event: 'issues', action: 'opened', repository: 'octo/repo', ...FAILED }),
    deliveryRow(connection, { event: 'push', ...FAILED }),
    deliveryRow(connection, { event: 'ping', state: 'applied' }),
  ];
  await db.sql.insertInto('deliveries').values(rows).execute();
  return { db, rows, command: async (...args: string[]) => throughline(['deliveries', ...args], env) };
}

test('deliveries are listed in a line each, or as JSON, by state and event', async (t) => {
  const { command, rows } = await startHub(t);
  const listed = await command('list', '--state', 'failed', '--event', 'issues');
  assert.deepEqual([listed.code, listed.stderr], [0, '']);
  assert.match(listed.stdout, new RegExp(`^${rows[0]?.id}  .*  failed    issues\\.opened  octo/repo  No\\.\n$`, 'u'));
  const all = await command('list', '--json');
  assert.equal((JSON.parse(all.stdout) as unknown[]).length, 3);
});

test('all failed deliveries are applied again by one command, and no other', async (t) => {
  const { command, db } = await startHub(t);
  const replayed = await command('replay', '--failed');
  assert.deepEqual([replayed.code, replayed.stdout], [0, '2 of 2 are applied again.\n']);
  const states = await db.sql.selectFrom('deliveries').select(['event', 'state']).orderBy('event').execute();
  assert.deepEqual(
    states.map(({ event, state }) => `${event} ${state}`),
    ['issues received', 'ping applied', 'push received'],
  );
  const again = await command('replay', '--failed');
  assert.deepEqual([again.code, again.stdout], [0, 'None has failed.\n']);
});

test('a delivery that is not there is refused in a sentence and ends with 3', async (t) => {
  const { command, rows } = await startHub(t);
  const missing = '018f0000-0000-7000-8000-0000000000ff';
  const ended = await command('replay', missing);
  assert.deepEqual([ended.code, ended.stdout], [3, '0 of 1 are applied again.\n']);
  assert.match(ended.stderr, /There is no such delivery/u);
  assert.equal((await command('replay', missing, rows[0]?.id ?? '')).code, 1);
});
