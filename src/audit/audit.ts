import type { Principal } from '../accounts/accounts.model.ts';
import type { Sql } from '../db/db.model.ts';
import { insertAuditEvent } from './audit.store.ts';
import { auditJson } from './redact.decide.ts';

export interface AuditEntry {
  /** What was done, in the past tense: `connection.updated`. */
  action: string;
  /** To what: `connection:<id>`. */
  subject: string;
  before?: unknown;
  after?: unknown;
  /** Whose tenant it concerns, where that is not the principal's own. */
  tenantId?: string | null;
}

/**
 * Writes who did what, in the transaction that does it: no change without its row, no row without its change.
 * Values under keys that name a secret are replaced.
 */
export async function recordAudit(sql: Sql, principal: Principal, entry: AuditEntry): Promise<void> {
  await insertAuditEvent(sql, {
    tenant_id: entry.tenantId === undefined ? principal.tenantId : entry.tenantId,
    actor: principal.actor,
    actor_name: principal.name,
    ip: principal.ip,
    action: entry.action,
    subject: entry.subject,
    before: auditJson(entry.before),
    after: auditJson(entry.after),
  });
}
