import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eventually } from './support/circle.ts';
import { batches, filedOne, held, posts, rebuilt, runRule, singles } from './support/lost.ts';
import { startErrors } from './support/errors.ts';
import { startFakeGithub } from './fakes/github-server.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test('what is gone in Sentry is asked for twice, minutes apart, and never again', async (t) => {
  let skewMs = 0;
  const circle = await startErrors(t, { unread: true, now: () => new Date(Date.now() + skewMs) });
  const { fake, sentry } = circle;
  const body = `${sentry.url}/organizations/acme/issues/999/`;
  fake.openIssue({ title: 'Old script', body, labels: ['sentry'] });
  const issue = sentry.newIssue();
  await runRule(circle);
  await held(circle, issue.id);
  const asked = () => sentry.countRequests('GET', /organizations\/acme\/issues\/999\/$/u);
  for (const expected of [1, 2, 2]) {
    await circle.reread();
    assert.equal(asked(), expected);
    skewMs += 6 * MINUTE_MS;
  }
  await circle.filed(issue.id);
  const later = sentry.newIssue();
  await circle.run(await circle.rule({ name: 'B' }));
  await circle.filed(later.id);
  assert.deepEqual([posts(circle), asked()], [2, 2]);
});

test('hundreds that are still there cost one request for a hundred, once; those that are gone one each, so many a run', async (t) => {
  const circle = await startErrors(t, { unread: true });
  const { fake, sentry } = circle;
  const note = (id: string) =>
    fake.openIssue({ title: id, body: `${sentry.url}/organizations/acme/issues/${id}/`, labels: ['sentry'] });
  const there = sentry.seedMany(150);
  for (const { id } of there) {
    sentry.setStatus(id, 'resolved');
    note(id);
  }
  for (let id = 90_001; id <= 90_310; id += 1) note(String(id));
  const issue = sentry.newIssue({ project: 'api' });
  await runRule(circle);
  assert.match(await held(circle, issue.id), /460 Sentry issues/u);
  const [asked, before] = [batches(circle), singles(circle)];
  await circle.reread();
  // one more proves that this is where Sentry has issues
  assert.equal(singles(circle) - before, 301);
  await circle.reread();
  assert.equal(singles(circle) - before, 312);
  // five of them, and one for what is linked in each run
  assert.equal(batches(circle) - asked, 7);
  assert.equal((await circle.db.sql.selectFrom('sentry_answers').select('sentry_id').execute()).length, 460);
});

test('an error that was first seen after the issues on GitHub were last changed is filed without asking', async (t) => {
  const fake = await startFakeGithub(t, { now: () => new Date(Date.now() - 2 * HOUR_MS) });
  const { hub, one } = await filedOne(t, { fake });
  hub.sentry.setStatus(one.id, 'resolved');
  const second = await rebuilt(t, hub);
  const rule = await second.rule({ query: 'is:unresolved "C broke"' });
  await second.run(rule);
  const asked = [batches(second), singles(second)];
  const fresh = second.sentry.newIssue({ title: 'C broke' });
  second.startWorker();
  await second.run(rule);
  await second.filed(fresh.id);
  assert.deepEqual([batches(second), singles(second)], asked);
});

test('a hub that has its database asks nothing more of Sentry', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.seedMany(30);
  const rule = await circle.rule({ new_per_hour: 1000 });
  circle.startWorker();
  await circle.run(rule);
  await eventually(
    async () => posts(circle),
    (count) => count === 30,
    (count) => `${count} were filed`,
  );
  await circle.reread();
  const asked = [batches(circle), singles(circle)];
  const fresh = circle.sentry.newIssue();
  await circle.run(rule);
  await circle.filed(fresh.id);
  assert.deepEqual([batches(circle), singles(circle)], asked);
});
