import { createSentryConnection } from './manage-sentry.ts';
import { seal, unseal } from '../../lib/keyring.ts';
import { selectSentryConnections, updateSentryConnection } from './sentry-connections.store.ts';
import { SYSTEM } from '../../accounts/accounts.model.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Secret } from '../../lib/secret.ts';
import type { SentryConnection } from './sentry-connections.model.ts';

/**
 * Makes or updates the Sentry connection of an unattended start from SENTRY_URL, SENTRY_TOKEN and SENTRY_ORG (SPEC C1). Its address
 * is the operator's own and trusted. A token that changed ends a pause; an unchanged environment changes nothing.
 */
export async function ensureEnvironmentSentry(
  ctx: ErrorsCtx,
  tenantId: string,
  environment: { url: string; token: Secret; organization: string },
): Promise<SentryConnection> {
  const existing = (await selectSentryConnections(ctx.sql, tenantId)).find(({ source }) => source === 'environment');
  if (existing === undefined) {
    const draft = {
      base_url: environment.url,
      organization: environment.organization,
      token: environment.token.reveal(),
    };
    const settings = { name: 'Sentry', ca_pem: null, insecure_tls: false, people: {}, enabled: true };
    return createSentryConnection(ctx, SYSTEM, tenantId, { ...settings, ...draft }, 'environment');
  }
  const url = environment.url.replace(/\/+$/u, '');
  const sameToken = unseal(ctx.keyring, existing.tokenEncrypted)?.reveal() === environment.token.reveal();
  const samePlace = existing.baseUrl === url && existing.organization === environment.organization;
  if (sameToken && samePlace) return existing;
  const now = ctx.now();
  return updateSentryConnection(ctx.sql, existing.id, {
    base_url: url,
    organization: environment.organization,
    token_encrypted: seal(ctx.keyring, environment.token, now),
    paused_kind: null,
    paused_message: null,
    paused_at: null,
    // asked anew
    product: null,
    abilities: '{}',
    updated_at: now,
    ...(samePlace ? {} : { organization_id: null, region_url: null }),
  });
}
