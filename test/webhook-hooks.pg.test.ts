import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BOT, HOOKS, hooksOf, startHooked, startHub } from './support/hooked-hub.ts';
import { deliveryRow } from '../src/deliveries/deliveries.fixture.ts';
import { newId } from '../src/lib/ids.ts';
import type { Hook } from '../src/contract/deliveries.ts';

test('a webhook is made with our address, our secret and the events of the mirror, and what it sends is accepted', async (t) => {
  const { fake, deliveries, made, connection, ctx } = await startHooked(t);
  const [hook] = hooksOf(fake);
  assert.equal(hook?.url, `${ctx.publicUrl}/webhooks/github/${connection.id}`);
  assert.equal(hook?.contentType, 'json');
  assert.ok(['issues', 'push', 'member'].every((event) => hook?.events.includes(event)));
  fake.openIssue({ title: 'Heard at once' });
  await fake.deliveriesSettled();
  const kept = await deliveries();
  assert.deepEqual(
    kept.map(({ event, came_by, hook_id }) => [event, came_by, hook_id]),
    [
      ['ping', 'post', hook?.id],
      ['issues', 'post', hook?.id],
    ],
  );
  assert.match(String(kept[1]?.payload), /"action":"opened".*"full_name":"acme\/webshop"/u);
  assert.equal(made.target, 'acme/webshop');
});

test('making a webhook again takes over the one that is there, and gives it our secret', async (t) => {
  const { fake, ask, made } = await startHooked(t);
  const [hook] = hooksOf(fake);
  assert.ok(hook);
  hook.secret = 'of somebody else';
  hook.active = false;
  const again = await ask('POST', HOOKS);
  assert.deepEqual([again.status, again.body['id']], [201, made.id]);
  assert.equal(hooksOf(fake).length, 1);
  assert.equal(hooksOf(fake)[0]?.active, true);
  fake.openIssue({ title: 'Signed anew' });
  await fake.deliveriesSettled();
  assert.equal((await ask('GET', '/deliveries?event=issues')).status, 200);
  assert.equal(((await ask('GET', '/deliveries?event=issues')).body['items'] as unknown[]).length, 1);
});

test('a webhook whose creation was not answered is found, and not made twice', async (t) => {
  const { fake, ask } = await startHub(t);
  fake.faults.add({ match: { method: 'POST', path: /\/hooks$/u }, do: 'commit_then_drop' });
  const answer = await ask('POST', HOOKS);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  assert.equal(hooksOf(fake).length, 1);
  assert.equal(fake.countRequests('POST', /\/hooks$/u), 1);
});

test('a hub that only its own machine can reach is told so before GitHub is asked', async (t) => {
  const { ask, ctx, db, fake } = await startHub(t, 'http://localhost:4400');
  assert.equal(ctx.publicUrl, 'http://localhost:4400');
  await db.sql.updateTable('connections').set({ base_url: 'https://api.github.com' }).execute();
  const answer = await ask('POST', HOOKS);
  assert.equal(answer.status, 409);
  assert.match(String(answer.body['detail']), /only this machine can reach.*Set PUBLIC_URL.*scheduled sync/u);
  assert.equal(fake.requests.length, 0);
});

test('a credential that may not manage webhooks is told what it lacks', async (t) => {
  const { ask, fake } = await startHub(t);
  fake.setRole(BOT, 'push');
  const answer = await ask('POST', HOOKS);
  assert.equal(answer.status, 422);
  assert.match(String(answer.body['detail']), /admin of the repository.*Webhooks: write.*by hand/u);
  const list = await ask('GET', HOOKS);
  assert.deepEqual([list.status, list.body['items']], [200, []]);
  assert.match(String(list.body['problem']), /does not let this credential/u);
});

test('the list tells the hooks of this hub, how they fare, and counts those of others', async (t) => {
  const { ask, fake } = await startHooked(t);
  const github = hooksOf(fake);
  github.push({ ...(github[0] as (typeof github)[0]), id: 999, url: 'https://ci.example/hook' });
  const list = await ask('GET', HOOKS);
  const [hook] = list.body['items'] as Hook[];
  assert.deepEqual([list.body['others'], list.body['problem']], [1, null]);
  assert.deepEqual([hook?.healthy, hook?.last_code, hook?.reason], [true, 202, 'The last delivery arrived.']);
});

test('a hook that fails says why and what to do, in words for each way', async (t) => {
  const { ask, fake } = await startHooked(t);
  const [hook] = hooksOf(fake);
  assert.ok(hook);
  const fate = async () => ((await ask('GET', HOOKS)).body['items'] as Hook[])[0];
  hook.secret = 'changed by hand';
  fake.openIssue({ title: 'Signed wrongly' });
  await fake.deliveriesSettled();
  assert.match((await fate())?.reason ?? '', /signed with another secret/u);
  const saved = await ask('PATCH', `/hooks/${(await fate())?.id}`, { active: true });
  assert.equal(saved.status, 200);
  fake.openIssue({ title: 'Signed rightly' });
  await fake.deliveriesSettled();
  assert.equal((await fate())?.healthy, true);
  hook.events = ['push'];
  assert.match((await fate())?.reason ?? '', /does not send issues, issue_comment/u);
  hook.url = 'https://elsewhere.example/';
  assert.match((await fate())?.reason ?? '', /sends to https:\/\/elsewhere\.example\/, not to this hub/u);
  hooksOf(fake).length = 0;
  assert.match((await fate())?.reason ?? '', /no longer has this webhook/u);
});

test('after a name was given to another repository, each has its own hooks', async (t) => {
  const { ask, fake, made, db, connection } = await startHooked(t);
  fake.renameRepository('acme/old-shop');
  fake.addRepository('acme/webshop', { roles: { [BOT]: 'admin' } });
  const [first, second] = fake.state.repositories;
  assert.ok(first !== undefined && second !== undefined);
  const now = new Date();
  const common = { tenant_id: connection.tenantId, connection_id: connection.id, host: '127.0.0.1', url: '' };
  const row = (github_id: number, full_name: string) =>
    ({ ...common, id: newId(now), github_id, full_name, mirrors: 'all' }) as const;
  const renamed = row(first.id, 'acme/old-shop');
  await db.sql
    .insertInto('repositories')
    .values([renamed, row(second.id, 'acme/webshop')])
    .execute();
  await db.sql
    .insertInto('repository_names')
    .values({ repository_id: renamed.id, full_name: 'acme/webshop', until: new Date() })
    .execute();
  await db.sql
    .updateTable('connections')
    .set({ repository: 'acme/old-shop', github_repository_id: first.id })
    .execute();
  const listed = async (path: string) => ((await ask('GET', path)).body['items'] as Hook[]).map(({ id }) => id);
  assert.deepEqual(await listed(HOOKS), []);
  assert.deepEqual(await listed('/repositories/acme/old-shop/hooks'), [made.id]);
  const other = await ask('POST', HOOKS);
  assert.deepEqual([other.status, first.hooks.length, second.hooks.length], [201, 1, 1]);
  assert.equal((await ask('POST', `/hooks/${made.id}/ping`)).status, 202);
  assert.equal((await ask('PATCH', `/hooks/${made.id}`, { active: false })).status, 200);
  assert.deepEqual([first.hooks[0]?.active, second.hooks[0]?.active], [false, true]);
  assert.equal((await ask('DELETE', `/hooks/${made.id}`)).status, 204);
  assert.deepEqual([first.hooks.length, second.hooks.length], [0, 1]);
  assert.deepEqual(await listed(HOOKS), [other.body['id']]);
});

test('events and the switch are changed, a ping is sent, and a hook is removed here and at GitHub', async (t) => {
  const { ask, fake, made, db } = await startHooked(t);
  const changed = await ask('PATCH', `/hooks/${made.id}`, { events: ['issues', 'push'], active: false });
  assert.deepEqual([changed.body['events'], changed.body['active']], [['issues', 'push'], false]);
  await ask('PATCH', `/hooks/${made.id}`, { active: true });
  assert.equal((await ask('POST', `/hooks/${made.id}/ping`)).status, 202);
  await fake.deliveriesSettled();
  const pings = await ask('GET', '/deliveries?event=ping');
  assert.equal((pings.body['items'] as unknown[]).length, 2);
  assert.equal((await ask('DELETE', `/hooks/${made.id}`)).status, 204);
  assert.equal(hooksOf(fake).length, 0);
  assert.equal((await ask('DELETE', `/hooks/${made.id}`)).status, 404);
  const acts = await db.sql.selectFrom('audit_events').select('action').orderBy('id').execute();
  assert.deepEqual(
    acts.map(({ action }) => action),
    ['hook.created', 'hook.updated', 'hook.updated', 'hook.deleted'],
  );
});

test('a new secret is shown once, given to the hooks of the hub, and the one before stays valid', async (t) => {
  const { ask, fake, connection, ctx, deliveries } = await startHooked(t);
  const before = hooksOf(fake)[0]?.secret;
  const answer = await ask('POST', `/connections/${connection.id}/webhook-secret`);
  assert.equal(answer.status, 201);
  assert.equal(answer.body['url'], `${ctx.publicUrl}/webhooks/github/${connection.id}`);
  assert.equal(hooksOf(fake)[0]?.secret, answer.body['secret']);
  assert.notEqual(before, answer.body['secret']);
  for (const secret of [before, String(answer.body['secret'])]) {
    const [hook] = hooksOf(fake);
    if (hook) hook.secret = secret ?? null;
    fake.openIssue({ title: 'Signed' });
    await fake.deliveriesSettled();
  }
  assert.equal((await deliveries()).filter(({ event }) => event === 'issues').length, 2);
});

test('deliveries are listed by page, filtered, shown with their payload, and applied again by a person', async (t) => {
  const { ask, fake, db } = await startHooked(t);
  for (const title of ['one', 'two', 'three']) fake.openIssue({ title, body: 'x'.repeat(60_000) });
  fake.editBody(1, 'ü'.repeat(90_000));
  await fake.deliveriesSettled();
  const first = await ask('GET', '/deliveries?limit=2&event=issues');
  const second = await ask('GET', `/deliveries?limit=2&event=issues&cursor=${String(first.body['next'])}`);
  const items = [first, second].flatMap(({ body }) => body['items'] as { id: string; guid: string }[]);
  assert.deepEqual([items.length, new Set(items.map(({ id }) => id)).size, second.body['next']], [4, 4, null]);
  const guid = items[0]?.guid ?? '';
  await db.sql.updateTable('deliveries').set({ repository: 'acme/webshop' }).execute();
  const found = await ask('GET', `/deliveries?q=${guid}&repository=ACME/webshop&state=received`);
  assert.equal((found.body['items'] as unknown[]).length, 1);
  const shown = await ask('GET', `/deliveries/${items[0]?.id}`);
  assert.equal(shown.body['payload_truncated'], true);
  assert.ok(Number(shown.body['payload_bytes']) > 200_000);
  assert.ok(Buffer.byteLength(String(shown.body['payload'])) <= 200_000);
  await db.sql.updateTable('deliveries').set({ state: 'failed', attempts: 5, message: 'No.' }).execute();
  const replayed = await ask('POST', `/deliveries/${items[1]?.id}/replay`);
  assert.deepEqual(
    [replayed.status, replayed.body['state'], replayed.body['attempts'], replayed.body['message']],
    [202, 'received', 0, null],
  );
  assert.equal((await ask('GET', '/deliveries?cursor=nonsense')).status, 400);
});

test('all deliveries that failed and match a filter are replayed at once, those in another state and a second time are not', async (t) => {
  const { db, ask, connection } = await startHub(t);
  const failed = { state: 'failed', attempts: 5, message: 'No.', applied_at: new Date() } as const;
  await db.sql
    .insertInto('deliveries')
    .values([
      deliveryRow(connection, { event: 'push', ...failed }),
      deliveryRow(connection, { event: 'issues', repository: 'acme/webshop', ...failed }),
      deliveryRow(connection, { event: 'issues', repository: 'acme/other', ...failed }),
      deliveryRow(connection, { event: 'issues', repository: 'acme/webshop', state: 'applied', message: 'Done.' }),
    ])
    .execute();
  const ofOne = await ask('POST', '/deliveries/replay', { event: 'issues', repository: 'ACME/webshop' });
  assert.deepEqual([ofOne.status, ofOne.body], [202, { replayed: 1 }]);
  assert.deepEqual((await ask('POST', '/deliveries/replay', {})).body, { replayed: 2 });
  assert.deepEqual((await ask('POST', '/deliveries/replay', {})).body, { replayed: 0 });
  const rows = await db.sql.selectFrom('deliveries').select(['state', 'attempts', 'message', 'applied_at']).execute();
  assert.equal(rows.filter(({ state, attempts }) => state === 'received' && attempts === 0).length, 3);
  assert.ok(rows.every(({ state, message, applied_at: at }) => state === 'applied' || (message === null && !at)));
  const audited = await db.sql
    .selectFrom('audit_events')
    .select(['after', 'tenant_id'])
    .where('action', '=', 'deliveries.replayed')
    .orderBy('id')
    .execute();
  assert.deepEqual(audited, [
    { after: { count: 1, filter: { event: 'issues', repository: 'ACME/webshop' } }, tenant_id: connection.tenantId },
    { after: { count: 2, filter: {} }, tenant_id: connection.tenantId },
  ]);
  assert.equal((await ask('POST', '/deliveries/replay', { state: 'applied' })).status, 400);
});
