import assert from 'node:assert/strict';
import { test } from 'node:test';

import { deleteSentryConnection } from '../src/errors/connect/manage-sentry.ts';
import { createRule, ensureEnvironmentSentry, startReflecting } from '../src/errors/errors.ts';
import { eventually, PROGRAM } from './support/circle.ts';
import { Secret } from '../src/lib/secret.ts';
import { selectSentryConnection } from '../src/errors/connect/sentry-connections.store.ts';
import { SentryRuleDraft } from '../src/contract/sentry.ts';
import { startErrors } from './support/errors.ts';
import { startRule } from '../src/errors/read/discover.ts';

test('each Sentry issue that a rule takes becomes one GitHub issue, and a second look files nothing', async (t) => {
  const circle = await startErrors(t);
  const issues = circle.sentry.seedMany(3);
  const rule = await circle.rule();
  circle.startWorker();
  const first = await circle.run(rule);
  assert.deepEqual([first.state, first.seen, first.taken, first.waiting], ['done', 3, 3, 0], first.message ?? '');
  const numbers = await Promise.all(issues.map(async ({ id }) => circle.filed(id)));
  assert.equal(new Set(numbers).size, 3);
  const before = circle.sentry.requests.length;
  const second = await circle.run(rule);
  assert.deepEqual([second.taken, second.seen], [0, 3]);
  assert.equal(circle.sentry.requests.length - before, 1, 'a run with nothing new costs one page');
  assert.equal(circle.fake.countRequests('POST', /\/issues$/u), 3);
});

test('only so many are filed an hour, the latest first, and the rest says that it waits', async (t) => {
  const circle = await startErrors(t);
  const issues = circle.sentry.seedMany(5);
  const rule = await circle.rule({ new_per_hour: 2 });
  const run = await circle.run(rule);
  assert.deepEqual([run.taken, run.waiting], [2, 3]);
  const rows = await Promise.all(issues.map(async ({ id }) => circle.seen(id)));
  const taken = rows.filter(({ decision }) => decision === 'taken').map(({ last_seen: at }) => at?.getTime() ?? 0);
  const waiting = rows.filter(({ decision }) => decision === 'waiting').map(({ last_seen: at }) => at?.getTime() ?? 0);
  assert.ok(Math.min(...taken) >= Math.max(...waiting), 'the latest seen go first');
  assert.equal((await circle.run(rule)).taken, 0, 'the hour is not over');
});

test('what a rule does not take is kept with the reason', async (t) => {
  const circle = await startErrors(t);
  const [issue] = circle.sentry.seedMany(1);
  const run = await circle.run(await circle.rule({ events_min: 1000 }));
  assert.deepEqual([run.taken, run.skipped], [0, 1]);
  assert.match((await circle.seen(issue?.id ?? '')).why, /the rule wants 1,000/u);
});

test('Sentry issues of one share key become one GitHub issue', async (t) => {
  const circle = await startErrors(t);
  const [one, two] = [circle.sentry.newIssue({ title: 'A broke' }), circle.sentry.newIssue({ title: 'B broke' })];
  const rule = await circle.rule({ share_key: '{{ culprit }}' });
  circle.startWorker();
  await circle.run(rule);
  const numbers = [await circle.filed(one.id), await circle.filed(two.id)];
  assert.equal(new Set(numbers).size, 1);
  assert.equal(circle.fake.countRequests('POST', /\/issues$/u), 1);
});

test('an issue that an older script filed is taken over, not filed again', async (t) => {
  const circle = await startErrors(t, { unread: true });
  const issue = circle.sentry.newIssue();
  const body = `Error from Sentry: ${circle.sentry.url}/organizations/acme/issues/${issue.id}/`;
  const old = circle.fake.openIssue({ title: 'Old script', body, labels: ['sentry'] });
  const mention = circle.fake.openIssue({ title: 'Somebody asks', body });
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  assert.equal(await circle.filed(issue.id), old.number);
  assert.notEqual(old.number, mention.number);
  assert.equal(circle.fake.countRequests('POST', /\/issues$/u), 0);
});

test('a hub that lost its database finds its issues by their markers', async (t) => {
  const first = await startErrors(t);
  const issue = first.sentry.newIssue();
  first.startWorker();
  await first.run(await first.rule());
  const number = await first.filed(issue.id);
  const second = await startErrors(t, { fake: first.fake, sentry: first.sentry, unread: true });
  second.startWorker();
  await second.run(await second.rule());
  assert.equal(await second.filed(issue.id), number);
  assert.equal(first.fake.countRequests('POST', /\/issues$/u), 1);
});

test('merged in Sentry: the survivor takes the error over and nothing is filed again', async (t) => {
  const circle = await startErrors(t);
  const [one, two] = [circle.sentry.newIssue({ title: 'A broke' }), circle.sentry.newIssue({ title: 'B broke' })];
  circle.sentry.event(two.id);
  const rule = await circle.rule({ query: 'is:unresolved "A broke"' });
  circle.startWorker();
  await circle.run(rule);
  const number = await circle.filed(one.id);
  assert.equal(circle.sentry.merge(one.id, two.id), two.id);
  await circle.db.sql
    .updateTable('sentry_issues')
    .set({ read_at: new Date(0) })
    .execute();
  assert.equal((await circle.reread()).state, 'done');
  assert.deepEqual([(await circle.seen(one.id)).gone, await circle.filed(two.id)], ['merged', number]);
  assert.equal(circle.fake.countRequests('POST', /\/issues$/u), 1);
});

test('deleted in Sentry only after a second look, and the same error that comes again is no new issue', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  const number = await circle.filed(issue.id);
  circle.sentry.remove(issue.id);
  await circle.timePasses(6 * 60_000);
  await circle.reread();
  assert.equal((await circle.seen(issue.id)).gone, null, 'while a merge runs Sentry says 404 as well');
  await circle.timePasses(6 * 60_000);
  await circle.reread();
  assert.equal((await circle.seen(issue.id)).gone, 'deleted');
  const again = circle.sentry.recreate(issue.id);
  await circle.run(rule);
  assert.equal(await circle.filed(again.id), number);
});

test('a page that fails leaves the watermark where it was', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.seedMany(150);
  const rule = await circle.rule();
  circle.sentry.faults.add({
    do: 'internal_error',
    match: { path: /\/issues\/$/u, query: /cursor=/u },
    times: Infinity,
  });
  const run = await circle.run(rule);
  assert.equal(run.state, 'failed');
  const row = await circle.db.sql.selectFrom('sentry_rules').select('watermark').executeTakeFirstOrThrow();
  assert.equal(row.watermark, null);
});

test('a revoked token pauses the connection, in a sentence', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.newIssue();
  const rule = await circle.rule();
  circle.sentry.revokeToken();
  await circle.run(rule);
  const connection = await circle.sentryConnection();
  assert.equal(connection.pausedKind, 'unauthorized');
  assert.match(connection.pausedMessage ?? '', /token/iu);
});

test('an error that is deleted in Sentry before it is filed holds up nothing behind it', async (t) => {
  const circle = await startErrors(t);
  const [one, two] = [circle.sentry.newIssue(), circle.sentry.newIssue()];
  await circle.run(await circle.rule());
  circle.sentry.remove(one.id);
  for (let looks = 0; looks < 2; looks += 1) {
    await circle.timePasses(6 * 60_000);
    await circle.reread();
  }
  assert.equal((await circle.seen(one.id)).gone, 'deleted');
  circle.startWorker();
  await circle.filed(two.id);
});

test('a Sentry connection removed while errors wait holds up nothing, and connected again it finds its issues', async (t) => {
  const circle = await startErrors(t);
  const { ctx, sentry, fake, tenant } = circle;
  const [filed, waits] = [sentry.newIssue(), sentry.newIssue()];
  const worker = circle.startWorker();
  await circle.run(await circle.rule({ query: `is:unresolved "${filed.title}"` }));
  const number = await circle.filed(filed.id);
  await worker.stop();
  await circle.run(await circle.rule({ name: 'Later', query: `is:unresolved "${waits.title}"` }));
  await deleteSentryConnection(ctx, PROGRAM, await circle.sentryConnection());
  circle.startWorker();
  await circle.settled(await circle.report('Behind it'), 'synced');
  const { id } = await ensureEnvironmentSentry(ctx, tenant.id, {
    url: sentry.url,
    token: new Secret(sentry.token),
    organization: sentry.organization,
  });
  const connection = await selectSentryConnection(ctx.sql, id, null);
  assert.ok(connection);
  const into = { sentry_connection_id: id, connection_id: (await circle.connection()).id };
  const rule = await createRule(ctx, PROGRAM, tenant.id, SentryRuleDraft.parse({ name: 'Again', ...into }));
  await (
    await startRule(ctx, connection, rule, 'person')
  ).done;
  assert.equal(await circle.filed(filed.id), number);
  await circle.filed(waits.id);
  assert.equal(fake.countRequests('POST', /\/issues$/u), 3);
});

test('resolved in Sentry while its filing waited: the issue is closed when it comes', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  await circle.run(await circle.rule());
  circle.sentry.setStatus(issue.id, 'resolved');
  await circle.db.sql
    .updateTable('sentry_issues')
    .set({ read_at: new Date(0) })
    .execute();
  await circle.reread();
  circle.startWorker();
  const number = await circle.filed(issue.id);
  const loop = startReflecting(circle.ctx, (heard) => circle.db.live.subscribe(heard));
  circle.db.beforeClose(async () => loop.stop());
  const state = async () => circle.fake.issues().find((one) => one.number === number)?.state ?? 'gone';
  await eventually(
    state,
    (now) => now === 'closed',
    (now) => `#${number} is ${now}`,
  );
});

test('closed on GitHub before the hub knew that its issue was made: the Sentry issue is resolved all the same', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  circle.fake.faults.add({ do: 'commit_then_drop', match: { method: 'POST', path: /\/issues$/u } });
  await circle.run(await circle.rule());
  const closed = eventually(
    async () => circle.fake.issues()[0],
    (made) => made !== undefined,
    () => 'nothing was made',
  ).then((made) => circle.fake.closeIssue(made?.number ?? 0, 'completed'));
  circle.startWorker();
  await closed;
  await circle.filed(issue.id);
  const loop = startReflecting(circle.ctx, (heard) => circle.db.live.subscribe(heard));
  circle.db.beforeClose(async () => loop.stop());
  await eventually(
    async () => circle.sentry.world.state.issues[0]?.status,
    (status) => status === 'resolved',
    (status) => `Sentry says ${status}`,
  );
});
