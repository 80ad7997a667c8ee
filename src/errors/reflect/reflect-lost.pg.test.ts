import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';

import { sql as raw } from 'kysely';

import { claimOne, releaseError } from './reflections.store.ts';
import { dueReflect, lockSentryIssues } from '../read/sentry-issues.store.ts';
import { ended, linked } from './reflect-linked.fixture.ts';
import { openDoors } from './reflect-doors.ts';
import { openNewIssue } from './reflect-new-issue.ts';
import { planReflection } from './reflect-plan.decide.ts';
import { readCase } from './reflect-case.ts';
import { eventually } from '../../../test/support/circle.ts';

test('a comment whose answer was lost is found by its marker and not written twice', async (t) => {
  const it = await linked(t);
  it.circle.fake.faults.add({ match: { method: 'POST', path: /\/comments$/u }, do: 'commit_then_drop' });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  await eventually(
    async () => it.issue(),
    ({ state }) => state === 'closed',
    (issue) => JSON.stringify(issue),
  );
  assert.equal(it.issue().comments.length, 1);
  assert.equal(it.circle.fake.countRequests('POST', /\/comments$/u), 1);
});

test('a close whose answer was lost is not taken for a person’s close', async (t) => {
  const it = await linked(t);
  it.circle.fake.faults.add({ match: { method: 'PATCH' }, do: 'commit_then_drop' });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.readSentry();
  await eventually(
    async () => it.acts(),
    ([act]) => act?.state === 'unknown',
    (acts) => JSON.stringify(acts),
  );
  it.circle.sentry.setStatus(it.sentryId, 'unresolved');
  await it.settle();
  await eventually(
    async () => it.issue(),
    ({ state }) => state === 'open',
    (issue) => JSON.stringify(issue),
  );
  assert.equal(it.status(), 'unresolved');
  assert.deepEqual(ended(await it.acts()), ['close done', 'reopen done']);
});

test('what a process was doing when it died is gone on with by another one', async (t) => {
  const it = await linked(t);
  const { id, tenant_id } = await it.error();
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  const marker = '<!-- throughline reflection 0190c2a0-0000-7000-8000-0000000000aa -->';
  const comment = it.circle.fake.as('throughline-bot').comment(it.number, `${marker}\nSaid before it died.`);
  const row = {
    id: '0190c2a0-0000-7000-8000-0000000000aa',
    tenant_id,
    error_id: id,
    side: 'github',
    act: 'close',
  } as const;
  await it.circle.db.sql
    .insertInto('reflections')
    .values({ ...row, why: 'It was resolved in Sentry.', state: 'sending', marker })
    .execute();
  await it.settle();
  await eventually(
    async () => it.issue(),
    ({ state }) => state === 'closed',
    (issue) => JSON.stringify(issue),
  );
  assert.deepEqual([it.issue().comments.length, comment.body], [1, it.issue().comments[0]]);
});

test('several processes at once do each act once', async (t) => {
  const it = await linked(t, {}, { processes: 3 });
  for (const [status, state] of [
    ['resolved', 'closed'],
    ['unresolved', 'open'],
    ['resolved', 'closed'],
  ] as const) {
    it.circle.sentry.setStatus(it.sentryId, status);
    await it.settle();
    assert.equal(it.issue().state, state);
  }
  assert.deepEqual(ended(await it.acts()), ['close done', 'reopen done', 'close done']);
  assert.equal(it.issue().comments.length, 3);
});

test('an error that one process is at is left alone by the others, whatever asks for another look', async (t) => {
  const it = await linked(t, {}, { processes: 3 });
  it.circle.fake.faults.add({ match: { method: 'PATCH' }, do: 'slow', ms: 1500, when: 'before_commit' });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.readSentry();
  await eventually(
    async () => {
      await it.circle.db.sql.updateTable('errors').set({ reflect_at: new Date() }).execute();
      return it.issue();
    },
    ({ state }) => state === 'closed',
    (issue) => JSON.stringify(issue),
  );
  await it.settle();
  assert.deepEqual([it.issue().comments.length, it.circle.fake.countRequests('PATCH', /issues/u)], [1, 1]);
});

test('nothing is done by what was stored while Sentry says something else now', async (t) => {
  const it = await linked(t);
  const { sql } = it.circle.db;
  await sql
    .updateTable('sentry_issues')
    .set({ status: 'resolved', read_at: new Date(0) })
    .execute();
  await sql.updateTable('errors').set({ reflect_at: new Date() }).execute();
  await it.compared();
  assert.deepEqual([(await it.circle.seen(it.sentryId)).status, await it.acts()], ['unresolved', []]);
});

test('a turn that outlived its lease lets go of nothing that a later turn of its process has', async (t) => {
  const it = await linked(t);
  const { sql } = it.circle.db;
  const { id } = await it.error();
  const from = (seconds: number) => {
    const now = new Date(Date.now() + seconds * 1000);
    return { now, leaseUntil: new Date(now.getTime() + 60_000) };
  };
  const late = await claimOne(sql, id, 'the process', from(0));
  const later = await claimOne(sql, id, 'the process', from(61));
  assert.ok(late !== null && later !== null);
  assert.equal(await releaseError(sql, late, null, {}), false);
  const { locked_by: holder, reflect_at: dueAt } = await it.error();
  assert.deepEqual([holder, dueAt], [later.holder, later.reflectAt]);
  assert.equal(await releaseError(sql, later, null, {}), true);
});

test('a new issue for a regression and a reading of its Sentry issues never wait for each other in a circle', async (t) => {
  const it = await linked(t);
  const { ctx, db } = it.circle;
  const { id, sentry_connection_id: connectionId } = await it.error();
  const now = new Date();
  const claimed = await claimOne(db.sql, id, 'a process', { now, leaseUntil: new Date(now.getTime() + 60_000) });
  const subject = await readCase(db.sql, id, now);
  const plan = subject && planReflection(subject, now);
  const doors = subject && (await openDoors(ctx, subject));
  assert.ok(claimed && plan && doors && connectionId !== null);
  let opened: ReturnType<typeof openNewIssue> | null = null;
  await db.sql.transaction().execute(async (sql) => {
    await lockSentryIssues(sql, connectionId, [it.sentryId]);
    opened = openNewIssue({ ctx, claimed, subject, ...doors }, plan);
    opened.catch(() => undefined);
    await eventually(
      async () =>
        raw<{
          n: number;
        }>`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
          db.sql,
        ),
      ({ rows }) => (rows[0]?.n ?? 0) > 0,
      () => 'nobody waits',
    );
    await dueReflect(sql, [id], now);
  });
  assert.deepEqual(await Promise.resolve(opened), { trace: {} });
});

test('an answer that comes after the lease changes nothing that was agreed on since', async (t) => {
  const it = await linked(t, {}, { processes: 2 });
  const slowMs = 4000;
  it.circle.fake.faults.add({ match: { method: 'PATCH' }, do: 'slow', ms: slowMs, when: 'after_commit' });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.readSentry();
  await eventually(
    async () => it.issue(),
    ({ state }) => state === 'closed',
    (issue) => JSON.stringify(issue),
  );
  const answered = sleep(slowMs + 500);
  const over = { lease_until: new Date(0), reflect_at: new Date() };
  await it.circle.db.sql.updateTable('errors').set(over).execute();
  await it.settle();
  it.circle.fake.as('ada').reopen(it.number);
  await it.settle();
  const agreed = async () => {
    const { agreed_sentry: sentry, agreed_github: github, reflected_at: at } = await it.error();
    return { sentry, github, at };
  };
  const since = await agreed();
  assert.deepEqual([since.sentry, since.github, it.status()], ['unresolved', 'open', 'unresolved']);
  await answered;
  assert.deepEqual(await agreed(), since);
  const acts = await it.acts();
  assert.deepEqual(ended(acts), ['close done', 'unresolve done']);
  assert.equal(acts[0]?.message, 'The answer was lost; it was found done.');
});

test('archived again before the closing was said, whose label was taken off already, it bears the label again', async (t) => {
  const it = await linked(t, { on_archived: 'label' });
  const setTo = async (status: 'ignored') => {
    it.circle.sentry.setStatus(it.sentryId, status);
    await it.settle();
  };
  await setTo('ignored');
  assert.ok(it.issue().labels.includes('sentry: archived'));
  // what a death leaves: the label is off, the closing is begun
  const dies = it.circle.fake.faults.add({
    match: { method: 'POST', path: /\/comments$/u },
    do: 'drop_before',
    times: Infinity,
  });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.readSentry();
  await eventually(
    async () => ended(await it.acts()),
    (acts) => acts.at(-1) === 'close unknown',
    (acts) => acts.join(', '),
  );
  it.circle.sentry.setStatus(it.sentryId, 'ignored');
  dies.remove();
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().labels.includes('sentry: archived')], ['open', true]);
});

test('a label that was taken off counts as off, though GitHub did not answer how the issue stands then', async (t) => {
  const it = await linked(t, { on_archived: 'label' });
  it.circle.sentry.setStatus(it.sentryId, 'ignored');
  await it.settle();
  const item = /\/issues\/\d+$/u;
  const asked = it.circle.fake.countRequests('GET', item);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  // the first one is asked before anything is done
  it.circle.fake.faults.add({ match: { method: 'GET', path: item }, do: '502', skip: 1, times: 3 });
  await it.readSentry();
  await eventually(
    async () => ended(await it.acts()),
    (acts) => acts.at(-1) === 'unlabel_archived unknown',
    (acts) => `${acts.join(', ')} after ${it.circle.fake.countRequests('GET', item) - asked} questions`,
  );
  it.circle.sentry.setStatus(it.sentryId, 'ignored');
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().labels.includes('sentry: archived')], ['open', true]);
  assert.deepEqual(ended(await it.acts()), ['label_archived done', 'unlabel_archived done', 'label_archived done']);
});
