import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';

import { CLAIM_LABEL, claimText } from '../src/one-shot/claim.decide.ts';
import { startOneShot } from './support/one-shot.ts';
import { TEST_CERTIFICATE, TEST_PRIVATE_KEY } from '../src/outbound/certificates.fixture.ts';
import type { OneShotStage } from './support/one-shot.ts';
import type { TestContext } from 'node:test';

const CREATE = { method: 'POST', path: /\/issues$/u };
const MAKE_LABEL = { method: 'POST', path: /\/labels$/u };

test('every setting that is missing or wrong is named at once, with exit code 2, and no secret is repeated', async (t) => {
  const { run, github } = await startOneShot(t);
  const nothing = await run({ SENTRY_TOKEN: '', SENTRY_ORG: '', GITHUB_TOKEN: '', GITHUB_REPO: '' });
  assert.deepEqual([nothing.code, nothing.stdout], [2, '']);
  for (const name of ['SENTRY_TOKEN', 'SENTRY_ORG', 'GITHUB_TOKEN', 'GITHUB_REPO'])
    assert.match(nothing.stderr, new RegExp(`^${name} is not set\\.`, 'mu'));
  const wrong = await run({
    GITHUB_REPO: 'webshop',
    SENTRY_STATS_PERIOD: '2026-01-01',
    MAX_NEW: 'all',
    DRY_RUN: 'maybe',
    STATE_FILE: '/nowhere/state.jsonl',
    SECRET_KEY: 'short',
  });
  assert.equal(wrong.code, 2);
  for (const name of ['GITHUB_REPO', 'SENTRY_STATS_PERIOD', 'MAX_NEW', 'DRY_RUN', 'SECRET_KEY'])
    assert.match(wrong.stderr, new RegExp(`^${name} `, 'mu'));
  assert.doesNotMatch(wrong.stderr, /short(?!er)/u);
  const folder = await run({ STATE_FILE: '/nowhere/state.jsonl' });
  assert.deepEqual([folder.code, folder.stderr.startsWith('STATE_FILE ')], [2, true]);
  assert.deepEqual(github.requests, []);
});

test('what a remote refuses ends with 3 and a sentence of its own', async (t) => {
  const { github, sentry, run } = await startOneShot(t);
  sentry.newIssue();
  const untrusted = await untrustedServer(t);
  const refusals: [Record<string, string>, RegExp][] = [
    [{ SENTRY_TOKEN: 'sntryu_wrong' }, /Sentry does not accept the token/u],
    [{ SENTRY_TOKEN: 'sntrys_build' }, /organisation token/u],
    [{ SENTRY_ORG: 'nobody' }, /knows no organisation “nobody”/u],
    [{ SENTRY_URL: untrusted }, /Sentry: .*certificate/u],
    [{ SENTRY_PROJECT: 'nothing' }, /no project “nothing”/u],
    [{ GITHUB_TOKEN: 'ghp_wrong' }, /GitHub does not accept the token/u],
    [{ GITHUB_REPO: 'acme/nothing' }, /GitHub cannot find it/u],
    [{ GITHUB_API_URL: untrusted }, /GitHub: .*certificate/u],
  ];
  for (const [env, words] of refusals) {
    const ended = await run(env);
    assert.deepEqual([env, ended.code], [env, 3]);
    assert.match(ended.stderr, words);
    assert.doesNotMatch(ended.stderr, /sntryu_wrong|ghp_wrong/u);
  }
  sentry.faults.add({ times: Infinity, do: 'login_page' });
  const page = await run();
  assert.deepEqual([page.code, /is not Sentry's API: a web page/u.test(page.stderr)], [3, true]);
  sentry.faults.clear();
  sentry.setScopes(['org:read', 'project:read']);
  const scope = await run();
  assert.equal(scope.code, 3);
  assert.match(scope.stderr, /event:read/u);
  assert.equal(github.countRequests('POST', /./u), 0);
});

async function untrustedServer(t: TestContext): Promise<string> {
  const server = createServer({ cert: TEST_CERTIFICATE, key: TEST_PRIVATE_KEY }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return `https://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

test('an archived repository, and one without issues, are refused in words', async (t) => {
  const { github, run } = await startOneShot(t);
  const repository = github.state.repositories[0];
  assert.ok(repository !== undefined);
  repository.archived = true;
  const archived = await run();
  assert.deepEqual([archived.code, /is archived/u.test(archived.stderr)], [3, true]);
});

test('a remote that fails for a while ends with 1, and the next run goes on', async (t) => {
  const { github, sentry, run } = await startOneShot(t);
  sentry.newIssue();
  github.faults.add({ match: { path: /\/user$/u }, times: 3, do: '503' });
  const ended = await run();
  assert.deepEqual([ended.code, /1 waiting/u.test(ended.stdout)], [1, true]);
  assert.match(ended.stderr, /GitHub has trouble answering/u);
  github.faults.clear();
  sentry.faults.add({ times: Infinity, do: '502' });
  assert.equal((await run()).code, 1);
  sentry.faults.clear();
  assert.equal((await run()).code, 0);
  assert.equal(github.issues().length, 1);
});

test('an answer that was lost is looked for at the end of the run, and nothing is sent twice', async (t) => {
  const { github, sentry, run } = await startOneShot(t);
  sentry.seedMany(3);
  github.faults.add({ match: CREATE, do: 'commit_then_502' });
  const ended = await run();
  assert.match(ended.stdout, /^1 filed, 0 taken over, 0 known, 2 waiting/u);
  assert.equal(ended.code, 1);
  assert.equal((await run()).code, 0);
  assert.deepEqual([github.issues().length, github.countRequests('POST', /\/issues$/u)], [3, 3]);
});

test('a creation without an answer and without an issue stays unclear, and is sent again only after its time', async (t) => {
  const { github, sentry, run, stateFile } = await startOneShot(t);
  sentry.newIssue();
  github.faults.add({ match: CREATE, do: '502' });
  const state = { STATE_FILE: stateFile, FILING_LOOKUP_SECONDS: '3600' };
  for (const sent of [1, 1]) {
    const ended = await run(state);
    assert.deepEqual([ended.code, /1 unclear/u.test(ended.stdout)], [1, true]);
    assert.equal(github.countRequests('POST', /\/issues$/u), sent);
  }
  await sleep(1000);
  assert.equal((await run({ ...state, FILING_LOOKUP_SECONDS: '1' })).code, 0);
  assert.equal(github.issues().length, 1);
});

test('an issue that appears late is found by its number before any list shows it', async (t) => {
  const { github, sentry, run, stateFile } = await startOneShot(t);
  sentry.newIssue();
  github.setListLag(60_000);
  github.faults.add({ match: CREATE, do: 'commit_then_drop' });
  await run({ STATE_FILE: stateFile });
  const ended = await run({ STATE_FILE: stateFile });
  assert.equal(ended.code, 0);
  assert.equal(github.issues().length, 1);
});

test('a short pause that GitHub asks for is kept within the run', async (t) => {
  const { github, sentry, run, stateFile } = await startOneShot(t);
  sentry.seedMany(3);
  github.faults.add({ match: CREATE, do: 'content_creation_block', retryAfterSeconds: 1 });
  const ended = await run({ STATE_FILE: stateFile });
  assert.deepEqual([ended.code, github.issues().length], [0, 3]);
  assert.match(readFileSync(stateFile, 'utf8'), /"kind":"done"/u);
});

test('a claim that another run holds makes this one wait, one that is long over is taken over', async (t) => {
  const stage = await startOneShot(t);
  const { github, sentry, run } = stage;
  sentry.newIssue();
  claimBy(stage, new Date(Date.now() + 60_000));
  const busy = await run();
  assert.deepEqual([busy.code, github.issues().length], [1, 0]);
  assert.match(busy.stderr, /Another run is filing/u);
  claimBy(stage, new Date(Date.now() - 60_000));
  assert.equal((await run()).code, 0);
  assert.equal(github.issues().length, 1);
  assert.ok(!labelNames(stage).includes(CLAIM_LABEL));
});

test('a label that people made under that name is left, and said', async (t) => {
  const stage = await startOneShot(t);
  stage.sentry.newIssue();
  stage.github.state.repositories[0]?.labels.push({ ...labelOf(stage), description: 'stop for now' });
  const ended = await stage.run();
  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /delete it on GitHub/u);
  assert.ok(labelNames(stage).includes(CLAIM_LABEL));
});

function claimBy(stage: OneShotStage, until: Date): void {
  const [repository] = stage.github.state.repositories;
  assert.ok(repository !== undefined);
  repository.labels = repository.labels.filter(({ name }) => name !== CLAIM_LABEL);
  repository.labels.push({ ...labelOf(stage), description: claimText({ holder: 'somebody', until }) });
}

function labelOf({ github }: OneShotStage) {
  const [any] = github.state.repositories[0]?.labels ?? [];
  assert.ok(any !== undefined);
  return { ...any, id: 987_654, name: CLAIM_LABEL };
}

function labelNames({ github }: OneShotStage): string[] {
  return github.state.repositories[0]?.labels.map(({ name }) => name) ?? [];
}

test('runs at once, on one machine or on many, file each error once', async (t) => {
  const { github, sentry, run, stateFile, issuesOf } = await startOneShot(t);
  const issues = sentry.seedMany(6);
  const shared = { STATE_FILE: stateFile };
  github.faults.add({ match: CREATE, times: 6, do: 'slow', when: 'before_commit', ms: 300 });
  await Promise.all([run(), run(), run(shared), run(shared)]);
  github.faults.clear();
  assert.equal((await run(shared)).code, 0);
  for (const { id } of issues) assert.deepEqual([id, issuesOf(id).length], [id, 1]);
  assert.equal(github.issues().length, 6);
});

test('a run that is told to stop finishes what it sends, gives its claim back and says what waits', async (t) => {
  const stage = await startOneShot(t);
  const { github, sentry, start } = stage;
  sentry.seedMany(6);
  github.faults.add({ match: CREATE, times: Infinity, do: 'slow', ms: 300 });
  const child = start({ LEASE_SECONDS: '60' });
  const ended = once(child, 'exit');
  while (github.issues().length === 0) await sleep(20);
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [1, null]);
  assert.ok(github.issues().length < 6);
  assert.ok(!labelNames(stage).includes(CLAIM_LABEL));
});

test('where no labels may be made it is said once, and twins of runs at once are closed as duplicates', async (t) => {
  const { github, sentry, run, issuesOf } = await startOneShot(t);
  const issues = sentry.seedMany(4);
  github.faults.add({ match: MAKE_LABEL, times: Infinity, do: 'not_found' });
  github.faults.add({ match: CREATE, times: 4, do: 'slow', when: 'before_commit', ms: 300 });
  const ended = await Promise.all([run(), run()]);
  assert.ok(ended.some(({ stderr }) => /may not make labels/u.test(stderr)));
  await run();
  for (const { id } of issues) {
    const open = issuesOf(id).filter(({ state }) => state === 'open');
    assert.deepEqual([id, open.length], [id, 1]);
    const closed = issuesOf(id).filter(({ state }) => state === 'closed');
    assert.ok(
      closed.every(({ number, stateReason }) => stateReason === 'duplicate' && number > (open[0]?.number ?? 0)),
    );
  }
  assert.ok(github.issues().length >= 4);
});
