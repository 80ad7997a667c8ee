import { sql as raw } from 'kysely';

import { insertAttempt } from './filing.store.ts';
import { newId } from '../lib/ids.ts';
import type { RowChange, Sql } from '../db/db.model.ts';
import type { Placement } from './placements.model.ts';
import type { WantedPlace } from './placements.decide.ts';

/** Keeps the intent to place an issue, once for each kind, beside the row that its timeline shows. */
export async function insertPlacements(
  sql: Sql,
  of: { filingId: string; issueId: string },
  wanted: readonly WantedPlace[],
  now: Date,
): Promise<void> {
  if (wanted.length === 0) return;
  const there = await sql.selectFrom('placements').select('kind').where('issue_id', '=', of.issueId).execute();
  for (const { kind, target, fields } of wanted) {
    if (there.some((row) => row.kind === kind)) continue;
    const row = {
      id: newId(now),
      filing_id: of.filingId,
      issue_id: of.issueId,
      attempt_id: await insertAttempt(sql, of.filingId, kind, now),
      state: 'pending' as const,
      run_at: now,
      created_at: now,
    };
    await sql
      .insertInto('placements')
      .values({ ...row, kind, target, fields })
      .execute();
  }
}

/** Takes up to `most` placements that are due, until `leaseUntil`; of connections that are switched on, neither paused nor at rest. */
export async function claimPlacements(
  sql: Sql,
  holder: string,
  { now, leaseUntil }: { now: Date; leaseUntil: Date },
  most: number,
): Promise<Placement[]> {
  const { rows } = await raw<Placement>`
    with due as (
      select p.id from placements p join issues i on i.id = p.issue_id join connections c on c.id = i.connection_id
       where p.state = 'pending' and p.run_at <= ${now} and (p.lease_until is null or p.lease_until <= ${now})
         and c.enabled and c.paused_at is null and (c.rest_until is null or c.rest_until <= ${now})
       order by p.run_at, p.id limit ${most} for update of p skip locked)
    update placements p set locked_by = ${holder}, lease_until = ${leaseUntil}, attempts = p.attempts + 1
      from due, filings f, issues i
     where p.id = due.id and f.id = p.filing_id and i.id = p.issue_id
    returning p.id, p.filing_id as "filingId", p.kind, p.target, p.fields, p.attempt_id as "attemptId", p.attempts,
              i.connection_id as "connectionId", f.tenant_id as "tenantId",
              f.source_kind as "sourceKind", f.source_id as "sourceId",
              json_build_object('githubId', i.github_id, 'nodeId', i.node_id, 'number', i.number,
                                'repositoryId', i.github_repository_id, 'repository', i.repository) as issue`.execute(
    sql,
  );
  return rows;
}

/**
 * Tries again what failed before a person last changed its connection, by what the connection says now: that may have mended it. A
 * parent is one only in the repository that the connection names.
 */
export async function reviveFailedPlacements(sql: Sql, now: Date): Promise<void> {
  await raw`
    update placements p
       set state = 'pending', run_at = ${now}, attempts = 0, finished_at = null,
           target = case p.kind when 'parent' then c.parent_issue::text else c.project end,
           fields = case p.kind when 'parent' then '{}' else c.project_fields end
      from issues i join connections c on c.id = i.connection_id
     where p.state = 'failed' and i.id = p.issue_id and c.updated_at > p.finished_at
       and case p.kind when 'parent' then c.parent_issue is not null and c.github_repository_id = i.github_repository_id
                       else c.project is not null end`.execute(sql);
}

/** Stores what became of a placement and gives it back; false when another process has it by now. */
export async function updatePlacement(
  sql: Sql,
  id: string,
  holder: string,
  changes: RowChange<'placements'>,
): Promise<boolean> {
  const result = await sql
    .updateTable('placements')
    .set({ ...changes, locked_by: null, lease_until: null })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .where('locked_by', '=', holder)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Why the places of a filing's issues are not as wanted, in sentences; null when they are, or were not tried yet. */
export async function selectTrouble(sql: Sql, filingId: string): Promise<string | null> {
  const rows = await sql
    .selectFrom('placements')
    .select('message')
    .where('filing_id', '=', filingId)
    .where('state', '!=', 'done')
    .where('message', 'is not', null)
    .orderBy('kind')
    .execute();
  return rows.length === 0 ? null : rows.map(({ message }) => message).join(' ');
}
