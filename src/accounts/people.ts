import { recordAudit } from '../audit/audit.ts';
import type { Account, AccountChange, AccountDraft, AccountInvited } from '../contract/people.ts';
import { inTransaction } from '../db/db.ts';
import type { Sql } from '../db/db.model.ts';
import { newId } from '../lib/ids.ts';
import { HttpProblem, notFound } from '../lib/problem.ts';
import { requireTenantId } from '../tenants/tenants.ts';
import type { z } from 'zod';
import type { AccountsCtx, Principal } from './accounts.model.ts';
import {
  hasOtherTenants,
  insertAccount,
  lockMember,
  saveMembership,
  selectAccountByEmail,
  selectMembers,
  updateAccount,
} from './accounts.store.ts';
import type { AccountRow, MemberRow } from './accounts.store.ts';
import { makeLink } from './links.ts';
import { deleteLinksOf } from './links.store.ts';
import { refusePersonAccess, refusePersonChange } from './people.decide.ts';
import { deleteSessionsOf } from './sessions.store.ts';

type AccountView = z.output<typeof Account>;
type InvitedView = z.output<typeof AccountInvited>;

/** The people of the caller's tenant; a system admin also sees who administers the hub. */
export async function listPeople(ctx: AccountsCtx, principal: Principal): Promise<AccountView[]> {
  const tenantId = await requireTenantId(ctx.sql, principal);
  return (await selectMembers(ctx.sql, tenantId, principal.role === 'system_admin')).map(accountView);
}

/** Makes an account, or takes the existing one into the tenant, and the link by which the person sets a password. */
export async function invitePerson(
  ctx: AccountsCtx,
  principal: Principal,
  draft: z.output<typeof AccountDraft>,
): Promise<InvitedView> {
  return inTransaction(ctx.sql, async (sql) => {
    const now = ctx.now();
    const tenantId = await requireTenantId(sql, principal);
    const { email, name, role } = draft;
    const made = await insertAccount(sql, {
      id: newId(now),
      email,
      name,
      password_hash: null,
      disabled_at: null,
      created_at: now,
    });
    const account = made ?? (await existingAccount(sql, principal, tenantId, email));
    await saveMembership(sql, { tenant_id: tenantId, account_id: account.id, role, created_at: now });
    const view = accountView({ ...account, role });
    await recordAudit(sql, principal, {
      action: 'account.invited',
      subject: subject(account.id),
      after: view,
      tenantId,
    });
    return { ...view, link: await makeLink({ ...ctx, sql }, 'password', account.id, tenantId) };
  });
}

/** Changes role, name or access. Taking access away ends every session at once. */
export async function changePerson(
  ctx: AccountsCtx,
  principal: Principal,
  id: string,
  change: z.output<typeof AccountChange>,
): Promise<AccountView> {
  return inTransaction(ctx.sql, async (sql) => {
    const tenantId = await requireTenantId(sql, principal);
    const before = await personOf(sql, principal, tenantId, id);
    const elsewhere = await hasOtherTenants(sql, id, tenantId);
    const refusal = refusePersonChange(principal, { id, systemAdmin: before.system_admin, elsewhere }, change);
    if (refusal !== null) throw refusal;
    const account = await updateAccount(sql, id, {
      name: change.name ?? before.name,
      disabled_at: change.disabled === undefined ? before.disabled_at : change.disabled ? ctx.now() : null,
    });
    const role = change.role ?? before.role;
    if (change.role !== undefined)
      await saveMembership(sql, { tenant_id: tenantId, account_id: id, role: change.role });
    if (change.disabled === true) await takeAccess(sql, id);
    const after = accountView({ ...account, role });
    const values = { before: accountView(before), after, tenantId };
    await recordAudit(sql, principal, { action: 'account.updated', subject: subject(id), ...values });
    return after;
  });
}

/** A new link to set a password; links made before stop working. */
export async function inviteAgain(ctx: AccountsCtx, principal: Principal, id: string): Promise<InvitedView> {
  return inTransaction(ctx.sql, async (sql) => {
    const tenantId = await requireTenantId(sql, principal);
    const person = await personOf(sql, principal, tenantId, id);
    const elsewhere = await hasOtherTenants(sql, id, tenantId);
    const refusal = refusePersonAccess(principal, { id, systemAdmin: person.system_admin, elsewhere });
    if (refusal !== null) throw refusal;
    if (person.disabled_at !== null) throw new HttpProblem(409, 'This account is disabled. Enable it first.');
    await deleteLinksOf(sql, id);
    await recordAudit(sql, principal, { action: 'account.link_made', subject: subject(id), tenantId });
    return { ...accountView(person), link: await makeLink({ ...ctx, sql }, 'password', id, tenantId) };
  });
}

/** Only a system admin may take somebody of another tenant in: the link would open that tenant too. */
async function existingAccount(sql: Sql, principal: Principal, tenantId: string, email: string): Promise<AccountRow> {
  const account = await selectAccountByEmail(sql, email);
  if (account === undefined) throw new Error('the account that was in the way is gone');
  const member = await lockMember(sql, tenantId, account.id, false);
  if (member === undefined && principal.role === 'system_admin') return account;
  const message =
    member === undefined
      ? 'This e-mail address cannot be invited here. Ask a system admin.'
      : 'This person belongs to the tenant already.';
  throw new HttpProblem(409, message, { errors: [{ field: 'email', message }] });
}

async function personOf(sql: Sql, principal: Principal, tenantId: string, id: string): Promise<MemberRow> {
  const person = await lockMember(sql, tenantId, id, principal.role === 'system_admin');
  if (person === undefined) throw notFound('account');
  return person;
}

async function takeAccess(sql: Sql, accountId: string): Promise<void> {
  await deleteSessionsOf(sql, accountId);
  await deleteLinksOf(sql, accountId);
}

function subject(accountId: string): string {
  return `account:${accountId}`;
}

function accountView(row: MemberRow): AccountView {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.system_admin ? 'system_admin' : (row.role ?? 'reporter'),
    disabled: row.disabled_at !== null,
    has_password: row.password_hash !== null,
    created_at: row.created_at.toISOString(),
  };
}
