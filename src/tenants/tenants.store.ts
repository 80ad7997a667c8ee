import type { NewRow, Row, RowChange, Sql } from '../db/db.model.ts';

export type TenantRow = Row<'tenants'>;

/** In the order they were made, so that the first is the one the hub began with. */
export async function selectTenants(sql: Sql): Promise<TenantRow[]> {
  return sql.selectFrom('tenants').selectAll().orderBy('created_at').orderBy('id').execute();
}

export async function selectTenant(sql: Sql, key: { id: string } | { slug: string }): Promise<TenantRow | undefined> {
  const query = sql.selectFrom('tenants').selectAll();
  return ('id' in key ? query.where('id', '=', key.id) : query.where('slug', '=', key.slug)).executeTakeFirst();
}

/** The two oldest: enough to know whether there is only one. */
export async function selectFirstTenants(sql: Sql): Promise<TenantRow[]> {
  return sql.selectFrom('tenants').selectAll().orderBy('created_at').orderBy('id').limit(2).execute();
}

/** Undefined when the slug is taken. */
export async function insertTenant(sql: Sql, tenant: NewRow<'tenants'>): Promise<TenantRow | undefined> {
  return sql
    .insertInto('tenants')
    .values(tenant)
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Two hubs that start at once make one tenant: the second waits for the first's row and inserts nothing. */
export async function insertFirstTenant(sql: Sql, tenant: NewRow<'tenants'>): Promise<TenantRow> {
  await insertTenant(sql, tenant);
  return sql.selectFrom('tenants').selectAll().orderBy('created_at').orderBy('id').limit(1).executeTakeFirstOrThrow();
}

export async function updateTenant(sql: Sql, id: string, change: RowChange<'tenants'>): Promise<TenantRow> {
  return sql.updateTable('tenants').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}
