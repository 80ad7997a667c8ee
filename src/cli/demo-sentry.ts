import { changeSentryConnection, createRule, ensureEnvironmentSentry } from '../errors/errors.ts';
import { connectionsOf } from '../connections/connections.ts';
import { ensureFirstTenant } from '../tenants/tenants.ts';
import { Secret } from '../lib/secret.ts';
import { SentryRuleDraft } from '../contract/sentry.ts';
import { SYSTEM } from '../accounts/accounts.model.ts';
import {
  openErrors,
  SANDBOX_SENTRY_ORGANIZATION,
  SANDBOX_SENTRY_PEOPLE,
  SANDBOX_SENTRY_SECRET,
  SANDBOX_SENTRY_TOKEN,
  tellWebhooksTo,
} from '../sandbox/sandbox.ts';
import type { Hub } from './hub.ts';
import type { startSandboxGithub, startSandboxSentry } from '../sandbox/sandbox.ts';

const LOOK_SECONDS = 30;
const FILED_WITHIN_MS = 20_000;

interface DemoSites {
  sentry: Awaited<ReturnType<typeof startSandboxSentry>>;
  github: Awaited<ReturnType<typeof startSandboxGithub>>;
}

/**
 * Connects the demo's Sentry as an admin would, with one rule that files its errors into the demo's repository, and has its
 * webhooks sent here. At the first start it waits until the errors that were there are issues; at later ones only the addresses
 * are brought up to date.
 */
export async function connectDemoSentry({ ctx }: Hub, { sentry, github }: DemoSites): Promise<void> {
  const tenant = await ensureFirstTenant(ctx);
  const connection = await ensureEnvironmentSentry(ctx, tenant.id, {
    url: sentry.url,
    token: new Secret(SANDBOX_SENTRY_TOKEN),
    organization: SANDBOX_SENTRY_ORGANIZATION,
  });
  tellWebhooksTo(sentry.world, `${ctx.publicUrl}/webhooks/sentry/${connection.id}`);
  if (connection.clientSecretEncrypted !== null) return;
  const [repository] = await connectionsOf(ctx.sql, tenant.id);
  const rule = SentryRuleDraft.parse({
    name: 'Errors of the shop',
    sentry_connection_id: connection.id,
    connection_id: repository?.id ?? null,
    every_seconds: LOOK_SECONDS,
  });
  await createRule(ctx, SYSTEM, tenant.id, rule);
  await changeSentryConnection(ctx, SYSTEM, connection, {
    client_secret: SANDBOX_SENTRY_SECRET,
    people: SANDBOX_SENTRY_PEOPLE,
  });
  await untilFiled({ sentry, github }, rule.labels);
}

// Whoever opens the demo finds it quiet: what moves after that, moved because somebody acted.
async function untilFiled({ sentry, github }: DemoSites, labels: string[]): Promise<void> {
  const until = Date.now() + FILED_WITHIN_MS;
  const wanted = openErrors(sentry.world).length;
  const filed = (): number =>
    github.state.repositories.flatMap(({ issues }) => issues.filter((issue) => issue.labels.includes(labels[0] ?? '')))
      .length;
  while (filed() < wanted && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 25));
}
