import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';

import { readConfig } from '../config.ts';
import { Report } from '../contract/reports.ts';
import { SECRET } from '../../test/support/circle.ts';
import { serve } from './serve.ts';
import { startFakeGithub } from '../../test/fakes/github-server.ts';
import { SyncAnswer } from '../contract/connections.ts';
import { testDatabase } from '../../test/support/database.ts';
import { throughline } from './command.fixture.ts';
import type { Ended } from './command.fixture.ts';
import type { FakeGithub } from '../../test/fakes/github-server.ts';
import type { TestContext } from 'node:test';

const ADMIN_API_KEY = 'admin-key-of-a-test';
const CREATE = { method: 'POST', path: /\/issues$/u };

interface Running {
  fake: FakeGithub;
  /** A command that knows the hub by its environment, as on the operator's machine. */
  command: (args: string[], stdin?: string) => Promise<Ended>;
  url: string;
}

async function startHub(t: TestContext): Promise<Running> {
  const fake = await startFakeGithub(t);
  const db = await testDatabase(t);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { PUBLIC_URL: url, ADMIN_API_KEY };
  const served = await serve(
    readConfig({
      ...env,
      PORT: String(port),
      DATABASE_URL: db.url,
      SECRET_KEY: SECRET,
      LOG_LEVEL: 'silent',
      CREATE_SPACING_MS: '0',
      GITHUB_API_URL: fake.apiUrl,
      GITHUB_TOKEN: fake.token,
      GITHUB_REPO: fake.repository,
    }),
  );
  t.after(async () => served.stop());
  return { fake, url, command: async (args, stdin) => throughline(args, env, stdin) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('a report that is filed prints its number and address, and ends with 0', async (t) => {
  const { command, fake } = await startHub(t);
  const ended = await command(
    ['report', '--title', 'Empty export', '--tag', 'export', '--tag', 'csv', '--wait', '20', '-'],
    'It is **empty**.\n',
  );
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  const [issue] = fake.issuesWithText('Empty export');
  assert.match(ended.stdout, new RegExp(`^#${issue?.number} http.*/issues/${issue?.number}\n$`, 'u'));
  assert.match(issue?.body ?? '', /It is \*\*empty\*\*/u);
  assert.deepEqual(issue?.labels.toSorted(), ['csv', 'export']);
});

test('a report names the reporter, and the same key gives the same report', async (t) => {
  const { command, fake } = await startHub(t);
  const args = ['report', '--title', 'Once', '--reporter-id', 'u1', '--reporter-name', 'Ann', '--idempotency-key', 'k'];
  const first = await command([...args, '--wait', '20', '--json']);
  const again = await command([...args, '--wait', '20', '--json']);
  const reports = [first, again].map(({ stdout }) => Report.parse(JSON.parse(stdout)));
  assert.equal(reports[0]?.id, reports[1]?.id);
  assert.equal(reports[0]?.reporter?.name, 'Ann');
  assert.equal(fake.issuesWithText('Once').length, 1);
});

test('a report that is kept but not on GitHub says why and ends with 1; who does not wait gets 0', async (t) => {
  const { command, fake } = await startHub(t);
  fake.faults.add({ match: CREATE, do: '503', times: Infinity });
  const waited = await command(['report', '--title', 'Later', '--wait', '1']);
  assert.equal(waited.code, 1);
  assert.match(waited.stdout, /^Kept as [0-9a-f-]{36}, not on GitHub yet: .+\n$/u);
  assert.equal((await command(['report', '--title', 'Later too', '--wait', '0'])).code, 0);
});

test('a hub that refuses the key or the report ends the command with 3 and its own words', async (t) => {
  const { command, url } = await startHub(t);
  const stranger = await throughline(['sync', '--url', url], { THROUGHLINE_API_KEY: 'another-key' });
  assert.equal(stranger.code, 3);
  assert.notEqual(stranger.stderr.trim(), '');
  const empty = await command(['report', '--title', ' ']);
  assert.equal(empty.code, 3);
  assert.match(empty.stderr, /Write a title/u);
});

test('a sync on a pipe is one line, without progress, and ends with 0', async (t) => {
  const { command, fake } = await startHub(t);
  await command(['report', '--title', 'To be closed', '--wait', '20']);
  const [issue] = fake.issuesWithText('To be closed');
  fake.closeIssue(issue?.number ?? 0);
  const ended = await command(['sync']);
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  assert.match(ended.stdout, /^1 of 1 connection synced: \d+ checked, \d+ updated, 0 imported, \d+ unchanged\.\n$/u);
  const { runs } = SyncAnswer.parse(JSON.parse((await command(['sync', '--json'])).stdout));
  assert.deepEqual(
    runs.map((run) => [run.state, run.repository]),
    [['done', fake.repository]],
  );
});

test('a sync that GitHub refuses ends with 3 and says why', async (t) => {
  const { command, fake } = await startHub(t);
  fake.revokeToken(fake.token);
  const ended = await command(['sync']);
  assert.equal(ended.code, 3);
  assert.match(ended.stdout, /1 failed/u);
  assert.match(ended.stderr, /^acme\/webshop: .+/u);
});
