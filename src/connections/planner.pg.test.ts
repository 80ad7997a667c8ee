import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';

import { openDatabase } from '../db/db.ts';
import { openGithub } from '../github/github.ts';
import { openPlanner } from './planner.store.ts';
import { planCreation } from '../github/github-budget.decide.ts';
import { quiet } from '../../test/support/quiet.ts';
import { Secret } from '../lib/secret.ts';
import { testDatabase } from '../../test/support/database.ts';
import type { Database } from '../db/db.ts';
import type { Github } from '../github/github.model.ts';
import type { Planner } from './planner.store.ts';

const REPOSITORY = { fullName: 'acme/app' };
const DRAFT = { title: 'Broken', body: '', labels: [], assignees: [], milestone: null, type: null };
const DAY_MS = 86_400_000;

interface Server {
  url: string;
  /** When each create arrived, in milliseconds. */
  created: number[];
  reads: number;
  /** What the next reads are answered with. */
  answer: { status: number; headers: Record<string, string>; body: object };
}

async function startServer(t: TestContext): Promise<Server> {
  const server = createServer((request, response) => {
    const created = request.method === 'POST';
    if (created) here.created.push(Date.now());
    else here.reads += 1;
    const { status, headers, body } = created ? { status: 201, headers: {}, body: ISSUE } : here.answer;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    request.resume().on('end', () => response.end(JSON.stringify(body)));
  });
  const here: Server = { url: '', created: [], reads: 0, answer: { status: 200, headers: {}, body: ISSUE } };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => (server.closeAllConnections(), server.close()));
  const address = server.address();
  here.url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return here;
}

const ISSUE = {
  id: 1,
  node_id: 'I_1',
  number: 1,
  html_url: 'https://github.com/acme/app/issues/1',
  title: 'Broken',
  body: null,
  state: 'open',
  state_reason: null,
  user: { login: 'bot', id: 1 },
  labels: [],
  assignees: [],
  milestone: null,
  comments: 0,
  created_at: '2026-05-01T10:00:00Z',
  updated_at: '2026-05-01T11:00:00Z',
  closed_at: null,
};

interface Worker {
  github: Github;
  planner: Planner;
  db: Database;
  /** As the budgets of its credential are named. */
  credential: string;
}

/** Two workers on one database, each with its own pool and its own memory, as two processes have. */
async function twoWorkers(t: TestContext, server: Server, clocks: (() => Date)[] = []): Promise<[Worker, Worker]> {
  const first = await testDatabase(t);
  const second = await openDatabase({ databaseUrl: first.url, dataDir: '', log: quiet, poolMax: 3 });
  t.after(() => second.close());
  const key = randomUUID();
  const worker = (db: Database, now = () => new Date()): Worker => {
    const planner = openPlanner({ sql: db.sql, log: quiet });
    const credential = { kind: 'token', key, token: new Secret('ghp_test') } as const;
    const access = { baseUrl: server.url, apiVersion: '2022-11-28', credential, addresses: 'private' } as const;
    const github = openGithub(access, { log: quiet, now, createSpacingMs: 3_000, budgets: planner });
    return { github, planner, db, credential: `${server.url} ${key}` };
  };
  return [worker(first, clocks[0]), worker(second, clocks[1])];
}

test('two workers never create closer than the spacing, though each knows only the database, and their clocks differ', async (t) => {
  const server = await startServer(t);
  const aDayAhead = () => new Date(Date.now() + DAY_MS);
  const [one, other] = await twoWorkers(t, server, [() => new Date(), aDayAhead]);
  const results = await Promise.all(
    [one, other, one, other].map(({ github }) => github.createIssue(REPOSITORY, DRAFT)),
  );
  // One that would have to wait longer than two seconds is told when to come again.
  const told = results.flatMap((result) => (result.ok ? [] : [result.failure.kind]));
  assert.ok(
    told.every((kind) => kind === 'rate_limited'),
    told.join(' '),
  );
  const gaps = server.created.slice(1).map((at, index) => at - (server.created[index] ?? 0));
  assert.ok(server.created.length >= 3 && server.created.length + told.length === 4);
  assert.ok(
    // without a common pace they come together; how punctually a busy machine keeps to it is not asked
    gaps.every((gap) => gap >= 500),
    `creations ${gaps.join(', ')} ms apart`,
  );
});

test('the cap of an hour is one for all processes', async (t) => {
  const server = await startServer(t);
  const [one, other] = await twoWorkers(t, server);
  const limits = { spacingMs: 3_000, perHour: 5 };
  const at = Date.now();
  for (const [index, { planner }] of [one, other, one, other, one].entries()) {
    const { plan } =
      (await planner.decide('cap', (pace) => planCreation(pace, limits, new Date(at + index * 10_000)))) ?? {};
    assert.equal(plan?.do, 'start');
  }
  const { plan } =
    (await other.planner.decide('cap', (pace) => planCreation(pace, limits, new Date(at + 60_000)))) ?? {};
  assert.ok(plan?.do === 'refuse');
  assert.equal(plan.retryAt.getTime(), at + 3_600_000);
});

test('a secondary limit that one worker meets stops the other, at once when the database tells it', async (t) => {
  const server = await startServer(t);
  const [one, other] = await twoWorkers(t, server);
  other.db.live.subscribe((notice) => other.planner.told(notice));
  await other.db.live.ready();
  assert.ok((await other.github.issue(REPOSITORY, 1)).ok);
  const heard = new Promise<void>(
    (resolve) => void other.db.live.subscribe(({ kind }) => kind === 'budget' && resolve()),
  );
  server.answer = {
    status: 403,
    headers: { 'retry-after': '120' },
    body: { message: 'You have exceeded a secondary rate limit.' },
  };
  assert.ok(!(await one.github.issue(REPOSITORY, 1)).ok);
  await heard;
  const { reads } = server;
  const stopped = await other.github.issue(REPOSITORY, 1);
  assert.ok(!stopped.ok && stopped.failure.kind === 'rate_limited' && stopped.failure.limit === 'secondary');
  assert.equal(server.reads, reads, 'nothing was sent');
  assert.ok(stopped.failure.retryAt.getTime() > Date.now() + 100_000);
});

test('a worker that starts later knows what is left, and that nothing is', async (t) => {
  const server = await startServer(t);
  const [one, other] = await twoWorkers(t, server);
  const reset = String(Math.floor(Date.now() / 1000) + 600);
  const headers = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  server.answer = { status: 200, headers, body: ISSUE };
  assert.ok((await one.github.issue(REPOSITORY, 1)).ok);
  while ((await one.planner.read(one.credential))?.budgets.length !== 1) await sleep(10);
  const result = await other.github.issue(REPOSITORY, 1);
  assert.ok(!result.ok && result.failure.kind === 'rate_limited' && result.failure.limit === 'primary');
  assert.equal(server.reads, 1);
});

test('an answer that came late does not put back what is left', async (t) => {
  const [{ planner }] = await twoWorkers(t, await startServer(t));
  const resetAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 600_000);
  const core = (remaining: number, at = resetAt) => ({
    budgets: [{ resource: 'core', limit: 5000, remaining, resetAt: at }],
    block: null,
  });
  const left = async () => (await planner.read('late'))?.budgets[0]?.remaining;
  await planner.keep('late', core(100), false);
  await planner.keep('late', core(103), false);
  assert.equal(await left(), 100);
  await planner.keep('late', core(4999, new Date(resetAt.getTime() + 3_600_000)), false);
  await planner.keep('late', core(90), false);
  assert.equal(await left(), 4999);
});

test('a thousand reads write to the database a few times only', async (t) => {
  const server = await startServer(t);
  const [{ github, db }] = await twoWorkers(t, server);
  const reset = Math.floor(Date.now() / 1000) + 600;
  let remaining = 5_000;
  const headers = () => ({
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': String((remaining -= 1)),
    'x-ratelimit-reset': String(reset),
  });
  Object.defineProperty(server, 'answer', { get: () => ({ status: 200, headers: headers(), body: ISSUE }) });
  let statements = 0;
  db.pool.on('acquire', () => (statements += 1));
  const startedAt = Date.now();
  await Promise.all(Array.from({ length: 1_000 }, () => github.issue(REPOSITORY, 1)));
  const seconds = (Date.now() - startedAt) / 1000;
  assert.ok(statements <= 3 + 2 * seconds, `${statements} statements in ${seconds} s`);
});
