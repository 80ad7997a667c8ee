import { recordAudit } from '../audit/audit.ts';
import { inTransaction } from '../db/db.ts';
import type { Ctx } from '../db/db.model.ts';
import { HttpProblem } from '../lib/problem.ts';
import { selectAccountByEmail } from './accounts.store.ts';
import type { AccountRow } from './accounts.store.ts';
import { verifyPassword } from './passwords.ts';
import { startSession } from './sessions.ts';
import type { Device, NewSession } from './sessions.ts';
import { blockedUntil, countFailure, signInSubjects } from './sign-in.decide.ts';
import type { SignInSubjects } from './sign-in.decide.ts';
import { deleteFailures, forgiveFailure, lockFailures, saveFailure } from './sign-in.store.ts';

/**
 * Opens a session for an e-mail address and a password. Unknown address, wrong password and disabled account give the same
 * 401 after the same time; too many failures give a 429 that says how long to wait.
 */
export async function signIn(
  ctx: Ctx,
  credentials: { email: string; password: string },
  device: Device,
): Promise<NewSession> {
  const subjects = signInSubjects(credentials.email, device.ip);
  await countAttempt(ctx, subjects);
  const account = await selectAccountByEmail(ctx.sql, credentials.email);
  const right = await verifyPassword(account?.password_hash ?? null, credentials.password);
  if (account === undefined || !right || account.disabled_at !== null) {
    throw new HttpProblem(401, 'The e-mail address or the password is wrong.');
  }
  await deleteFailures(ctx.sql, subjects.email);
  await forgiveFailure(ctx.sql, subjects.address, ctx.now());
  return openSession(ctx, account, device, 'account.signed_in');
}

/** Opens a session and writes it to the audit log. */
export async function openSession(
  ctx: Ctx,
  account: AccountRow,
  device: Device,
  action: string,
  tenantId: string | null = null,
): Promise<NewSession> {
  return inTransaction(ctx.sql, async (sql) => {
    const session = await startSession({ ...ctx, sql }, account, device, tenantId);
    const actor = { actor: `account:${account.id}`, name: account.name, ip: device.ip };
    await recordAudit(
      sql,
      { ...actor, role: account.system_admin ? 'system_admin' : 'reporter', tenantId, reporter: null },
      { action, subject: `account:${account.id}` },
    );
    return session;
  });
}

/** Counted as failed before the password is checked: a hundred guesses sent at once count as a hundred. */
async function countAttempt(ctx: Ctx, { email, address }: SignInSubjects): Promise<void> {
  const now = ctx.now();
  const until = await inTransaction(ctx.sql, async (sql) => {
    const counts = await lockFailures(sql, [email, address], now);
    const blocked = blockedUntil(counts, now);
    if (blocked === null) for (const count of counts) await saveFailure(sql, countFailure(count, now));
    return blocked;
  });
  if (until === null) return;
  const seconds = Math.ceil((until.getTime() - now.getTime()) / 1000);
  throw new HttpProblem(429, `Too many failed sign-ins. Try again in ${seconds} seconds.`, {
    headers: { 'retry-after': String(seconds) },
  });
}
