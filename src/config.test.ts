import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';

import { ConfigProblem, helpTable, readConfig } from './config.ts';
import { keepSecretKey } from './secret-key.ts';

import type { TestContext } from 'node:test';

test('an empty environment gives a hub on this machine only', () => {
  const config = readConfig({});
  assert.deepEqual(config, {
    port: 4400,
    host: '127.0.0.1',
    dataDir: resolve('./data'),
    databaseUrl: null,
    secretKeys: null,
    sentryOrg: null,
    sentryToken: null,
    sentryUrl: 'https://sentry.io',
    publicUrl: 'http://127.0.0.1:4400',
    githubApiUrl: 'https://api.github.com',
    githubToken: null,
    githubRepo: null,
    adminApiKey: null,
    metricsPrefix: 'throughline_',
    logLevel: 'info',
    allowPrivateAddresses: false,
    trustProxy: false,
    filingLookupSeconds: [5, 30, 120, 600],
    leaseSeconds: 60,
    createSpacingMs: 3000,
  });
});

test('a setting that is empty or only spaces counts as not set', () => {
  assert.deepEqual(readConfig({ PORT: '', HOST: '  ', GITHUB_TOKEN: '' }), readConfig({}));
});

test('everything wrong is said at once, a sentence each, and no secret is repeated', () => {
  const env = {
    PORT: '99999',
    LOG_LEVEL: 'loud',
    TRUST_PROXY: 'maybe',
    FILING_LOOKUP_SECONDS: '30,5',
    DATABASE_URL: 'mysql://user:hunter2@host/db',
    ADMIN_API_KEY: 'hunter2',
    PUBLIC_URL: 'ftp://example.com',
    GITHUB_REPO: 'just-a-name',
    METRICS_PREFIX: '9lives',
    LEASE_SECONDS: '-1',
    CREATE_SPACING_MS: '1.5',
  };
  assert.throws(
    () => readConfig(env),
    (error) => {
      assert.ok(error instanceof ConfigProblem);
      const lines = error.message.split('\n');
      assert.deepEqual(
        lines.map((line) => line.split(' ')[0]).sort((a = '', b = '') => a.localeCompare(b)),
        Object.keys(env).sort((a, b) => a.localeCompare(b)),
      );
      assert.ok(lines.every((line) => line.endsWith('.')));
      assert.doesNotMatch(error.message, /hunter2/u);
      return true;
    },
  );
});

test("a repository without a token is refused, a token alone is somebody else's", () => {
  assert.throws(() => readConfig({ GITHUB_REPO: 'acme/app' }), /GITHUB_REPO needs GITHUB_TOKEN/u);
  assert.equal(readConfig({ GITHUB_TOKEN: 'ghp_x' }).githubToken?.reveal(), 'ghp_x');
});

test('SECRET_KEY may hold several keys for a rotation, and goes before JWT_SECRET_KEY', () => {
  const [one, two] = ['a'.repeat(16), 'b'.repeat(20)];
  const reveal = (env: Record<string, string>) => readConfig(env).secretKeys?.map((key) => key.reveal());
  assert.deepEqual(reveal({ SECRET_KEY: `${one}, ${two}`, JWT_SECRET_KEY: 'c'.repeat(16) }), [one, two]);
  assert.deepEqual(reveal({ JWT_SECRET_KEY: two }), [two]);
  assert.throws(() => readConfig({ JWT_SECRET_KEY: 'short' }), /^ConfigProblem: JWT_SECRET_KEY needs 8 characters/u);
  assert.throws(() => readConfig({ SECRET_KEY: `${one},` }), /SECRET_KEY needs 8 characters/u);
});

test('addresses lose their closing slash, and the public one follows host and port', () => {
  assert.equal(
    readConfig({ GITHUB_API_URL: 'https://ghe.example/api/v3/' }).githubApiUrl,
    'https://ghe.example/api/v3',
  );
  assert.equal(readConfig({ PUBLIC_URL: 'https://hub.example/' }).publicUrl, 'https://hub.example');
  assert.equal(readConfig({ HOST: '0.0.0.0', PORT: '80' }).publicUrl, 'http://localhost:80');
  assert.equal(readConfig({ HOST: '::1' }).publicUrl, 'http://[::1]:4400');
});

test('a printed configuration shows no secret', () => {
  const config = readConfig({
    GITHUB_TOKEN: 'ghp_hunter2',
    SECRET_KEY: 'hunter2hunter2hunter2',
    DATABASE_URL: 'postgres://u:hunter2@h/d',
  });
  assert.doesNotMatch(inspect(config, { depth: 5 }) + JSON.stringify(config), /hunter2/u);
});

test('the help table has a name, a default and a sentence for every setting', () => {
  const rows = helpTable();
  assert.equal(rows.length, Object.keys(readConfig({})).length);
  for (const row of rows) assert.ok(row.name !== '' && row.default !== '' && row.help.endsWith('.'), row.name);
  assert.ok(rows.some((row) => row.name === 'SECRET_KEY (or JWT_SECRET_KEY)' && row.secret));
});

test('a secret key that is not set is made once, readable by the owner only', (t) => {
  const dataDir = join(folder(t), 'data');
  const [first] = keepSecretKey({ secretKeys: null, dataDir });
  const [second] = keepSecretKey({ secretKeys: null, dataDir });
  assert.equal(first?.reveal().length, 43);
  assert.equal(second?.reveal(), first?.reveal());
  assert.equal(statSync(join(dataDir, 'secret.key')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(dataDir), ['secret.key']);
});

test('a secret key that cannot be kept is said in a sentence', (t) => {
  const dataDir = join(folder(t), 'file');
  writeFileSync(dataDir, '');
  assert.throws(() => keepSecretKey({ secretKeys: null, dataDir }), /cannot be kept in .*Set SECRET_KEY/u);
});

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'throughline-config-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}
