import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SandboxIssue } from '../../src/sandbox/sandbox.model.ts';
import { call, ISSUES } from './github-call.ts';
import { startFakeGithub } from './github-server.ts';

test('when the hour is spent the primary limit refuses', async (t) => {
  const fake = await startFakeGithub(t, { limits: { core: 2 } });
  await call(fake, 'GET /user');
  await call(fake, 'GET /user');
  const refused = await call(fake, 'GET /user');
  assert.equal(refused.status, 403);
  assert.equal(refused.headers.get('x-ratelimit-remaining'), '0');
  assert.equal((await call(fake, 'GET /rate_limit')).status, 200);
});

test('a lost answer hides an issue that was made', async (t) => {
  const fake = await startFakeGithub(t);
  for (const kind of ['commit_then_drop', 'commit_then_502', 'truncated_json', 'empty_body'] as const) {
    const fault = fake.faults.add({ match: { method: 'POST', path: /\/issues$/ }, do: kind });
    const outcome = await call(fake, `POST ${ISSUES}`, { body: { title: kind } }).catch(() => null);
    if (kind === 'commit_then_502') assert.equal(outcome?.status, 502);
    assert.equal(fault.hits, 1);
    assert.equal(fake.issuesWithText(kind).length, 1, kind);
  }
  assert.equal((await call(fake, `POST ${ISSUES}`, { body: { title: 'and now it is well again' } })).status, 201);
});

test('a request refused or lost before the work leaves no issue', async (t) => {
  const fake = await startFakeGithub(t);
  for (const kind of [
    'drop_before',
    '502',
    '503',
    'unauthorized',
    'primary_limit',
    'secondary_limit',
    'garbage_body',
  ] as const) {
    fake.faults.add({ match: { method: 'POST' }, do: kind });
    await call(fake, `POST ${ISSUES}`, { body: { title: kind } }).catch(() => null);
  }
  assert.equal(fake.issues().length, 0);
  assert.equal(fake.countRequests('POST', /issues$/), 7);
  assert.deepEqual(
    fake.requests.map(({ status }) => status),
    [0, 502, 503, 401, 403, 403, 200],
  );
});

test('a secondary limit comes with and without retry-after, as 403 or 429', async (t) => {
  const fake = await startFakeGithub(t);
  fake.faults.add({ do: 'secondary_limit', retryAfterSeconds: 7, status: 429 });
  const first = await call(fake, 'GET /user');
  assert.deepEqual([first.status, first.headers.get('retry-after')], [429, '7']);
  fake.faults.add({ do: 'content_creation_block' });
  const second = await call(fake, 'GET /user');
  assert.deepEqual([second.status, second.headers.get('retry-after')], [403, null]);
});

test('lists, numbers and search lag as long as they are told to', async (t) => {
  let now = new Date('2026-01-01T00:00:00Z');
  const fake = await startFakeGithub(t, { now: () => now });
  fake.openIssue({ title: 'old' });
  now = new Date('2026-01-01T00:10:00Z');
  fake.openIssue({ title: 'new' });
  fake.closeIssue(1);
  fake.setListLag(60_000);
  fake.setNumberLag(60_000);
  fake.setSearchLag(60_000);
  const list = await call(fake, `GET ${ISSUES}?state=all`);
  assert.deepEqual(
    list.list.map(({ title, state }) => [title, state]),
    [['old', 'open']],
  );
  assert.equal((await call(fake, `GET ${ISSUES}/2`)).status, 404);
  assert.equal((await call(fake, 'GET /search/issues?q=repo:acme/webshop+new')).body['total_count'], 0);
  now = new Date('2026-01-01T00:11:00Z');
  assert.equal((await call(fake, `GET ${ISSUES}?state=all`)).list.length, 2);
  assert.equal((await call(fake, `GET ${ISSUES}/2`)).status, 200);
  assert.equal((await call(fake, 'GET /search/issues?q=repo:acme/webshop+new')).body['total_count'], 1);
});

test('a fake in its own process is told what to do over HTTP and keeps its state across a restart', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fake-github-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const statePath = join(folder, 'state.json');
  const first = await startProcess(statePath);
  await post(`${first.url}/_fake/faults`, {
    match: { method: 'POST', path: 'issues$' },
    times: null,
    do: 'commit_then_502',
  });
  await call(first, `POST ${ISSUES}`, { body: { title: 'kept' } }).catch(() => null);
  await post(`${first.url}/_fake/act`, { act: 'closeIssue', args: [1, 'not_planned'] });
  await first.stop();
  const second = await startProcess(statePath);
  t.after(() => second.stop());
  const kept = (await (await fetch(`${second.url}/_fake/issues?text=kept`)).json()) as SandboxIssue[];
  assert.deepEqual(
    kept.map(({ state, stateReason }) => [state, stateReason]),
    [['closed', 'not_planned']],
  );
  await post(`${second.url}/_fake/reset`, {});
  assert.deepEqual((await call(second, `GET ${ISSUES}?state=all`)).list, []);
});

async function post(address: string, body: unknown): Promise<void> {
  const response = await fetch(address, { method: 'POST', body: JSON.stringify(body) });
  assert.ok(response.ok, await response.text());
}

async function startProcess(
  statePath: string,
): Promise<{ url: string; apiUrl: string; token: string; stop(): Promise<void> }> {
  const script = fileURLToPath(new URL('./github-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--state', statePath], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    ...(JSON.parse(line) as { url: string; apiUrl: string; token: string }),
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
