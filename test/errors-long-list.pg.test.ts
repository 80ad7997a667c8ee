import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeRule } from '../src/errors/rules/manage-rules.ts';
import { PROGRAM } from './support/circle.ts';
import { startErrors } from './support/errors.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { SentryRule } from '../src/errors/errors.model.ts';
import type { TestContext } from 'node:test';

/** 450 errors, an hour between each two, and a rule of which one run reads two pages of a hundred. */
async function longList(t: TestContext): Promise<{ circle: ErrorsCircle; rule: SentryRule }> {
  const circle = await startErrors(t);
  circle.ctx.sentryPagesPerRun = 2;
  circle.sentry.seedMany(450, { secondsApart: 3600 });
  return { circle, rule: await circle.rule({ stats_period: '30d', events_min: 1_000_000 }) };
}

async function stored({ db }: ErrorsCircle): Promise<number> {
  return (await db.sql.selectFrom('sentry_issues').select('id').execute()).length;
}

test('a list that is too long for one run is gone on with by the next ones, after what is new', async (t) => {
  const { circle, rule } = await longList(t);
  const first = await circle.run(rule);
  assert.deepEqual([first.state, await stored(circle)], ['done', 200]);
  assert.match(first.message ?? '', /longer than one run reads/u);
  const { id } = circle.sentry.newIssue({ title: 'It came meanwhile' });
  const second = await circle.run(rule);
  assert.equal((await circle.seen(id)).title, 'It came meanwhile');
  assert.match(second.message ?? '', /longer than one run reads/u);
  const { rest_cursor: place } = await circle.db.sql.selectFrom('sentry_rules').selectAll().executeTakeFirstOrThrow();
  assert.match(place ?? '', /^1\./u, 'each run counts its own pages: at the limit of all pages a list seems to end');
  let runs = 2;
  for (; (await circle.run(rule)).message !== null && runs < 10; runs += 1);
  assert.ok(runs < 10, 'it ends');
  assert.equal(await stored(circle), 451);
  const { requests, seen } = await circle.run(rule);
  assert.deepEqual([requests, seen], [1, 1], 'then only what is new is read');
});

test('a page of the rest that fails is read by the next run, and what is new is seen all the same', async (t) => {
  const { circle, rule } = await longList(t);
  await circle.run(rule);
  const fault = circle.sentry.faults.add({
    do: 'internal_error',
    match: { path: /\/issues\/$/u, query: /cursor=/u },
    times: Infinity,
  });
  const { id } = circle.sentry.newIssue();
  assert.equal((await circle.run(rule)).state, 'failed');
  assert.ok(await circle.seen(id));
  fault.remove();
  await circle.db.sql.updateTable('sentry_connections').set({ rest_until: null }).execute();
  for (let runs = 0; (await circle.run(rule)).message !== null && runs < 10; runs += 1);
  assert.equal(await stored(circle), 451);
});

test('a place in the list that Sentry does not know any more has all of the rest read once more', async (t) => {
  const { circle, rule } = await longList(t);
  await circle.run(rule);
  await circle.db.sql.updateTable('sentry_rules').set({ rest_cursor: '1.nowhere' }).execute();
  const { state, message } = await circle.run(rule);
  assert.equal(state, 'failed');
  assert.match(message ?? '', /Invalid cursor/u);
  for (let runs = 0; (await circle.run(rule)).message !== null && runs < 10; runs += 1);
  assert.equal(await stored(circle), 450);
});

test('the rest of a day’s first look goes as far back as that look, whatever an earlier run had left', async (t) => {
  const { circle, rule } = await longList(t);
  await circle.run(rule);
  const [midnight, hourAgo] = [new Date(new Date().setUTCHours(0, 0, 0, 0)), new Date(Date.now() - 3_600_000)];
  const endOfYesterday = new Date(midnight.getTime() - 1);
  await circle.db.sql.updateTable('sentry_rules').set({ watermark: endOfYesterday, rest_since: hourAgo }).execute();
  const asked = Date.now();
  await circle.run(rule);
  const { rest_since: since } = await circle.db.sql.selectFrom('sentry_rules').selectAll().executeTakeFirstOrThrow();
  assert.ok(since !== null && asked - since.getTime() > 29 * 86_400_000);
});

test('a rule that looks elsewhere begins anew', async (t) => {
  const { circle, rule } = await longList(t);
  await circle.run(rule);
  const changed = await circle.db.sql.selectFrom('sentry_rules').selectAll().executeTakeFirstOrThrow();
  assert.notEqual(changed.rest_cursor, null);
  const now = await changeRule(circle.ctx, PROGRAM, rule, { query: 'is:unresolved level:error' });
  assert.deepEqual([now.rest, now.watermark], [null, null]);
});
