import { changeSentryConnection, createRule, ensureEnvironmentSentry } from '../errors/errors.ts';
import { connectionsOf } from '../connections/connections.ts';
import { ensureFirstTenant } from '../tenants/tenants.ts';
import { Secret } from '../lib/secret.ts';
import { SentryRuleDraft } from '../contract/sentry.ts';
import { SYSTEM } from '../accounts/accounts.model.ts';
import {
  SANDBOX_SENTRY_ORGANIZATION,
  SANDBOX_SENTRY_PEOPLE,
  SANDBOX_SENTRY_SECRET,
  SANDBOX_SENTRY_TOKEN,
  tellWebhooksTo,
} from '../sandbox/sandbox.ts';
import type { Hub } from './hub.ts';
import type { startSandboxSentry } from '../sandbox/sandbox.ts';

const LOOK_SECONDS = 30;

/**
 * Connects the demo's Sentry as an admin would, with one rule that files its errors into the demo's repository, and has its
 * webhooks sent here. At later starts only the addresses are brought up to date.
 */
export async function connectDemoSentry(
  { ctx }: Hub,
  sentry: Awaited<ReturnType<typeof startSandboxSentry>>,
): Promise<void> {
  const tenant = await ensureFirstTenant(ctx);
  const connection = await ensureEnvironmentSentry(ctx, tenant.id, {
    url: sentry.url,
    token: new Secret(SANDBOX_SENTRY_TOKEN),
    organization: SANDBOX_SENTRY_ORGANIZATION,
  });
  tellWebhooksTo(sentry.world, `${ctx.publicUrl}/webhooks/sentry/${connection.id}`);
  if (connection.clientSecretEncrypted !== null) return;
  const [github] = await connectionsOf(ctx.sql, tenant.id);
  const rule = SentryRuleDraft.parse({
    name: 'Errors of the shop',
    sentry_connection_id: connection.id,
    connection_id: github?.id ?? null,
    every_seconds: LOOK_SECONDS,
  });
  await createRule(ctx, SYSTEM, tenant.id, rule);
  await changeSentryConnection(ctx, SYSTEM, connection, {
    client_secret: SANDBOX_SENTRY_SECRET,
    people: SANDBOX_SENTRY_PEOPLE,
  });
}
