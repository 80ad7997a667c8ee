import { randomBytes } from 'node:crypto';

import { lockWebhookSecret, updateWebhookSecret } from './receivers.store.ts';
import { publish } from '../db/db.ts';
import { seal, unseal } from '../lib/keyring.ts';
import { Secret } from '../lib/secret.ts';
import type { DeliveriesCtx } from './deliveries.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { Keyring } from '../lib/keyring.ts';
import type { Sql } from '../db/db.model.ts';

const SECRET_BYTES = 32;
/** The newest and the one before, which hooks at GitHub may still have. One stands on each line of what is sealed. */
const SECRETS_KEPT = 2;

/** The secrets with which GitHub may sign, newest first; none when nothing is stored or `SECRET_KEY` is another one. */
export function secretsIn(keyring: Keyring, sealed: string | null): string[] {
  const text = sealed === null ? null : unseal(keyring, sealed);
  return text === null ? [] : text.reveal().split('\n');
}

/** Where GitHub sends the deliveries of a connection. */
export function webhookUrl(publicUrl: string, connectionId: string): string {
  return `${publicUrl}/webhooks/github/${connectionId}`;
}

/** The connection's webhook secret, made at the first call. */
export async function ensureWebhookSecret(ctx: DeliveriesCtx, connection: GithubConnection): Promise<string> {
  return ctx.sql.transaction().execute(async (sql) => {
    const [secret] = secretsIn(ctx.keyring, await lockWebhookSecret(sql, connection.id));
    return secret ?? addSecret(ctx, sql, connection, []);
  });
}

/** A new secret within the caller's transaction; the one before stays valid beside it. */
export async function renewWebhookSecret(ctx: DeliveriesCtx, sql: Sql, connection: GithubConnection): Promise<string> {
  return addSecret(ctx, sql, connection, secretsIn(ctx.keyring, await lockWebhookSecret(sql, connection.id)));
}

async function addSecret(
  ctx: DeliveriesCtx,
  sql: Sql,
  connection: GithubConnection,
  before: string[],
): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString('hex');
  const kept = [secret, ...before].slice(0, SECRETS_KEPT).join('\n');
  await updateWebhookSecret(sql, connection.id, seal(ctx.keyring, new Secret(kept), ctx.now()));
  await publish(sql, { kind: 'connection', id: connection.id, tenantId: connection.tenantId });
  return secret;
}
