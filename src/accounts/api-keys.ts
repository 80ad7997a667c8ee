import { timingSafeEqual } from 'node:crypto';

import { findTenant } from '../tenants/tenants.ts';
import type { Ctx, Sql } from '../db/db.model.ts';
import { MINUTE_MS } from '../lib/clock.ts';
import { sha256 } from '../lib/fernet.ts';
import { HttpProblem } from '../lib/problem.ts';
import type { Secret } from '../lib/secret.ts';
import type { Principal } from './accounts.model.ts';
import { selectApiKeyByHash, touchApiKey } from './api-keys.store.ts';

/** Where a key is used from; `tenantSlug` is the header X-Tenant. */
export interface KeyUse {
  ip: string;
  tenantSlug: string | null;
}

/** True for ADMIN_API_KEY. Compared as hashes in constant time: neither its letters nor its length can be felt out. */
export function isAdminApiKey(key: string, adminApiKey: Secret | null): boolean {
  return adminApiKey !== null && timingSafeEqual(sha256(key), sha256(adminApiKey.reveal()));
}

/** The operator, by the key of the environment. */
export async function principalOfAdminKey(sql: Sql, use: KeyUse): Promise<Principal> {
  return {
    role: 'system_admin',
    actor: 'api_key:environment',
    name: 'ADMIN_API_KEY',
    tenantId: await chosenTenantId(sql, use.tenantSlug),
    reporter: null,
    ip: use.ip,
  };
}

/** The program that holds this key, null when it is unknown or revoked. */
export async function principalOfApiKey(ctx: Ctx, key: string, use: KeyUse): Promise<Principal | null> {
  const row = await selectApiKeyByHash(ctx.sql, sha256(key));
  if (row === undefined) return null;
  const now = ctx.now();
  if (row.last_used_at === null || row.last_used_at.getTime() <= now.getTime() - MINUTE_MS) {
    await touchApiKey(ctx.sql, row.id, now);
  }
  return {
    role: row.role,
    actor: `api_key:${row.id}`,
    name: row.name,
    tenantId: row.tenant_id ?? (await chosenTenantId(ctx.sql, use.tenantSlug)),
    reporter: null,
    ip: use.ip,
  };
}

async function chosenTenantId(sql: Sql, slug: string | null): Promise<string | null> {
  if (slug === null) return null;
  const tenant = await findTenant(sql, { slug });
  if (tenant !== null) return tenant.id;
  throw new HttpProblem(400, 'The header X-Tenant names no tenant. GET /api/v1/tenants lists their slugs.');
}
