import type { ReportFacets } from '../contract/reports.ts';
import type { RowCount } from './reports.model.ts';

/** What the tabs and menus show of counted rows. */
export function facetsOf(
  rows: readonly RowCount[],
  tenants: readonly { id: string; slug: string; name: string }[],
): Pick<ReportFacets, 'states' | 'sources' | 'tenants'> {
  const count = (of: (row: RowCount) => boolean) => rows.filter(of).reduce((sum, row) => sum + row.count, 0);
  return {
    states: {
      pending: count(({ filing_state: state }) => state === 'pending' || state === 'sending'),
      unknown: count(({ filing_state: state }) => state === 'unknown'),
      synced: count(({ filing_state: state }) => state === 'synced'),
      failed: count(({ filing_state: state }) => state === 'failed'),
      open: count(({ issue_state: state }) => state === 'open'),
      closed: count(({ issue_state: state }) => state === 'closed'),
    },
    sources: {
      report: count(({ source }) => source === 'report'),
      external: count(({ source }) => source === 'external'),
      error: count(({ source }) => source === 'error'),
    },
    tenants: tenants
      .map(({ id, slug, name }) => ({ slug, name, count: count((row) => row.tenant_id === id) }))
      .slice(0, TENANTS_MAX),
  };
}

const TENANTS_MAX = 50;
