import assert from 'node:assert/strict';
import { test } from 'node:test';

import { closedErrors, EVERYTHING, itemsOf, startOne, statesOf, whenEnded } from './undo.fixture.ts';
import { ended } from '../reflect/reflect-linked.fixture.ts';
import { PROGRAM } from '../../../test/support/circle.ts';
import { previewUndo, startUndo, stopUndo } from './undo.ts';

test('what a rule wrote is shown, taken back one after the other, and nothing follows from it', async (t) => {
  const it = await closedErrors(t, 3);
  const { id: rule } = await it.rule();
  const shown = await previewUndo(it.circle.ctx, PROGRAM, { rule });
  assert.deepEqual(shown.totals, { waiting: 3, left: 0, told: 0, acts: 3 });
  assert.deepEqual(
    shown.items.map(({ what, stood, sets }) => `${what}: ${stood}, ${sets}`),
    Array.from({ length: 3 }, () => 'State on GitHub: closed as completed, open'),
  );
  const run = await startUndo(it.circle.ctx, PROGRAM, { rule, until: shown.until });
  assert.equal((await startUndo(it.circle.ctx, PROGRAM, { rule })).id, run.id, 'a second click joins the first');
  startOne(it, 'first');
  startOne(it, 'second');
  const { state, totals } = await whenEnded(it, run);
  assert.deepEqual([state, totals.done, totals.waiting], ['done', 3, 0]);
  await it.settleAll();
  await it.settleAll();
  assert.deepEqual(statesOf(it, it.numbers), ['open', 'open', 'open']);
  assert.equal(it.status(), 'resolved');
  assert.deepEqual(ended(await it.acts()).toSorted(), [
    ...Array.from({ length: 3 }, () => 'close undone'),
    ...Array.from({ length: 3 }, () => 'reopen done'),
  ]);
  const again = await previewUndo(it.circle.ctx, PROGRAM, EVERYTHING);
  assert.deepEqual(again.items, [], 'what took something back is not taken back itself');
});

test('secrets in titles of Sentry are masked', async (t) => {
  const it = await closedErrors(t, 1);
  const title = 'Refused with Authorization: Bearer abcdefghijkl';
  await it.circle.ctx.sql.updateTable('sentry_issues').set({ title }).execute();
  const { items } = await previewUndo(it.circle.ctx, PROGRAM, EVERYTHING);
  assert.deepEqual(
    items.map(({ error }) => error.title),
    ['Refused with Authorization: [masked]'],
  );
});

test('what somebody changed since is left alone, and said', async (t) => {
  // what the hub did in Sentry about the reopened one would be something to take back too
  const it = await closedErrors(t, 2, { on_closed: 'off' });
  const [first = 0, second = 0] = it.numbers;
  it.circle.fake.reopen(first);
  await it.readGithub();
  const shown = await previewUndo(it.circle.ctx, PROGRAM, EVERYTHING);
  assert.deepEqual([shown.totals.waiting, shown.totals.left], [1, 1]);
  it.circle.fake.reopen(second);
  it.circle.fake.closeIssue(second, 'not_planned');
  const run = await startUndo(it.circle.ctx, PROGRAM, EVERYTHING);
  startOne(it, 'only');
  const { totals } = await whenEnded(it, run);
  assert.deepEqual([totals.done, totals.left], [0, 2]);
  assert.deepEqual((await itemsOf(it, run)).map(({ state, why }) => `${state}: ${why?.slice(0, 24)}`).toSorted(), [
    'left: It stands as it was befo',
    'left: It was changed since: wh',
  ]);
  assert.deepEqual(statesOf(it, [second]), ['closed']);
});

test('errors whose turn has not come are not compared, so that nothing new is written to them meanwhile', async (t) => {
  const it = await closedErrors(t, 1);
  const run = await startUndo(it.circle.ctx, PROGRAM, EVERYTHING);
  it.circle.sentry.setStatus(it.sentryId, 'unresolved');
  await it.readSentry();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.deepEqual(ended(await it.acts()), ['close done']);
  startOne(it, 'only');
  await whenEnded(it, run);
  await it.settle();
  assert.deepEqual([it.issue().state, it.status()], ['open', 'unresolved']);
});

test('one that is stopped leaves the rest as it is, and another one goes on with that', async (t) => {
  const it = await closedErrors(t, 2);
  const run = await startUndo(it.circle.ctx, PROGRAM, EVERYTHING);
  const stopped = await stopUndo(it.circle.ctx, PROGRAM, run.id);
  assert.deepEqual([stopped.state, stopped.totals.stopped, stopped.totals.waiting], ['stopped', 2, 0]);
  startOne(it, 'only');
  const next = await startUndo(it.circle.ctx, PROGRAM, EVERYTHING);
  assert.notEqual(next.id, run.id);
  assert.equal((await whenEnded(it, next)).totals.done, 2);
  assert.deepEqual(ended(await it.acts()).toSorted(), ['close undone', 'close undone', 'reopen done', 'reopen done']);
});

test('while something is taken back, nothing else of the tenant can be, and of another tenant nothing at all', async (t) => {
  const it = await closedErrors(t, 1);
  const { id: rule } = await it.rule();
  const until = new Date().toISOString();
  const { id } = await startUndo(it.circle.ctx, PROGRAM, { rule, until });
  assert.equal((await startUndo(it.circle.ctx, PROGRAM, { rule, until })).id, id, 'the same joins');
  for (const other of [EVERYTHING, { rule, until: new Date(Date.parse(until) - 1).toISOString() }])
    await assert.rejects(startUndo(it.circle.ctx, PROGRAM, other), /takes something else back/u);
  const stranger = { ...PROGRAM, tenantId: '01900000-0000-7000-8000-000000000001' };
  await assert.rejects(previewUndo(it.circle.ctx, stranger, { rule }), /no such rule/iu);
  assert.deepEqual((await previewUndo(it.circle.ctx, stranger, EVERYTHING)).items, []);
});

test('the acts of a run are those from its start to the next one', async (t) => {
  const it = await closedErrors(t, 1);
  const runs = await it.circle.db.sql.selectFrom('sentry_runs').selectAll().orderBy('id').execute();
  const items = await Promise.all(
    runs.map(async ({ id }) => (await previewUndo(it.circle.ctx, PROGRAM, { run: id })).items.length),
  );
  const rereads = runs.flatMap(({ kind }, index) => (kind === 'reread' ? [items[index] ?? 0] : []));
  assert.equal(
    rereads.reduce((a, b) => a + b, 0),
    1,
    JSON.stringify({ runs, items }),
  );
});
