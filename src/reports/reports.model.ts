import type { FilingCtx } from '../filing/filing.model.ts';
import type { Row } from '../db/db.model.ts';

export type ReportsCtx = FilingCtx;

/** Whose rows a caller may see: nobody's outside it exists for them. */
export interface Scope {
  /** Null: every tenant (a system admin's key without a tenant). */
  tenantId: string | null;
  /** Only this reporter's own. */
  reporter: { kind: 'account' | 'host'; id: string } | null;
  /** Errors, too. */
  errors: boolean;
}

export type ReportRow = Row<'report_rows'>;

/** How many rows are alike in what the tabs and menus tell apart. */
export type RowCount = Pick<ReportRow, 'source' | 'tenant_id' | 'filing_state' | 'issue_state'> & { count: number };

/** What a report's timeline is told from, each in the order it happened. */
export interface History {
  attempts: Row<'filing_attempts'>[];
  changes: Row<'item_changes'>[];
  acts: Pick<Row<'audit_events'>, 'at' | 'action' | 'actor_name' | 'after'>[];
}
