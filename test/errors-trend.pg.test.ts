import assert from 'node:assert/strict';
import { test } from 'node:test';

import { errorDetail } from '../src/errors/error-details.ts';
import { startErrors } from './support/errors.ts';
import type { ErrorsCircle } from './support/errors.ts';

const HOUR_MS = 3_600_000;

/** An error that is filed and was read anew once; returns its trend, and what was asked of Sentry for that. */
async function trendOfFiled(circle: ErrorsCircle, sentryId: string) {
  circle.startWorker();
  await circle.run(await circle.rule());
  await circle.filed(sentryId);
  const { requests } = await circle.reread();
  const { trend } = await errorDetail(circle.ctx, (await circle.seen(sentryId)).id, null);
  return { requests, counts: trend.map(({ count }) => count) };
}

/** Hours since 1970, so many days ago. */
const hourOf = (days: number) => Math.floor((Date.now() - days * 24 * HOUR_MS) / HOUR_MS);

test('an error of some days has its whole trend with the first re-reading, without a further request', async (t) => {
  const circle = await startErrors(t);
  const { id } = circle.sentry.newIssue({
    count: 60,
    firstSeen: new Date(Date.now() - 40 * 24 * HOUR_MS).toISOString(),
    hours: [
      [hourOf(40), 'production', 30],
      [hourOf(5), 'production', 20],
      [hourOf(0), 'production', 10],
    ],
  });
  const { requests, counts } = await trendOfFiled(circle, id);
  assert.equal(requests, 1);
  assert.deepEqual(counts, [0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 10]);
  await circle.db.sql
    .updateTable('sentry_issues')
    .set({ reread_at: new Date(0) })
    .execute();
  assert.equal((await circle.reread()).seen, 1);
  const askedForDays = circle.sentry.requests.filter(({ query }) => query.includes('groupStatsPeriod=14d'));
  assert.equal(askedForDays.length, 1, 'what is known is not asked for again');
});

test('GlitchTip tells no days: the trend of an error that began today begins today', async (t) => {
  const circle = await startErrors(t, { sentryOptions: { product: 'glitchtip' } });
  const { id } = circle.sentry.newIssue({ count: 4 });
  const { counts } = await trendOfFiled(circle, id);
  assert.deepEqual(counts, [4]);
});

test('GlitchTip tells no days: the trend of an older error begins when it was first counted here', async (t) => {
  const circle = await startErrors(t, { sentryOptions: { product: 'glitchtip' } });
  const firstSeen = new Date(Date.now() - 3 * 24 * HOUR_MS).toISOString();
  const { id } = circle.sentry.newIssue({ count: 4, firstSeen });
  const { counts } = await trendOfFiled(circle, id);
  assert.deepEqual(counts, []);
});
