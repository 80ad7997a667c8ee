import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ended, linked } from './reflect-linked.fixture.ts';
import { eventually } from '../../../test/support/circle.ts';
import { selectRules } from '../rules/rules.store.ts';

test('an issue closed as completed resolves its Sentry issue once, and the echo changes nothing', async (t) => {
  const it = await linked(t);
  it.circle.fake.closeIssue(it.number, 'completed');
  await it.settle();
  assert.equal(it.status(), 'resolved');
  await it.settle();
  await it.settle();
  assert.deepEqual(ended(await it.acts()), ['resolve done']);
  assert.equal(it.circle.sentry.countRequests('PUT', /issues/u), 1);
  assert.deepEqual(it.issue().comments, []);
});

test('an issue closed as not planned is archived in Sentry and never resolved', async (t) => {
  const it = await linked(t);
  it.circle.fake.closeIssue(it.number, 'not_planned');
  await it.settle();
  assert.equal(it.status(), 'ignored');
  assert.deepEqual(ended(await it.acts()), ['archive done']);
});

test('resolved in Sentry closes the issue with a comment that says so', async (t) => {
  const it = await linked(t);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().reason, it.issue().comments.length], ['closed', 'completed', 1]);
  assert.match(it.issue().comments[0] ?? '', /It was resolved\./u);
  await it.settle();
  assert.deepEqual(ended(await it.acts()), ['close done']);
});

test('archived in Sentry puts the label on, and unarchived takes it off; a label of a person stays', async (t) => {
  const it = await linked(t, { on_archived: 'label' });
  it.circle.fake.label(it.number, 'by hand');
  it.circle.sentry.setStatus(it.sentryId, 'ignored');
  await it.settle();
  assert.ok(it.issue().labels.includes('sentry: archived'));
  it.circle.sentry.setStatus(it.sentryId, 'unresolved');
  await it.settle();
  assert.ok(!it.issue().labels.includes('sentry: archived') && it.issue().labels.includes('by hand'));
});

test('a regression reopens the issue with a comment', async (t) => {
  const it = await linked(t);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  assert.equal(it.issue().state, 'open');
  assert.match(it.issue().comments[1] ?? '', /came back after it was resolved/u);
});

test('a regression gets an issue of its own where the rule says so, linked to the old one', async (t) => {
  const it = await linked(t, { on_regressed: 'new_issue' });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  const number = await it.circle.filed(it.sentryId);
  assert.notEqual(number, it.number);
  assert.equal(it.issue().state, 'closed');
  const body = it.circle.fake.issues().find((one) => one.number === number)?.body ?? '';
  assert.match(body, new RegExp(`#${it.number}\\b`, 'u'));
  await it.settle();
  assert.deepEqual(ended(await it.acts()), ['close done', 'new_issue done']);
});

test('a regression gets an issue of its own also where another Sentry issue was merged into its own', async (t) => {
  const it = await linked(t, { on_regressed: 'new_issue' });
  const { sentry, fake } = it.circle;
  for (let n = 0; n < 3; n += 1) sentry.event(it.sentryId);
  const other = await it.another();
  assert.equal(sentry.merge(other.sentryId, it.sentryId), it.sentryId);
  await it.settleAll();
  sentry.setStatus(it.sentryId, 'resolved');
  await it.settleAll();
  sentry.event(it.sentryId);
  const number = await eventually(
    async () => {
      await it.settleAll();
      return it.circle.filed(it.sentryId);
    },
    (filed) => ![it.number, other.number].includes(filed),
    (filed) => `the regression is told by #${filed}`,
  );
  assert.equal(fake.issues().find((one) => one.number === number)?.state, 'open');
});

test('what comes back right after this hub resolved it is not reopened at once', async (t) => {
  const it = await linked(t);
  it.circle.fake.closeIssue(it.number, 'completed');
  await it.settle();
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  assert.equal(it.issue().state, 'closed');
  const { reflect_at: at } = await it.error();
  assert.ok(at !== null && at > new Date(Date.now() + 60_000), 'it is looked at again later');
});

test('deleted in Sentry only tells the issue', async (t) => {
  const it = await linked(t);
  it.circle.sentry.remove(it.sentryId);
  await it.settle();
  await it.circle.db.sql
    .updateTable('sentry_issues')
    .set({ missing_since: new Date(0) })
    .execute();
  await it.settle();
  assert.equal(it.issue().state, 'open');
  assert.match(it.issue().comments.join(), /It was deleted\./u);
  await it.settle();
  assert.equal(it.issue().comments.length, 1);
});

test('merged in Sentry, its issue is closed as a duplicate of the other one', async (t) => {
  const it = await linked(t);
  const { circle } = it;
  const other = circle.sentry.newIssue();
  for (let n = 0; n < 3; n += 1) circle.sentry.event(other.id);
  const [rule] = await selectRules(circle.ctx.sql, { tenantId: null });
  assert.ok(rule);
  await circle.run(rule);
  const kept = await circle.filed(other.id);
  assert.equal(circle.sentry.merge(it.sentryId, other.id), other.id);
  await it.settle();
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().reason], ['closed', 'duplicate']);
  assert.match(
    it.issue().comments.join(),
    new RegExp(`merged into another one, whose issue is acme/\\S+#${kept}\\.`, 'u'),
  );
});

test('the fourth change of a state in a day waits for a person', async (t) => {
  const it = await linked(t);
  for (const status of ['resolved', 'unresolved', 'resolved', 'unresolved'] as const) {
    it.circle.sentry.setStatus(it.sentryId, status);
    await it.settle();
  }
  assert.match((await it.error()).conflict ?? '', /3 times in a day/u);
  assert.equal(it.issue().state, 'closed');
});

test('assignees are mapped both ways, and people without a mapping stay', async (t) => {
  const it = await linked(t, { assign: 'both' });
  const [person] = it.circle.sentry.world.state.people;
  const id = `user:${person?.id}`;
  const people = JSON.stringify({ [id]: 'octo-dev' });
  await it.circle.db.sql.updateTable('sentry_connections').set({ people }).execute();
  it.circle.fake.assign(it.number, ['throughline-bot']);
  it.circle.sentry.assign(it.sentryId, id);
  await it.settle();
  assert.deepEqual(it.issue().assignees.toSorted(), ['octo-dev', 'throughline-bot']);
  it.circle.fake.assign(it.number, ['throughline-bot']);
  await it.settle();
  assert.equal((await it.circle.seen(it.sentryId)).assigned_to, null);
  assert.deepEqual(it.issue().assignees, ['throughline-bot']);
});

test('Sentry shows the GitHub issue, and is told once', async (t) => {
  const it = await linked(t, { back_link: true });
  await it.settle();
  assert.equal(it.circle.sentry.countRequests('POST', /external-issues/u), 1);
});

test('the numbers are told in one comment, edited in place, and the priority label follows', async (t) => {
  const it = await linked(t, { refresh: true });
  for (let n = 0; n < 12; n += 1) it.circle.sentry.event(it.sentryId);
  await it.settle();
  assert.equal(it.issue().comments.length, 1);
  assert.ok(it.issue().labels.includes('priority: medium') && !it.issue().labels.includes('priority: low'));
  for (let n = 0; n < 60; n += 1) it.circle.sentry.event(it.sentryId);
  await it.settle();
  assert.equal(it.issue().comments.length, 1);
  assert.match(it.issue().comments[0] ?? '', /73 events/u);
  assert.ok(it.issue().labels.includes('priority: high'));
});

test('a token that may only read goes on reading, and the error says what is missing', async (t) => {
  const it = await linked(t);
  it.circle.sentry.setScopes(['event:read', 'org:read', 'project:read']);
  it.circle.fake.closeIssue(it.number, 'completed');
  await it.settle();
  const row = await it.error();
  assert.match(row.message ?? '', /event:write/u);
  assert.ok(row.reflect_at !== null && row.reflect_at > new Date());
  assert.equal((await it.circle.sentryConnection()).pausedKind, null);
});

test('with every direction off nothing is written to either side', async (t) => {
  const off = {
    on_closed: 'off',
    on_not_planned: 'off',
    on_resolved: 'off',
    on_regressed: 'off',
    on_archived: 'off',
  } as const;
  const it = await linked(t, off);
  const writes = () => it.circle.fake.requests.filter(({ method }) => method !== 'GET').length;
  const before = writes();
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  it.circle.fake.closeIssue(it.number, 'completed');
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  assert.deepEqual([writes(), it.circle.sentry.countRequests('PUT', /./u), await it.acts()], [before, 0, []]);
});
