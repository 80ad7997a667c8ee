import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dryRun } from '../src/errors/rules/dry-run.ts';
import { held } from './support/lost.ts';
import { HttpProblem } from '../src/lib/problem.ts';
import { sentryOf } from '../src/errors/connect/sentry-access.ts';
import { startErrors } from './support/errors.ts';
import type { DryRun } from '../src/contract/sentry.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { SentryRule } from '../src/errors/errors.model.ts';

async function dryRunOf(circle: ErrorsCircle, rule: SentryRule): Promise<DryRun> {
  const connection = await circle.sentryConnection();
  const sentry = sentryOf(circle.ctx, connection);
  assert.ok(sentry);
  return dryRun(circle.ctx, { connection, sentry }, rule, 14);
}

test('a dry run masks secrets in a title also of what is known already', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.newIssue({ title: 'Refused with Authorization: Bearer abcdefghijkl', culprit: 'get?token=mnopqrst' });
  const rule = await circle.rule();
  await circle.run(rule);
  const connection = await circle.sentryConnection();
  const sentry = sentryOf(circle.ctx, connection);
  assert.ok(sentry);
  const { items } = await dryRun(circle.ctx, { connection, sentry }, rule, 14);
  assert.deepEqual(
    items.map(({ verdict, issue }) => [verdict, issue.title, issue.culprit]),
    [['known', 'Refused with Authorization: [masked]', 'get?token=[masked]']],
  );
});

test('a dry run of a share key or template that only fails with data is refused in its words', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.newIssue();
  const endless = '{% for i in (1..100000000) %}{{ title }}{% endfor %}';
  const rule = await circle.rule();
  for (const wrong of [{ shareKey: endless }, { titleTemplate: endless }])
    await assert.rejects(dryRunOf(circle, { ...rule, ...wrong }), (error) => {
      assert.ok(error instanceof HttpProblem);
      assert.equal(error.status, 400);
      assert.match(error.message, /cannot be used/u);
      return true;
    });
});

test('a dry run says what would wait until Sentry was asked of what the repository names, and asks nothing itself', async (t) => {
  const circle = await startErrors(t, { unread: true });
  const { fake, sentry } = circle;
  const named = sentry.newIssue();
  sentry.setStatus(named.id, 'resolved');
  const link = `${sentry.url}/organizations/acme/issues/${named.id}/`;
  const { number } = fake.openIssue({ title: 'By a script', body: link, labels: ['sentry'] });
  const first = sentry.newIssue();
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  await held(circle, first.id);
  const other = sentry.newIssue();
  const verdicts = async () =>
    new Map((await dryRunOf(circle, rule)).items.map(({ issue, verdict, why }) => [issue.id, { verdict, why }]));
  const asked = sentry.requests.length;
  const { requests, totals } = await dryRunOf(circle, rule);
  assert.deepEqual([totals.filed, totals.waiting, totals.known], [0, 1, 1]);
  assert.equal(sentry.requests.length - asked, requests, 'that is for the list');
  const { verdict, why } = (await verdicts()).get(other.id) ?? {};
  assert.equal(verdict, 'wait');
  assert.match(why ?? '', /would wait: Issues in acme\/\S+ name a Sentry issue not known here: Sentry is asked first/u);
  await circle.reread();
  assert.equal((await verdicts()).get(other.id)?.verdict, 'file', 'it was never seen before what is named there');
  sentry.event(other.id);
  assert.equal(sentry.merge(named.id, other.id), other.id);
  assert.equal((await verdicts()).get(other.id)?.verdict, 'wait', 'it may have been merged into this one since');
  await circle.db.sql.updateTable('sentry_answers').set({ answers_as: other.id }).execute();
  const taken = `#${number} was filed for it by another tool: it would be taken over.`;
  assert.deepEqual((await verdicts()).get(other.id), { verdict: 'known', why: taken });
});
