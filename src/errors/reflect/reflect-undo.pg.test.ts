import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ended, linked } from './reflect-linked.fixture.ts';
import { PROGRAM } from '../../../test/support/circle.ts';
import { undoReflection } from './reflect-undo.ts';

test('a close that is taken back opens the issue again, and nothing follows from it', async (t) => {
  const it = await linked(t);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  const [close] = await it.acts();
  await undoReflection(it.circle.ctx, PROGRAM, close?.id ?? '');
  assert.equal(it.issue().state, 'open');
  await it.settle();
  await it.settle();
  assert.deepEqual([it.issue().state, it.status()], ['open', 'resolved']);
  assert.deepEqual(ended(await it.acts()), ['close undone', 'reopen done']);
  assert.equal(it.issue().comments.length, 1);
  await assert.rejects(undoReflection(it.circle.ctx, PROGRAM, close?.id ?? ''), /cannot be taken back/u);
});

test('a resolve that is taken back is unresolved in Sentry, and the issue stays closed', async (t) => {
  const it = await linked(t);
  it.circle.fake.closeIssue(it.number, 'completed');
  await it.settle();
  const [resolve] = await it.acts();
  await undoReflection(it.circle.ctx, PROGRAM, resolve?.id ?? '');
  await it.settle();
  assert.deepEqual([it.status(), it.issue().state], ['unresolved', 'closed']);
  assert.deepEqual(ended(await it.acts()), ['resolve undone', 'unresolve done']);
});

test('what somebody changed since is not taken back', async (t) => {
  const it = await linked(t);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  const [close] = await it.acts();
  it.circle.fake.reopen(it.number);
  await assert.rejects(undoReflection(it.circle.ctx, PROGRAM, close?.id ?? ''), /changed since/u);
  assert.equal(it.issue().state, 'open');
  assert.deepEqual(ended(await it.acts()), ['close done']);
});

test('the label of the archive and a mapped person are taken back too', async (t) => {
  const it = await linked(t, { on_archived: 'label', assign: 'both' });
  const [person] = it.circle.sentry.world.state.people;
  const people = JSON.stringify({ [`user:${person?.id}`]: 'octo-dev' });
  await it.circle.db.sql.updateTable('sentry_connections').set({ people }).execute();
  it.circle.sentry.assign(it.sentryId, `user:${person?.id}`);
  it.circle.sentry.setStatus(it.sentryId, 'ignored');
  await it.settle();
  for (const { id } of await it.acts()) await undoReflection(it.circle.ctx, PROGRAM, id);
  await it.settle();
  assert.deepEqual([it.issue().labels.includes('sentry: archived'), it.issue().assignees], [false, []]);
});

test('two people who take the same act back at once, while it is being compared, take it back once', async (t) => {
  const it = await linked(t, {}, { processes: 3 });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  const [close] = await it.acts();
  await it.circle.db.sql.updateTable('errors').set({ reflect_at: new Date() }).execute();
  const undo = async () => undoReflection(it.circle.ctx, PROGRAM, close?.id ?? '');
  const ends = await Promise.allSettled([undo(), undo()]);
  assert.deepEqual(ends.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  await it.settle();
  assert.deepEqual([it.issue().state, it.status(), it.issue().comments.length], ['open', 'resolved', 1]);
  assert.deepEqual(ended(await it.acts()), ['close undone', 'reopen done']);
});

test('what another tenant did cannot be taken back', async (t) => {
  const it = await linked(t);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  const [close] = await it.acts();
  const stranger = { ...PROGRAM, tenantId: '01900000-0000-7000-8000-000000000001' };
  await assert.rejects(undoReflection(it.circle.ctx, stranger, close?.id ?? ''), /no such|not found|There is no/iu);
  assert.equal(it.issue().state, 'closed');
});

test('a resolve of several Sentry issues is taken back on each as it was', async (t) => {
  const it = await linked(t, { share_key: 'one for all' });
  const other = await it.another();
  it.circle.sentry.setStatus(other.sentryId, 'ignored');
  await it.settle();
  it.circle.fake.closeIssue(it.number, 'completed');
  await it.settle();
  const statuses = () => it.circle.sentry.world.state.issues.map(({ status }) => status);
  assert.deepEqual(statuses(), ['resolved', 'resolved']);
  const [resolve] = await it.acts();
  await undoReflection(it.circle.ctx, PROGRAM, resolve?.id ?? '');
  await it.settle();
  assert.deepEqual([statuses(), it.issue().state], [['unresolved', 'ignored'], 'closed']);
});
