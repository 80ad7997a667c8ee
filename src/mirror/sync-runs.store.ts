import { sql as raw } from 'kysely';

import { after } from '../lib/clock.ts';
import type { Row, Sql } from '../db/db.model.ts';
import type { SyncCounts, SyncTrigger } from './sync.model.ts';

/** How long a run may be silent before another may take its place: its process died. */
const RUN_LEASE_MS = 2 * 60_000;

/** Starts a run, or returns the one that is under way: a second click joins the first (SPEC M3). */
export async function startRun(
  sql: Sql,
  run: { id: string; tenantId: string; connectionId: string; trigger: SyncTrigger; imports: boolean; now: Date },
): Promise<{ id: string; joined: boolean }> {
  const started = await sql.transaction().execute(async (trx) => {
    await trx
      .updateTable('sync_runs')
      .set({ state: 'failed', finished_at: run.now, message: 'The hub stopped during this run.' })
      .where('connection_id', '=', run.connectionId)
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
        trigger: run.trigger,
        imports: run.imports,
        state: 'running',
        started_at: run.now,
        lease_until: after(run.now, RUN_LEASE_MS),
      })
      .onConflict((conflict) => conflict.column('connection_id').where('state', '=', 'running').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted !== undefined) return { id: inserted.id, joined: false };
    const running = await trx
      .selectFrom('sync_runs')
      .select('id')
      .where('connection_id', '=', run.connectionId)
      .where('state', '=', 'running')
      .executeTakeFirst();
    return running === undefined ? null : { id: running.id, joined: true };
  });
  // the run that was in the way ended between the two statements: there is nothing to join, and room for a new one
  return started ?? startRun(sql, run);
}

/** Stores a run's counts so far; shows progress and proves that its process lives. */
export async function saveProgress(sql: Sql, runId: string, counts: SyncCounts, now: Date): Promise<void> {
  await sql
    .updateTable('sync_runs')
    .set({ ...columnsOf(counts), lease_until: after(now, RUN_LEASE_MS) })
    .where('id', '=', runId)
    .where('state', '=', 'running')
    .execute();
}

export async function finishRun(
  sql: Sql,
  runId: string,
  counts: SyncCounts,
  end: { state: 'done' | 'failed'; message: string | null; now: Date },
): Promise<void> {
  await sql
    .updateTable('sync_runs')
    .set({ ...columnsOf(counts), state: end.state, message: end.message, finished_at: end.now })
    .where('id', '=', runId)
    .where('state', '=', 'running')
    .execute();
}

/**
 * The highest `updated_at` that any finished run of a connection has seen; null before the first. With `imports`, only runs
 * that read external issues count: switching the import on reads them all once.
 */
export async function lastCursor(sql: Sql, connectionId: string, imports: boolean): Promise<Date | null> {
  const query = sql
    .selectFrom('sync_runs')
    .select((eb) => eb.fn.max('cursor').as('cursor'))
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'done');
  const row = await (imports ? query.where('imports', '=', true) : query).executeTakeFirst();
  return row?.cursor ?? null;
}

export async function selectRun(sql: Sql, id: string): Promise<RunRow | null> {
  return (await runQuery(sql).where('r.id', '=', id).executeTakeFirst()) ?? null;
}

/** Newest runs first, of a tenant or (null) of all; `before` is the id the page starts after (ids sort by time). */
export async function selectRuns(
  sql: Sql,
  tenantId: string | null,
  before: string | null,
  limit: number,
): Promise<RunRow[]> {
  let query = runQuery(sql).orderBy('r.id', 'desc').limit(limit);
  if (tenantId !== null) query = query.where('r.tenant_id', '=', tenantId);
  if (before !== null) query = query.where('r.id', '<', before);
  return query.execute();
}

export type RunRow = Row<'sync_runs'> & { repository: string };

function runQuery(sql: Sql) {
  return sql
    .selectFrom('sync_runs as r')
    .innerJoin('connections as c', 'c.id', 'r.connection_id')
    .selectAll('r')
    .select('c.repository');
}

/** Deletes runs older than `before`, but for the newest of each connection. */
export async function deleteOldRuns(sql: Sql, before: Date): Promise<void> {
  await raw`delete from sync_runs r where r.started_at < ${before} and r.state <> 'running'
    and r.id <> (select max(n.id::text)::uuid from sync_runs n where n.connection_id = r.connection_id and n.state = 'done')`.execute(
    sql,
  );
}

function columnsOf(counts: SyncCounts) {
  const { requests, checked, updated, imported, unchanged, cursor, errors } = counts;
  return { requests, checked, updated, imported, unchanged, cursor, errors: JSON.stringify(errors) };
}
