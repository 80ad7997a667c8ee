import type { NewRow, Row, RowChange, Sql } from '../db/db.model.ts';

export type AccountRow = Row<'accounts'>;

export async function selectAccount(sql: Sql, id: string): Promise<AccountRow | undefined> {
  return sql.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Whatever the case it is written in. */
export async function selectAccountByEmail(sql: Sql, email: string): Promise<AccountRow | undefined> {
  return sql
    .selectFrom('accounts')
    .selectAll()
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(email)])))
    .executeTakeFirst();
}

/** Undefined when the e-mail address is taken. */
export async function insertAccount(sql: Sql, account: NewRow<'accounts'>): Promise<AccountRow | undefined> {
  return sql
    .insertInto('accounts')
    .values(account)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function updateAccount(sql: Sql, id: string, change: RowChange<'accounts'>): Promise<AccountRow> {
  return sql.updateTable('accounts').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** Whether anybody can administer the hub. */
export async function existsSystemAdmin(sql: Sql): Promise<boolean> {
  const row = await sql
    .selectFrom('accounts')
    .select('id')
    .where('system_admin', '=', true)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** An account as one tenant sees it; `role` is null for a system admin who is no member. */
export type MemberRow = AccountRow & { role: 'reporter' | 'admin' | null };

function members(sql: Sql, tenantId: string) {
  return sql
    .selectFrom('accounts')
    .leftJoin('memberships', (join) =>
      join.onRef('memberships.account_id', '=', 'accounts.id').on('memberships.tenant_id', '=', tenantId),
    )
    .selectAll('accounts')
    .select('memberships.role');
}

/** Members by name; with `systemAdmins` also those who administer the hub. */
export async function selectMembers(sql: Sql, tenantId: string, systemAdmins: boolean): Promise<MemberRow[]> {
  return members(sql, tenantId)
    .where((eb) =>
      eb.or([
        eb('memberships.role', 'is not', null),
        eb.and([eb.val(systemAdmins), eb('accounts.system_admin', '=', true)]),
      ]),
    )
    .orderBy('accounts.name')
    .orderBy('accounts.id')
    .execute();
}

/** One of `selectMembers`, its account row locked until the transaction ends. */
export async function lockMember(
  sql: Sql,
  tenantId: string,
  accountId: string,
  systemAdmins: boolean,
): Promise<MemberRow | undefined> {
  const row = await members(sql, tenantId)
    .where('accounts.id', '=', accountId)
    .forUpdate('accounts')
    .executeTakeFirst();
  return row === undefined || (row.role === null && !(systemAdmins && row.system_admin)) ? undefined : row;
}

/** Whether the account belongs to any tenant but this one. */
export async function hasOtherTenants(sql: Sql, accountId: string, tenantId: string): Promise<boolean> {
  const row = await sql
    .selectFrom('memberships')
    .select('tenant_id')
    .where('account_id', '=', accountId)
    .where('tenant_id', '<>', tenantId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function saveMembership(sql: Sql, membership: NewRow<'memberships'>): Promise<void> {
  await sql
    .insertInto('memberships')
    .values(membership)
    .onConflict((conflict) => conflict.columns(['tenant_id', 'account_id']).doUpdateSet({ role: membership.role }))
    .execute();
}

/** The tenants of one account, oldest first. */
export async function selectTenantsOf(sql: Sql, accountId: string): Promise<Row<'tenants'>[]> {
  return sql
    .selectFrom('tenants')
    .innerJoin('memberships', 'memberships.tenant_id', 'tenants.id')
    .selectAll('tenants')
    .where('memberships.account_id', '=', accountId)
    .orderBy('tenants.created_at')
    .orderBy('tenants.id')
    .execute();
}
