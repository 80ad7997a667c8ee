import type { Principal } from '../accounts/accounts.model.ts';
import type { Tenant } from '../contract/people.ts';
import type { Ctx, Sql } from '../db/db.model.ts';
import { inTransaction } from '../db/db.ts';
import { recordAudit } from '../audit/audit.ts';
import { newId } from '../lib/ids.ts';
import { HttpProblem, notFound } from '../lib/problem.ts';
import { insertFirstTenant, selectFirstTenants, selectTenant, selectTenants, updateTenant } from './tenants.store.ts';
import type { TenantRow } from './tenants.store.ts';

/** Every hub has a tenant from its first start on, so that nobody has to make one. Returns the oldest. */
export async function ensureFirstTenant(ctx: Ctx): Promise<Tenant> {
  const [first] = await selectFirstTenants(ctx.sql);
  if (first !== undefined) return tenantView(first);
  const now = ctx.now();
  return tenantView(await insertFirstTenant(ctx.sql, { id: newId(now), slug: 'main', name: 'Main', created_at: now }));
}

/** All tenants, oldest first. */
export async function listTenants(sql: Sql): Promise<Tenant[]> {
  return (await selectTenants(sql)).map(tenantView);
}

export async function findTenant(sql: Sql, key: { id: string } | { slug: string }): Promise<Tenant | null> {
  const row = await selectTenant(sql, key);
  return row === undefined ? null : tenantView(row);
}

/**
 * The tenant a change is for: the caller's, or the only one there is when a system admin's key named none.
 * Throws a 400 when that leaves a choice.
 */
export async function requireTenantId(sql: Sql, principal: Principal): Promise<string> {
  if (principal.tenantId !== null) return principal.tenantId;
  const [first, second] = await selectFirstTenants(sql);
  if (first !== undefined && second === undefined) return first.id;
  throw new HttpProblem(400, 'Say which tenant this is for: add the header X-Tenant with its slug.');
}

/** For set-up, which names the first tenant. */
export async function renameTenant(sql: Sql, id: string, name: string): Promise<void> {
  await updateTenant(sql, id, { name });
}

/** Changes a tenant's name or title prefix. Throws 404 for another tenant's id, as for a missing one. */
export async function changeTenant(
  ctx: Ctx,
  principal: Principal,
  id: string,
  change: { name?: string | undefined; title_prefix?: string | undefined },
): Promise<Tenant> {
  return inTransaction(ctx.sql, async (sql) => {
    const before = mayChange(principal, id) ? await selectTenant(sql, { id }) : undefined;
    if (before === undefined) throw notFound('tenant');
    const after = tenantView(
      await updateTenant(sql, id, {
        name: change.name ?? before.name,
        title_prefix: change.title_prefix ?? before.title_prefix,
      }),
    );
    await recordAudit(sql, principal, {
      action: 'tenant.updated',
      subject: `tenant:${id}`,
      tenantId: id,
      before: tenantView(before),
      after,
    });
    return after;
  });
}

function mayChange(principal: Principal, tenantId: string): boolean {
  return principal.role === 'system_admin' || principal.tenantId === tenantId;
}

/** What the API shows of a tenant. */
export function tenantView(row: TenantRow): Tenant {
  return { id: row.id, slug: row.slug, name: row.name, title_prefix: row.title_prefix };
}
