import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectionsOf } from '../src/connections/connections.ts';
import { deliveryApplier } from '../src/mirror/mirror.ts';
import { addRepository } from './support/mirror-rows.ts';
import { startApi } from './support/api.ts';

test("an installation's fate is looked up: a suspended one pauses its connection and no other, and goes on after", async (t) => {
  const api = await startApi(t, { connected: false });
  const known = api.fake.addApp();
  const app = { app_id: String(known.id), private_key: known.privateKey, installation_id: known.installationId };
  const made = await api.call('POST', '/connections', { repository: 'acme/webshop', base_url: api.fake.apiUrl, app });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const connection = async () => {
    const [one] = await connectionsOf(api.db.sql, null);
    assert.ok(one);
    return one;
  };
  const apply = deliveryApplier(api.ctx);
  const tell = async (action: string, id = known.installationId) =>
    apply(await connection(), {
      id: crypto.randomUUID(),
      guid: 'g',
      event: 'installation',
      action,
      payload: { action, installation: { id } },
      receivedAt: new Date(),
    });

  assert.equal((await tell('suspend', known.installationId + 1)).state, 'ignored', 'another installation of the App');
  await tell('suspend');
  assert.equal((await connection()).pausedAt, null, 'an old message: GitHub still answers');
  api.fake.suspendInstallation(known.installationId);
  await tell('suspend');
  assert.equal((await connection()).pausedKind, 'forbidden');
  api.fake.suspendInstallation(known.installationId, false);
  await tell('unsuspend');
  assert.equal((await connection()).pausedAt, null);
});

test('what an installation tells of no repository is for all that the tenant has there, and for nobody else', async (t) => {
  const api = await startApi(t, { connected: false });
  api.fake.addRepository('acme/other');
  const known = api.fake.addApp();
  const another = api.fake.installApp(known.id, { account: 'acme', repositories: ['acme/other'] });
  const connect = async (installation_id: number) => {
    const app = { app_id: String(known.id), private_key: known.privateKey, installation_id };
    const draft = { repository: 'acme/webshop', base_url: api.fake.apiUrl, app };
    return String((await api.call('POST', '/connections', draft)).body['id']);
  };
  const ids = [await connect(known.installationId), await connect(known.installationId), await connect(another)];
  const connections = await connectionsOf(api.db.sql, null);
  for (const id of ids) {
    const tenantId = connections.find((one) => one.id === id)?.tenantId ?? '';
    await addRepository(api.db.sql, { tenantId, connectionId: id, fullName: `acme/${id.slice(-4)}` });
  }
  const [first] = connections.filter(({ id }) => id === ids[0]);
  assert.ok(first);
  const outcome = await deliveryApplier(api.ctx)(first, {
    id: crypto.randomUUID(),
    guid: 'g',
    event: 'installation_repositories',
    action: 'added',
    payload: { action: 'added', installation: { id: known.installationId } },
    receivedAt: new Date(),
  });
  assert.equal(outcome.state, 'applied', outcome.message);
  const dirty = await api.db.sql
    .selectFrom('facets as f')
    .innerJoin('repositories as r', 'r.id', 'f.repository_id')
    .select('r.connection_id')
    .where('f.dirty_at', 'is not', null)
    .distinct()
    .execute();
  assert.deepEqual(dirty.map((row) => row.connection_id).toSorted(), ids.slice(0, 2).toSorted());
});
