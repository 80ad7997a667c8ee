import { findTenant, listTenants, tenantView } from '../tenants/tenants.ts';
import type { SessionView, Tenant } from '../contract/people.ts';
import type { Ctx, Sql } from '../db/db.model.ts';
import { after, DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import { sha256 } from '../lib/fernet.ts';
import { HttpProblem } from '../lib/problem.ts';
import { selectTenantsOf } from './accounts.store.ts';
import type { AccountRow } from './accounts.store.ts';
import type { AccountsCtx, Principal } from './accounts.model.ts';
import { newRandomToken } from './random-tokens.ts';
import { insertSession, selectSession, touchSession, updateSessionTenant } from './sessions.store.ts';
import type { SessionRow } from './sessions.store.ts';

/** A session ends when it was not used for so long. */
const SESSION_MS = 14 * DAY_MS;
/** How old `last_seen_at` may grow before it is written again: not every request writes. */
const TOUCH_AFTER_MS = MINUTE_MS;

export interface NewSession {
  token: string;
  expiresAt: Date;
}

/** Where a session is opened from. */
export interface Device {
  ip: string;
  userAgent: string | null;
}

/** Opens a session in the account's first tenant, or in `tenantId`. Throws a 403 when the account belongs to none. */
export async function startSession(
  ctx: Ctx,
  account: AccountRow,
  device: Device,
  tenantId: string | null = null,
): Promise<NewSession> {
  const [first] = await tenantsOf(ctx.sql, account.id, account.system_admin);
  if (first === undefined && !account.system_admin) {
    throw new HttpProblem(403, 'Your account belongs to no tenant. Ask an admin to invite you.');
  }
  const now = ctx.now();
  const session = { token: newRandomToken(), expiresAt: after(now, SESSION_MS) };
  await insertSession(ctx.sql, {
    token_hash: sha256(session.token),
    account_id: account.id,
    tenant_id: tenantId ?? first?.id ?? null,
    created_at: now,
    last_seen_at: now,
    expires_at: session.expiresAt,
    ip: device.ip,
    user_agent: device.userAgent?.slice(0, 500) ?? null,
  });
  return session;
}

/** Who holds this session token, null when it is no longer good. Use keeps a session alive. */
export async function principalOfSession(ctx: Ctx, token: string, ip: string): Promise<Principal | null> {
  const now = ctx.now();
  const tokenHash = sha256(token);
  const found = await selectSession(ctx.sql, tokenHash, now);
  if (found === undefined) return null;
  const session = inItsTenant(found) ? found : await moveToFirstTenant(ctx.sql, tokenHash, now, found);
  if (session === null) return null;
  if (session.last_seen_at.getTime() <= now.getTime() - TOUCH_AFTER_MS) {
    await touchSession(ctx.sql, tokenHash, now, after(now, SESSION_MS));
  }
  return {
    role: session.system_admin ? 'system_admin' : (session.role ?? 'reporter'),
    actor: `account:${session.account_id}`,
    name: session.name,
    tenantId: session.tenant_id,
    reporter: { kind: 'account', id: session.account_id, email: session.email, name: session.name },
    ip,
  };
}

/** When the cookie of a session used now should end. */
export function sessionExpiry(now: Date): Date {
  return after(now, SESSION_MS);
}

/** What the web app shows of who is signed in. */
export async function sessionView(ctx: AccountsCtx, principal: Principal): Promise<SessionView> {
  const tenants = await tenantsOfPrincipal(ctx.sql, principal);
  const tenant = tenants.find(({ id }) => id === principal.tenantId) ?? null;
  return {
    account: {
      id: principal.reporter?.id ?? principal.actor,
      name: principal.name,
      email: principal.reporter?.email ?? null,
    },
    role: principal.role,
    tenant,
    tenants,
    set_up: { connection: tenant !== null && (await ctx.hasConnection(tenant.id)) },
  };
}

/** The tenants a principal may switch to, oldest first. A system admin sees all. */
export async function tenantsOfPrincipal(sql: Sql, principal: Principal): Promise<Tenant[]> {
  if (principal.role === 'system_admin') return listTenants(sql);
  if (principal.reporter?.kind === 'account') return tenantsOf(sql, principal.reporter.id, false);
  const own = principal.tenantId === null ? null : await findTenant(sql, { id: principal.tenantId });
  return own === null ? [] : [own];
}

async function tenantsOf(sql: Sql, accountId: string, systemAdmin: boolean): Promise<Tenant[]> {
  return systemAdmin ? listTenants(sql) : (await selectTenantsOf(sql, accountId)).map(tenantView);
}

function inItsTenant(session: SessionRow): boolean {
  return session.system_admin ? session.tenant_id !== null : session.role !== null;
}

/** The membership or the tenant is gone since the session began: it goes on in another, or not at all. */
async function moveToFirstTenant(
  sql: Sql,
  tokenHash: Buffer,
  now: Date,
  session: SessionRow,
): Promise<SessionRow | null> {
  const [first] = await tenantsOf(sql, session.account_id, session.system_admin);
  if (first === undefined) return session.system_admin ? session : null;
  await updateSessionTenant(sql, tokenHash, first.id);
  return (await selectSession(sql, tokenHash, now)) ?? null;
}
