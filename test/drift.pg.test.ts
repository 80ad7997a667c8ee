import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';

import { connectionsOf } from '../src/connections/connections.ts';
import { ensureTarget } from '../src/mirror/repositories.ts';
import { eventually, startCircle } from './support/circle.ts';
import { startFakeGithub } from './fakes/github-server.ts';
import { startRepositoryRun, startSyncSchedules } from '../src/mirror/mirror.ts';
import type { AskedRun } from '../src/mirror/sync.ts';
import type { TestContext } from 'node:test';

const DAY_MS = 24 * 3_600_000;

/** A repository that was mirrored in full, and a GitHub whose last change is days ago. */
async function start(t: TestContext) {
  const clock = { at: Date.now() - 5 * DAY_MS };
  const fake = await startFakeGithub(t, { now: () => new Date((clock.at += 60_000)) });
  const circle = await startCircle(t, { fake });
  const { db } = circle;
  for (const title of ['One', 'Two', 'Three']) fake.openIssue({ title });
  fake.comment(2, 'First');
  fake.comment(2, 'Second');
  fake.openPullRequest({ title: 'A change' });
  for (const name of ['red', 'easy']) fake.createLabel(name);
  fake.createMilestone('June');
  await db.sql.updateTable('connections').set({ import_external: true }).execute();
  const run = async (asked: AskedRun) => {
    const [connection] = await connectionsOf(db.sql, null);
    assert.ok(connection);
    const repository = await ensureTarget(db.sql, connection, new Date());
    const started = await startRepositoryRun(circle.ctx, repository.id, asked, 'person');
    await started?.done;
    const id = started?.runId ?? '';
    const row = await db.sql.selectFrom('sync_runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    assert.equal(row.state, 'done', row.message ?? '');
    const found = await db.sql.selectFrom('drift').selectAll().where('run_id', '=', id).execute();
    return { ...row, found: found.map((one) => `${one.item_kind} ${one.item} ${one.field}`).toSorted() };
  };
  await run('sync'); // the import
  await run('sync');
  return { ...circle, run, clock };
}

test('what stands wrong in labels, milestones, branches and people is repaired and written down', async (t) => {
  const { db, run } = await start(t);
  await db.sql.updateTable('labels').set({ color: '000000' }).where('name', '=', 'red').execute();
  await db.sql.deleteFrom('labels').where('name', '=', 'easy').execute();
  await db.sql.updateTable('milestones').set({ state: 'closed' }).execute();
  await db.sql
    .updateTable('branches')
    .set({ sha: 'f'.repeat(40) })
    .execute();
  await db.sql.updateTable('collaborators').set({ role: 'made up' }).where('login', '=', 'throughline-bot').execute();
  const quiet = await run('sync');
  assert.equal(quiet.updated, 0, "GitHub's lists did not change, so a sync sees nothing");
  const audit = await run('reconcile');
  assert.deepEqual(audit.found, [
    'branch a-branch sha',
    'branch main sha',
    'collaborator throughline-bot role',
    'label easy missing',
    'label red color',
    'milestone June state',
  ]);
  assert.deepEqual([audit.drift, (await run('reconcile')).drift], [6, 0]);
  assert.ok((audit.compared ?? 0) > 10);
  const label = await db.sql.selectFrom('drift').selectAll().where('field', '=', 'color').executeTakeFirstOrThrow();
  assert.equal(label.mirrored, '000000');
  const kept = await db.sql.selectFrom('labels').select('color').where('name', '=', 'red').executeTakeFirstOrThrow();
  assert.equal(label.github, kept.color);
});

test('what stands here and never stood on GitHub is written down by its name', async (t) => {
  const { db, run } = await start(t);
  const [label] = await db.sql.selectFrom('labels').selectAll().execute();
  assert.ok(label);
  const ghost = { ...label, id: crypto.randomUUID(), github_id: 999_999, name: 'ghost', read_at: new Date(0) };
  await db.sql.insertInto('labels').values(ghost).execute();
  assert.deepEqual((await run('reconcile')).found, ['label ghost gone']);
  assert.deepEqual((await run('reconcile')).found, []);
});

test('what changed on GitHub since the lists were read is news, and a list that a webhook made dirty, too', async (t) => {
  const { fake, db, run } = await start(t);
  fake.editLabel('red', { color: '123456' });
  fake.deleteLabel('easy');
  fake.createLabel('new');
  fake.editMilestone(1, { title: 'July' });
  fake.editTitle(1, 'Uno');
  const news = await run('reconcile');
  assert.deepEqual([news.found, news.drift], [[], 0]);
  assert.deepEqual(
    (await db.sql.selectFrom('labels').select('name').where('gone_at', 'is', null).orderBy('name').execute())
      .map(({ name }) => name)
      .filter((name) => ['red', 'easy', 'new'].includes(name)),
    ['new', 'red'],
  );
  await db.sql.updateTable('labels').set({ color: '000000' }).where('name', '=', 'red').execute();
  await db.sql.updateTable('facets').set({ dirty_at: new Date() }).where('facet', '=', 'labels').execute();
  assert.deepEqual((await run('reconcile')).found, []);
});

test('a sample reads single items, field by field; what is wrong or gone is repaired and written down', async (t) => {
  const { fake, db, run, clock } = await start(t);
  const { sql } = db;
  await sql.updateTable('issues').set({ title: 'Wrong', state: 'closed' }).where('number', '=', 1).execute();
  await sql.updateTable('pull_requests').set({ title: 'Wrong' }).execute();
  const [first, second] = await sql.selectFrom('comments').selectAll().orderBy('github_id').execute();
  assert.ok(first && second);
  await sql.updateTable('comments').set({ body: 'Wrong' }).where('id', '=', first.id).execute();
  fake.deleteComment(2, second.github_id);
  fake.deleteIssue(3);
  clock.at += DAY_MS;
  const sample = await run({ sample: 50 });
  assert.deepEqual([sample.kind, sample.compared, sample.drift], ['sample', 6, 5]);
  assert.deepEqual(sample.found, [
    'comment #2 body',
    'comment #2 gone',
    'issue #1 state',
    'issue #1 title',
    'issue #3 gone',
    'pull_request #4 title',
  ]);
  const { title } = await sql.selectFrom('issues').select('title').where('number', '=', 1).executeTakeFirstOrThrow();
  assert.equal(title, 'One');
  const again = await run({ sample: 50 });
  assert.deepEqual([again.compared, again.drift], [4, 0]);
  assert.equal(again.requests, 4, 'one for each item');
});

test('a sample is as large as was asked for, and what GitHub changed since the last sync is news to it', async (t) => {
  const { fake, run } = await start(t);
  fake.editTitle(1, 'Uno');
  fake.editTitle(2, 'Due');
  const news = await run({ sample: 100 });
  assert.deepEqual([news.compared, news.drift, news.updated], [6, 0, 2]);
  assert.equal((await run({ sample: 2 })).compared, 2);
});

test('by schedule a repository is sampled once for all processes, and what is due in full is not sampled as well', async (t) => {
  const { ctx, db } = await start(t);
  const { sql } = db;
  const due = async () => sql.selectFrom('repositories').selectAll().executeTakeFirstOrThrow();
  const runs = async () => sql.selectFrom('sync_runs').selectAll().where('trigger', '=', 'schedule').execute();
  const kinds = async (came: () => Promise<boolean>) => {
    const schedules = [1, 2].map(() => startSyncSchedules(ctx, 20));
    await eventually(came, Boolean, () => 'nothing comes of the schedules');
    await sleep(100); // some turns more, in which nothing is due
    await Promise.all(schedules.map(async (one) => one.stop()));
    const found = await runs();
    await sql.deleteFrom('sync_runs').where('trigger', '=', 'schedule').execute();
    return found.map(({ kind }) => kind);
  };
  const learned = async () => {
    const row = await due();
    return [row.sync_due_at, row.sample_due_at, row.reconcile_due_at].every((at) => at !== null);
  };
  const ran = async () => (await runs()).some(({ state }) => state === 'done');
  assert.deepEqual(await kinds(learned), [], 'it only learns when it is due first');
  const past = new Date(Date.now() - 1000);
  await sql.updateTable('repositories').set({ sample_due_at: past }).execute();
  assert.deepEqual(await kinds(ran), ['sample']);
  await sql.updateTable('repositories').set({ sample_due_at: past, reconcile_due_at: past }).execute();
  assert.deepEqual(await kinds(ran), ['reconcile']);
  const { sample_due_at: next } = await due();
  assert.ok(next !== null && next > new Date());
});
