import { sql as raw } from 'kysely';

import type { RawBuilder } from 'kysely';
import type { ErrorRow } from './rows.model.ts';
import type { Sql } from '../db/db.model.ts';

/** Which rows: all that are given must hold. */
export interface ErrorsAsk {
  tenantId: string | null;
  tenantSlug: string | null;
  state: 'pending' | 'synced' | 'failed' | 'waiting' | 'skipped' | 'conflict' | null;
  sentryStatus: string | null;
  issueState: 'open' | 'closed' | null;
  rule: string | null;
  connection: string | null;
  /** The mirrored issue on GitHub. */
  issue: string | null;
  project: string | null;
  level: string | null;
  words: string | null;
  number: number | null;
  after: { lastSeen: string; id: string } | null;
  limit: number;
}

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

/** Rows by their last event, the latest first; one more than `limit`, to know whether there is more. */
export async function selectErrorRows(sql: Sql, ask: ErrorsAsk): Promise<ErrorRow[]> {
  const { rows } = await raw<ErrorRow>`${ROWS}
    where ${raw.join(conditionsOf(ask), raw` and `)}
    order by coalesce(s.last_seen, '-infinity') desc, s.id desc limit ${ask.limit + 1}`.execute(sql);
  return rows;
}

/** One row; a wrong tenant's is as missing. */
export async function selectErrorRow(sql: Sql, id: string, tenantId: string | null): Promise<ErrorRow | null> {
  const { rows } = await raw<ErrorRow>`${ROWS}
    where s.id = ${id}${tenantId === null ? raw`` : raw` and s.tenant_id = ${tenantId}`}`.execute(sql);
  return rows[0] ?? null;
}

function conditionsOf(ask: ErrorsAsk): RawBuilder<unknown>[] {
  const like = ask.words === null ? null : `%${ask.words.replaceAll(/[%_\\]/gu, String.raw`\$&`)}%`;
  return [
    raw`true`,
    ...(ask.tenantId === null ? [] : [raw`s.tenant_id = ${ask.tenantId}`]),
    ...(ask.tenantSlug === null ? [] : [raw`s.tenant_id = (select id from tenants where slug = ${ask.tenantSlug})`]),
    ...(ask.state === null ? [] : [STATES[ask.state]]),
    ...(ask.sentryStatus === null ? [] : [raw`s.status = ${ask.sentryStatus}`]),
    ...(ask.issueState === null ? [] : [raw`i.state = ${ask.issueState}`]),
    ...(ask.rule === null ? [] : [raw`s.rule_id = ${ask.rule}`]),
    ...(ask.connection === null ? [] : [raw`s.sentry_connection_id = ${ask.connection}`]),
    ...(ask.issue === null ? [] : [raw`l.issue_id = ${ask.issue}`]),
    ...(ask.project === null ? [] : [raw`s.project = ${ask.project}`]),
    ...(ask.level === null ? [] : [raw`s.level = ${ask.level}`]),
    ...(ask.number === null ? [] : [raw`i.number = ${ask.number}`]),
    ...(like === null
      ? []
      : [
          raw`(s.title ilike ${like} or s.culprit ilike ${like} or upper(s.short_id) = upper(${ask.words}) or s.sentry_id = ${ask.words})`,
        ]),
    ...(ask.after === null
      ? []
      : [
          raw`(coalesce(s.last_seen, '-infinity'), s.id) < (${ask.after.lastSeen}::timestamptz, ${ask.after.id}::uuid)`,
        ]),
  ];
}

const STATES = {
  pending: raw`f.state in ('pending', 'sending', 'unknown')`,
  synced: raw`f.state = 'synced'`,
  failed: raw`f.state = 'failed'`,
  waiting: raw`s.decision = 'waiting' and s.error_id is null`,
  skipped: raw`s.decision = 'skipped' and s.error_id is null`,
  conflict: raw`e.conflict is not null`,
} as const;

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
