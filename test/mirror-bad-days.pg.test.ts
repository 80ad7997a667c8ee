import assert from 'node:assert/strict';
import { createServer, request as ask } from 'node:http';
import { once } from 'node:events';
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { test } from 'node:test';

import { addIssues } from '../src/sandbox/sandbox-bulk.ts';
import { changeRepository } from '../src/mirror/change-repository.ts';
import { connectionsOf, ensureEnvironmentConnection, githubOf } from '../src/connections/connections.ts';
import { openDatabase } from '../src/db/db.ts';
import { PROGRAM, eventually, startCircle } from './support/circle.ts';
import { quiet } from './support/quiet.ts';
import { repositoryByName } from '../src/sandbox/sandbox-state.ts';
import { Secret } from '../src/lib/secret.ts';
import { startRepositoryRun } from '../src/mirror/mirror.ts';
import { trackRepository } from '../src/mirror/repositories.ts';
import { viewRepositories } from '../src/mirror/repository-view.ts';
import type { AddressInfo } from 'node:net';
import type { BulkOptions } from '../src/sandbox/sandbox-bulk.ts';
import type { Circle } from './support/circle.ts';
import type { FakeGithub } from './fakes/github-server.ts';
import type { TestContext } from 'node:test';

const LARGE = 'acme/large';
const DAY_MS = 24 * 3_600_000;

/** A circle whose GitHub has a second repository with many issues, tracked and not read yet. */
async function startLarge(t: TestContext, issues: number, options: BulkOptions = {}) {
  const circle = await startCircle(t);
  fill(circle.fake, issues, options);
  return { circle, id: await track(circle, LARGE) };
}

function fill(fake: FakeGithub, issues: number, options: BulkOptions = {}): void {
  fake.addRepository(LARGE, { visibility: 'private', roles: { 'throughline-bot': 'push' } });
  const repository = repositoryByName(fake.state, LARGE);
  assert.ok(repository);
  addIssues(fake.world, repository, issues, { until: new Date(Date.now() - DAY_MS), ...options });
}

async function track({ ctx }: Pick<Circle, 'ctx'>, fullName: string): Promise<string> {
  const [connection] = await connectionsOf(ctx.sql, null);
  const facts = connection && (await githubOf(ctx, connection)?.repositoryFacts({ fullName }));
  assert.ok(connection && facts?.ok && facts.value.repository, JSON.stringify(facts));
  return (await trackRepository(ctx, PROGRAM, connection, facts.value.repository)).id;
}

async function start({ ctx }: Pick<Circle, 'ctx'>, id: string) {
  const started = await startRepositoryRun(ctx, id, 'sync', 'person');
  assert.ok(started);
  return started;
}

/** Runs to the end and tells how it went. */
async function run(circle: Circle, id: string) {
  const { runId, done } = await start(circle, id);
  await done;
  return circle.db.sql.selectFrom('sync_runs').selectAll().where('id', '=', runId).executeTakeFirstOrThrow();
}

async function mirror(circle: Circle, id: string) {
  const row = await circle.db.sql.selectFrom('repositories').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const [view] = await viewRepositories(circle.ctx, [row]);
  const issues = await circle.db.sql
    .selectFrom('issues')
    .select(['number', 'repository', 'url'])
    .where('repository_id', '=', id)
    .orderBy('number')
    .execute();
  return { row, issues, health: view?.health };
}

const asked = (fake: FakeGithub, path: RegExp) => fake.requests.filter((request) => path.test(request.path));

/** Waits until so many pages of the large repository's issues were asked for. */
async function pages(fake: FakeGithub, count: number): Promise<void> {
  const seen = async () => Promise.resolve(asked(fake, /^\/repositories\/\d+\/issues$/u).length);
  await eventually(
    seen,
    (n) => n >= count,
    (n) => `only ${n} pages were asked for`,
  );
}

const slowly = (fake: FakeGithub, ms: number) => fake.faults.add({ do: 'slow', ms, times: Infinity });

test('a repository with 20,000 issues is imported whole, and memory does not grow with it', async (t) => {
  const { circle, id } = await startLarge(t, 20_000, { pulls: 0.05 });
  const { done } = await start(circle, id);
  await pages(circle.fake, 40);
  const early = heapMb();
  await pages(circle.fake, 190);
  const late = heapMb();
  await done;
  const { row, issues } = await mirror(circle, id);
  assert.equal(issues.length, circle.fake.issues().length);
  assert.notEqual(row.imported_at, null);
  assert.ok(late - early < 15, `the heap grew from ${early} MB to ${late} MB`);
});

function heapMb(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return Math.round(process.memoryUsage().heapUsed / 1e6);
}

test('a repository that is renamed while it is imported is whole under its new name, and keeps the old one', async (t) => {
  const { circle, id } = await startLarge(t, 2000);
  slowly(circle.fake, 20);
  const { done } = await start(circle, id);
  await pages(circle.fake, 8);
  circle.fake.renameRepository('acme/renamed', LARGE);
  await done;
  await run(circle, id);
  const { row, issues } = await mirror(circle, id);
  assert.equal(row.full_name, 'acme/renamed');
  assert.equal(issues.length, 2000);
  const elsewhere = issues.filter((one) => one.repository !== 'acme/renamed' || !one.url.includes('/acme/renamed/'));
  assert.deepEqual(elsewhere, []);
  const names = await circle.db.sql.selectFrom('repository_names').select('full_name').execute();
  assert.deepEqual(names, [{ full_name: LARGE }]);
});

test('a token that loses a repository in the middle of an import says so, keeps what is here, and goes on when it is back', async (t) => {
  const { circle, id } = await startLarge(t, 2000);
  const { fake } = circle;
  const slow = slowly(fake, 20);
  const { done } = await start(circle, id);
  await pages(fake, 8);
  fake.setRole('throughline-bot', null, LARGE);
  await done;
  const lost = await mirror(circle, id);
  assert.deepEqual([lost.row.gone, lost.row.imported_at, lost.health?.word], ['not_found', null, 'blocked']);
  assert.match(lost.health?.reason ?? '', /no longer shows the repository/u);
  assert.ok(lost.issues.length > 300 && lost.issues.length < 2000, String(lost.issues.length));
  slow.remove();
  fake.setRole('throughline-bot', 'push', LARGE);
  fake.requests.length = 0;
  const again = await run(circle, id);
  const back = await mirror(circle, id);
  assert.deepEqual([again.state, back.row.gone, back.issues.length], ['done', null, 2000]);
  assert.equal(back.health?.word, 'healthy');
  assert.ok(asked(fake, /\/issues$/u).length < 20, 'it went on where it was');
});

test('a name that now belongs to another repository is that other one: each keeps its own issues', async (t) => {
  const { circle, id } = await startLarge(t, 5);
  const { fake } = circle;
  await run(circle, id);
  fake.renameRepository('acme/moved', LARGE);
  fill(fake, 3);
  const other = await track(circle, LARGE);
  assert.notEqual(other, id);
  await run(circle, id);
  await run(circle, other);
  const [old, young] = [await mirror(circle, id), await mirror(circle, other)];
  assert.deepEqual([old.row.full_name, old.issues.length], ['acme/moved', 5]);
  assert.deepEqual([young.row.full_name, young.issues.length], [LARGE, 3]);
});

test('two hubs on one database make one import of it, and each page is asked for once', async (t) => {
  const { circle, id } = await startLarge(t, 2000, { pulls: 0.1, commented: 0.5 });
  const second = await openDatabase({ databaseUrl: circle.db.url, dataDir: '', log: quiet });
  slowly(circle.fake, 10);
  const hubs = [circle, { ctx: { ...circle.ctx, sql: second.sql, workerId: 'second' } }];
  const started = await Promise.all(hubs.map(async (hub) => start(hub, id)));
  await Promise.all(started.map(async ({ done }) => done));
  await second.close();
  assert.equal(started.filter(({ joined }) => joined).length, 1);
  const lists = asked(circle.fake, /\/(?:issues|pulls|issues\/comments)$/u).filter(({ path }) =>
    path.includes('/reposit'),
  );
  const questions = lists.map(({ path, query }) => `${path}?${query}`);
  assert.deepEqual(
    questions.filter((question, at) => questions.indexOf(question) !== at),
    [],
  );
  assert.equal((await mirror(circle, id)).issues.length, 1800);
});

test('an Enterprise Server without rate headers is imported and synced like any other', async (t) => {
  const circle = await startCircle(t, { connected: false });
  fill(circle.fake, 500, { pulls: 0.1 });
  const apiUrl = await withoutRateHeaders(t, circle.fake);
  const { token, repository } = circle.fake;
  await ensureEnvironmentConnection(circle.ctx, circle.tenant.id, { apiUrl, token: new Secret(token), repository });
  const id = await track(circle, LARGE);
  assert.deepEqual([(await run(circle, id)).state, (await run(circle, id)).state], ['done', 'done']);
  assert.equal((await mirror(circle, id)).issues.length, 450);
});

/** The same GitHub at another address, as behind a proxy, which tells nothing of limits. */
async function withoutRateHeaders(t: TestContext, fake: FakeGithub): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const passed = ask(
      fake.url + (incoming.url ?? ''),
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        const headers = Object.entries(answer.headers).filter(([name]) => !name.startsWith('x-ratelimit'));
        const here = headers.map(([name, value]) => [
          name,
          name === 'link' ? String(value).replaceAll(fake.url, own()) : value,
        ]);
        outgoing.writeHead(answer.statusCode ?? 500, Object.fromEntries(here) as Record<string, string>);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(passed);
  });
  const own = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.closeAllConnections());
  t.after(() => void server.close());
  return `${own()}/api`;
}

test('a hub that is killed in the middle of an import goes on at the pages where it stopped', async (t) => {
  const { circle, id } = await startLarge(t, 4000);
  const { fake } = circle;
  const slow = slowly(fake, 20);
  const dying = await openDatabase({ databaseUrl: circle.db.url, dataDir: '', log: quiet });
  const { done } = await start({ ctx: { ...circle.ctx, sql: dying.sql } }, id);
  await pages(fake, 20);
  await dying.close();
  await done;
  slow.remove();
  const early = await start(circle, id);
  assert.equal(early.joined, true, 'nobody takes over while it may still live');
  const later = { ...circle, ctx: { ...circle.ctx, now: () => new Date(Date.now() + 31_000) } };
  const { state } = await run(later, id);
  const before = await circle.db.sql.selectFrom('sync_runs').selectAll().orderBy('id').executeTakeFirstOrThrow();
  assert.deepEqual([before.state, before.message], ['failed', 'The hub stopped during this run.']);
  assert.deepEqual([state, (await mirror(circle, id)).issues.length], ['done', 4000]);
  const again = asked(fake, /^\/repositories\/\d+\/issues$/u).length - 40;
  assert.ok(again < 20, `${again} more pages than there are`);
});

test('an import that a person pauses stops at its page, says so, and goes on there when it is resumed', async (t) => {
  const { circle, id } = await startLarge(t, 8000);
  const { fake } = circle;
  const slow = slowly(fake, 350);
  const { runId, done } = await start(circle, id);
  await pages(fake, 4);
  const change = async (paused: boolean) =>
    changeRepository(circle.ctx, PROGRAM, (await mirror(circle, id)).row, { paused });
  await change(true);
  await done;
  const stopped = await mirror(circle, id);
  assert.deepEqual([stopped.row.imported_at, stopped.health?.word], [null, 'off']);
  const paused = await circle.db.sql
    .selectFrom('sync_runs')
    .selectAll()
    .where('id', '=', runId)
    .executeTakeFirstOrThrow();
  assert.match(paused.message ?? '', /goes on where it stopped/u);
  slow.remove();
  await change(false);
  fake.requests.length = 0;
  assert.equal((await run(circle, id)).state, 'done');
  assert.equal((await mirror(circle, id)).issues.length, 8000);
  assert.ok(asked(fake, /^\/repositories\/\d+\/issues$/u).length < 80, 'pages that were read are not read again');
});
