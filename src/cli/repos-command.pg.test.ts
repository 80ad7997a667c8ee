import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startApi } from '../../test/support/api.ts';
import { throughline } from './command.fixture.ts';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

const APP = 'acme/other';

async function startHub(t: TestContext) {
  const api = await startApi(t);
  api.fake.addRepository(APP);
  for (const title of ['One', 'Two', 'Three']) api.fake.openIssue({ title }, APP);
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = api.app.server.address() as AddressInfo;
  const env = { PUBLIC_URL: `http://127.0.0.1:${port}`, THROUGHLINE_API_KEY: 'the-admin-key-of-a-test' };
  return { api, command: async (...args: string[]) => throughline(args, env) };
}

test('a repository is tracked, listed, synced, imported from, audited and untracked from the command line', async (t) => {
  const { api, command } = await startHub(t);
  const tracked = await command('repos', 'track', APP);
  assert.deepEqual([tracked.code, tracked.stderr], [0, '']);
  assert.match(tracked.stdout, /^acme\/other: import done: .*3 imported/u);
  const listed = await command('repos', 'list', '--mirrors', 'all');
  assert.match(listed.stdout, /^acme\/other {2}tracked {2}healthy {2}3 open issues {2}synced 20/u);
  const synced = await command('repos', 'sync', APP, '--json');
  assert.deepEqual([synced.code, (JSON.parse(synced.stdout) as { state: string }).state], [0, 'done']);

  await api.db.sql.deleteFrom('issues').where('number', '=', 2).execute();
  const imported = await command('import', APP, '1', '#2', '77');
  assert.deepEqual([imported.code, imported.stdout], [1, '1 imported, 0 updated, 1 skipped, 1 failed.\n']);
  assert.match(imported.stderr, /^#77: GitHub does not show it/u);

  await api.db.sql.updateTable('issues').set({ title: 'Wrong' }).where('number', '=', 3).execute();
  assert.equal((await command('repos', 'sync', APP, '--reconcile')).code, 0);
  const drift = await command('drift');
  assert.equal(drift.code, 0);
  assert.match(
    drift.stdout,
    /^1 of \d+ items that the newest audits compared were wrong \([\d.]+ %\); 0 of them still are\./u,
  );
  assert.match(drift.stdout, /issue #3: title was "Wrong" here, "Three" on GitHub \(full\)/u);

  await api.db.sql.updateTable('issues').set({ title: 'Wrong again' }).where('number', '=', 1).execute();
  const sampled = await command('drift', '--sample', '50');
  assert.deepEqual([sampled.code, sampled.stderr], [0, '']);
  assert.match(sampled.stdout, /^1 of 3 items that the newest audits compared were wrong/u);
  assert.match(sampled.stdout, /acme\/other {2}by sample 20\S+: 1 of 3 wrong; in full 20\S+: 1 of \d+ wrong/u);
  assert.match(sampled.stdout, /issue #1: title was "Wrong again" here, "One" on GitHub \(sample\)/u);
  assert.equal((await command('drift', '--sample', '0')).code, 2);

  const untracked = await command('repos', 'untrack', APP);
  assert.deepEqual([untracked.code, untracked.stdout], [0, `${APP} is no longer tracked.\n`]);
});

test('a wrong call ends with 2 before anything is sent, a refusal of the hub or of GitHub with 3', async (t) => {
  const { command } = await startHub(t);
  assert.equal((await command('repos', 'sync', 'no-slash')).code, 2);
  assert.equal((await command('import', APP)).code, 2);
  assert.equal((await command('import', APP, 'twelve')).code, 2);
  assert.equal((await command('repos', 'untrack', 'acme/missing')).code, 3);
  const refused = await command('repos', 'track', 'acme/missing');
  assert.deepEqual([refused.code, refused.stdout], [3, '']);
  assert.notEqual(refused.stderr, '');
});
