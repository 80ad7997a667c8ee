import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eventually } from './support/circle.ts';
import { insertHint } from '../src/errors/read/hints.store.ts';
import { startErrors } from './support/errors.ts';
import { startReread } from '../src/errors/read/reread.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { TestContext } from 'node:test';

const LONG_AGO = new Date(0);

/** Two linked errors that are due to be read anew, and a webhook's hint at the first of them. */
async function hinted(t: TestContext): Promise<{ circle: ErrorsCircle; first: string; second: string }> {
  const circle = await startErrors(t);
  const [first, second] = [circle.sentry.newIssue().id, circle.sentry.newIssue().id];
  circle.startWorker();
  await circle.run(await circle.rule());
  for (const id of [first, second]) await circle.filed(id);
  await circle.db.sql.updateTable('sentry_issues').set({ read_at: LONG_AGO, reread_at: LONG_AGO }).execute();
  const { id: connectionId } = await circle.sentryConnection();
  await insertHint(circle.db.sql, {
    connectionId,
    sentryId: first,
    resource: 'issue',
    action: 'resolved',
    now: new Date(),
  });
  return { circle, first, second };
}

const isRead = async (circle: ErrorsCircle, id: string) => (await circle.seen(id)).read_at > LONG_AGO;

test('a re-reading for a webhook reads only what it hinted at', async (t) => {
  const { circle, first, second } = await hinted(t);
  const { done } = await startReread(circle.ctx, await circle.sentryConnection(), 'webhook');
  await done;
  assert.deepEqual([await isRead(circle, first), await isRead(circle, second)], [true, false]);
  const run = await circle.db.sql.selectFrom('sentry_runs').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow();
  assert.deepEqual([run.state, run.requests, run.seen], ['done', 1, 1]);
});

test('the scheduled re-reading that meets one for a webhook happens all the same', async (t) => {
  const { circle, first, second } = await hinted(t);
  const connection = await circle.sentryConnection();
  const asked = circle.sentry.requests.length;
  circle.sentry.faults.add({ do: 'slow', ms: 1500, match: { method: 'GET' } });
  const webhook = await startReread(circle.ctx, connection, 'webhook');
  await eventually(
    async () => circle.sentry.requests.length,
    (requests) => requests > asked,
    () => 'the webhook’s re-reading did not ask',
  );
  const other = { ...circle.ctx, workerId: 'another process' };
  const scheduled = await startReread(other, connection, 'schedule');
  assert.ok(scheduled.joined);
  await webhook.done;
  assert.deepEqual([await isRead(circle, first), await isRead(circle, second)], [true, true]);
});
