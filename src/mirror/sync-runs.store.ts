import { sql as raw } from 'kysely';

import { after } from '../lib/clock.ts';
import type { Row, Sql } from '../db/db.model.ts';
import type { SyncCounts, SyncTrigger } from './sync.model.ts';

/** How long a run may be silent before another may take its place: its process died. */
const RUN_LEASE_MS = 30_000;

/** Starts a run, or returns the one that is under way: a second click joins the first (SPEC M3). */
export async function startRun(
  sql: Sql,
  run: {
    id: string;
    tenantId: string;
    connectionId: string;
    repositoryId: string;
    kind: RunRow['kind'];
    trigger: SyncTrigger;
    now: Date;
  },
): Promise<{ id: string; joined: boolean }> {
  const started = await sql.transaction().execute(async (trx) => {
    await trx
      .updateTable('sync_runs')
      .set({ state: 'failed', finished_at: run.now, message: 'The hub stopped during this run.' })
      .where('repository_id', '=', run.repositoryId)
      .where('state', '=', 'running')
      .where('lease_until', '<', run.now)
      .execute();
    // Two starters meet at the partial unique index: one inserts, the other joins.
    const inserted = await trx
      .insertInto('sync_runs')
      .values({
        id: run.id,
        tenant_id: run.tenantId,
        connection_id: run.connectionId,
        repository_id: run.repositoryId,
        kind: run.kind,
        trigger: run.trigger,
        state: 'running',
        started_at: run.now,
        lease_until: after(run.now, RUN_LEASE_MS),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted !== undefined) return { id: inserted.id, joined: false };
    const running = await trx
      .selectFrom('sync_runs')
      .select('id')
      .where('repository_id', '=', run.repositoryId)
      .where('state', '=', 'running')
      .where('kind', run.kind === 'import' ? '=' : '!=', 'import')
      .executeTakeFirst();
    return running === undefined ? null : { id: running.id, joined: true };
  });
  // the run that was in the way ended between the two statements: there is nothing to join, and room for a new one
  return started ?? startRun(sql, run);
}

/** Says what a run turned out to be. */
export async function renameRun(sql: Sql, id: string, kind: 'import'): Promise<void> {
  await sql.updateTable('sync_runs').set({ kind }).where('id', '=', id).execute();
}

/** Whether a run of this kind is under way whose process shows that it lives. */
export async function isRunning(sql: Sql, repositoryId: string, kind: 'import' | 'sync', now: Date): Promise<boolean> {
  const row = await sql
    .selectFrom('sync_runs')
    .select('id')
    .where('repository_id', '=', repositoryId)
    .where('state', '=', 'running')
    .where('kind', kind === 'import' ? '=' : '!=', 'import')
    .where('lease_until', '>=', now)
    .executeTakeFirst();
  return row !== undefined;
}

/** When the newest import of a repository ended, however; null when none did. */
export async function lastImportAt(sql: Sql, repositoryId: string): Promise<Date | null> {
  const row = await sql
    .selectFrom('sync_runs')
    .select((eb) => eb.fn.max('finished_at').as('at'))
    .where('repository_id', '=', repositoryId)
    .where('kind', '=', 'import')
    .executeTakeFirst();
  return row?.at ?? null;
}

/**
 * Stores a run's counts so far; shows progress and proves that its process lives. False when the run is no longer this process's:
 * it was silent for too long, and another may have taken its place.
 */
export async function saveProgress(sql: Sql, runId: string, counts: SyncCounts, now: Date): Promise<boolean> {
  const saved = await sql
    .updateTable('sync_runs')
    .set({ ...columnsOf(counts), lease_until: after(now, RUN_LEASE_MS) })
    .where('id', '=', runId)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return saved.numUpdatedRows > 0n;
}

/** Stores how a run ended. False when it was no longer this process's. */
export async function finishRun(
  sql: Sql,
  runId: string,
  counts: SyncCounts,
  end: { state: 'done' | 'failed'; message: string | null; now: Date },
): Promise<boolean> {
  const finished = await sql
    .updateTable('sync_runs')
    .set({ ...columnsOf(counts), state: end.state, message: end.message, finished_at: end.now })
    .where('id', '=', runId)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return finished.numUpdatedRows > 0n;
}

export async function selectRun(sql: Sql, id: string): Promise<RunRow | null> {
  return (await runQuery(sql).where('r.id', '=', id).executeTakeFirst()) ?? null;
}

/** Newest runs first. `before` is the id the page starts after (ids sort by time). */
export async function selectRuns(
  sql: Sql,
  of: { tenantId: string | null; repositoryId: string | null; kind: RunRow['kind'] | null },
  before: string | null,
  limit: number,
): Promise<RunRow[]> {
  let query = runQuery(sql).orderBy('r.id', 'desc').limit(limit);
  if (of.tenantId !== null) query = query.where('r.tenant_id', '=', of.tenantId);
  if (of.repositoryId !== null) query = query.where('r.repository_id', '=', of.repositoryId);
  if (of.kind !== null) query = query.where('r.kind', '=', of.kind);
  if (before !== null) query = query.where('r.id', '<', before);
  return query.execute();
}

/** The runs of repositories that are under way. */
export async function runningRuns(sql: Sql, repositoryIds: readonly string[]): Promise<RunRow[]> {
  return runQuery(sql).where('r.repository_id', 'in', repositoryIds).where('r.state', '=', 'running').execute();
}

export type RunRow = Row<'sync_runs'> & { repository: string };

function runQuery(sql: Sql) {
  return sql
    .selectFrom('sync_runs as r')
    .innerJoin('connections as c', 'c.id', 'r.connection_id')
    .leftJoin('repositories as m', 'm.id', 'r.repository_id')
    .selectAll('r')
    .select((eb) => eb.fn.coalesce('m.full_name', 'c.repository').as('repository'));
}

/** Deletes runs older than `before`, but for the newest of each connection. */
export async function deleteOldRuns(sql: Sql, before: Date): Promise<void> {
  await raw`delete from sync_runs r where r.started_at < ${before} and r.state <> 'running'
    and r.id is distinct from (select max(n.id::text)::uuid from sync_runs n where n.repository_id is not distinct from r.repository_id and n.state = 'done')`.execute(
    sql,
  );
}

function columnsOf({
  requests,
  notModified,
  checked,
  updated,
  imported,
  unchanged,
  total,
  compared,
  drift,
  errors,
}: SyncCounts) {
  return {
    requests,
    not_modified: notModified,
    checked,
    updated,
    imported,
    unchanged,
    total,
    compared,
    drift,
    errors: JSON.stringify(errors),
  };
}
