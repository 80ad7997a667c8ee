import { mayReadReport } from '../reports/reports.ts';
import type { LiveEvent } from '../contract/events.ts';
import type { LiveNotice } from '../db/db.model.ts';
import type { Principal } from '../accounts/accounts.model.ts';
import type { ReportsCtx } from '../reports/reports.model.ts';

/** What a change means to one person's open page: nothing of other tenants, nothing of other people's reports, settings only to admins. */
export async function mayHear(ctx: ReportsCtx, principal: Principal, notice: LiveNotice): Promise<LiveEvent | null> {
  if (notice.kind === 'reconnected' || notice.kind === 'filing' || notice.kind === 'budget') return null;
  if (principal.tenantId !== null && notice.tenantId !== principal.tenantId) return null;
  const event = { kind: notice.kind === 'delivery_settled' ? ('delivery' as const) : notice.kind, id: notice.id };
  if (principal.role !== 'reporter') return event;
  if (notice.kind !== 'report') return null;
  return (await mayReadReport(ctx, principal, notice.id).catch(() => false)) ? event : null;
}
