import { insertTenant } from '../../src/tenants/tenants.store.ts';
import { newId } from '../../src/lib/ids.ts';
import { publish } from '../../src/db/db.ts';
import { seal } from '../../src/lib/keyring.ts';
import { Secret } from '../../src/lib/secret.ts';
import { startHub } from './hooked-hub.ts';
import type { FakeApp } from '../fakes/github-app-actors.ts';
import type { HookedHub } from './hooked-hub.ts';
import type { TestContext } from 'node:test';

export interface AppConnection {
  id: string;
  tenantId: string;
}

export interface AppHub extends HookedHub {
  /** One App: installed on acme, where two connections of one tenant use it, and on beta, where another tenant does. */
  app: FakeApp;
  webshop: AppConnection;
  other: AppConnection;
  beta: AppConnection;
  betaInstallation: number;
  tenant: (slug: string) => Promise<string>;
  connect: (of: {
    allowUnsigned?: boolean;
    tenantId: string;
    repository: string;
    app: FakeApp;
    installationId: number;
    id?: string;
  }) => Promise<AppConnection>;
  /** `event repository` of what each connection keeps, oldest first, without the news of installations. */
  kept: (connection: AppConnection) => Promise<string[]>;
}

/** A hub whose connections share one GitHub App; its webhook leads to the connection of acme/webshop. */
export async function startAppHub(t: TestContext): Promise<AppHub> {
  const hub = await startHub(t);
  const { fake, ctx, db } = hub;
  await db.sql.deleteFrom('connections').execute();
  const id = newId(new Date());
  fake.addRepository('acme/other');
  fake.addRepository('beta/thing');
  const hookUrl = `${ctx.publicUrl}/webhooks/github/${id}`;
  const app = fake.addApp({ events: ['issues'], hookUrl, repositories: ['acme/webshop', 'acme/other'] });
  const betaInstallation = fake.installApp(app.id, { account: 'beta' });
  await fake.deliveriesSettled();
  const tenant = async (slug: string) => {
    const row = await insertTenant(db.sql, { id: newId(new Date()), slug, name: slug, created_at: new Date() });
    if (row === undefined) throw new Error(`the tenant ${slug} is there`);
    return row.id;
  };
  // what a change on the pages tells: resolves when the receiver has heard of it
  const changed = async ({ id: connectionId, tenantId }: AppConnection) => {
    const heard = new Promise<void>((resolve) => {
      const unsubscribe = db.live.subscribe((notice) => {
        if (notice.kind !== 'connection' || notice.id !== connectionId) return;
        unsubscribe();
        resolve();
      });
    });
    await db.live.ready();
    await publish(db.sql, { kind: 'connection', id: connectionId, tenantId });
    await heard;
  };
  const connect: AppHub['connect'] = async ({ tenantId, repository, installationId, ...of }) => {
    const now = new Date();
    const made = { id: of.id ?? newId(now), tenantId };
    const sealed = (text: string) => seal(ctx.keyring, new Secret(text), now);
    const credential = { app_id: String(of.app.id), private_key: of.app.privateKey, installation_id: installationId };
    await db.sql
      .insertInto('connections')
      .values({
        id: made.id,
        tenant_id: tenantId,
        kind: 'github',
        source: 'settings',
        name: repository,
        repository,
        base_url: fake.apiUrl,
        credential_kind: 'app',
        credential_encrypted: sealed(JSON.stringify({ ...credential, slug: null })),
        webhook_allow_unsigned: of.allowUnsigned ?? false,
        webhook_secret_encrypted: of.id === undefined ? null : sealed(of.app.webhookSecret),
        created_at: now,
        updated_at: now,
      })
      .execute();
    await changed(made);
    return made;
  };
  const acme = await tenant('acme');
  const own = { tenantId: acme, app, installationId: app.installationId };
  const webshop = await connect({ ...own, repository: 'acme/webshop', id });
  const other = await connect({ ...own, repository: 'acme/other' });
  const beta = await connect({
    app,
    tenantId: await tenant('beta'),
    repository: 'beta/thing',
    installationId: betaInstallation,
  });
  return {
    ...hub,
    app,
    webshop,
    other,
    beta,
    betaInstallation,
    tenant,
    connect,
    kept: async (connection) =>
      (await hub.deliveries())
        .filter((row) => row.connection_id === connection.id && row.event !== 'installation')
        .map(({ event, payload }) => `${event} ${/"full_name":"([^"]+)"/u.exec(String(payload))?.[1]}`),
  };
}
