import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql as raw } from 'kysely';

import { eventually, startCircle } from './support/circle.ts';
import { errorTimeline } from '../src/errors/timeline.decide.ts';
import { PLACEMENT_STATES } from '../src/filing/placements.model.ts';
import { selectErrorHistory } from '../src/errors/errors.store.ts';
import { selectErrorRows } from '../src/errors/error-rows.store.ts';
import { startErrors } from './support/errors.ts';
import { startPlacing } from '../src/filing/filing.ts';
import { startPlacingStage } from './support/placements.ts';
import type { PlacingStage } from './support/placements.ts';

const SUB_ISSUE = { method: 'POST', path: /\/sub_issues$/u };
const graphql = (text: RegExp) => ({ path: /\/graphql$/u, text });
const LOST = ['commit_then_drop', 'commit_then_502', 'garbage_body'] as const;

async function explained(stage: PlacingStage, id: string): Promise<string> {
  return (await stage.filing(id)).failure_message ?? '';
}

test('an issue becomes a sub-issue of its parent and is put onto its project with its fields, after it is filed', async (t) => {
  const stage = await startPlacingStage(t);
  stage.startWorker();
  const id = await stage.report('Placed');
  const filing = await stage.settled(id, 'synced');
  stage.startPlacing();
  await stage.placed('done');
  const number = (await stage.row(id)).issue_number ?? 0;
  assert.deepEqual(stage.children(), [number]);
  assert.deepEqual(
    stage.board.items.map(({ values }) => values),
    [{ Status: 'Todo', Size: '3' }],
  );
  assert.equal((await stage.filing(id)).failure_message, null);
  const told = (await stage.attempts(id)).map(({ kind, outcome, message }) => [kind, outcome, message]);
  assert.deepEqual(told, [
    ['create', 'created', null],
    ['parent', 'done', `It is a sub-issue of #${stage.parent}.`],
    ['project', 'done', 'It is on the project "Board 4".'],
  ]);
  assert.equal(filing.updated_at.getTime(), (await stage.filing(id)).updated_at.getTime());
});

test('the states of a placement are the states the column allows', async (t) => {
  const { db } = await startCircle(t, { connected: false });
  const { rows } = await raw<{
    text: string;
  }>`select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'placements_state_check'`.execute(
    db.sql,
  );
  const allowed = [...(rows[0]?.text ?? '').matchAll(/'(\w+)'/gu)].map((match) => match[1] ?? '');
  assert.deepEqual(allowed.toSorted(), [...PLACEMENT_STATES].toSorted());
});

for (const fault of LOST) {
  test(`answers that are lost (${fault}) at every step leave one issue, one item and one sub-issue`, async (t) => {
    const stage = await startPlacingStage(t);
    for (const match of [SUB_ISSUE, graphql(/addProjectV2ItemById/u), graphql(/updateProjectV2ItemFieldValue/u)])
      stage.fake.faults.add({ match, do: fault, commit: true });
    stage.startWorker();
    const id = await stage.report('Lost answers');
    await stage.settled(id, 'synced');
    stage.startPlacing('one');
    stage.startPlacing('two');
    await stage.placed('done');
    assert.equal(stage.fake.issuesWithText('Lost answers').length, 1);
    assert.equal(stage.children().length, 1);
    assert.deepEqual(
      stage.board.items.map(({ values }) => values),
      [{ Status: 'Todo', Size: '3' }],
    );
    assert.equal(stage.fake.countRequests(SUB_ISSUE.method, SUB_ISSUE.path), 1);
  });
}

test('while GitHub refuses for a while a placement waits, says why, and is done after', async (t) => {
  const stage = await startPlacingStage(t);
  const outages = [SUB_ISSUE, graphql(/addProjectV2ItemById/u)].map((match) =>
    stage.fake.faults.add({ match, do: '502', times: Infinity }),
  );
  stage.startWorker();
  stage.startPlacing();
  const id = await stage.report('In an outage');
  await stage.settled(id, 'synced');
  await stage.placed('pending', (message) => message !== '');
  assert.match(await explained(stage, id), /^It is not a sub-issue of #1: .+ It is not on the project .+$/u);
  // filing goes on beside it
  await stage.settled(await stage.report('Meanwhile'), 'synced');
  for (const outage of outages) outage.remove();
  await stage.placed('done');
  assert.equal(stage.children().length, 2);
  assert.equal(await explained(stage, id), '');
});

test('a parent that is not there and a token without the scope end with a sentence, and the issue stays filed', async (t) => {
  const stage = await startPlacingStage(t);
  await stage.db.sql.updateTable('connections').set({ parent_issue: 99 }).execute();
  stage.fake.addToken(stage.fake.token, { login: 'throughline-bot', scopes: ['repo'] });
  stage.startWorker();
  stage.startPlacing();
  const id = await stage.report('Refused');
  await stage.placed('failed');
  const filing = await stage.filing(id);
  assert.equal(filing.state, 'synced');
  assert.match(
    await explained(stage, id),
    /^It is not a sub-issue of #99: GitHub shows no such issue in acme\/webshop/u,
  );
  assert.match(await explained(stage, id), /The token lacks a permission\. GitHub wants: the scope "project"\./u);
  const { paused_at: pausedAt } = await stage.connection();
  assert.equal(pausedAt, null);
});

test('a refused token pauses the connection, and what is to be placed goes on when it is mended', async (t) => {
  const stage = await startPlacingStage(t);
  stage.startWorker();
  const id = await stage.report('Refused token');
  await stage.settled(id, 'synced');
  stage.fake.faults.add({ match: { path: /\/sub_issues$/u }, do: 'unauthorized' });
  stage.startPlacing();
  const { paused_kind: kind } = await eventually(
    async () => stage.connection(),
    (row) => row.paused_at !== null,
    (row) => JSON.stringify(row),
  );
  assert.equal(kind, 'unauthorized');
  assert.equal((await stage.filing(id)).state, 'synced');
  assert.deepEqual(stage.children(), []);
  await stage.db.sql.updateTable('connections').set({ paused_at: null, paused_kind: null }).execute();
  await stage.placed('done');
  assert.equal(stage.children().length, 1);
});

test('a field that the project does not have leaves the item there with the other fields', async (t) => {
  const stage = await startPlacingStage(t, { fields: { Status: 'Gone', Size: '3', Colour: 'red' } });
  stage.startWorker();
  stage.startPlacing();
  const id = await stage.report('Half');
  await eventually(
    async () => explained(stage, id),
    (message) => message !== '',
    (message) => message,
  );
  assert.deepEqual(
    stage.board.items.map(({ values }) => values),
    [{ Size: '3' }],
  );
  assert.equal(
    await explained(stage, id),
    'It is on the project "Board 4", but not with all its fields. The project has no field "Colour". "Status" has no option "Gone"; there are: Todo, Doing.',
  );
});

test('what failed is tried again, by the settings of then, once a person has changed the connection', async (t) => {
  let skewMs = 0;
  const now = () => new Date(Date.now() + skewMs);
  const stage = await startPlacingStage(t, { fields: { Colour: 'red' }, now });
  const { sql } = stage.db;
  stage.startWorker();
  const id = await stage.report('Placed late');
  await stage.settled(id, 'synced');
  await sql.updateTable('placements').set({ target: '999' }).where('kind', '=', 'parent').execute();
  stage.startPlacing();
  await stage.placed('failed');
  skewMs += 60_000;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await stage.placed('failed');
  await sql
    .updateTable('connections')
    .set({ project_fields: { Status: 'Doing' }, updated_at: now() })
    .execute();
  skewMs += 60_000;
  await stage.placed('done');
  assert.deepEqual(stage.children(), [(await stage.row(id)).issue_number]);
  assert.equal(await explained(stage, id), '');
});

test('a parent of another repository than the one that is connected now is not taken', async (t) => {
  let skewMs = 0;
  const now = () => new Date(Date.now() + skewMs);
  const stage = await startPlacingStage(t, { now });
  const { sql } = stage.db;
  stage.startWorker();
  await stage.settled(await stage.report('Of another repository'), 'synced');
  await sql.deleteFrom('placements').where('kind', '=', 'project').execute();
  await sql.updateTable('placements').set({ target: '999' }).execute();
  stage.startPlacing();
  await stage.placed('failed');
  await sql.updateTable('connections').set({ github_repository_id: 1, updated_at: now() }).execute();
  skewMs += 60_000;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await stage.placed('failed');
  assert.deepEqual(stage.children(), []);
});

test('a sub-issue that a person put elsewhere meanwhile stays there', async (t) => {
  const stage = await startPlacingStage(t);
  stage.startWorker();
  const id = await stage.report('Moved by hand');
  await stage.settled(id, 'synced');
  const other = stage.fake.openIssue({ title: 'Another parent' });
  const [repository] = stage.fake.state.repositories;
  const number = (await stage.row(id)).issue_number ?? 0;
  const issue = repository?.issues[number - 1];
  assert.ok(repository !== undefined && issue !== undefined);
  repository.issues[number - 1] = { ...issue, parent: other.id };
  stage.startPlacing();
  await eventually(
    async () => explained(stage, id),
    (message) => message !== '',
    (message) => message,
  );
  assert.match(await explained(stage, id), /Sub issue may only have one parent/u);
  assert.equal(repository.issues[number - 1]?.parent, other.id);
});

test('an issue that a hub with a lost database adopts is not placed', async (t) => {
  const first = await startPlacingStage(t);
  first.startWorker();
  await first.settled(await first.report('Adopted', { key: 'k1' }), 'synced');
  const second = await startCircle(t, { fake: first.fake, unread: true });
  await second.db.sql.updateTable('connections').set({ parent_issue: first.parent }).execute();
  second.startWorker();
  const filing = await eventually(
    async () => second.db.sql.selectFrom('filings').selectAll().execute(),
    (rows) => rows.some((row) => row.state === 'synced'),
    (rows) => JSON.stringify(rows),
  );
  assert.equal(filing.length, 1);
  assert.deepEqual(await second.db.sql.selectFrom('placements').selectAll().execute(), []);
});

test('an error becomes a sub-issue, too; one whose issue an older script filed stays as it is', async (t) => {
  const circle = await startErrors(t, { unread: true });
  const { fake, sentry, db } = circle;
  const parent = fake.openIssue({ title: 'The parent' });
  await db.sql.updateTable('connections').set({ parent_issue: parent.number }).execute();
  const [fresh, known] = [sentry.newIssue({ title: 'A broke' }), sentry.newIssue({ title: 'B broke' })];
  const body = `${sentry.url}/organizations/${sentry.organization}/issues/${known.id}/`;
  fake.openIssue({ title: 'By a script', body, labels: ['sentry'] });
  const rule = await circle.rule();
  circle.startWorker();
  const placing = startPlacing(circle.ctx);
  db.beforeClose(async () => placing.stop());
  await circle.run(rule);
  const number = await circle.filed(fresh.id);
  await circle.filed(known.id);
  const placements = await eventually(
    async () => db.sql.selectFrom('placements').selectAll().execute(),
    (rows) => rows.length > 0 && rows.every(({ state }) => state === 'done'),
    (rows) => JSON.stringify(rows),
  );
  assert.equal(placements.length, 1);
  const below = fake.issues().filter((issue) => issue.parent === parent.id);
  assert.deepEqual(
    below.map((issue) => issue.number),
    [number],
  );
  const [row] = await selectErrorRows(db.sql, [(await circle.seen(fresh.id)).id]);
  assert.ok(row !== undefined);
  const history = await selectErrorHistory(db.sql, row);
  const told = errorTimeline(row, { ...history, changes: [] }).map(({ text }) => text);
  assert.ok(told.includes('Its parent issue was asked for, and set. It is a sub-issue of #1.'), told.join('\n'));
});
