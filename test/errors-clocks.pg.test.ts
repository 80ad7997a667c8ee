import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eventually } from './support/circle.ts';
import { startErrors } from './support/errors.ts';
import { startReread } from '../src/errors/read/reread.ts';
import { startRule } from '../src/errors/read/discover.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { SentryRule } from '../src/errors/errors.model.ts';
import type { TestContext } from 'node:test';

const AHEAD_MS = 10 * 60_000;

/** One linked error, a rule, and a process whose clock goes ten minutes ahead of the others'. */
async function clocksApart(
  t: TestContext,
): Promise<{ circle: ErrorsCircle; id: string; rule: SentryRule; ahead: ErrorsCircle['ctx'] }> {
  const circle = await startErrors(t);
  const { id } = circle.sentry.newIssue();
  const rule = await circle.rule({ query: '' });
  circle.startWorker();
  await circle.run(rule);
  await circle.filed(id);
  const ahead = { ...circle.ctx, workerId: 'ahead', now: () => new Date(Date.now() + AHEAD_MS) };
  return { circle, id, rule, ahead };
}

async function readAgain(circle: ErrorsCircle): Promise<void> {
  await circle.db.sql
    .updateTable('sentry_issues')
    .set({ reread_at: new Date(0) })
    .execute();
  const { done } = await startReread(circle.ctx, await circle.sentryConnection(), 'person');
  await done;
}

test('what a process whose clock goes ahead has read does not keep later news out', async (t) => {
  const { circle, id, rule, ahead } = await clocksApart(t);
  await (
    await startRule(ahead, await circle.sentryConnection(), rule, 'person')
  ).done;
  circle.sentry.setStatus(id, 'resolved');
  await readAgain(circle);
  assert.equal((await circle.seen(id)).status, 'resolved');
});

test('an older answer that arrives later, at a process whose clock goes ahead, changes nothing', async (t) => {
  const { circle, id, rule, ahead } = await clocksApart(t);
  const asked = circle.sentry.requests.length;
  // the work is done before the wait: what arrives late is how it stood
  circle.sentry.faults.add({ do: 'slow', ms: 2500, match: { method: 'GET', path: /\/issues\/$/u } });
  const slow = await startRule(ahead, await circle.sentryConnection(), rule, 'person');
  await eventually(
    async () => circle.sentry.requests.length,
    (requests) => requests > asked,
    () => 'the slow one did not ask',
  );
  circle.sentry.setStatus(id, 'resolved');
  await readAgain(circle);
  await slow.done;
  assert.equal((await circle.seen(id)).status, 'resolved');
});
