import { sql as raw } from 'kysely';

import type { HookFacts } from './repository-health.decide.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { RepositoryCounts } from '../contract/mirror.ts';
import type { Row, Sql } from '../db/db.model.ts';
import type { RunRow } from './sync-runs.store.ts';

export interface RepositoriesAsk {
  tenantId: string | null;
  q: string | null;
  mirrors: 'linked' | 'all' | null;
  /** Lower-case name and id of the row the page starts after. */
  after: string[] | null;
  limit: number;
}

/** Repositories by name. */
export async function selectRepositoryPage(sql: Sql, ask: RepositoriesAsk): Promise<MirroredRepository[]> {
  const [name, id] = ask.after ?? [];
  let query = sql.selectFrom('repositories').selectAll();
  if (ask.tenantId !== null) query = query.where('tenant_id', '=', ask.tenantId);
  if (ask.mirrors !== null) query = query.where('mirrors', '=', ask.mirrors);
  if (ask.q !== null)
    query = query.where(
      raw<boolean>`position(lower(${ask.q}) in lower(full_name || ' ' || coalesce(description, ''))) > 0`,
    );
  if (name !== undefined) query = query.where(raw<boolean>`(lower(full_name), id) > (${name}, ${id}::uuid)`);
  return query
    .orderBy(raw`lower(full_name)`)
    .orderBy('id')
    .limit(ask.limit)
    .execute();
}

/** What is told of a repository beside its own row. */
export interface RepositoryExtras {
  counts: RepositoryCounts;
  lastRunRequests: number | null;
  dayRequests: number;
  dayNotModified: number;
  hooks: HookFacts[];
  lastDeliveryAt: Date | null;
  unreadable: Pick<Row<'facets'>, 'facet' | 'message' | 'missing_permissions'>[];
  running: RunRow | null;
}

interface ExtraRow extends RepositoryCounts {
  id: string;
  last_run: number | null;
  day: number;
  day_not_modified: number;
  hooks: HookFacts[];
  last_delivery_at: Date | null;
  unreadable: RepositoryExtras['unreadable'];
}

/** Counts, cost, webhooks and troubles of repositories, by id. */
export async function selectExtras(
  sql: Sql,
  repositories: readonly MirroredRepository[],
  dayBefore: Date,
): Promise<Map<string, Omit<RepositoryExtras, 'running'>>> {
  const ids = repositories.map(({ id }) => id);
  const { rows } = await raw<ExtraRow>`
    with issue_counts as (
           select repository_id, state, count(*)::int as n from issues
            where repository_id = any(${ids}::uuid[]) and gone is null and gone_at is null group by 1, 2),
         pull_counts as (
           select repository_id, state, count(*)::int as n from pull_requests
            where repository_id = any(${ids}::uuid[]) and gone is null and gone_at is null group by 1, 2)
    select r.id,
           coalesce((select n from issue_counts c where c.repository_id = r.id and c.state = 'open'), 0) as issues_open,
           coalesce((select n from issue_counts c where c.repository_id = r.id and c.state = 'closed'), 0) as issues_closed,
           coalesce((select n from pull_counts c where c.repository_id = r.id and c.state = 'open'), 0) as pulls_open,
           coalesce((select n from pull_counts c where c.repository_id = r.id and c.state = 'merged'), 0) as pulls_merged,
           coalesce((select n from pull_counts c where c.repository_id = r.id and c.state = 'closed'), 0) as pulls_closed,
           (select count(*)::int from branches b where b.repository_id = r.id and b.gone_at is null) as branches,
           (select count(*)::int from collaborators p where p.repository_id = r.id and p.gone_at is null) as collaborators,
           (select s.requests from sync_runs s where s.repository_id = r.id order by s.id desc limit 1) as last_run,
           d.requests as day, d.not_modified as day_not_modified,
           (select coalesce(jsonb_agg(jsonb_build_object('active', h.active, 'lastCode', h.last_code, 'message', coalesce(h.message, h.last_message))), '[]')
              from hooks h where h.connection_id = r.connection_id and (h.target_kind = 'app'
                or lower(h.target) = lower(case h.target_kind when 'repository' then r.full_name else split_part(r.full_name, '/', 1) end))) as hooks,
           (select max(v.received_at) from deliveries v where v.tenant_id = r.tenant_id and v.github_repository_id = r.github_id) as last_delivery_at,
           (select coalesce(jsonb_agg(jsonb_build_object('facet', f.facet, 'message', f.message, 'missing_permissions', f.missing_permissions) order by f.facet), '[]')
              from facets f where f.repository_id = r.id and f.message is not null) as unreadable
      from repositories r
     cross join lateral (
       select coalesce(sum(s.requests), 0)::int as requests, coalesce(sum(s.not_modified), 0)::int as not_modified
         from sync_runs s where s.repository_id = r.id and s.started_at >= ${dayBefore}) d
     where r.id = any(${ids}::uuid[])`.execute(sql);
  return new Map(
    rows.map(({ id, last_run, day, day_not_modified, hooks, last_delivery_at, unreadable, ...counts }) => [
      id,
      {
        counts,
        lastRunRequests: last_run,
        dayRequests: day,
        dayNotModified: day_not_modified,
        hooks,
        lastDeliveryAt: last_delivery_at,
        unreadable,
      },
    ]),
  );
}

/** What syncs of repositories cost lately: the mean of the last 20 that ended well. */
export async function syncCosts(
  sql: Sql,
  tenantId: string | null,
): Promise<Map<string, { runs: number; requests: number; counted: number }>> {
  const scope = tenantId === null ? raw`` : raw` where r.tenant_id = ${tenantId}`;
  const { rows } = await raw<{ id: string; runs: number; requests: number; counted: number }>`
    select r.id, count(*)::int as runs, avg(s.requests)::float8 as requests, avg(s.requests - s.not_modified)::float8 as counted
      from repositories r
     cross join lateral (
       select requests, not_modified from sync_runs
        where repository_id = r.id and kind = 'sync' and state = 'done' order by id desc limit 20) s${scope}
     group by r.id`.execute(sql);
  return new Map(rows.map(({ id, ...cost }) => [id, cost]));
}
