import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectionsOf } from '../src/connections/connections.ts';
import { startCircle } from './support/circle.ts';
import { startSync } from '../src/mirror/mirror.ts';
import type { Circle } from './support/circle.ts';

async function syncNow(circle: Circle) {
  const [connection] = await connectionsOf(circle.db.sql, null);
  assert.ok(connection);
  const { runId, done } = await startSync(circle.ctx, connection, 'person');
  await done;
  return circle.db.sql.selectFrom('sync_runs').selectAll().where('id', '=', runId).executeTakeFirstOrThrow();
}

async function filed(circle: Circle, title: string): Promise<string> {
  const id = await circle.report(title);
  await circle.settled(id, 'synced');
  return id;
}

test('what happens to an issue on GitHub comes back to its report', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  const id = await filed(circle, 'The whole circle');
  const heard: string[] = [];
  circle.db.live.subscribe((notice) => heard.push(`${notice.kind} ${'id' in notice ? notice.id : ''}`));
  await circle.db.live.ready();
  circle.fake.label(1, 'confirmed');
  circle.fake.assign(1, ['octo-dev']);
  circle.fake.comment(1, 'Fixed.');
  circle.fake.editTitle(1, 'A better title');
  circle.fake.closeIssue(1, 'completed');
  assert.equal((await syncNow(circle)).state, 'done');
  const row = await circle.row(id);
  assert.deepEqual(
    [
      row.issue_state,
      row.issue_state_reason,
      row.issue_labels?.map(({ name }) => name),
      row.issue_assignees,
      row.issue_comments,
      row.issue_title,
    ],
    ['closed', 'completed', ['confirmed'], ['octo-dev'], 1, 'A better title'],
  );
  assert.ok(row.issue_closed_at);
  assert.ok(heard.includes(`report ${id}`), "the report's page is not told");
  const changes = await circle.db.sql.selectFrom('item_changes').select('field').execute();
  assert.deepEqual(changes.map(({ field }) => field).toSorted(), [
    'assignees',
    'closed_at',
    'comments',
    'labels',
    'state',
    'state_reason',
    'title',
  ]);
});

test('the comments of a linked issue come along, edited and deleted ones too, and of no other issue', async (t) => {
  const circle = await startCircle(t);
  circle.fake.openIssue({ title: 'Not linked' });
  circle.fake.comment(1, 'Not ours');
  circle.startWorker();
  await filed(circle, 'Linked');
  const first = circle.fake.comment(2, 'First');
  const second = circle.fake.comment(2, 'Second');
  await syncNow(circle);
  const bodies = async () =>
    (
      await circle.db.sql
        .selectFrom('comments')
        .select('body')
        .where('gone_at', 'is', null)
        .orderBy('github_id')
        .execute()
    ).map(({ body }) => body);
  assert.deepEqual(await bodies(), ['First', 'Second']);
  circle.fake.editComment(2, first.id, 'First, mended');
  circle.fake.deleteComment(2, second.id);
  await syncNow(circle);
  assert.deepEqual(await bodies(), ['First, mended']);
});

test('a second sync with nothing new changes nothing', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  await filed(circle, 'Quiet');
  await syncNow(circle);
  const again = await syncNow(circle);
  assert.deepEqual([again.updated, again.imported], [0, 0]);
  assert.equal((await circle.db.sql.selectFrom('item_changes').selectAll().execute()).length, 0);
});

test('issues opened on GitHub are imported only behind the setting, and then all of them', async (t) => {
  const circle = await startCircle(t);
  circle.fake.openIssue({ title: 'By a developer' });
  circle.fake.openPullRequest({ title: 'A pull request' });
  circle.startWorker();
  await filed(circle, 'Ours');
  await syncNow(circle);
  const titles = async () =>
    (await circle.db.sql.selectFrom('report_rows').select('title').orderBy('title').execute()).map(
      ({ title }) => title,
    );
  assert.deepEqual(await titles(), ['Ours']);
  await circle.db.sql.updateTable('connections').set({ import_external: true }).execute();
  const run = await syncNow(circle);
  assert.equal(run.kind, 'import');
  assert.deepEqual(await titles(), ['By a developer', 'Ours']);
});

test('a deleted issue and a transferred one are told apart', async (t) => {
  const circle = await startCircle(t);
  circle.fake.addRepository('acme/other', { roles: { 'throughline-bot': 'push' } });
  circle.startWorker();
  const [deleted, moved] = [await filed(circle, 'Deleted'), await filed(circle, 'Moved')];
  circle.fake.deleteIssue(1);
  circle.fake.transferIssue(2, 'acme/other');
  // Not seen for a day, so they are asked for by number.
  await circle.db.sql
    .updateTable('issues')
    .set({ synced_at: new Date(Date.now() - 3 * 86_400_000) })
    .execute();
  await syncNow(circle);
  assert.equal((await circle.row(deleted)).issue_gone, 'deleted');
  assert.equal((await circle.row(moved)).issue_gone, 'transferred');
});

test('an older snapshot never overwrites a newer one', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  const id = await filed(circle, 'Order');
  circle.fake.closeIssue(1);
  await circle.db.sql
    .updateTable('issues')
    .set({ updated_at: new Date(Date.now() + 60_000) })
    .execute();
  await syncNow(circle);
  assert.equal((await circle.row(id)).issue_state, 'open');
});

test('a second sync joins the one that runs, and a dead one does not stand in the way', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  await filed(circle, 'Joined');
  circle.fake.faults.add({ match: { method: 'GET' }, do: 'slow', ms: 300 });
  const [connection] = await connectionsOf(circle.db.sql, null);
  assert.ok(connection);
  const [first, second] = await Promise.all([
    startSync(circle.ctx, connection, 'person'),
    startSync(circle.ctx, connection, 'person'),
  ]);
  assert.equal(first.runId, second.runId);
  assert.notEqual(first.joined, second.joined);
  await Promise.all([first.done, second.done]);
  await circle.db.sql
    .insertInto('sync_runs')
    .values({
      id: '0190c2a0-0000-7000-8000-0000000000dd',
      tenant_id: connection.tenantId,
      connection_id: connection.id,
      trigger: 'person',
      state: 'running',
      started_at: new Date(Date.now() - 600_000),
      lease_until: new Date(Date.now() - 300_000),
    })
    .execute();
  assert.equal((await syncNow(circle)).state, 'done');
});

test('a sync that GitHub refuses pauses the connection and says so in its run', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  await filed(circle, 'Before');
  circle.fake.revokeToken();
  const run = await syncNow(circle);
  assert.equal(run.state, 'failed');
  assert.match(run.message ?? '', /token/iu);
  assert.equal((await circle.connection()).paused_kind, 'unauthorized');
});

test('a sync locks people before issues, as all else does, so that no two wait for each other', async (t) => {
  const circle = await startCircle(t);
  const { db, fake } = circle;
  circle.startWorker();
  await filed(circle, 'Linked');
  fake.assign(1, ['octo-dev']);
  await syncNow(circle);
  const forgotten = db.sql.deleteFrom('github_users').where('login', '=', 'octo-dev').returning('github_id');
  const { github_id: githubId } = await forgotten.executeTakeFirstOrThrow();
  fake.label(1, 'confirmed');
  const [connection] = await connectionsOf(db.sql, null);
  const other = await db.pool.connect();
  await other.query('begin');
  const insert = `insert into github_users (connection_id, github_id, login, read_at) values ($1, $2, 'octo-dev', now())`;
  await other.query(insert, [connection?.id, githubId]);
  const syncing = syncNow(circle);
  const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await db.pool.query(waits)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  try {
    await other.query('select from issues for update nowait');
  } finally {
    await other.query('commit');
    other.release();
  }
  assert.equal((await syncing).state, 'done');
});
