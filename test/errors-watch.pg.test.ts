import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';

import { changeRule } from '../src/errors/rules/manage-rules.ts';
import { resumeSentryConnection } from '../src/errors/connect/manage-sentry.ts';
import { eventually, PROGRAM } from './support/circle.ts';
import { forgetOldSentry, startSentryWatch } from '../src/errors/errors.ts';
import { insertHint } from '../src/errors/read/hints.store.ts';
import { selectRule } from '../src/errors/rules/rules.store.ts';
import { startErrors } from './support/errors.ts';
import { startReread } from '../src/errors/read/reread.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { SentryRule } from '../src/errors/errors.model.ts';
import type { SentryRuleChange } from '../src/contract/sentry.ts';

const DAY_MS = 86_400_000;

async function change(circle: ErrorsCircle, { id }: SentryRule, to: SentryRuleChange): Promise<SentryRule> {
  const rule = await selectRule(circle.ctx.sql, id, null);
  assert.ok(rule);
  return changeRule(circle.ctx, PROGRAM, rule, to);
}

async function rows(circle: ErrorsCircle) {
  return circle.db.sql.selectFrom('sentry_issues').selectAll().orderBy('sentry_id').execute();
}

async function runsOf(circle: ErrorsCircle) {
  return circle.db.sql.selectFrom('sentry_runs').selectAll().orderBy('id').execute();
}

test('while a rule runs it is not taken up again, however often it is due', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.seedMany(1);
  await circle.rule();
  await circle.db.sql.updateTable('sentry_rules').set({ every_seconds: 1 }).execute();
  circle.sentry.faults.add({ do: 'slow', ms: 6000, match: { path: /\/issues\/$/u }, times: 1 });
  const watch = startSentryWatch(circle.ctx);
  t.after(async () => watch.stop());
  await eventually(
    async () => runsOf(circle),
    (runs) => runs.some(({ kind }) => kind === 'rule'),
    () => 'the rule does not run',
  );
  await eventually(
    async () => circle.db.sql.selectFrom('sentry_rules').select('due_at').executeTakeFirstOrThrow(),
    // whoever takes it up moves this on
    ({ due_at: dueAt }) => dueAt.getTime() < Date.now() - 2000,
    () => 'it is taken up again and again',
  );
  await eventually(
    async () => runsOf(circle),
    (runs) => runs.filter(({ kind, state }) => kind === 'rule' && state === 'done').length > 1,
    () => 'it does not run again once it has ended',
  );
});

test('the rule that comes after a slow one runs as it stands by then', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.seedMany(1);
  await circle.rule({ name: 'Slow', position: 0 });
  const later = await circle.rule({ name: 'Later', position: 1 });
  circle.sentry.faults.add({ do: 'slow', ms: 2500, match: { path: /\/issues\/$/u }, times: 1 });
  const watch = startSentryWatch(circle.ctx);
  t.after(async () => watch.stop());
  await eventually(
    async () => runsOf(circle),
    (runs) => runs.some(({ kind, state }) => kind === 'rule' && state === 'running'),
    () => 'the rule does not run',
  );
  await change(circle, later, { enabled: false });
  await eventually(
    async () => runsOf(circle),
    (runs) => runs.some(({ kind, state }) => kind === 'rule' && state === 'done'),
    () => 'the rule does not end',
  );
  await sleep(500);
  assert.deepEqual(
    (await runsOf(circle)).filter((run) => run.rule_id === later.id),
    [],
  );
});

test('a run that began before a rule looks back further leaves the wider look to the next one', async (t) => {
  const circle = await startErrors(t);
  const at = new Date(Date.now() - 20 * DAY_MS).toISOString();
  const old = circle.sentry.newIssue({ title: 'Old', lastSeen: at, firstSeen: at });
  circle.sentry.newIssue({ title: 'New' });
  const rule = await circle.rule({ stats_period: '24h' });
  await circle.run(rule);
  circle.sentry.faults.add({ do: 'slow', ms: 1000, match: { path: /\/issues\/$/u }, times: 1 });
  const running = circle.run(rule);
  await eventually(
    async () => runsOf(circle),
    (runs) => runs.some(({ state }) => state === 'running'),
    () => 'the rule does not run',
  );
  await change(circle, rule, { stats_period: '30d' });
  await running;
  assert.equal((await selectRule(circle.ctx.sql, rule.id, null))?.watermark, null);
  await circle.run(rule);
  assert.notEqual((await circle.seen(old.id)).error_id, null);
  assert.notEqual((await selectRule(circle.ctx.sql, rule.id, null))?.watermark, null);
});

/** An issue that the rule passed over as archived, whose last event is older than the rule's next look back. */
async function quiet(circle: ErrorsCircle, hoursAgo = 1): Promise<string> {
  const at = new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
  const { id } = circle.sentry.newIssue({ firstSeen: at, lastSeen: at });
  circle.sentry.setStatus(id, 'ignored');
  await circle.db.sql.updateTable('sentry_rules').set({ watermark: new Date() }).execute();
  return id;
}

async function hint(circle: ErrorsCircle, sentryId: string): Promise<void> {
  const connection = await circle.sentryConnection();
  const now = new Date();
  await insertHint(circle.ctx.sql, { connectionId: connection.id, sentryId, resource: 'issue', action: 'x', now });
  await (
    await startReread(circle.ctx, connection, 'webhook')
  ).done;
}

test('an issue that a person un-archives is filed by its hint, though no event of it is in any search', async (t) => {
  const circle = await startErrors(t);
  const rule = await circle.rule();
  await circle.run(rule);
  const id = await quiet(circle);
  circle.sentry.setStatus(id, 'unresolved');
  await hint(circle, id);
  assert.equal((await circle.seen(id)).decision, 'waiting');
  assert.equal((await circle.run(rule)).seen, 1, 'only what waits is read');
  assert.notEqual((await circle.seen(id)).error_id, null);
});

test('an issue that a person un-archives is filed with the next day though its webhook was lost', async (t) => {
  const circle = await startErrors(t);
  const rule = await circle.rule({ stats_period: '14d' });
  await circle.run(rule);
  const id = await quiet(circle, 40);
  circle.sentry.setStatus(id, 'unresolved');
  assert.equal((await circle.run(rule)).seen, 0, 'it has no new event');
  const endOfYesterday = new Date(new Date().setUTCHours(0, 0, 0, -1));
  await circle.db.sql.updateTable('sentry_rules').set({ watermark: endOfYesterday }).execute();
  await circle.run(rule);
  assert.notEqual((await circle.seen(id)).error_id, null);
});

test('a hint about an issue that no rule takes keeps nothing, nor does one that only a search can tell about', async (t) => {
  const circle = await startErrors(t);
  await circle.rule({ environments: ['production'] });
  const id = await quiet(circle);
  await hint(circle, id);
  circle.sentry.setStatus(id, 'unresolved');
  await hint(circle, id);
  assert.deepEqual(await rows(circle), []);
  assert.deepEqual(await circle.db.sql.selectFrom('sentry_hints').selectAll().execute(), []);
});

test('a rule that is switched off while it looks files nothing more', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const rule = await circle.rule();
  await circle.run(await circle.rule({ name: 'Asks the server', events_min: 1000, position: 9 }));
  circle.sentry.faults.add({ do: 'slow', ms: 1000, match: { path: /\/issues\/$/u }, times: 1 });
  const running = circle.run(rule);
  await eventually(
    async () => runsOf(circle),
    (runs) => runs.some(({ state }) => state === 'running'),
    () => 'the rule does not run',
  );
  await change(circle, rule, { enabled: false });
  assert.match((await running).message ?? '', /was changed/u);
  assert.equal((await circle.seen(issue.id)).error_id, null);
});

test('a connection that is resumed asks its server anew what it can do, and so does any after a day', async (t) => {
  let skewMs = 0;
  const circle = await startErrors(t, { now: () => new Date(Date.now() + skewMs) });
  const scopes = async () => (await circle.sentryConnection()).abilities?.scopes ?? [];
  circle.sentry.setScopes(['event:read', 'org:read', 'project:read']);
  const rule = await circle.rule();
  await circle.run(rule);
  circle.sentry.setScopes(['event:read', 'event:write', 'org:read', 'project:read']);
  await circle.run(rule);
  assert.ok(!(await scopes()).includes('event:write'), 'it is not asked each time');
  await resumeSentryConnection(circle.ctx, PROGRAM, await circle.sentryConnection());
  await circle.reread();
  assert.ok((await scopes()).includes('event:write'));
  circle.sentry.setScopes(['event:read', 'org:read', 'project:read']);
  skewMs += DAY_MS + 1000;
  await circle.reread();
  assert.ok(!(await scopes()).includes('event:write'));
});

test('an issue that is read again without a change has a new time of reading and nothing else written', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const rule = await circle.rule();
  await circle.run(rule);
  await circle.run(rule);
  const before = await circle.seen(issue.id);
  // fires whenever such a column is written, also with the value it has
  await circle.db.pool.query(`
    create function refuse() returns trigger language plpgsql as 'begin raise exception ''written''; end';
    create trigger whole before update of title on sentry_issues for each row execute function refuse();
    create trigger counted before update on sentry_counts for each row execute function refuse()`);
  const run = await circle.run(rule);
  assert.deepEqual([run.state, run.seen, run.changed], ['done', 1, 0]);
  const now = await circle.seen(issue.id);
  assert.ok(now.read_at > before.read_at);
  await circle.db.pool.query('drop function refuse() cascade');
  circle.sentry.event(issue.id);
  await circle.run(rule);
  assert.equal((await circle.seen(issue.id)).count, now.count + 1);
  assert.deepEqual(await circle.db.sql.selectFrom('sentry_counts').select('count').execute(), [
    { count: now.count + 1 },
  ]);
});

test('counts that no trend shows and what no rule took for a month are deleted', async (t) => {
  const circle = await startErrors(t);
  const [kept, passed] = [circle.sentry.newIssue({ title: 'Kept' }), circle.sentry.newIssue({ title: 'Passed' })];
  const rule = await circle.rule({ query: 'is:unresolved "Kept"' });
  await circle.run(rule);
  await circle.run(await circle.rule({ name: 'Many', events_min: 1000 }));
  await circle.run(rule);
  const { id } = await circle.seen(kept.id);
  const day = new Date(Date.now() - 20 * DAY_MS).toISOString().slice(0, 10);
  await circle.db.sql
    .insertInto('sentry_counts')
    .values({ sentry_issue_id: id, day, count: 1, user_count: 1 })
    .execute();
  await forgetOldSentry(circle.ctx);
  const days = await circle.db.sql.selectFrom('sentry_counts').select('count').execute();
  assert.equal(days.length, 1, 'today’s');
  assert.equal((await circle.seen(passed.id)).decision, 'skipped', 'it was seen just now');
  await circle.db.sql
    .updateTable('sentry_issues')
    .set({ read_at: new Date(Date.now() - 31 * DAY_MS) })
    .execute();
  await forgetOldSentry(circle.ctx);
  assert.deepEqual(
    (await rows(circle)).map((row) => row.sentry_id),
    [kept.id],
  );
});
