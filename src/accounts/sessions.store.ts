import type { NewRow, Sql } from '../db/db.model.ts';

export async function insertSession(sql: Sql, session: NewRow<'sessions'>): Promise<void> {
  await sql.insertInto('sessions').values(session).execute();
}

/** A session that still counts, with its account and the role in its tenant; `role` is null without a membership there. */
export async function selectSession(sql: Sql, tokenHash: Buffer, now: Date) {
  return sql
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .leftJoin('memberships', (join) =>
      join
        .onRef('memberships.account_id', '=', 'sessions.account_id')
        .onRef('memberships.tenant_id', '=', 'sessions.tenant_id'),
    )
    .select([
      'sessions.tenant_id',
      'sessions.last_seen_at',
      'accounts.id as account_id',
      'accounts.email',
      'accounts.name',
      'accounts.system_admin',
      'memberships.role',
    ])
    .where('sessions.token_hash', '=', tokenHash)
    .where('sessions.expires_at', '>', now)
    .where('accounts.disabled_at', 'is', null)
    .executeTakeFirst();
}

export type SessionRow = NonNullable<Awaited<ReturnType<typeof selectSession>>>;

export async function touchSession(sql: Sql, tokenHash: Buffer, seenAt: Date, expiresAt: Date): Promise<void> {
  await sql
    .updateTable('sessions')
    .set({ last_seen_at: seenAt, expires_at: expiresAt })
    .where('token_hash', '=', tokenHash)
    .execute();
}

export async function updateSessionTenant(sql: Sql, tokenHash: Buffer, tenantId: string | null): Promise<void> {
  await sql.updateTable('sessions').set({ tenant_id: tenantId }).where('token_hash', '=', tokenHash).execute();
}

export async function deleteSession(sql: Sql, tokenHash: Buffer): Promise<void> {
  await sql.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute();
}

export async function deleteSessionsOf(sql: Sql, accountId: string): Promise<void> {
  await sql.deleteFrom('sessions').where('account_id', '=', accountId).execute();
}

export async function deleteExpiredSessions(sql: Sql, now: Date): Promise<void> {
  await sql.deleteFrom('sessions').where('expires_at', '<=', now).execute();
}
