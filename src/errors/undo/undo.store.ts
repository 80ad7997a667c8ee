import { sql as raw } from 'kysely';

import { newId } from '../../lib/ids.ts';
import type { NewRow, RowChange, Sql } from '../../db/db.model.ts';
import type { RawBuilder } from 'kysely';
import type { UndoItemRow, UndoRunRow, UndoScope, WrittenAct } from './undo.model.ts';

/** What was done and can be taken back, the latest first; not what took something back, which a person wanted. */
export async function selectWritten(sql: Sql, scope: UndoScope, limit: number): Promise<WrittenAct[]> {
  const { rows } = await raw<WrittenAct>`
    select r.id, r.error_id, r.side, r.act, r.before, r.after, r.finished_at
      from reflections r join errors e on e.id = r.error_id
     where ${within(scope)} and r.before is not null
     order by r.finished_at desc, r.id desc limit ${limit}`.execute(sql);
  return rows;
}

/** How many acts only told something: comments, links, numbers, issues of their own. */
export async function countTold(sql: Sql, scope: UndoScope): Promise<number> {
  const { rows } = await raw<{ count: number }>`
    select count(*)::int as count from reflections r join errors e on e.id = r.error_id
     where ${within(scope)} and r.before is null`.execute(sql);
  return rows[0]?.count ?? 0;
}

function within({ tenantId, ruleId, sentryConnectionId, since, until }: UndoScope): RawBuilder<unknown> {
  return raw`r.tenant_id = ${tenantId} and r.state = 'done' and r.undoes is null and r.finished_at <= ${until}
    ${since === null ? raw`` : raw` and r.finished_at >= ${since}`}
    ${ruleId === null ? raw`` : raw` and e.rule_id = ${ruleId}`}
    ${sentryConnectionId === null ? raw`` : raw` and e.sentry_connection_id = ${sentryConnectionId}`}`;
}

/** When the run of the same kind after this one began; null when there was none. */
export async function selectNextRunAt(
  sql: Sql,
  run: { id: string; sentry_connection_id: string; rule_id: string | null; started_at: Date },
): Promise<Date | null> {
  const row = await sql
    .selectFrom('sentry_runs')
    .select((eb) => eb.fn.min('started_at').as('at'))
    .where('sentry_connection_id', '=', run.sentry_connection_id)
    .where('rule_id', 'is not distinct from', run.rule_id)
    .where('started_at', '>', run.started_at)
    .executeTakeFirst();
  return row?.at ?? null;
}

export async function selectRunOf(sql: Sql, id: string, tenantId: string | null) {
  const query = sql.selectFrom('sentry_runs').selectAll().where('id', '=', id);
  return (await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).executeTakeFirst()) ?? null;
}

/** False when another one of the tenant is under way. */
export async function insertUndoRun(sql: Sql, row: NewRow<'undo_runs'>): Promise<boolean> {
  const inserted = await sql
    .insertInto('undo_runs')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** A statement takes so many values only. */
const ROWS_AT_ONCE = 1000;

export async function insertUndoItems(
  sql: Sql,
  items: readonly Omit<NewRow<'undo_items'>, 'id' | 'position'>[],
  now: Date,
): Promise<void> {
  const rows = items.map((item, position) => ({ ...item, id: newId(now), position }));
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await sql
      .insertInto('undo_items')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute();
}

/** The one that is under way in a tenant. */
export async function selectRunningUndo(sql: Sql, tenantId: string): Promise<UndoRunRow | null> {
  const query = sql.selectFrom('undo_runs').selectAll().where('tenant_id', '=', tenantId);
  return (await query.where('state', '=', 'running').executeTakeFirst()) ?? null;
}

/** One bulk undo; a wrong tenant's is as missing. */
export async function selectUndoRun(sql: Sql, id: string, tenantId: string | null): Promise<UndoRunRow | null> {
  const query = sql.selectFrom('undo_runs').selectAll().where('id', '=', id);
  return (await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).executeTakeFirst()) ?? null;
}

/** Newest first. `before`: the id the page starts after. */
export async function selectUndoRuns(
  sql: Sql,
  tenantId: string | null,
  before: string | null,
  limit: number,
): Promise<UndoRunRow[]> {
  let query = sql.selectFrom('undo_runs').selectAll().orderBy('id', 'desc').limit(limit);
  if (tenantId !== null) query = query.where('tenant_id', '=', tenantId);
  if (before !== null) query = query.where('id', '<', before);
  return query.execute();
}

/** How many items of each run are in each state. */
export async function countItems(
  sql: Sql,
  runIds: readonly string[],
): Promise<{ run: string; state: UndoItemRow['state']; count: number }[]> {
  if (runIds.length === 0) return [];
  return sql
    .selectFrom('undo_items')
    .select((eb) => ['undo_run_id as run', 'state', eb.fn.countAll<number>().as('count')])
    .where('undo_run_id', 'in', runIds)
    .groupBy(['undo_run_id', 'state'])
    .execute();
}

/** Ends one that is under way: what waits keeps as it is. False: it was not under way any more. */
export async function stopUndoRun(sql: Sql, id: string, now: Date): Promise<boolean> {
  const stopped = await sql
    .updateTable('undo_runs')
    .set({ state: 'stopped', finished_at: now, locked_by: null, lease_until: null })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst();
  if (stopped.numUpdatedRows === 0n) return false;
  await sql
    .updateTable('undo_items')
    .set({ state: 'stopped', message: 'It was stopped before its turn came.', finished_at: now })
    .where('undo_run_id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
  return true;
}

/** Takes runs that nobody works on, or whose process died. */
export async function claimUndoRuns(
  sql: Sql,
  holder: string,
  times: { now: Date; leaseUntil: Date },
  limit: number,
): Promise<UndoRunRow[]> {
  const { rows } = await raw<UndoRunRow>`
    update undo_runs set locked_by = ${holder}, lease_until = ${times.leaseUntil}
     where id in (
       select id from undo_runs
        where state = 'running' and (lease_until is null or lease_until <= ${times.now})
        order by created_at limit ${limit} for update skip locked)
    returning *`.execute(sql);
  return rows;
}

/** Prolongs the lease; false when it was stopped, or another process has it. */
export async function holdUndoRun(sql: Sql, id: string, holder: string, leaseUntil: Date): Promise<boolean> {
  const held = await sql
    .updateTable('undo_runs')
    .set({ lease_until: leaseUntil })
    .where('id', '=', id)
    .where('locked_by', '=', holder)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return held.numUpdatedRows > 0n;
}

/** Gives it back: for another process, or for later. Nothing waits any more: it is done. */
export async function releaseUndoRun(sql: Sql, id: string, holder: string, now: Date): Promise<boolean> {
  const { rows } = await raw<{ state: string }>`
    update undo_runs r
       set locked_by = null, lease_until = null,
           state = case when w.waits then 'running' else 'done' end,
           finished_at = case when w.waits then null else ${now}::timestamptz end
      from (select exists (select from undo_items where undo_run_id = ${id} and state = 'waiting') as waits) w
     where r.id = ${id} and r.locked_by = ${holder} and r.state = 'running'
    returning r.state`.execute(sql);
  return rows[0]?.state === 'done';
}

/** The next item whose time has come; those of connections that are off, paused or resting wait. */
export async function selectNextItem(sql: Sql, runId: string, now: Date): Promise<UndoItemRow | null> {
  const { rows } = await raw<UndoItemRow>`
    select u.* from undo_items u
      join errors e on e.id = u.error_id
      left join sentry_connections s on s.id = e.sentry_connection_id
      left join links l on l.source_kind = 'error' and l.source_id = e.id
      left join issues i on i.id = l.issue_id
      left join connections c on c.id = i.connection_id
     where u.undo_run_id = ${runId} and u.state = 'waiting' and u.run_at <= ${now}
       and coalesce(s.enabled and s.paused_at is null and coalesce(s.rest_until <= ${now}, true), true)
       and coalesce(c.enabled and c.paused_at is null and coalesce(c.rest_until <= ${now}, true), true)
     order by u.position limit 1`.execute(sql);
  return rows[0] ?? null;
}

/** What came of an item, also of one that was under way when its run was stopped. */
export async function updateUndoItem(sql: Sql, id: string, changes: RowChange<'undo_items'>): Promise<void> {
  await sql
    .updateTable('undo_items')
    .set(changes)
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'stopped'])
    .execute();
}
