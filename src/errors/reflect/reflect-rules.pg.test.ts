import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ended, linked } from './reflect-linked.fixture.ts';
import { updateRule } from '../rules/rules.store.ts';

test('a rule that only comments on a regression leaves the issue closed and tells each regression once', async (t) => {
  const it = await linked(t, { on_regressed: 'comment' });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().comments.length], ['closed', 2]);
  assert.match(it.issue().comments[1] ?? '', /came back after it was resolved/u);
  assert.deepEqual(ended(await it.acts()), ['close done', 'comment done']);
});

test('archived in Sentry closes the issue as not planned where the rule says so, and the end of the archive reopens it', async (t) => {
  const it = await linked(t, { on_archived: 'close' });
  it.circle.sentry.setStatus(it.sentryId, 'ignored');
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().reason, it.status()], ['closed', 'not_planned', 'ignored']);
  it.circle.sentry.escalate(it.sentryId);
  await it.settle();
  await it.settle();
  assert.deepEqual([it.issue().state, it.status()], ['open', 'unresolved']);
  assert.deepEqual(ended(await it.acts()), ['close_not_planned done', 'reopen done']);
  assert.match(it.issue().comments[1] ?? '', /archived and now happens more often/u);
});

test('a regression of what was closed longer ago than the rule reopens gets a new issue, once', async (t) => {
  const it = await linked(t, { on_regressed: 'reopen', reopen_within_days: 0 }, { processes: 3 });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  const number = await it.circle.filed(it.sentryId);
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  await it.settle();
  assert.notEqual(number, it.number);
  assert.deepEqual([it.issue().state, it.circle.fake.issues().length], ['closed', 2]);
  assert.deepEqual(ended(await it.acts()), ['close done', 'new_issue done']);
});

test('closed on GitHub resolves in the next release where the rule says so, and an event of an old release changes nothing', async (t) => {
  const it = await linked(t, { on_closed: 'resolve_in_next_release' });
  it.circle.fake.closeIssue(it.number, 'completed');
  await it.settle();
  const row = await it.circle.seen(it.sentryId);
  assert.deepEqual([it.status(), row.status, row.status_details['inNextRelease']], ['resolved', 'resolved', true]);
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  assert.deepEqual([it.issue().state, it.status()], ['closed', 'resolved']);
  assert.deepEqual(ended(await it.acts()), ['resolve_in_next_release done']);
});

test('closed on GitHub as a duplicate changes nothing in Sentry, and one comment says so', async (t) => {
  const it = await linked(t);
  it.circle.fake.closeIssue(it.number, 'duplicate');
  await it.settle();
  await it.settle();
  assert.deepEqual([it.status(), it.issue().comments.length], ['unresolved', 1]);
  assert.match(it.issue().comments[0] ?? '', /closed as a duplicate/u);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().comments.length], ['closed', 1]);
});

test('of several Sentry issues with one GitHub issue, the last one resolved closes it', async (t) => {
  const it = await linked(t, { share_key: 'one for all' });
  const other = await it.another();
  assert.equal(other.number, it.number);
  await it.settle();
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().comments.length, await it.acts()], ['open', 0, []]);
  it.circle.sentry.setStatus(other.sentryId, 'resolved');
  await it.settle();
  await it.settle();
  assert.deepEqual([it.issue().state, ended(await it.acts())], ['closed', ['close done']]);
});

test('a GitHub issue that several Sentry issues share resolves each of them once', async (t) => {
  const it = await linked(t, { share_key: 'one for all' });
  const other = await it.another();
  it.circle.fake.closeIssue(it.number, 'completed');
  await it.settle();
  await it.settle();
  const statuses = it.circle.sentry.world.state.issues.map(({ status }) => status);
  assert.deepEqual([statuses, other.number], [['resolved', 'resolved'], it.number]);
  assert.equal(it.circle.sentry.countRequests('PUT', /issues/u), 2);
  assert.deepEqual(ended(await it.acts()), ['resolve done']);
});

test('a rule that is switched off writes to neither side, and switched on carries only what happens then', async (t) => {
  const it = await linked(t, { refresh: true, assign: 'both', back_link: true });
  await it.settle();
  const writes = () => [
    it.circle.fake.requests.filter(({ method }) => method !== 'GET').length,
    it.circle.sentry.requests.filter(({ method }) => method !== 'GET').length,
  ];
  const before = writes();
  const { id } = await it.rule();
  await updateRule(it.circle.db.sql, id, { enabled: false });
  for (let n = 0; n < 60; n += 1) it.circle.sentry.event(it.sentryId);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  assert.deepEqual([writes(), it.issue().state], [before, 'open']);
  await updateRule(it.circle.db.sql, id, { enabled: true });
  await it.settle();
  assert.equal(it.issue().state, 'open');
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  it.circle.fake.closeIssue(it.number, 'completed');
  await it.settle();
  assert.equal(it.status(), 'resolved');
});

test('an error that flaps does not get one new issue after the other', async (t) => {
  const it = await linked(t, { on_regressed: 'new_issue' });
  for (let n = 0; n < 4; n += 1) {
    it.circle.sentry.setStatus(it.sentryId, 'resolved');
    await it.settleAll();
    it.circle.sentry.event(it.sentryId);
    await it.settleAll();
  }
  assert.equal(it.circle.fake.issues().length, 2);
  const rows = await it.circle.db.sql.selectFrom('errors').selectAll().orderBy('regression').execute();
  assert.match(rows.at(-1)?.conflict ?? '', /3 times in a day/u);
});
