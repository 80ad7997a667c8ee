import { sql as raw } from 'kysely';

import type { Drift } from '../contract/drift.ts';
import type { Row, Sql } from '../db/db.model.ts';

type RunKind = Row<'sync_runs'>['kind'];

/** What the newest audits of a repository came to, one of each kind, newest first. */
export interface AuditedRepository {
  repository: string;
  audits: Audit[];
  /** Items that were found wrong and are not repaired yet. */
  wrong: number;
}

export type Audit = Drift['repositories'][number]['audits'][number];

/** By name; null: of all tenants. Of runs before `compared` was counted, `checked` is the nearest there is. */
export async function selectAudits(sql: Sql, tenantId: string | null): Promise<AuditedRepository[]> {
  const scope = tenantId === null ? raw`` : raw` where r.tenant_id = ${tenantId}`;
  const { rows } = await raw<AuditedRepository & { audits: (Audit & { at: string })[] }>`
    select r.full_name as repository,
           (select count(distinct (d.item_kind, d.item))::int from drift d where d.repository_id = r.id and d.repaired_at is null) as wrong,
           coalesce(a.audits, '[]') as audits
      from repositories r
      left join lateral (
        select jsonb_agg(to_jsonb(newest) order by newest.at desc) as audits from (
          select distinct on (kind) case kind when 'sample' then 'sample' else 'full' end as audit, finished_at as at,
                 coalesce(compared, checked) as compared, coalesce(drift, 0) as found
            from sync_runs s
           where s.repository_id = r.id and s.kind in ('reconcile', 'sample') and s.state = 'done'
           order by kind, s.id desc) newest) a on true${scope}
     order by repository, r.id`.execute(sql);
  return rows.map((row) => ({
    ...row,
    audits: row.audits.map((audit) => ({ ...audit, at: new Date(audit.at).toISOString() })),
  }));
}

/** The newest findings. */
export async function selectFindings(
  sql: Sql,
  tenantId: string | null,
  limit: number,
): Promise<(Row<'drift'> & { repository: string; run_kind: RunKind })[]> {
  let query = sql
    .selectFrom('drift as d')
    .innerJoin('repositories as r', 'r.id', 'd.repository_id')
    .innerJoin('sync_runs as s', 's.id', 'd.run_id')
    .selectAll('d')
    .select(['r.full_name as repository', 's.kind as run_kind'])
    .orderBy('d.id', 'desc')
    .limit(limit);
  if (tenantId !== null) query = query.where('r.tenant_id', '=', tenantId);
  return query.execute();
}
