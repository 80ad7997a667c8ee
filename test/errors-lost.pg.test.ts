import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eventually } from './support/circle.ts';
import { errorsOf, filedOne, held, numberOf, posts, rebuilt, runRule, singles } from './support/lost.ts';
import { startErrors } from './support/errors.ts';
import { ERROR_SOURCE, startSentryWatch } from '../src/errors/errors.ts';
import { startFilingWorker } from '../src/filing/filing.ts';

const MINUTE_MS = 60_000;

test('a Sentry issue that was merged before a hub lost its database is not filed again under its new id', async (t) => {
  const { hub, one, two, number } = await filedOne(t);
  assert.equal(hub.sentry.merge(one.id, two.id), two.id);
  const second = await rebuilt(t, hub);
  await runRule(second);
  assert.match(await held(second, two.id), /asked first whether they were merged/u);
  assert.equal((await second.reread()).state, 'done');
  assert.equal(await numberOf(second, two.id), number);
  // the error that is there already has it, with its rule
  assert.deepEqual([posts(hub), await errorsOf(second)], [1, 1]);
  const error = await second.db.sql.selectFrom('errors').selectAll().executeTakeFirstOrThrow();
  assert.notEqual(error.sentry_connection_id, null);
  assert.notEqual(error.rule_id, null);
});

test('what an older script filed is taken over also under the id that a merge gave it', async (t) => {
  const circle = await startErrors(t, { unread: true });
  const { fake, sentry } = circle;
  const [one, two] = [sentry.newIssue({ title: 'A broke' }), sentry.newIssue({ title: 'B broke' })];
  const body = `Sentry: ${sentry.url}/organizations/acme/issues/${one.id}/`;
  const { number } = fake.openIssue({ title: 'Old script', body, labels: ['sentry'] });
  sentry.event(two.id);
  sentry.merge(one.id, two.id);
  await runRule(circle);
  await held(circle, two.id);
  // by itself: what is held has Sentry asked
  const watch = startSentryWatch(circle.ctx);
  circle.db.beforeClose(async () => watch.stop());
  assert.deepEqual([await numberOf(circle, two.id), posts(circle)], [number, 0]);
});

test('of several Sentry issues in one error the one that was merged away still leads to its issue', async (t) => {
  const hub = await startErrors(t);
  const culprit = 'checkout/pay.ts in charge';
  const shared = [
    hub.sentry.newIssue({ title: 'A broke', culprit }),
    hub.sentry.newIssue({ title: 'B broke', culprit }),
  ];
  const rule = await hub.rule({ share_key: '{{ culprit }}' });
  await hub.run(rule);
  hub.startWorker();
  const [a, b] = shared.map(({ id }) => id);
  assert.ok(a !== undefined && b !== undefined);
  const number = await hub.filed(a);
  const other = hub.sentry.newIssue({ title: 'C broke' });
  hub.sentry.event(other.id);
  hub.sentry.merge(a, other.id);
  const second = await rebuilt(t, hub);
  await runRule(second, { share_key: '{{ culprit }}' });
  await held(second, other.id);
  await second.reread();
  assert.deepEqual([await numberOf(second, other.id), await numberOf(second, b)], [number, number]);
  assert.deepEqual([posts(hub), await errorsOf(second)], [1, 1]);
});

test('what Sentry shows as linked to an issue of the hub joins the error that has it', async (t) => {
  const { hub, one, two, number } = await filedOne(t);
  hub.sentry.linkNatively(two.id, `${hub.fake.url}/${hub.fake.repository}/issues/${number}`);
  await runRule(hub, { name: 'B', query: 'is:unresolved "B broke"' });
  assert.deepEqual([await numberOf(hub, two.id), await numberOf(hub, one.id)], [number, number]);
  assert.deepEqual([posts(hub), await errorsOf(hub)], [1, 1]);
});

for (const [before, then] of [
  ['shared an issue', 'stands alone'],
  ['stood alone', 'shares one'],
] as const)
  test(`with the database lost and its rule's key changed, what ${before} and now ${then} keeps the issue it has`, async (t) => {
    const hub = await startErrors(t);
    const key = { share_key: '{{ culprit }}' };
    const two = [hub.sentry.newIssue({ title: 'A broke' }), hub.sentry.newIssue({ title: 'B broke' })];
    await hub.run(await hub.rule(before === 'shared an issue' ? key : {}));
    hub.startWorker();
    const numbers = await Promise.all(two.map(async ({ id }) => hub.filed(id)));
    const second = await rebuilt(t, hub);
    await runRule(second, before === 'shared an issue' ? {} : key);
    assert.deepEqual(await Promise.all(two.map(async ({ id }) => numberOf(second, id))), numbers);
    const count = new Set(numbers).size;
    await eventually(
      async () => errorsOf(second),
      (errors) => errors === count,
      (errors) => `there are ${errors} errors`,
    );
    assert.equal(posts(hub), count);
  });

test('a Sentry issue that is being merged while it is asked for is asked for again, and the survivor waits', async (t) => {
  let skewMs = 0;
  const { hub, one, two, number } = await filedOne(t);
  const second = await rebuilt(t, hub, { now: () => new Date(Date.now() + skewMs) });
  const looksDeleted = (yes: boolean) => {
    one.deleted = yes;
    second.sentry.world.touched();
  };
  looksDeleted(true); // as while a merge runs
  await runRule(second);
  await held(second, two.id);
  await second.reread();
  looksDeleted(false);
  second.sentry.merge(one.id, two.id);
  skewMs += 3 * MINUTE_MS;
  const asked = singles(second);
  await second.reread();
  assert.deepEqual([singles(second), posts(hub)], [asked, 1]);
  assert.match(await held(second, two.id), /name a Sentry issue not known here/u);
  skewMs += 3 * MINUTE_MS;
  await second.reread();
  assert.deepEqual([await numberOf(second, two.id), posts(hub)], [number, 1]);
});

test('what Sentry answers while a filing is being held back lets it go on at once', async (t) => {
  const { hub, one, two, number } = await filedOne(t);
  hub.sentry.merge(one.id, two.id);
  const second = await rebuilt(t, hub);
  let rereads = 0;
  const waits: typeof ERROR_SOURCE.waits = async (...args) => {
    const why = await ERROR_SOURCE.waits?.(...args);
    if (why !== null && rereads++ === 0) await second.reread();
    return why ?? null;
  };
  const sources = { ...second.ctx.sources, error: { ...ERROR_SOURCE, waits } };
  const worker = startFilingWorker({ ...second.ctx, sources }, (heard) => second.db.live.subscribe(heard));
  second.db.beforeClose(async () => worker.stop());
  await second.run(await second.rule());
  assert.deepEqual([await numberOf(second, two.id), posts(hub), rereads], [number, 1, 1]);
});

test('a merge after Sentry was asked is seen before the survivor is filed', async (t) => {
  let skewMs = 0;
  const { hub, one, two, number } = await filedOne(t);
  hub.sentry.setStatus(one.id, 'resolved');
  const second = await rebuilt(t, hub, { now: () => new Date(Date.now() + skewMs) });
  const third = second.sentry.newIssue({ title: 'C broke', project: 'api' });
  await runRule(second, { query: 'is:unresolved "C broke"' });
  await held(second, third.id);
  await second.reread();
  await numberOf(second, third.id);
  assert.equal(posts(hub), 2);
  second.sentry.merge(one.id, two.id);
  skewMs += MINUTE_MS;
  await runRule(second, { name: 'B', query: 'is:unresolved "B broke"' });
  await held(second, two.id);
  await second.reread();
  assert.deepEqual([await numberOf(second, two.id), posts(hub)], [number, 2]);
});

test('both were filed before they were merged and the database was lost: each keeps its issue', async (t) => {
  const hub = await startErrors(t);
  const [one, two] = [hub.sentry.newIssue({ title: 'A broke' }), hub.sentry.newIssue({ title: 'B broke' })];
  hub.sentry.event(two.id);
  await runRule(hub);
  const number = await hub.filed(two.id);
  await hub.filed(one.id);
  hub.sentry.merge(one.id, two.id);
  const second = await rebuilt(t, hub);
  await runRule(second);
  assert.deepEqual([await numberOf(second, two.id), posts(hub)], [number, 2]);
});

test('while Sentry fails an error waits and says so, and is filed when Sentry answers', async (t) => {
  const { hub, one, two, number } = await filedOne(t);
  hub.sentry.merge(one.id, two.id);
  const second = await rebuilt(t, hub);
  await runRule(second);
  await held(second, two.id);
  second.sentry.faults.add({ do: '503', times: Infinity });
  assert.equal((await second.reread()).state, 'failed');
  assert.equal(posts(hub), 1);
  second.sentry.faults.clear();
  await second.db.sql.updateTable('sentry_connections').set({ rest_until: null, rest_count: 0 }).execute();
  await second.reread();
  assert.deepEqual([await numberOf(second, two.id), posts(hub)], [number, 1]);
});
