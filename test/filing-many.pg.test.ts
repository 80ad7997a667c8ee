import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, eventually, SECRET, startCircle } from './support/circle.ts';
import { makeMarker, markerComment } from '../src/filing/marker.decide.ts';
import { retryFiling } from '../src/filing/filing.ts';
import { startFakeGithub } from './fakes/github-server.ts';
import type { Circle } from './support/circle.ts';

const CREATE = { method: 'POST', path: /\/issues$/u };
const creates = (circle: Circle) => circle.fake.countRequests(CREATE.method, CREATE.path);

test('I8: two tenants that file into one repository share one writer', async (t) => {
  const circle = await startCircle(t);
  const other = { id: '0190c2a0-0000-7000-8000-0000000000bb', slug: 'other', name: 'Other', title_prefix: '' };
  await circle.db.sql.insertInto('tenants').values(other).execute();
  await connect(circle.ctx, other.id, circle.fake);
  circle.fake.faults.add({ match: CREATE, times: Infinity, do: 'slow', ms: 20 });
  for (const name of ['a', 'b', 'c']) circle.startWorker(name);
  const ids = await Promise.all(Array.from({ length: 12 }, async (_, index) => circle.report(`Shared ${index}`)));
  await Promise.all(ids.map(async (id) => circle.settled(id, 'synced')));
  const attempts = await circle.db.sql
    .selectFrom('filing_attempts')
    .select(['started_at', 'finished_at'])
    .where('kind', '=', 'create')
    .orderBy('started_at')
    .execute();
  for (const [index, attempt] of attempts.entries()) {
    const next = attempts[index + 1];
    if (next !== undefined) assert.ok((attempt.finished_at ?? new Date()) <= next.started_at, 'two creates overlap');
  }
  assert.equal(circle.fake.issuesWithText('Shared').length, 12);
});

test('two hubs on one database file each report once', async (t) => {
  const circle = await startCircle(t);
  const ids = await Promise.all(Array.from({ length: 30 }, async (_, index) => circle.report(`Report ${index}.`)));
  for (const name of ['hub one', 'hub two', 'hub three']) circle.startWorker(name);
  await Promise.all(ids.map(async (id) => circle.settled(id, 'synced')));
  assert.equal(creates(circle), 30);
  assert.equal(circle.fake.issues().length, 30);
});

test('two hubs with their own databases and secrets on one repository do not touch each other', async (t) => {
  const one = await startCircle(t);
  const two = await startCircle(t, { fake: one.fake, secret: 'another hub' });
  one.startWorker();
  two.startWorker();
  const [a, b] = await Promise.all([one.report('From one'), two.report('From two')]);
  await Promise.all([one.settled(a, 'synced'), two.settled(b, 'synced')]);
  assert.equal(one.fake.issues().length, 2);
  assert.equal((await one.db.sql.selectFrom('reports').selectAll().execute()).length, 1);
});

test('a hub whose database was lost takes up the issues that its markers name', async (t) => {
  const fake = await startFakeGithub(t);
  const lost = await startCircle(t, { fake });
  lost.startWorker();
  const ids = [await lost.report('Kept on GitHub'), await lost.report('Kept too', { key: 'order-7' })];
  await Promise.all(ids.map(async (id) => lost.settled(id, 'synced')));

  const rebuilt = await startCircle(t, { fake, secret: SECRET, unread: true });
  rebuilt.startWorker();
  // The host app sends its second report again, under the same key, before anything was read.
  const again = await rebuilt.report('Kept too', { key: 'order-7' });
  assert.equal(again, ids[1]);
  await rebuilt.settled(again, 'synced');
  await eventually(
    async () => rebuilt.connection(),
    (row) => row.adopted_at !== null,
    () => 'the markers are not read',
  );
  assert.equal(fake.issues().length, 2);
  const rows = await rebuilt.db.sql.selectFrom('report_rows').selectAll().execute();
  assert.deepEqual(rows.map((row) => row.id).toSorted(), ids.toSorted());
  assert.ok(rows.every((row) => row.issue_number !== null));
});

test('a copy of an issue with its marker, opened by somebody on GitHub, is not adopted as a second report', async (t) => {
  const circle = await startCircle(t, { unread: true });
  const marker = makeMarker(circle.ctx.keyring, {
    kind: 'report',
    id: '0190c2a0-1111-7222-8333-444455556666',
    tenantSlug: 'main',
  });
  circle.fake.openIssue({ title: 'Original', body: markerComment(marker) });
  circle.fake.openIssue({ title: 'Copy', body: markerComment(marker) });
  circle.startWorker();
  await eventually(
    async () => circle.connection(),
    (row) => row.adopted_at !== null,
    () => 'the markers are not read',
  );
  const rows = await circle.db.sql.selectFrom('report_rows').selectAll().execute();
  assert.deepEqual(
    rows.map((row) => row.issue_number),
    [1],
  );
});

test('I10: a revoked token pauses the connection, keeps the reports, and they flow when a new token comes', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  await circle.settled(await circle.report('before'), 'synced');
  circle.fake.revokeToken();
  const id = await circle.report('while revoked');
  const paused = await eventually(
    async () => circle.connection(),
    (row) => row.paused_at !== null,
    () => 'not paused',
  );
  assert.equal(paused.paused_kind, 'unauthorized');
  assert.equal((await circle.filing(id)).state, 'pending');
  const refusals = circle.fake.requests.filter((request) => request.status === 401).length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(
    circle.fake.requests.filter((request) => request.status === 401).length,
    refusals,
    'a refused token is used again',
  );
  circle.fake.addToken('ghp_a_new_token_of_the_bot', { login: 'throughline-bot' });
  await connect(circle.ctx, circle.tenant.id, { ...circle.fake, token: 'ghp_a_new_token_of_the_bot' });
  await circle.settled(id, 'synced');
});

test("issues switched off: the report fails with GitHub's words and is filed once after a retry", async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  await circle.settled(await circle.report('before'), 'synced');
  circle.fake.disableIssues();
  const id = await circle.report('Refused');
  const failed = await circle.settled(id, 'failed');
  assert.match(failed.failure_message ?? '', /disabled/iu);
  circle.fake.disableIssues(false);
  await circle.db.sql.transaction().execute(async (sql) => retryFiling(sql, failed.id, new Date()));
  await circle.settled(id, 'synced');
  assert.equal(circle.fake.issuesWithText('Refused').length, 1);
});

test('a repository that was renamed is followed', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  await circle.settled(await circle.report('before'), 'synced');
  circle.fake.renameRepository('acme/store');
  const id = await circle.report('After the rename');
  await circle.settled(id, 'synced');
  assert.equal(circle.fake.issuesWithText('After the rename').length, 1);
});

test('without push access the issue is filed all the same', async (t) => {
  const circle = await startCircle(t);
  circle.fake.setPush(false);
  circle.startWorker();
  const id = await circle.report('No push', { tags: ['x'] });
  await circle.settled(id, 'synced');
  assert.deepEqual(circle.fake.issuesWithText('No push')[0]?.labels, []);
});

test('an assignee GitHub refuses never loses the issue', async (t) => {
  const circle = await startCircle(t);
  await circle.db.sql
    .updateTable('connections')
    .set({ default_assignees: ['octo-dev', 'nobody-here'], milestone: 99 })
    .execute();
  circle.startWorker();
  const id = await circle.report('Assigned');
  await circle.settled(id, 'synced');
  assert.equal(circle.fake.issuesWithText('Assigned').length, 1);
});

for (const fault of ['secondary_limit', 'content_creation_block'] as const) {
  test(`${fault} is waited out and the report arrives once`, async (t) => {
    const circle = await startCircle(t);
    circle.fake.faults.add({ match: CREATE, do: fault, retryAfterSeconds: 1 });
    circle.startWorker();
    const id = await circle.report('Limited');
    await circle.settled(id, 'synced');
    assert.equal(circle.fake.issuesWithText('Limited').length, 1);
  });
}

test('a worker that died while sending is inherited: its filing is looked up, not sent blindly', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  await circle.settled(await circle.report('first'), 'synced');
  const connection = await circle.connection();
  const id = await circle.report('Orphan', {});
  await circle.settled(id, 'synced');
  const { marker } = await circle.filing(id);
  // As a killed process leaves it: sent, the answer never stored.
  await circle.db.sql.deleteFrom('links').execute();
  await circle.db.sql
    .updateTable('filings')
    .set({
      state: 'sending',
      locked_by: 'a dead worker',
      lease_until: new Date(Date.now() - 1000),
      sent_at: new Date(Date.now() - 2000),
      number_before: 1,
      connection_id: connection.id,
    })
    .where('marker', '=', marker)
    .execute();
  await circle.settled(id, 'synced');
  assert.equal(creates(circle), 2);
  assert.equal(circle.fake.issuesWithText(marker).length, 1);
});

test('a late twin is closed as a duplicate and the lower number is kept', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  const id = await circle.report('Twins');
  await circle.settled(id, 'synced');
  const filing = await circle.filing(id);
  // A second create was sent; the first one shows up only now, under a higher number.
  const twin = circle.fake.openIssue({ title: 'Twins', body: markerComment(filing.marker) });
  await circle.db.sql
    .updateTable('filings')
    .set({ watch_until: new Date(Date.now() + 60_000), run_at: new Date(), creates: 2 })
    .where('id', '=', filing.id)
    .execute();
  await eventually(
    async () => circle.fake.issues().find((issue) => issue.number === twin.number),
    (issue) => issue?.state === 'closed',
    (issue) => JSON.stringify(issue),
  );
  const closed = circle.fake.issues().find((issue) => issue.number === twin.number);
  assert.equal(closed?.stateReason, 'duplicate');
  assert.equal((await circle.row(id)).issue_number, 1);
});

test('reports wait without a connection and are filed when one is made', async (t) => {
  const circle = await startCircle(t, { connected: false });
  circle.startWorker();
  const id = await circle.report('Early');
  assert.equal((await circle.filing(id)).state, 'pending');
  await connect(circle.ctx, circle.tenant.id, circle.fake);
  await circle.settled(id, 'synced');
});

test('GitHub is down: reports are kept, the connection rests, and all arrive once afterwards', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  await circle.settled(await circle.report('before'), 'synced');
  const outage = circle.fake.faults.add({ times: Infinity, do: '503' });
  await circle.db.sql.updateTable('connections').set({ checked_at: null }).execute();
  const ids = await Promise.all(Array.from({ length: 10 }, async (_, index) => circle.report(`Outage ${index}.`)));
  await eventually(
    async () => circle.connection(),
    (row) => row.rest_count > 0,
    () => 'the connection does not rest',
  );
  outage.remove();
  await Promise.all(ids.map(async (id) => circle.settled(id, 'synced')));
  assert.equal(circle.fake.issuesWithText('Outage').length, 10);
});
