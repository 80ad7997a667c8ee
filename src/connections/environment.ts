import { newId } from '../lib/ids.ts';
import { NO_PAUSE, UNREAD } from './manage.ts';
import { publish } from '../db/db.ts';
import { seal, unseal } from '../lib/keyring.ts';
import {
  countFilings,
  forgetReferences,
  insertConnection,
  selectEnvironmentConnection,
  updateConnection,
} from './connections.store.ts';
import { recordAudit } from '../audit/audit.ts';
import { SYSTEM } from '../accounts/accounts.model.ts';
import type { Secret } from '../lib/secret.ts';
import type { GithubConnection, OutsideCtx } from './connections.model.ts';

interface Environment {
  apiUrl: string;
  token: Secret;
  repository: string;
}

/**
 * Makes or updates the connection of an unattended start from `GITHUB_API_URL`, `GITHUB_TOKEN` and `GITHUB_REPO`. Its address is
 * the operator's own and trusted. A token that changed ends a pause; an unchanged environment changes nothing. Another repository
 * is taken over only when nothing may still be found in the old one; until then the log says so and the old one stays.
 */
export async function ensureEnvironmentConnection(
  ctx: OutsideCtx,
  tenantId: string,
  environment: Environment,
): Promise<void> {
  const existing = await selectEnvironmentConnection(ctx.sql, tenantId);
  if (existing === null) await create(ctx, tenantId, environment);
  else await takeOver(ctx, existing, environment);
}

async function create(ctx: OutsideCtx, tenantId: string, environment: Environment): Promise<void> {
  const now = ctx.now();
  await ctx.sql.transaction().execute(async (sql) => {
    const made = await insertConnection(sql, {
      id: newId(now),
      tenant_id: tenantId,
      kind: 'github',
      name: 'GitHub',
      source: 'environment',
      base_url: environment.apiUrl,
      credential_kind: 'token',
      credential_encrypted: seal(ctx.keyring, environment.token, now),
      repository: environment.repository,
      repository_given: environment.repository,
      created_at: now,
      updated_at: now,
    });
    const after = { repository: made.repository, base_url: environment.apiUrl };
    await recordAudit(sql, SYSTEM, { action: 'connection.created', subject: `connection:${made.id}`, tenantId, after });
    await publish(sql, { kind: 'connection', id: made.id, tenantId });
  });
}

async function takeOver(ctx: OutsideCtx, existing: GithubConnection, environment: Environment): Promise<void> {
  const now = ctx.now();
  const sameToken = unseal(ctx.keyring, existing.credentialEncrypted)?.reveal() === environment.token.reveal();
  // After a rename on GitHub the stored name is newer than the variable: what counts is whether the operator changed the variable.
  const elsewhere =
    existing.repositoryGiven !== environment.repository || hostOf(existing.baseUrl) !== hostOf(environment.apiUrl);
  if (sameToken && !elsewhere && existing.baseUrl === environment.apiUrl) return;
  if (elsewhere && (await countFilings(ctx.sql, existing.id)).undecided > 0) {
    ctx.log.error(
      { repository: existing.repository, wanted: environment.repository },
      'GITHUB_REPO is not taken over yet: reports are being looked for in the old repository; restart when they are found',
    );
    return;
  }
  await ctx.sql.transaction().execute(async (sql) => {
    await updateConnection(sql, existing.id, {
      base_url: environment.apiUrl,
      credential_encrypted: seal(ctx.keyring, environment.token, now),
      viewer_id: null,
      checked_at: null,
      updated_at: now,
      ...NO_PAUSE,
      ...(elsewhere ? { ...UNREAD, repository: environment.repository, repository_given: environment.repository } : {}),
    });
    if (elsewhere) await forgetReferences(sql, existing.id);
    const after = {
      base_url: environment.apiUrl,
      repository: environment.repository,
      credential: sameToken ? 'unchanged' : 'replaced',
    };
    await recordAudit(sql, SYSTEM, {
      action: 'connection.updated',
      subject: `connection:${existing.id}`,
      tenantId: existing.tenantId,
      before: { base_url: existing.baseUrl, repository: existing.repository },
      after,
    });
    await publish(sql, { kind: 'connection', id: existing.id, tenantId: existing.tenantId });
  });
}

function hostOf(url: string): string {
  return new URL(url).hostname;
}
