import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';

import { callHub } from './hub-api.client.ts';
import { readConfig } from '../config.ts';
import { Secret } from '../lib/secret.ts';
import { eventually, SECRET } from '../../test/support/circle.ts';
import { serve } from './serve.ts';
import { startFakeGithub } from '../../test/fakes/github-server.ts';
import { startFakeSentry } from '../../test/fakes/sentry.ts';
import { testDatabase } from '../../test/support/database.ts';
import { throughline } from './command.fixture.ts';
import type { Ended } from './command.fixture.ts';
import type { FakeGithub } from '../../test/fakes/github-server.ts';
import type { FakeSentry } from '../../test/fakes/sentry.ts';
import type { HubAccess, HubOutcome } from './hub-api.client.ts';
import type { TestContext } from 'node:test';

const ADMIN_API_KEY = 'admin-key-of-a-test';

/** A hub with a Sentry connection and one rule, and the command beside it. */
async function startHub(t: TestContext): Promise<{
  sentry: FakeSentry;
  github: FakeGithub;
  hub: HubAccess;
  command: (...args: string[]) => Promise<Ended>;
}> {
  const [github, sentry, db] = [await startFakeGithub(t), await startFakeSentry(t), await testDatabase(t)];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const served = await serve(
    readConfig({
      PUBLIC_URL: url,
      ADMIN_API_KEY,
      PORT: String(port),
      DATABASE_URL: db.url,
      SECRET_KEY: SECRET,
      LOG_LEVEL: 'silent',
      CREATE_SPACING_MS: '0',
      GITHUB_API_URL: github.apiUrl,
      GITHUB_TOKEN: github.token,
      GITHUB_REPO: github.repository,
      SENTRY_URL: sentry.url,
      SENTRY_TOKEN: sentry.token,
      SENTRY_ORG: sentry.organization,
    }),
  );
  t.after(async () => served.stop());
  const hub = { url, apiKey: new Secret(ADMIN_API_KEY) };
  const [connection] = done(await callHub(hub, 'listSentryConnections', {})).items;
  const [target] = done(await callHub(hub, 'listConnections', {})).items;
  assert.ok(connection !== undefined && target !== undefined);
  const rule = { name: 'Shop', sentry_connection_id: connection.id, connection_id: target.id, every_seconds: 86_400 };
  done(await callHub(hub, 'createSentryRule', { body: rule }));
  return {
    sentry,
    github,
    hub,
    command: async (...args) => throughline(['sentry', ...args], { PUBLIC_URL: url, ADMIN_API_KEY }),
  };
}

function done<T>(outcome: HubOutcome<T>): T {
  assert.ok(outcome.kind === 'done', JSON.stringify(outcome));
  return outcome.value;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('connections, rules and errors of a hub are listed, and a rule is tried and run from the command line', async (t) => {
  const { sentry, command } = await startHub(t);
  sentry.newIssue({ title: 'TypeError: no total' });
  const connections = await command('connections');
  assert.deepEqual([connections.code, connections.stderr], [0, '']);
  assert.match(connections.stdout, /^name +organisation +health.*\n.*acme at http/u);
  const tried = await command('dry-run', 'shop', '--days', '2');
  assert.equal(tried.code, 0);
  // a new rule looks at once, so it may be filed by now
  assert.match(tried.stdout, /^(?:file|known) +SHOP-WEB-1 +acme\/webshop .*TypeError: no total/mu);
  assert.match(tried.stdout, /\nIn 2 days: \d filed, 0 waiting/u);
  const ran = await command('run', 'Shop');
  assert.deepEqual([ran.code, ran.stderr], [0, '']);
  assert.match(ran.stdout, /^Shop: done: 1 seen/u);
  assert.match((await command('rules')).stdout, /Shop +acme\/webshop/u);
  const listed = await command('errors', '--query', 'total');
  assert.match(listed.stdout, /TypeError: no total/u);
  const [first] = JSON.parse((await command('errors', '--json')).stdout) as { sentry: { title: string } }[];
  assert.equal(first?.sentry.title, 'TypeError: no total');
});

test('what the hub wrote is shown, and taken back only when that is said', async (t) => {
  const { sentry, github, hub, command } = await startHub(t);
  const { id } = sentry.newIssue({ title: 'TypeError: no total' });
  await command('run', 'Shop');
  await eventually(
    async () => done(await callHub(hub, 'listErrors', { query: { limit: 1 } })).items[0],
    (error) => error?.github !== null && error?.github !== undefined,
    (error) => `not filed: ${JSON.stringify(error)}`,
  );
  const status = () => sentry.world.state.issues.find((issue) => issue.id === id)?.status;
  // closed on GitHub, so the hub resolves it in Sentry
  github.closeIssue(github.issues()[0]?.number ?? 0, 'completed');
  await callHub(hub, 'sync', {});
  const shown = await eventually(
    async () => command('undo', '--rule', 'shop', '--since', '1h'),
    ({ stdout }) => stdout.includes('1 would be set back'),
    ({ stdout, stderr }) => stdout + stderr,
  );
  assert.match(shown.stdout, /set back +acme\/webshop#1 +State in Sentry +resolved +unresolved +TypeError: no total/u);
  assert.equal(status(), 'resolved');
  const taken = await command('undo', '--rule', 'Shop', '--since', '1h', '--yes');
  assert.deepEqual([taken.code, status()], [0, 'unresolved'], taken.stdout + taken.stderr);
  assert.match(taken.stdout, /^done: 1 set back, 0 left alone\./mu);
  assert.equal((await command('undo', '--since', '1h', '--yes')).code, 3, 'there is nothing more to take back');
  assert.equal((await command('undo')).code, 2);
});

test('a rule that is not there ends with 3 and the names of those that are, a wrong number with 2', async (t) => {
  const { command } = await startHub(t);
  const missing = await command('run', 'Nobody');
  assert.equal(missing.code, 3);
  assert.match(missing.stderr, /There is no rule “Nobody”\. There are: “Shop”\./u);
  assert.equal((await command('dry-run', 'Shop', '--days', '900')).code, 2);
});
