import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { eventually } from './support/eventually.ts';
import { signatureOf } from '../src/deliveries/deliveries.fixture.ts';
import { startAppHub } from './support/app-hub.ts';
import { startDeliveryPulls } from '../src/deliveries/deliveries.ts';
import type { AppConnection, AppHub } from './support/app-hub.ts';

interface Post {
  to: AppConnection;
  secret?: string;
  event?: string;
  guid?: string;
  payload: object;
}

async function post({ ctx }: AppHub, { to, secret, event = 'issues', guid = randomUUID(), payload }: Post) {
  const body = JSON.stringify(payload);
  const answer = await fetch(`${ctx.publicUrl}/webhooks/github/${to.id}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': guid,
      ...(secret === undefined ? {} : { 'x-hub-signature-256': signatureOf(body, secret) }),
    },
    body,
  });
  return answer.status;
}

const issue = (installation: number, repository = 'beta/thing') => ({
  action: 'opened',
  issue: {},
  repository: { id: 42, full_name: repository },
  installation: { id: installation },
});

test('what comes by the one webhook of an App is kept where its installation is used, once for each tenant', async (t) => {
  const hub = await startAppHub(t);
  const { fake, kept, webshop, other, beta } = hub;
  for (const repository of ['acme/webshop', 'acme/other', 'beta/thing']) fake.openIssue({ title: 'New' }, repository);
  await fake.deliveriesSettled();
  assert.deepEqual((await kept(webshop)).toSorted(), ['issues acme/other', 'issues acme/webshop']);
  assert.deepEqual(await kept(other), [], 'the tenant has it already');
  assert.deepEqual(await kept(beta), ['issues beta/thing']);
  assert.ok(
    (await hub.deliveries()).every(({ tenant_id, connection_id }) => {
      return tenant_id === (connection_id === beta.id ? beta.tenantId : webshop.tenantId);
    }),
  );
});

test('two tenants that use one installation are both told, and a second post of it is a duplicate', async (t) => {
  const hub = await startAppHub(t);
  const second = await hub.connect({
    tenantId: await hub.tenant('gamma'),
    repository: 'beta/thing',
    app: hub.app,
    installationId: hub.betaInstallation,
  });
  const told = { to: hub.webshop, secret: hub.app.webhookSecret, guid: 'g-1', payload: issue(hub.betaInstallation) };
  assert.equal(await post(hub, told), 202);
  assert.equal(await post(hub, told), 200);
  assert.equal(await post(hub, { ...told, to: hub.beta }), 200, 'also by the address of another connection');
  assert.deepEqual([await hub.kept(hub.beta), await hub.kept(second)], [['issues beta/thing'], ['issues beta/thing']]);
});

test('what happens in an installation that no connection uses is answered and not kept, but that it was installed is', async (t) => {
  const hub = await startAppHub(t);
  const outcomes: string[] = [];
  hub.ctx.meter = { ...hub.ctx.meter, received: (outcome) => void outcomes.push(outcome) };
  const stranger = hub.betaInstallation + 1000;
  const before = (await hub.deliveries()).length;
  const signed = { to: hub.webshop, secret: hub.app.webhookSecret };
  assert.equal(await post(hub, { ...signed, payload: issue(stranger) }), 202);
  assert.equal((await hub.deliveries()).length, before);
  const installed = { action: 'created', installation: { id: stranger, account: { login: 'stranger' } } };
  assert.equal(await post(hub, { ...signed, event: 'installation', payload: installed }), 202);
  assert.deepEqual(outcomes, ['other_installation', 'stored']);
  assert.equal((await hub.deliveries()).at(-1)?.connection_id, hub.webshop.id);
});

test("nobody is told by another App's secret, nor tells by it, whatever installation they name", async (t) => {
  const hub = await startAppHub(t);
  const { fake, kept, beta } = hub;
  const evil = fake.addApp({ slug: 'evil', events: ['issues'], account: 'acme', repositories: ['acme/webshop'] });
  const intruder = { tenantId: await hub.tenant('evil'), app: evil, repository: 'beta/thing' };
  // it says that its App has the installation of another tenant
  const claims = await hub.connect({ ...intruder, installationId: hub.betaInstallation, id: randomUUID() });
  assert.equal(await post(hub, { to: claims, secret: evil.webhookSecret, payload: issue(hub.betaInstallation) }), 202);
  assert.deepEqual(await kept(beta), [], 'it tells itself only');
  assert.equal(await post(hub, { to: beta, secret: evil.webhookSecret, payload: issue(hub.betaInstallation) }), 401);
  const before = await kept(claims);
  fake.openIssue({ title: 'Confidential' }, 'beta/thing');
  await fake.deliveriesSettled();
  assert.deepEqual([await kept(beta), await kept(claims)], [['issues beta/thing'], before]);
});

test('what nobody signed is for connections only that take unsigned posts themselves', async (t) => {
  const hub = await startAppHub(t);
  const open = await hub.connect({
    tenantId: await hub.tenant('open'),
    repository: 'acme/webshop',
    app: hub.app,
    installationId: hub.app.installationId,
    allowUnsigned: true,
  });
  const before = (await hub.deliveries()).length;
  assert.equal(await post(hub, { to: open, payload: issue(hub.betaInstallation) }), 202);
  assert.equal((await hub.deliveries()).length, before);
  assert.equal(await post(hub, { to: open, payload: issue(hub.app.installationId) }), 202);
  assert.deepEqual([(await hub.kept(open)).length, (await hub.kept(hub.webshop)).length], [1, 0]);
});

test("an App's log is read once for all its connections, and what never arrived goes where it belongs", async (t) => {
  const hub = await startAppHub(t);
  const { fake, ctx, db, kept } = hub;
  const evil = fake.addApp({
    slug: 'evil',
    events: ['issues'],
    hookUrl: 'http://127.0.0.1:9/',
    repositories: ['acme/webshop'],
  });
  const intruder = { tenantId: await hub.tenant('evil'), app: evil, repository: 'beta/thing' };
  const claims = await hub.connect({ ...intruder, installationId: hub.betaInstallation, id: randomUUID() });
  fake.deliveries.add({ do: 'drop', times: Infinity });
  for (const repository of ['acme/webshop', 'acme/other', 'beta/thing']) fake.openIssue({ title: 'Lost' }, repository);
  await fake.deliveriesSettled();
  await db.sql.updateTable('connections').set({ enabled: false }).where('id', '=', hub.webshop.id).execute();
  // long enough for another process to take the row of another connection
  fake.faults.add({ match: { path: /\/app\/hook\/deliveries$/u }, do: 'slow', ms: 300, times: Infinity });
  const pulls = [1, 2, 3].map(() => startDeliveryPulls(ctx, async () => undefined));
  await eventually(
    async () => kept(hub.beta),
    (found) => found.length > 0,
    () => 'nothing was fetched for beta',
  );
  await Promise.all(pulls.map(async (pull) => pull.stop()));
  assert.deepEqual((await kept(hub.webshop)).toSorted(), ['issues acme/other', 'issues acme/webshop']);
  assert.deepEqual([await kept(hub.other), await kept(hub.beta), await kept(claims)], [[], ['issues beta/thing'], []]);
  assert.equal(fake.countRequests('GET', /\/app\/hook\/deliveries$/u), 2, 'one read of the log for each App');
  const hooks = await db.sql.selectFrom('hooks').selectAll().where('connection_id', '<>', claims.id).execute();
  assert.equal(hooks.length, 3);
  assert.ok(hooks.every((hook) => hook.pulled_until !== null && hook.checked_at !== null));
});
