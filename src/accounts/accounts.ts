import { inTransaction } from '../db/db.ts';
import type { Ctx } from '../db/db.model.ts';
import { DAY_MS, after } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import { insertAccount, saveMembership, selectAccountByEmail } from './accounts.store.ts';
import { makeLink } from './links.ts';
import { deleteExpiredLinks } from './links.store.ts';
import { hashPassword } from './passwords.ts';
import { deleteExpiredSessions } from './sessions.store.ts';
import { deleteQuietFailures } from './sign-in.store.ts';

export { authenticate } from './authenticate.ts';
export type { Credentials } from './authenticate.ts';
export { keySetsOver } from './jwks.client.ts';
export { firstRunLink } from './links.ts';

export interface Person {
  email: string;
  name: string;
  password?: string;
  systemAdmin?: boolean;
  memberships?: { tenantId: string; role: 'reporter' | 'admin' }[];
}

/** Makes an account with its memberships, or adds the memberships to the one with this e-mail. For the demo and for tests. */
export async function ensureAccount(ctx: Ctx, person: Person): Promise<{ id: string }> {
  const passwordHash = person.password === undefined ? null : await hashPassword(person.password);
  return inTransaction(ctx.sql, async (sql) => {
    const now = ctx.now();
    const made = await insertAccount(sql, {
      id: newId(now),
      email: person.email,
      name: person.name,
      password_hash: passwordHash,
      system_admin: person.systemAdmin ?? false,
      disabled_at: null,
      created_at: now,
    });
    const account = made ?? (await selectAccountByEmail(sql, person.email));
    if (account === undefined) throw new Error('the account that was in the way is gone');
    for (const { tenantId, role } of person.memberships ?? []) {
      await saveMembership(sql, { tenant_id: tenantId, account_id: account.id, role, created_at: now });
    }
    return { id: account.id };
  });
}

/** A URL that opens the hub signed in as this account, once, within 12 hours. */
export async function signInLink(ctx: Ctx, publicUrl: string, accountId: string): Promise<string> {
  return makeLink({ ...ctx, publicUrl }, 'sign_in', accountId, null);
}

/** Deletes what has expired. Daily is often enough: expired rows count for nothing. */
export async function cleanUpAccounts(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  await deleteExpiredSessions(ctx.sql, now);
  await deleteExpiredLinks(ctx.sql, now);
  await deleteQuietFailures(ctx.sql, after(now, -DAY_MS));
}
