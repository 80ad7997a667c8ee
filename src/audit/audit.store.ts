import type { NewRow, Row, Sql } from '../db/db.model.ts';

export async function insertAuditEvent(sql: Sql, event: NewRow<'audit_events'>): Promise<void> {
  await sql.insertInto('audit_events').values(event).execute();
}

export interface AuditPage {
  /** Null: of every tenant. */
  tenantId: string | null;
  /** Also what belongs to no tenant, as making one. */
  withSystem: boolean;
  beforeId: number | null;
  limit: number;
}

/** Newest first. */
export async function selectAuditEvents(sql: Sql, page: AuditPage): Promise<Row<'audit_events'>[]> {
  const { tenantId, beforeId } = page;
  let query = sql.selectFrom('audit_events').selectAll().orderBy('id', 'desc').limit(page.limit);
  if (tenantId !== null) {
    query = query.where((eb) =>
      page.withSystem
        ? eb.or([eb('tenant_id', '=', tenantId), eb('tenant_id', 'is', null)])
        : eb('tenant_id', '=', tenantId),
    );
  }
  if (beforeId !== null) query = query.where('id', '<', beforeId);
  return query.execute();
}
