import type { ReportRow, Scope } from './reports.model.ts';
import type { Sql } from '../db/db.model.ts';

/** What a row of the lists is made of. */
export type RowKind = ReportRow['source'];

const VIEWS = { report: 'reported_rows', external: 'opened_rows', error: 'error_rows' } as const;

/** The kinds of rows that a scope may see; a reporter's own are reports. */
export function kindsOf({ reporter, errors }: Scope): RowKind[] {
  if (reporter !== null) return ['report'];
  return errors ? ['report', 'external', 'error'] : ['report', 'external'];
}

/** Rows of a kind within a scope. */
export function scoped(sql: Sql, kind: RowKind, scope: Scope) {
  // the views are alike
  let rows = sql.selectFrom(VIEWS[kind] as 'reported_rows');
  if (scope.tenantId !== null) rows = rows.where('tenant_id', '=', scope.tenantId);
  if (scope.reporter !== null)
    rows = rows.where('reporter_kind', '=', scope.reporter.kind).where('reporter_id', '=', scope.reporter.id);
  return rows;
}
