import { hookSentence, openDoor, placeOf } from './hook-door.ts';
import { recordAudit } from '../audit/audit.ts';
import { renewWebhookSecret, webhookUrl } from './webhook-secret.ts';
import { selectHooks, updateHook } from './hooks.store.ts';
import type { DeliveriesCtx, HookRow } from './deliveries.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { Principal } from '../accounts/accounts.model.ts';

/**
 * A new secret for hooks that a person makes by hand. The one before stays valid; the hooks that the hub made get the new one,
 * and one that cannot be reached says so on its page.
 */
export async function makeSecret(
  ctx: DeliveriesCtx,
  principal: Principal,
  connection: GithubConnection,
): Promise<{ secret: string; url: string }> {
  const secret = await ctx.sql.transaction().execute(async (sql) => {
    const made = await renewWebhookSecret(ctx, sql, connection);
    await recordAudit(sql, principal, {
      action: 'connection.webhook_secret_made',
      subject: `connection:${connection.id}`,
      tenantId: connection.tenantId,
    });
    return made;
  });
  const url = webhookUrl(ctx.publicUrl, connection.id);
  const own = (await selectHooks(ctx.sql, connection.id)).filter((row) => row.target_kind !== 'app');
  for (const row of own) await giveSecret(ctx, row, { url, secret });
  return { secret, url };
}

async function giveSecret(ctx: DeliveriesCtx, row: HookRow, wanted: { url: string; secret: string }): Promise<void> {
  const { github } = await openDoor(ctx, row.connection_id);
  const given = await github.changeHook(await placeOf(ctx, row), row.github_id ?? 0, wanted);
  if (given.ok) return;
  const message = `It still signs with the secret before: ${hookSentence(given.failure)} Press Save to set it.`;
  await updateHook(ctx.sql, row.id, { message });
}
