import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeRule } from '../src/errors/rules/manage-rules.ts';
import { eventually, PROGRAM } from './support/circle.ts';
import { selectRule } from '../src/errors/rules/rules.store.ts';
import { startErrors } from './support/errors.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { SentryRule } from '../src/errors/errors.model.ts';
import type { SentryRuleDraft } from '../src/contract/sentry.ts';

const MINUTE_MS = 60_000;

function posts({ fake }: ErrorsCircle): number {
  return fake.countRequests('POST', /\/issues$/u);
}

/** Reads everything anew, however lately it was read. */
async function rereadAll(circle: ErrorsCircle): Promise<void> {
  const long = new Date(0);
  await circle.db.sql.updateTable('sentry_issues').set({ read_at: long, reread_at: long }).execute();
  assert.equal((await circle.reread()).state, 'done');
}

/** A new rule has the repository's issues read once more; here they count as read. */
async function ruleOverReadIssues(circle: ErrorsCircle, draft: Partial<SentryRuleDraft> = {}): Promise<SentryRule> {
  const rule = await circle.rule(draft);
  await circle.db.sql.updateTable('connections').set({ adopted_at: new Date() }).execute();
  return rule;
}

async function errorsOf({ db }: ErrorsCircle): Promise<number> {
  return (await db.sql.selectFrom('errors').select('id').execute()).length;
}

test('deleted in Sentry and happening again before that was noticed: it waits until it is certain, and is the same issue', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  const number = await circle.filed(issue.id);
  circle.sentry.remove(issue.id);
  const again = circle.sentry.recreate(issue.id);
  assert.equal((await circle.run(rule)).state, 'done');
  const waiting = await circle.seen(again.id);
  assert.deepEqual([waiting.decision, waiting.error_id], ['waiting', null]);
  assert.match(waiting.why, /no longer shows/u);
  await circle.timePasses(6 * MINUTE_MS);
  await circle.run(rule);
  assert.equal(await circle.filed(again.id), number);
  assert.equal(posts(circle), 1);
});

test('one that only looks the same as a living one is an issue of its own', async (t) => {
  const circle = await startErrors(t);
  const one = circle.sentry.newIssue({ title: 'Twins' });
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  const number = await circle.filed(one.id);
  const two = circle.sentry.newIssue({ title: 'Twins' });
  await circle.run(rule);
  assert.notEqual(await circle.filed(two.id), number);
});

test('merged in Sentry and its survivor seen by a rule before the merge was noticed: nothing is filed again', async (t) => {
  const circle = await startErrors(t);
  const [one, two] = [circle.sentry.newIssue({ title: 'A broke' }), circle.sentry.newIssue({ title: 'B broke' })];
  circle.sentry.event(two.id);
  circle.startWorker();
  const rule = await circle.rule({ query: 'is:unresolved "A broke"' });
  await circle.run(rule);
  const number = await circle.filed(one.id);
  assert.equal(circle.sentry.merge(one.id, two.id), two.id);
  const read = await selectRule(circle.ctx.sql, rule.id, null);
  assert.ok(read);
  await changeRule(circle.ctx, PROGRAM, read, { query: 'is:unresolved' });
  assert.equal((await circle.run(rule)).state, 'done');
  assert.equal(await circle.filed(two.id), number);
  assert.deepEqual([posts(circle), (await circle.seen(one.id)).gone], [1, 'merged']);
});

test('merged while both wait to be filed: one issue', async (t) => {
  const circle = await startErrors(t);
  const [one, two] = [circle.sentry.newIssue({ title: 'A' }), circle.sentry.newIssue({ title: 'B' })];
  circle.sentry.event(two.id);
  await circle.run(await ruleOverReadIssues(circle));
  assert.equal(await errorsOf(circle), 2);
  circle.sentry.merge(one.id, two.id);
  await rereadAll(circle);
  circle.startWorker();
  assert.equal(await circle.filed(one.id), await circle.filed(two.id));
  await circle.settled(await circle.report('Behind it'), 'synced');
  assert.deepEqual([posts(circle), await errorsOf(circle)], [2, 1]);
});

test('merged into one that waits to be filed: the issue that is there stands for both', async (t) => {
  const circle = await startErrors(t);
  const [one, two] = [circle.sentry.newIssue({ title: 'A broke' }), circle.sentry.newIssue({ title: 'B broke' })];
  circle.sentry.event(two.id);
  const worker = circle.startWorker();
  await circle.run(await circle.rule({ query: 'is:unresolved "A broke"' }));
  const number = await circle.filed(one.id);
  await worker.stop();
  await circle.run(await ruleOverReadIssues(circle, { name: 'B', query: 'is:unresolved "B broke"' }));
  assert.equal(circle.sentry.merge(one.id, two.id), two.id);
  await rereadAll(circle);
  circle.startWorker();
  assert.equal(await circle.filed(two.id), number);
  assert.deepEqual([posts(circle), await errorsOf(circle)], [1, 1]);
});

test('merged while the markers are still to be read: only then one is taken back', async (t) => {
  const circle = await startErrors(t, { unread: true });
  const [one, two] = [circle.sentry.newIssue({ title: 'A' }), circle.sentry.newIssue({ title: 'B' })];
  circle.sentry.event(two.id);
  await circle.run(await circle.rule());
  circle.sentry.merge(one.id, two.id);
  await rereadAll(circle);
  assert.equal(await errorsOf(circle), 2, 'either may be in the repository');
  circle.startWorker();
  await circle.settled(await circle.report('Behind it'), 'synced');
  await eventually(
    async () => errorsOf(circle),
    (count) => count === 1,
    (count) => `there are ${count} errors`,
  );
  assert.equal(await circle.filed(one.id), await circle.filed(two.id));
  assert.deepEqual([posts(circle), await errorsOf(circle)], [2, 1]);
});

test('deleted in Sentry while it waits to be filed: nothing is filed, and it says why', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  await circle.run(await ruleOverReadIssues(circle));
  circle.sentry.remove(issue.id);
  for (let looks = 0; looks < 2; looks += 1) {
    await circle.timePasses(6 * MINUTE_MS);
    await circle.reread();
  }
  circle.startWorker();
  await circle.settled(await circle.report('Behind it'), 'synced');
  const { decision, error_id: errorId, why } = await circle.seen(issue.id);
  assert.deepEqual([decision, errorId], ['skipped', null]);
  assert.match(why, /deleted in Sentry before it was filed/u);
  assert.deepEqual([posts(circle), await errorsOf(circle)], [1, 0]);
});

test('two rules of one share key and one repository make one issue, whatever is known of the repository', async (t) => {
  const circle = await startErrors(t, { unread: true });
  const [one, two] = [circle.sentry.newIssue({ title: 'A broke' }), circle.sentry.newIssue({ title: 'B broke' })];
  await circle.run(await circle.rule({ name: 'A', query: 'is:unresolved "A broke"', share_key: '{{ culprit }}' }));
  circle.startWorker();
  await circle.filed(one.id);
  await circle.run(await circle.rule({ name: 'B', query: 'is:unresolved "B broke"', share_key: '{{ culprit }}' }));
  assert.equal(await circle.filed(one.id), await circle.filed(two.id));
  assert.equal(posts(circle), 1);
});

test('while GitHub does not tell which repository it is, what shares a key waits and says so', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const rule = await circle.rule({ share_key: '{{ culprit }}' });
  circle.fake.faults.add({ do: 'not_found', times: Infinity });
  await circle.run(rule);
  const { decision, why } = await circle.seen(issue.id);
  assert.equal(decision, 'waiting');
  assert.match(why, /which repository/u);
  circle.fake.faults.clear();
  circle.startWorker();
  await circle.run(rule);
  await circle.filed(issue.id);
});
