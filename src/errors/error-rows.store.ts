import { sql as raw } from 'kysely';

import type { ErrorRow } from './rows.model.ts';
import type { Sql } from '../db/db.model.ts';

const ROWS = raw`
  select s.*, r.name as rule_name, e.conflict, e.conflict_at, e.reflected_at, e.reflect_at, e.message as error_message,
         case when s.error_id is null then 0
              else (select count(*)::int - 1 from sentry_issues o where o.error_id = s.error_id) end as shared_with,
         f.id as filing_id, f.state as filing_state, f.attempts as filing_attempts, f.run_at as filing_run_at,
         f.failure_kind as filing_failure_kind, f.failure_message as filing_failure_message, f.derived as filing_derived,
         c.repository as target_repository, c.enabled as target_enabled,
         case when c.paused_at is not null then coalesce(c.paused_message, '') end as target_paused,
         c.adopted_at as target_adopted_at, c.rest_until as target_rest_until, c.rest_message as target_rest_message,
         i.id as issue_id, i.repository as issue_repository, i.number as issue_number, i.url as issue_url,
         i.title as issue_title, i.state as issue_state, i.state_reason as issue_state_reason,
         i.assignees as issue_assignees, i.gone as issue_gone
    from sentry_issues s
    left join errors e on e.id = s.error_id
    left join sentry_rules r on r.id = s.rule_id
    left join filings f on f.source_kind = 'error' and f.source_id = s.error_id
    left join connections c on c.id = f.connection_id
    left join links l on l.source_kind = 'error' and l.source_id = s.error_id
    left join issues i on i.id = l.issue_id`;

/** Rows in the order of their ids here. */
export async function selectErrorRows(sql: Sql, ids: readonly string[]): Promise<ErrorRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await raw<ErrorRow>`${ROWS} where s.id = any(${[...ids]}::uuid[])`.execute(sql);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id)).filter((row) => row !== undefined);
}

/** One row; a wrong tenant's is as missing. */
export async function selectErrorRow(sql: Sql, id: string, tenantId: string | null): Promise<ErrorRow | null> {
  const { rows } = await raw<ErrorRow>`${ROWS}
    where s.id = ${id}${tenantId === null ? raw`` : raw` and s.tenant_id = ${tenantId}`}`.execute(sql);
  return rows[0] ?? null;
}

/** All-time counts at the end of each of the last days, by Sentry issue, oldest first. */
export async function selectCounts(
  sql: Sql,
  ids: readonly string[],
  since: string,
): Promise<{ id: string; day: string; count: number }[]> {
  if (ids.length === 0) return [];
  const { rows } = await raw<{ id: string; day: string; count: number }>`
    select sentry_issue_id as id, to_char(day, 'YYYY-MM-DD') as day, count from sentry_counts
     where sentry_issue_id = any(${[...ids]}::uuid[]) and day >= ${since}::date order by sentry_issue_id, day`.execute(
    sql,
  );
  return rows;
}
