import type { FilingCtx } from '../filing/filing.model.ts';

export type ReportsCtx = FilingCtx;

/** Whose rows a caller may see: nobody's outside it exists for them. */
export interface Scope {
  /** Null: every tenant (a system admin's key without a tenant). */
  tenantId: string | null;
  /** Only this reporter's own. */
  reporter: { kind: 'account' | 'host'; id: string } | null;
}
