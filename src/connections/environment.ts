import { newId } from '../lib/ids.ts';
import { NO_PAUSE } from './manage.ts';
import { publish } from '../db/db.ts';
import { seal, unseal } from '../lib/keyring.ts';
import { insertConnection, selectEnvironmentConnection, updateConnection } from './connections.store.ts';
import { recordAudit } from '../audit/audit.ts';
import { SYSTEM } from '../accounts/accounts.model.ts';
import type { Secret } from '../lib/secret.ts';
import type { OutsideCtx } from './connections.model.ts';

/**
 * Makes or updates the connection of an unattended start from `GITHUB_API_URL`, `GITHUB_TOKEN` and `GITHUB_REPO`. Its address is
 * the operator's own and trusted. A token that changed ends a pause; an unchanged environment changes nothing.
 */
export async function ensureEnvironmentConnection(
  ctx: OutsideCtx,
  tenantId: string,
  environment: { apiUrl: string; token: Secret; repository: string },
): Promise<void> {
  const now = ctx.now();
  const baseUrl = environment.apiUrl.replace(/\/+$/u, '');
  const existing = await selectEnvironmentConnection(ctx.sql, tenantId);
  if (existing === null) {
    await ctx.sql.transaction().execute(async (sql) => {
      const made = await insertConnection(sql, {
        id: newId(now),
        tenant_id: tenantId,
        kind: 'github',
        name: 'GitHub',
        source: 'environment',
        base_url: baseUrl,
        credential_kind: 'token',
        credential_encrypted: seal(ctx.keyring, environment.token, now),
        repository: environment.repository,
        created_at: now,
        updated_at: now,
      });
      await recordAudit(sql, SYSTEM, {
        action: 'connection.created',
        subject: `connection:${made.id}`,
        tenantId,
        after: { repository: made.repository, base_url: baseUrl },
      });
      await publish(sql, { kind: 'connection', id: made.id, tenantId });
    });
    return;
  }
  const sameToken = unseal(ctx.keyring, existing.credentialEncrypted)?.reveal() === environment.token.reveal();
  // After a rename the stored name is newer than the variable, and the id is the identity: only another address or token is a change.
  const moved = existing.baseUrl !== baseUrl;
  if (sameToken && !moved) return;
  await ctx.sql.transaction().execute(async (sql) => {
    await updateConnection(sql, existing.id, {
      base_url: baseUrl,
      credential_encrypted: seal(ctx.keyring, environment.token, now),
      viewer_id: null,
      checked_at: null,
      updated_at: now,
      ...NO_PAUSE,
    });
    await recordAudit(sql, SYSTEM, {
      action: 'connection.updated',
      subject: `connection:${existing.id}`,
      tenantId,
      after: { base_url: baseUrl, token: 'changed' },
    });
  });
}
