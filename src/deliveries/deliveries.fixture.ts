import { createHmac } from 'node:crypto';

import examples from '@octokit/webhooks-examples' with { type: 'json' };

import { connectionsOf } from '../connections/connections.ts';
import { deriveKeyring, seal } from '../lib/keyring.ts';
import { ensureFirstTenant } from '../tenants/tenants.ts';
import { newId } from '../lib/ids.ts';
import { NO_METER } from '../lib/meter.ts';
import { quiet } from '../../test/support/quiet.ts';
import { Secret } from '../lib/secret.ts';
import { testDatabase } from '../../test/support/database.ts';
import type { Database } from '../db/db.ts';
import type { DeliveriesCtx } from './deliveries.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { NewDelivery } from './inbox.store.ts';
import type { NewRow } from '../db/db.model.ts';
import type { TestContext } from 'node:test';

export const WEBHOOK_SECRET = "It's a Secret to Everybody";

/** A database with one connection that has the webhook secret above; nothing else of the hub. */
export interface Ground {
  db: Database;
  ctx: DeliveriesCtx;
  connection: GithubConnection;
}

/** `github` is where the connection leads; nowhere unless given. */
export async function startGround(
  t: TestContext,
  options: { github?: { apiUrl: string; token: string; repository: string }; ctx?: Partial<DeliveriesCtx> } = {},
): Promise<Ground> {
  const db = await testDatabase(t);
  const keyring = deriveKeyring([new Secret('the secret key of a test')]);
  const ctx: DeliveriesCtx = {
    sql: db.sql,
    now: () => new Date(),
    log: quiet,
    meter: NO_METER,
    keyring,
    allowPrivateAddresses: true,
    createSpacingMs: 0,
    publicUrl: 'https://hub.example',
    ...options.ctx,
  };
  const tenant = await ensureFirstTenant(ctx);
  const sealed = (text: string) => seal(keyring, new Secret(text), new Date());
  const now = new Date();
  const github = options.github ?? { apiUrl: 'http://127.0.0.1:9', token: 'none', repository: 'octo/repo' };
  const row: NewRow<'connections'> = {
    id: newId(now),
    tenant_id: tenant.id,
    kind: 'github',
    source: 'settings',
    name: 'GitHub',
    repository: github.repository,
    base_url: github.apiUrl,
    credential_kind: 'token',
    credential_encrypted: sealed(github.token),
    webhook_secret_encrypted: sealed(WEBHOOK_SECRET),
    created_at: now,
    updated_at: now,
  };
  await db.sql.insertInto('connections').values(row).execute();
  const [connection] = await connectionsOf(db.sql, tenant.id);
  if (connection === undefined) throw new Error('the connection was not made');
  return { db, ctx, connection };
}

/** A delivery as the receiver would have stored it, or as given. */
export function deliveryRow<Given extends Partial<NewRow<'deliveries'>>>(
  connection: GithubConnection,
  given?: Given,
): NewDelivery & Given {
  const now = new Date();
  const id = newId(now);
  return {
    id,
    tenant_id: connection.tenantId,
    connection_id: connection.id,
    guid: id,
    hook_id: null,
    event: 'ping',
    came_by: 'post',
    received_at: now,
    run_at: now,
    payload: Buffer.from('{"zen":"Speak like a human."}'),
    ...(given as Given), // nothing given is nothing added
  };
}

/** X-Hub-Signature-256 as GitHub makes it. */
export function signatureOf(body: string | Buffer, secret: string = WEBHOOK_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Every payload that GitHub's own examples hold: `event` and the JSON object as it would be posted. */
export function examplePayloads(): { event: string; payload: Record<string, unknown> }[] {
  // the package types its main file by a generated map that is not installed with it
  const events = examples as unknown as { name: string; examples: Record<string, unknown>[] }[];
  return events.flatMap(({ name, examples: payloads }) => payloads.map((payload) => ({ event: name, payload })));
}
