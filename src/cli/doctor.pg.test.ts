import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { z } from 'zod';

import { migrate, openDatabase } from '../db/db.ts';
import { eventually } from '../../test/support/eventually.ts';
import { quiet } from '../../test/support/quiet.ts';
import { scratch } from '../../test/support/scratch.ts';
import { SECRET, startCircle } from '../../test/support/circle.ts';
import { testDatabase } from '../../test/support/database.ts';
import { throughline } from './command.fixture.ts';
import type { Circle } from '../../test/support/circle.ts';
import type { Ended } from './command.fixture.ts';
import type { TestContext } from 'node:test';

const Findings = z.array(
  z.strictObject({
    name: z.string(),
    repository: z.string().nullable(),
    ok: z.boolean(),
    severity: z.enum(['ok', 'warning', 'error']),
    text: z.string(),
    fix: z.string().nullable(),
  }),
);

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(scratch(), 'throughline-doctor-'));
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}

/** The settings of the hub under test; nothing listens at its address. */
function settings(t: TestContext, url: string): Record<string, string> {
  return { DATABASE_URL: url, SECRET_KEY: SECRET, DATA_DIR: folder(t), PUBLIC_URL: 'http://127.0.0.1:9' };
}

function environment(circle: Circle): Record<string, string> {
  return {
    GITHUB_API_URL: circle.fake.apiUrl,
    GITHUB_TOKEN: circle.fake.token,
    GITHUB_REPO: circle.fake.repository,
  };
}

function findingsOf({ stdout }: Ended, ...severities: string[]): string[] {
  return Findings.parse(JSON.parse(stdout))
    .filter((finding) => severities.includes(finding.severity))
    .map((finding) => `${finding.name}: ${finding.text}`);
}

test('a hub in order ends with 0, also when nothing listens at its address', async (t) => {
  const circle = await startCircle(t);
  const env = { ...settings(t, circle.db.url), ...environment(circle) };
  const ended = await throughline(['doctor', '--json'], env);
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  assert.deepEqual(findingsOf(ended, 'error'), []);
  assert.match(findingsOf(ended, 'warning').join('\n'), /^public_url: No hub answers/u);
  assert.match(findingsOf(ended, 'ok').join('\n'), /token: GitHub knows this token as @throughline-bot/u);
});

test('a revoked token is found, with what to do, and ends with 1', async (t) => {
  const circle = await startCircle(t);
  circle.fake.revokeToken(circle.fake.token);
  const env = { ...settings(t, circle.db.url), ...environment(circle) };
  const ended = await throughline(['doctor'], env);
  assert.equal(ended.code, 1);
  assert.match(ended.stdout, /✗ acme\/webshop: .+\n {4}Make a new token on GitHub/u);
  assert.match(ended.stdout, /1 thing is wrong/u);
});

test('a stored token is tested too, and one saved under another key is told from a refused one', async (t) => {
  const circle = await startCircle(t);
  const env = settings(t, circle.db.url);
  assert.equal((await throughline(['doctor'], env)).code, 0);
  const ended = await throughline(['doctor', '--json'], { ...env, SECRET_KEY: 'quite another key' });
  assert.equal(ended.code, 1);
  assert.match(findingsOf(ended, 'error').join('\n'), /^token: .*cannot be decrypted: SECRET_KEY is another one/u);
});

test('a paused connection and what waits for it are told', async (t) => {
  const circle = await startCircle(t);
  circle.fake.revokeToken(circle.fake.token);
  circle.startWorker();
  const id = await circle.report('Waits');
  await circle.settled(id, 'pending');
  await eventually(
    async () => circle.connection(),
    (connection) => connection.paused_at !== null,
    () => 'the connection is not paused',
  );
  const ended = await throughline(['doctor', '--json'], settings(t, circle.db.url));
  assert.equal(ended.code, 1);
  assert.match(findingsOf(ended, 'error').join('\n'), /filing: Reports → acme\/webshop: .* 1 report is kept/u);
  assert.match(
    findingsOf(ended, 'ok').join('\n'),
    /queue: 1 report waits for GitHub, the oldest for less than a minute/u,
  );
});

test('settings that cannot be read end with 2, each with its finding', async () => {
  const ended = await throughline(['doctor', '--json'], { PORT: 'four', LOG_LEVEL: 'loud' });
  assert.equal(ended.code, 2);
  assert.equal(findingsOf(ended, 'error').length, 2);
});

test('a database that does not answer is found, and the token of the environment is tested all the same', async (t) => {
  const circle = await startCircle(t, { connected: false });
  const env = { ...settings(t, 'postgresql://nobody@127.0.0.1:9/none'), ...environment(circle) };
  const ended = await throughline(['doctor', '--json'], env);
  assert.equal(ended.code, 1);
  assert.match(findingsOf(ended, 'error').join('\n'), /^database: DATABASE_URL does not work/u);
  assert.match(findingsOf(ended, 'ok').join('\n'), /token: GitHub knows/u);
});

test('an empty database is left empty, and a folder without one stays as it is', async (t) => {
  const db = await testDatabase(t, { empty: true });
  const env = settings(t, db.url);
  const ended = await throughline(['doctor', '--json'], env);
  assert.equal(ended.code, 0);
  assert.match(findingsOf(ended, 'warning').join('\n'), /schema: The database is empty/u);
  const tables = await db.pool.query(`select from information_schema.tables where table_schema = 'public'`);
  assert.equal(tables.rowCount, 0);
  const { DATABASE_URL: _, SECRET_KEY: __, ...bare } = env;
  assert.equal((await throughline(['doctor'], bare)).code, 0);
  assert.deepEqual(readdirSync(env['DATA_DIR'] ?? ''), []);
});

test('an embedded database that a hub uses is joined, and left running', async (t) => {
  const dataDir = folder(t);
  const db = await openDatabase({ databaseUrl: null, dataDir, log: quiet, embeddedSettings: { fsync: 'off' } });
  t.after(() => db.close());
  await migrate(db, quiet);
  const ended = await throughline(['doctor', '--json'], { DATA_DIR: dataDir });
  assert.equal(ended.code, 0);
  assert.match(findingsOf(ended, 'ok').join('\n'), /database: PostgreSQL answers/u);
  assert.equal((await db.pool.query('select 1')).rowCount, 1);
});

test('a file of own authorities without a certificate and a proxy that is none are found', async (t) => {
  const env = { DATA_DIR: folder(t), PUBLIC_URL: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://' };
  const file = join(env.DATA_DIR, 'ca.pem');
  writeFileSync(file, 'no certificate');
  const ended = await throughline(['doctor', '--json'], { ...env, NODE_EXTRA_CA_CERTS: file });
  assert.equal(ended.code, 1);
  assert.deepEqual(
    findingsOf(ended, 'error').map((text) => text.split(':')[0]),
    ['proxy', 'authority'],
  );
});
