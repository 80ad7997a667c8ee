import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { dueFirstLooks } from './reflections.store.ts';
import { ended, linked } from './reflect-linked.fixture.ts';
import { eventually } from '../../../test/support/circle.ts';

const READ_ONLY = ['event:read', 'org:read', 'project:read'];

test('a busy error whose act is refused is not tried at each of its events', async (t) => {
  const it = await linked(t);
  it.circle.fake.setPush(false);
  const tries = () => it.circle.fake.countRequests('PATCH', /issues/u);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  it.circle.fake.faults.add({ match: { method: 'PATCH' }, do: 'not_found', times: Infinity });
  for (let n = 0; n < 5; n += 1) {
    it.circle.sentry.world.state.issues.forEach((issue) => (issue.count += 1));
    await it.settle();
  }
  assert.deepEqual([tries(), it.issue().comments.length], [1, 1]);
  assert.match((await it.error()).message ?? '', /GitHub/u);
});

test('a token that lost push says so on the error, and the close is done once it is back', async (t) => {
  const it = await linked(t);
  it.circle.fake.archive();
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  const row = await it.error();
  assert.match(row.message ?? '', /archived/u);
  assert.deepEqual(
    [row.conflict, row.agreed_sentry, (await it.circle.connection()).paused_at],
    [null, 'unresolved', null],
  );
  it.circle.fake.archive(false);
  await it.circle.db.sql.updateTable('errors').set({ attempts: 0, reflect_at: new Date() }).execute();
  await it.compared();
  assert.deepEqual([it.issue().state, it.issue().comments.length, (await it.error()).message], ['closed', 1, null]);
});

test('what Sentry may not be told holds up neither the numbers nor the label on GitHub', async (t) => {
  const it = await linked(t, { refresh: true, assign: 'both' });
  const [person] = it.circle.sentry.world.state.people;
  const people = JSON.stringify({ [`user:${person?.id}`]: 'octo-dev' });
  await it.circle.db.sql.updateTable('sentry_connections').set({ people }).execute();
  it.circle.sentry.setScopes(READ_ONLY);
  it.circle.fake.assign(it.number, ['octo-dev']);
  for (let n = 0; n < 60; n += 1) it.circle.sentry.event(it.sentryId);
  await it.settle();
  await it.settle();
  assert.deepEqual([it.issue().comments.length, it.issue().labels.includes('priority: high')], [1, true]);
  const { message, agreed_assignees: agreed } = await it.error();
  assert.match(message ?? '', /event:write/u);
  assert.deepEqual(agreed?.github, []);
});

for (const [how, away] of [
  ['deleted', (it: Awaited<ReturnType<typeof linked>>) => it.circle.fake.deleteIssue(it.number)],
  [
    'transferred',
    (it: Awaited<ReturnType<typeof linked>>) => {
      it.circle.fake.addRepository('acme/elsewhere');
      it.circle.fake.transferIssue(it.number, 'acme/elsewhere');
    },
  ],
] as const)
  test(`a GitHub issue that was ${how} ends the comparing by what GitHub says, without a loop`, async (t) => {
    const it = await linked(t);
    away(it);
    it.circle.sentry.setStatus(it.sentryId, 'resolved');
    await it.readSentry();
    await it.compared();
    const asked = it.circle.fake.requests.length;
    await sleep(3000);
    assert.equal(it.circle.fake.requests.length - asked, 0);
    const { message, agreed_github: agreed, reflect_at: at } = await it.error();
    assert.deepEqual([message, agreed, at], [null, 'gone', null]);
    assert.deepEqual(await it.acts(), []);
  });

test('while the Sentry connection is paused its acts wait, and are done after it', async (t) => {
  const it = await linked(t);
  const { sql } = it.circle.db;
  await sql.updateTable('sentry_connections').set({ paused_kind: 'unauthorized', paused_at: new Date() }).execute();
  it.circle.fake.closeIssue(it.number, 'completed');
  await sql.updateTable('errors').set({ reflect_at: new Date() }).execute();
  await sleep(500);
  assert.deepEqual([it.status(), await it.acts()], ['unresolved', []]);
  await sql.updateTable('sentry_connections').set({ paused_kind: null, paused_at: null }).execute();
  await it.settle();
  assert.deepEqual([it.status(), ended(await it.acts())], ['resolved', ['resolve done']]);
});

test('a Sentry connection that is removed while an act is under way ends it, and the process goes on', async (t) => {
  const it = await linked(t);
  const { sql } = it.circle.db;
  it.circle.fake.faults.add({ match: { method: 'PATCH' }, do: 'slow', ms: 800 });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.readSentry();
  await eventually(
    async () => it.acts(),
    ([act]) => act?.state === 'sending',
    (acts) => JSON.stringify(acts),
  );
  await sql.deleteFrom('sentry_connections').execute();
  await eventually(
    async () => it.issue(),
    ({ state }) => state === 'closed',
    (issue) => JSON.stringify(issue),
  );
  await sleep(1000);
  assert.deepEqual([await it.acts(), it.issue().comments.length], [[], 1]);
});

test('tokens that were withdrawn pause their connections, and each act is done once after it', async (t) => {
  const it = await linked(t);
  const { fake, sentry, db } = it.circle;
  sentry.revokeToken();
  fake.closeIssue(it.number, 'completed');
  await it.readGithub();
  await eventually(
    async () => it.circle.sentryConnection(),
    ({ pausedKind }) => pausedKind === 'unauthorized',
    (row) => JSON.stringify(row),
  );
  const asked = sentry.requests.length;
  await sleep(1000);
  assert.equal(sentry.requests.length, asked);
  const token = sentry.world.state.tokens[sentry.token];
  if (token !== undefined) token.revoked = false;
  await db.sql.updateTable('sentry_connections').set({ paused_kind: null, paused_at: null }).execute();
  await it.settle();
  assert.deepEqual([it.status(), ended(await it.acts())], ['resolved', ['resolve done']]);
});

test('a conflict at the first look is not looked at again and again', async (t) => {
  const it = await linked(t);
  const { sql } = it.circle.db;
  await sql.updateTable('errors').set({ agreed_github: null, conflict: 'Nobody knows.', reflect_at: null }).execute();
  assert.equal(await dueFirstLooks(sql, new Date()), false);
});
