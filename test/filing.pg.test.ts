import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql as raw } from 'kysely';

import { eventually, startCircle } from './support/circle.ts';
import { FILING_STATES } from '../src/filing/filing.model.ts';
import { markerComment } from '../src/filing/marker.decide.ts';
import type { Circle } from './support/circle.ts';

const CREATE = { method: 'POST', path: /\/issues$/u };
const creates = (circle: Circle) => circle.fake.countRequests(CREATE.method, CREATE.path);

test('a report is filed at once and linked to its issue', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  const id = await circle.report('The export is empty', { tags: ['export'] });
  await circle.settled(id, 'synced');
  const row = await circle.row(id);
  const [issue] = circle.fake.issuesWithText('The export is empty');
  assert.equal(row.issue_number, issue?.number);
  assert.equal(row.issue_state, 'open');
  assert.deepEqual(issue?.labels, ['export']);
  assert.equal(creates(circle), 1);
});

test('I9: the states of the machine are the states the column allows', async (t) => {
  const { db } = await startCircle(t, { connected: false });
  const { rows } = await raw<{
    text: string;
  }>`select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'filings_state_check'`.execute(db.sql);
  const allowed = [...(rows[0]?.text ?? '').matchAll(/'(\w+)'/gu)].map((match) => match[1] ?? '');
  assert.deepEqual(allowed.toSorted(), [...FILING_STATES].toSorted());
});

for (const fault of ['commit_then_drop', 'commit_then_502', 'truncated_json', 'empty_body', 'garbage_body'] as const) {
  test(`a report whose create answer was lost (${fault}) is found by its marker and not created twice`, async (t) => {
    const circle = await startCircle(t);
    circle.fake.faults.add({ match: CREATE, do: fault, commit: true });
    circle.startWorker();
    const id = await circle.report('Lost answer');
    await circle.settled(id, 'synced');
    assert.equal(circle.fake.issuesWithText('Lost answer').length, 1);
    assert.equal(creates(circle), 1);
    const outcomes = (await circle.attempts(id)).map((attempt) => `${attempt.kind} ${attempt.outcome}`);
    assert.deepEqual([outcomes[0], outcomes.at(-1)], ['create answer_lost', 'lookup found']);
  });
}

for (const fault of ['drop_before', '502', '503'] as const) {
  test(`a create that never arrived (${fault}) is sent again only after every look-up missed`, async (t) => {
    const circle = await startCircle(t);
    circle.fake.faults.add({ match: CREATE, do: fault });
    circle.startWorker();
    const id = await circle.report('Never arrived');
    await circle.settled(id, 'synced');
    assert.equal(circle.fake.issuesWithText('Never arrived').length, 1);
    const outcomes = (await circle.attempts(id)).map((attempt) => `${attempt.kind} ${attempt.outcome}`);
    assert.deepEqual(outcomes, [
      'create answer_lost',
      'lookup postponed',
      'lookup postponed',
      'lookup absent',
      'create created',
    ]);
  });
}

test('an issue that lists do not show yet is found by its number', async (t) => {
  const circle = await startCircle(t);
  circle.fake.setListLag(60_000);
  circle.fake.faults.add({ match: CREATE, do: 'commit_then_drop' });
  circle.startWorker();
  const id = await circle.report('Behind the list');
  await circle.settled(id, 'synced');
  assert.equal(circle.fake.issuesWithText('Behind the list').length, 1);
});

test('an issue that its number does not show yet is found in the list', async (t) => {
  const circle = await startCircle(t);
  circle.fake.setNumberLag(60_000);
  circle.fake.faults.add({ match: CREATE, do: 'commit_then_drop' });
  circle.startWorker();
  const id = await circle.report('Behind the number');
  await circle.settled(id, 'synced');
  assert.equal(circle.fake.issuesWithText('Behind the number').length, 1);
});

test('I6: while GitHub cannot be read, an unknown outcome stays unknown and nothing is sent', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  await circle.settled(await circle.report('first'), 'synced');
  circle.fake.faults.add({ match: CREATE, do: 'drop_before' });
  const outage = circle.fake.faults.add({ match: { method: 'GET' }, times: Infinity, do: '502' });
  const id = await circle.report('In an outage');
  await eventually(
    async () => circle.attempts(id),
    (rows) => rows.some((row) => row.kind === 'lookup' && row.outcome === 'postponed'),
    (rows) => JSON.stringify(rows),
  );
  const filing = await circle.filing(id);
  assert.deepEqual([filing.state, filing.lookups], ['unknown', 0]);
  outage.remove();
  await circle.settled(id, 'synced');
  assert.equal(circle.fake.issuesWithText('In an outage').length, 1);
});

test('a pull request that carries the marker is not taken for the issue', async (t) => {
  const circle = await startCircle(t);
  circle.fake.faults.add({ match: CREATE, do: 'drop_before' });
  const id = await circle.report('Marked PR');
  circle.startWorker();
  await circle.settled(id, 'unknown');
  const filing = await circle.filing(id);
  const pull = circle.fake.openPullRequest({ title: 'A fix', body: markerComment(filing.marker) });
  await circle.settled(id, 'synced');
  const row = await circle.row(id);
  assert.notEqual(row.issue_number, pull.number);
  assert.equal(circle.fake.issuesWithText('Marked PR').length, 1);
});

test('an issue whose marker an editor removed is found by its title and author', async (t) => {
  const circle = await startCircle(t, { lookupDelaysMs: [300, 600] });
  circle.fake.faults.add({ match: CREATE, do: 'commit_then_drop' });
  circle.startWorker();
  const id = await circle.report('Edited at once');
  await circle.settled(id, 'unknown');
  const [issue] = circle.fake.issuesWithText('Edited at once');
  circle.fake.editBody(issue?.number ?? 0, 'rewritten by an editor');
  await circle.settled(id, 'synced');
  assert.equal(creates(circle), 1);
  assert.equal((await circle.row(id)).issue_number, issue?.number);
});

test('a marker that a user pastes into a report does not tie it to that issue', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  const first = await circle.report('The original');
  await circle.settled(first, 'synced');
  const { marker } = await circle.filing(first);
  circle.fake.faults.add({ match: CREATE, do: 'commit_then_drop' });
  const second = await circle.report('The copy', { description: `${markerComment(marker)} pasted` });
  await circle.settled(second, 'synced');
  assert.notEqual((await circle.row(first)).issue_number, (await circle.row(second)).issue_number);
  assert.equal(circle.fake.issuesWithText(marker).length, 1);
});
