import type { SetPassword, SetUp } from '../contract/people.ts';
import { inTransaction } from '../db/db.ts';
import type { Ctx, Sql } from '../db/db.model.ts';
import { newId } from '../lib/ids.ts';
import { HttpProblem } from '../lib/problem.ts';
import { ensureFirstTenant, renameTenant } from '../tenants/tenants.ts';
import type { z } from 'zod';
import { existsSystemAdmin, insertAccount, selectAccount, updateAccount } from './accounts.store.ts';
import type { AccountRow } from './accounts.store.ts';
import { deleteLinksOf, lockSetup } from './links.store.ts';
import { spendLink } from './links.ts';
import { hashPassword } from './passwords.ts';
import type { Device, NewSession } from './sessions.ts';
import { deleteSessionsOf } from './sessions.store.ts';
import { openSession } from './sign-in.ts';

/** First run: the printed link makes the first system admin, signed in. */
export async function setUp(ctx: Ctx, body: z.output<typeof SetUp>, device: Device): Promise<NewSession> {
  const passwordHash = await hashPassword(body.password);
  return inTransaction(ctx.sql, async (sql) => {
    const inner = { ...ctx, sql };
    await lockSetup(sql);
    await spendLink(sql, body.token, 'setup', ctx.now());
    if (await existsSystemAdmin(sql)) throw new HttpProblem(409, 'This hub is set up already. Sign in.');
    const account = await insertFirstAdmin(inner, body, passwordHash);
    const tenant = await ensureFirstTenant(inner);
    if (body.tenant_name !== undefined) await renameTenant(sql, tenant.id, body.tenant_name);
    return openSession(inner, account, device, 'account.set_up', tenant.id);
  });
}

async function insertFirstAdmin(ctx: Ctx, body: { email: string; name: string }, hash: string): Promise<AccountRow> {
  const now = ctx.now();
  const account = await insertAccount(ctx.sql, {
    id: newId(now),
    email: body.email,
    name: body.name,
    password_hash: hash,
    system_admin: true,
    disabled_at: null,
    created_at: now,
  });
  if (account !== undefined) return account;
  const message = 'An account has this e-mail address already. Use another one.';
  throw new HttpProblem(409, message, { errors: [{ field: 'email', message }] });
}

/** Sets the password an invitation or a reset link asks for; whoever was signed in with the old one is signed out. */
export async function setPassword(ctx: Ctx, body: z.output<typeof SetPassword>, device: Device): Promise<NewSession> {
  const passwordHash = await hashPassword(body.password);
  return inTransaction(ctx.sql, async (sql) => {
    const link = await spendLink(sql, body.token, 'password', ctx.now());
    const { id } = await accountOfLink(sql, link.account_id);
    const account = await updateAccount(sql, id, { password_hash: passwordHash });
    await deleteSessionsOf(sql, id);
    await deleteLinksOf(sql, id);
    return openSession({ ...ctx, sql }, account, device, 'account.password_set', link.tenant_id);
  });
}

/** Signs in with a one-time link. */
export async function openLink(ctx: Ctx, token: string, device: Device): Promise<NewSession> {
  return inTransaction(ctx.sql, async (sql) => {
    const link = await spendLink(sql, token, 'sign_in', ctx.now());
    const account = await accountOfLink(sql, link.account_id);
    return openSession({ ...ctx, sql }, account, device, 'account.signed_in_by_link', link.tenant_id);
  });
}

async function accountOfLink(sql: Sql, accountId: string | null): Promise<AccountRow> {
  const account = accountId === null ? undefined : await selectAccount(sql, accountId);
  if (account !== undefined && account.disabled_at === null) return account;
  throw new HttpProblem(403, 'This account is disabled. Ask an admin.');
}
