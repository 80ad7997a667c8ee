import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeRule, deleteRule } from '../src/errors/rules/manage-rules.ts';
import { createSentryConnection } from '../src/errors/connect/manage-sentry.ts';
import { fileByHand } from '../src/errors/act-on-error.ts';
import { PROGRAM } from './support/circle.ts';
import { selectRule } from '../src/errors/rules/rules.store.ts';
import { startErrors } from './support/errors.ts';
import { startFakeSentry } from './fakes/sentry.ts';
import { startRule } from '../src/errors/read/discover.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { SentryRule } from '../src/errors/errors.model.ts';
import type { SentryRuleChange } from '../src/contract/sentry.ts';

async function change(circle: ErrorsCircle, { id }: SentryRule, to: SentryRuleChange): Promise<SentryRule> {
  const rule = await selectRule(circle.ctx.sql, id, null);
  assert.ok(rule);
  return changeRule(circle.ctx, PROGRAM, rule, to);
}

async function remove(circle: ErrorsCircle, { id }: SentryRule): Promise<void> {
  const rule = await selectRule(circle.ctx.sql, id, null);
  assert.ok(rule);
  await deleteRule(circle.ctx, PROGRAM, rule);
}

async function rows(circle: ErrorsCircle) {
  return circle.db.sql.selectFrom('sentry_issues').selectAll().orderBy('sentry_id').execute();
}

test('what waits under a rule that was switched off goes to the next rule that takes it', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.seedMany(5);
  const first = await circle.rule({ new_per_hour: 2, name: 'First' });
  await circle.run(first);
  await change(circle, first, { enabled: false });
  const second = await circle.rule({ name: 'Second' });
  assert.equal((await circle.run(second)).taken, 3);
});

test('an error whose rule was removed belongs to the rule that takes its Sentry issue', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const first = await circle.rule();
  await circle.run(first);
  await remove(circle, first);
  const second = await circle.rule();
  await circle.run(second);
  assert.equal((await circle.seen(issue.id)).rule_id, second.id);
  const error = await circle.db.sql.selectFrom('errors').selectAll().executeTakeFirstOrThrow();
  assert.equal(error.rule_id, second.id);
  assert.notEqual(error.reflect_at, null, 'both sides are compared by its settings');
});

test('an error whose rule was removed gets the new one by a re-reading, though nothing happens in Sentry', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const first = await circle.rule();
  await circle.run(first);
  await remove(circle, first);
  const second = await circle.rule();
  await circle.db.sql
    .updateTable('sentry_issues')
    .set({ reread_at: new Date(0) })
    .execute();
  await circle.reread();
  assert.equal((await circle.seen(issue.id)).rule_id, second.id);
  assert.equal((await circle.db.sql.selectFrom('errors').selectAll().executeTakeFirstOrThrow()).rule_id, second.id);
});

test('what a person wanted filed is free for other rules when its own is removed', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const first = await circle.rule({ events_min: 1000 });
  await circle.run(first);
  await fileByHand(circle.ctx, PROGRAM, (await circle.seen(issue.id)).id);
  await remove(circle, first);
  const second = await circle.rule();
  await circle.run(second);
  const row = await circle.seen(issue.id);
  assert.deepEqual([row.decision, row.rule_id, row.by_hand], ['taken', second.id, false]);
});

test('a rule that is moved to another Sentry connection leaves behind what waited for it', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.seedMany(3);
  const rule = await circle.rule({ new_per_hour: 1 });
  await circle.run(rule);
  const other = await startFakeSentry(t);
  const { url, organization, token } = other;
  const settings = { name: 'Two', ca_pem: null, insecure_tls: false, people: {}, enabled: true };
  const draft = { ...settings, base_url: url, organization, token };
  const second = await createSentryConnection(circle.ctx, PROGRAM, circle.tenant.id, draft);
  const moved = await change(circle, rule, { sentry_connection_id: second.id, new_per_hour: 100 });
  const released = (await rows(circle)).filter(({ decision }) => decision !== 'taken');
  assert.deepEqual(
    released.map(({ decision, rule_id: id }) => [decision, id]),
    [
      ['skipped', null],
      ['skipped', null],
    ],
  );
  // what a run of before the move stored after it
  await circle.db.sql
    .updateTable('sentry_issues')
    .set({ decision: 'waiting', rule_id: rule.id })
    .where('error_id', 'is', null)
    .execute();
  const { run, done } = await startRule(circle.ctx, second, moved, 'person');
  await done;
  assert.equal(
    (await circle.db.sql.selectFrom('sentry_runs').selectAll().where('id', '=', run.id).executeTakeFirst())?.state,
    'done',
  );
  assert.equal(other.requests.filter(({ path }) => /\/events\/latest\//u.test(path)).length, 0);
  assert.ok((await rows(circle)).every(({ missing_since: missing }) => missing === null));
});
