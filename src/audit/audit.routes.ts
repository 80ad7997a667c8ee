import type { Handlers } from '../accounts/routes.model.ts';
import type { Ctx } from '../db/db.model.ts';
import { decodeCursor, encodeCursor } from '../lib/cursor.ts';
import { invalidField } from '../lib/problem.ts';
import { selectAuditEvents } from './audit.store.ts';

/** Answers the audit log's route. */
export function auditHandlers(ctx: Ctx): Pick<Handlers, 'listAudit'> {
  return {
    async listAudit({ principal }, { query }) {
      const rows = await selectAuditEvents(ctx.sql, {
        tenantId: principal.tenantId,
        withSystem: principal.role === 'system_admin',
        beforeId: beforeIdOf(query.cursor),
        limit: query.limit + 1,
      });
      const items = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? items.at(-1) : undefined;
      return {
        items: items.map(({ tenant_id: _tenant, ...row }) => ({
          ...row,
          id: String(row.id),
          at: row.at.toISOString(),
        })),
        next: last === undefined ? null : encodeCursor([last.id]),
      };
    },
  };
}

function beforeIdOf(cursor: string | undefined): number | null {
  const parts = decodeCursor(cursor, 1);
  if (parts === null) return null;
  const id = Number(parts[0]);
  if (!Number.isSafeInteger(id)) throw invalidField('cursor', 'This cursor is not one of ours.');
  return id;
}
