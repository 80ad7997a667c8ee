import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectionsOf } from '../src/connections/connections.ts';
import { deliveryApplier } from '../src/mirror/mirror.ts';
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
