import type { NewRow, Row, Sql } from '../db/db.model.ts';

export async function insertReferences(sql: Sql, rows: readonly NewRow<'sentry_references'>[]): Promise<void> {
  if (rows.length === 0) return;
  await sql
    .insertInto('sentry_references')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['connection_id', 'github_id', 'host', 'sentry_id', 'short_id'])
        .doUpdateSet((eb) => ({ trusted: eb.ref('excluded.trusted'), number: eb.ref('excluded.number') })),
    )
    .execute();
}

/** Trusted references of a repository to any of these Sentry issues, the oldest issue on GitHub first. */
export async function selectTrusted(
  sql: Sql,
  connectionId: string,
  host: string,
  names: { sentryIds: readonly string[]; shortIds: readonly string[] },
): Promise<Row<'sentry_references'>[]> {
  return sql
    .selectFrom('sentry_references')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('host', '=', host)
    .where('trusted', '=', true)
    .where((eb) =>
      eb.or([
        ...(names.sentryIds.length > 0 ? [eb('sentry_id', 'in', names.sentryIds)] : []),
        ...(names.shortIds.length > 0 ? [eb('short_id', 'in', names.shortIds)] : []),
      ]),
    )
    .orderBy('number')
    .execute();
}

/** Every label that a rule of the tenant puts on what it files. */
export async function labelsOfRules(sql: Sql, tenantId: string): Promise<string[]> {
  const rows = await sql.selectFrom('sentry_rules').select('labels').where('tenant_id', '=', tenantId).execute();
  return [...new Set(rows.flatMap(({ labels }) => labels))];
}
