import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addIssues } from '../src/sandbox/sandbox-bulk.ts';
import { connectionsOf, githubOf } from '../src/connections/connections.ts';
import { PROGRAM, eventually, startCircle } from './support/circle.ts';
import { repositoryByName } from '../src/sandbox/sandbox-state.ts';
import { runView } from '../src/mirror/run-view.ts';
import { selectFacet } from '../src/mirror/repositories.store.ts';
import { selectRun } from '../src/mirror/sync-runs.store.ts';
import { startRepositoryRun } from '../src/mirror/mirror.ts';
import { trackRepository } from '../src/mirror/repositories.ts';
import type { BulkOptions } from '../src/sandbox/sandbox-bulk.ts';
import type { Circle } from './support/circle.ts';
import type { TestContext } from 'node:test';

const LARGE = 'acme/large';
const HOUR_MS = 3_600_000;
const GRAPHQL = /^\/graphql$/u;
const ITEMS = /^\/repositories\/\d+\/issues$/u;

/** A repository with many items of which the last changed an hour ago, tracked and not read yet. */
async function startLarge(t: TestContext, items: number, options: BulkOptions = {}) {
  const circle = await startCircle(t);
  const { ctx, fake } = circle;
  fake.addRepository(LARGE, { visibility: 'private', roles: { 'throughline-bot': 'push' } });
  const large = repositoryByName(fake.state, LARGE);
  assert.ok(large);
  addIssues(fake.world, large, items, { until: new Date(Date.now() - HOUR_MS), ...options });
  const [connection] = await connectionsOf(ctx.sql, null);
  const facts = connection && (await githubOf(ctx, connection)?.repositoryFacts({ fullName: LARGE }));
  assert.ok(connection && facts?.ok && facts.value.repository, JSON.stringify(facts));
  const { id } = await trackRepository(ctx, PROGRAM, connection, facts.value.repository);
  fake.requests.length = 0;
  return { circle, large, id };
}

async function start({ ctx }: Circle, id: string) {
  const started = await startRepositoryRun(ctx, id, 'sync', 'person');
  assert.ok(started);
  return started;
}

const asked = ({ fake }: Circle, path: RegExp) => fake.requests.filter((request) => path.test(request.path)).length;

async function untilAsked(circle: Circle, path: RegExp, count: number): Promise<void> {
  const seen = async () => Promise.resolve(asked(circle, path));
  await eventually(
    seen,
    (n) => n >= count,
    (n) => `only ${n} were asked for`,
  );
}

/** What the run says of itself while it is at about half, as its page shows it after the next sign of life. */
async function forecast(circle: Circle, runId: string) {
  const row = await eventually(
    async () => selectRun(circle.ctx.sql, runId),
    (one) => (one?.checked ?? 0) > 0,
    (one) => `the run is ${one?.state}`,
  );
  assert.ok(row);
  return runView(row, new Date());
}

const SOURCES: [string, (circle: Circle) => void, number][] = [
  ['GraphQL counts', () => undefined, 1300],
  [
    'there is no GraphQL: the newest number is the bound',
    ({ fake }) => fake.faults.add({ match: { path: GRAPHQL }, do: 'not_found', times: Infinity }),
    1300,
  ],
];

for (const [source, prepare, total] of SOURCES)
  test(`an import of a list without a last page says when it will finish (${source})`, async (t) => {
    const { circle, id } = await startLarge(t, 1300, { pulls: 0.1 });
    prepare(circle);
    circle.fake.faults.add({ match: { path: ITEMS }, do: 'slow', ms: 1100, times: Infinity });
    const { runId, done } = await start(circle, id);
    const { progress, finishes_at: finishesAt } = await forecast(circle, runId);
    assert.equal(progress?.total, total);
    assert.ok(progress.done > 0 && progress.done < total, JSON.stringify(progress));
    assert.ok(Date.parse(finishesAt ?? '') > Date.now() - HOUR_MS, 'it names a time');
    await done;
    const ended = await selectRun(circle.ctx.sql, runId);
    assert.deepEqual([ended?.state, ended?.total], ['done', ended?.checked]);
  });

test('what changes while a repository is imported loses nothing, and the next sync has all of it', async (t) => {
  const { circle, large, id } = await startLarge(t, 1800, { pulls: 0.2, commented: 0.3 });
  const { fake, db } = circle;
  const numbers = async () => (await mirrored(circle, id)).map(({ number }) => number);
  const all = large.issues.map(({ number }) => number).toSorted((a, b) => a - b);
  fake.faults.add({ do: 'slow', ms: 30, times: Infinity });
  const { done } = await start(circle, id);
  for (let step = 1; step <= 8; step += 1) {
    await untilAsked(circle, ITEMS, step * 2);
    for (const back of [step, 900 + step, 1790 - step])
      fake.editTitle(all[back] ?? 1, `Touched in step ${step}`, LARGE);
    fake.openIssue({ title: `New in step ${step}` }, LARGE);
    fake.comment(step, `Said in step ${step}`, LARGE);
  }
  await done;
  const present = new Set(await numbers());
  assert.deepEqual(
    all.filter((number) => !present.has(number)),
    [],
  );
  await (
    await start(circle, id)
  ).done;
  assert.deepEqual(
    await mirrored(circle, id),
    large.issues.map(({ number, title }) => ({ number, title })).toSorted((a, b) => a.number - b.number),
  );
  const { rows } = await db.pool.query<{ n: number }>(
    'select count(*)::int as n from comments where repository_id = $1',
    [id],
  );
  assert.equal(rows[0]?.n, Object.values(large.comments).flat().length);
});

async function mirrored({ db }: Circle, id: string): Promise<{ number: number; title: string }[]> {
  const { rows } = await db.pool.query<{ number: number; title: string }>(
    `select number, title from issues where repository_id = $1
      union all select number, title from pull_requests where repository_id = $1 order by number`,
    [id],
  );
  return rows;
}

test('a small repository that nobody touches is imported without a question too many', async (t) => {
  const { circle, id } = await startLarge(t, 240, { pulls: 0.2, commented: 0.5 });
  await (
    await start(circle, id)
  ).done;
  const { fake } = circle;
  const paths = fake.requests.map(({ path }) => path.replace(/^\/repositories\/\d+/u, '')).toSorted();
  assert.deepEqual(paths, [
    '',
    '/collaborators',
    '/graphql',
    '/graphql',
    '/issues',
    '/issues',
    '/issues',
    '/issues/comments',
    '/issues/comments',
    '/labels',
    '/pulls',
    '/teams',
  ]);
});

test('details of more pull requests than are looked up at a time are asked for once, also where GitHub fails in between', async (t) => {
  const count = 1150;
  const { circle, id } = await startLarge(t, count, { pulls: 1.1 });
  circle.fake.faults.add({ match: { path: GRAPHQL }, do: 'drop_before', skip: 3, times: 1 });
  await (
    await start(circle, id)
  ).done;
  const rows = await circle.ctx.sql
    .selectFrom('pull_requests')
    .select('number')
    .where('repository_id', '=', id)
    .where('details_at', 'is not', null)
    .execute();
  assert.equal(rows.length, count);
  // 50 at a time, one look at how much there is, and one that failed
  assert.equal(asked(circle, GRAPHQL), count / 50 + 2);
  assert.ok((await selectFacet(circle.ctx.sql, id, 'reviews'))?.read_at);
});
