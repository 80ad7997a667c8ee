import { sql as raw } from 'kysely';

import type { Row, Sql } from '../db/db.model.ts';

/** What the last comparison of each repository in full came to. */
export interface Audit {
  repository: string;
  audited_at: Date | null;
  compared: number;
  found: number;
  wrong: number;
}

/** By repository, the most wrong first; null: of all tenants. */
export async function selectAudits(sql: Sql, tenantId: string | null): Promise<Audit[]> {
  const scope = tenantId === null ? raw`` : raw` where r.tenant_id = ${tenantId}`;
  const { rows } = await raw<Audit>`
    select r.full_name as repository, a.finished_at as audited_at, coalesce(a.checked, 0) as compared, coalesce(a.drift, 0) as found,
           (select count(distinct (d.item_kind, d.item))::int from drift d where d.repository_id = r.id and d.repaired_at is null) as wrong
      from repositories r
      left join lateral (
        select finished_at, checked, drift from sync_runs s
         where s.repository_id = r.id and s.kind = 'reconcile' and s.state = 'done' order by s.id desc limit 1) a on true${scope}
     order by wrong desc, found desc, repository`.execute(sql);
  return rows;
}

/** The newest findings. */
export async function selectFindings(
  sql: Sql,
  tenantId: string | null,
  limit: number,
): Promise<(Row<'drift'> & { repository: string })[]> {
  let query = sql
    .selectFrom('drift as d')
    .innerJoin('repositories as r', 'r.id', 'd.repository_id')
    .selectAll('d')
    .select('r.full_name as repository')
    .orderBy('d.id', 'desc')
    .limit(limit);
  if (tenantId !== null) query = query.where('r.tenant_id', '=', tenantId);
  return query.execute();
}
