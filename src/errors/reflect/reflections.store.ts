import { sql as raw } from 'kysely';

import { newId } from '../../lib/ids.ts';
import type { ClaimedError } from './reflect.model.ts';
import type { NewRow, Row, RowChange, Sql } from '../../db/db.model.ts';

/** One turn's own: a turn that outlived its lease must not pass for a later one of the same process. */
function turnOf(worker: string, now: Date): string {
  return `${worker} ${newId(now)}`;
}

/**
 * Takes errors whose sides are due to be compared; whoever takes one has it until its lease ends. Those whose connections are
 * off, paused or resting wait, and those that a bulk undo has not come to yet. What another look asks for meanwhile is told by
 * `reflect_at`.
 */
export async function claimDue(
  sql: Sql,
  worker: string,
  times: { now: Date; leaseUntil: Date },
  limit: number,
): Promise<ClaimedError[]> {
  const { now, leaseUntil } = times;
  const holder = turnOf(worker, now);
  const { rows } = await raw<{ id: string; tenant_id: string; attempts: number; reflect_at: Date }>`
    update errors set locked_by = ${holder}, lease_until = ${leaseUntil}, reflect_at = ${leaseUntil}
     where id in (
       select e.id from errors e
         left join sentry_connections s on s.id = e.sentry_connection_id
         left join links l on l.source_kind = 'error' and l.source_id = e.id
         left join issues i on i.id = l.issue_id
         left join connections c on c.id = i.connection_id
        where e.reflect_at <= ${now} and (e.lease_until is null or e.lease_until <= ${now})
          and not exists (select from undo_items u where u.error_id = e.id and u.state = 'waiting')
          and coalesce(s.enabled and s.paused_at is null and coalesce(s.rest_until <= ${now}, true), true)
          and coalesce(c.enabled and c.paused_at is null and coalesce(c.rest_until <= ${now}, true), true)
        order by e.reflect_at limit ${limit} for update of e skip locked)
    returning id, tenant_id, attempts, reflect_at`.execute(sql);
  return rows.map((row) => ({
    id: row.id,
    tenantId: row.tenant_id,
    attempts: row.attempts,
    reflectAt: row.reflect_at,
    holder,
  }));
}

/** Takes one error whether it is due or not, for what a person asks; null while somebody else has it. */
export async function claimOne(
  sql: Sql,
  id: string,
  worker: string,
  times: { now: Date; leaseUntil: Date },
): Promise<ClaimedError | null> {
  const holder = turnOf(worker, times.now);
  const row = await sql
    .updateTable('errors')
    .set({ locked_by: holder, lease_until: times.leaseUntil, reflect_at: times.leaseUntil })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', times.now)]))
    .returning(['id', 'tenant_id', 'attempts'])
    .executeTakeFirst();
  if (row === undefined) return null;
  return { id: row.id, tenantId: row.tenant_id, attempts: row.attempts, holder, reflectAt: times.leaseUntil };
}

/** Prolongs the lease before something is said, inside its transaction; false when it is over or another worker has the error. */
export async function holdError(sql: Sql, { id, holder }: ClaimedError, leaseUntil: Date): Promise<boolean> {
  const result = await raw`
    update errors set lease_until = greatest(lease_until, ${leaseUntil})
     where id = ${id} and locked_by = ${holder} and lease_until > now()`.execute(sql);
  return (result.numAffectedRows ?? 0n) > 0n;
}

/** Locks the error for what a turn has learned; false when another one has had it since. Its lease may be over: only a new holder knows better. */
export async function lockHeld(sql: Sql, { id, holder }: ClaimedError): Promise<boolean> {
  const row = await sql
    .selectFrom('errors')
    .select('id')
    .where('id', '=', id)
    .where('locked_by', '=', holder)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends a turn: `at` is when it is compared next, unless somebody asked for a look meanwhile. */
export async function releaseError(
  sql: Sql,
  { id, holder, reflectAt }: ClaimedError,
  at: Date | null,
  changes: RowChange<'errors'>,
): Promise<boolean> {
  const result = await sql
    .updateTable('errors')
    .set({
      ...changes,
      locked_by: null,
      lease_until: null,
      reflect_at: raw<Date | null>`case when reflect_at = ${reflectAt} then ${at}::timestamptz else least(reflect_at, ${at}::timestamptz) end`,
    })
    .where('id', '=', id)
    .where('locked_by', '=', holder)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Errors that became an issue and were never compared are due; true when there are any. */
export async function dueFirstLooks(sql: Sql, now: Date): Promise<boolean> {
  const result = await raw`
    update errors set reflect_at = ${now}
     where id in (
       select e.id from errors e
         join links l on l.source_kind = 'error' and l.source_id = e.id
        where e.reflect_at is null and e.agreed_github is null and e.conflict is null
          and e.rule_id is not null and e.sentry_connection_id is not null
        order by e.id for update of e skip locked)`.execute(sql);
  return (result.numAffectedRows ?? 0n) > 0n;
}

/** When the next comparison is due; null when none is. */
export async function nextReflectAt(sql: Sql): Promise<Date | null> {
  const row = await sql
    .selectFrom('errors')
    .select((eb) => eb.fn.min('reflect_at').as('at'))
    .where('reflect_at', 'is not', null)
    .executeTakeFirst();
  return row?.at ?? null;
}

export async function insertReflection(sql: Sql, row: NewRow<'reflections'>): Promise<void> {
  await sql.insertInto('reflections').values(row).execute();
}

/** After the error's own row, where a transaction changes both: the intent holds the error first. */
export async function updateReflection(sql: Sql, id: string, changes: RowChange<'reflections'>): Promise<void> {
  await sql.updateTable('reflections').set(changes).where('id', '=', id).execute();
}

/** One act; a wrong tenant's is as missing. `tenantId` null: whatever the tenant. */
export async function selectReflection(
  sql: Sql,
  id: string,
  tenantId: string | null,
): Promise<Row<'reflections'> | null> {
  const query = sql.selectFrom('reflections').selectAll().where('id', '=', id);
  return (await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).executeTakeFirst()) ?? null;
}

/** The act by which one was taken back, or was to be: done, or not known yet; null when there is none. */
export async function selectTakingBack(sql: Sql, undoes: string): Promise<Row<'reflections'> | null> {
  const row = await sql
    .selectFrom('reflections')
    .selectAll()
    .where('undoes', '=', undoes)
    .where('state', 'in', ['done', 'unknown'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Acts that were begun and are neither done nor given up, oldest first. */
export async function selectUnfinished(sql: Sql, errorId: string): Promise<Row<'reflections'>[]> {
  return sql
    .selectFrom('reflections')
    .selectAll()
    .where('error_id', '=', errorId)
    .where('finished_at', 'is', null)
    .orderBy('id')
    .execute();
}

/** What a dead holder was sending: nobody knows what of it arrived. */
export async function inheritSending(sql: Sql, errorId: string): Promise<void> {
  await sql
    .updateTable('reflections')
    .set({ state: 'unknown', message: 'The hub stopped while it was doing this.' })
    .where('error_id', '=', errorId)
    .where('state', '=', 'sending')
    .execute();
}

/** Acts that are not needed any more, since both sides agree, but for those that wait to be tried again. */
export async function closeUnfinished(sql: Sql, errorId: string, except: readonly string[], now: Date): Promise<void> {
  const query = sql
    .updateTable('reflections')
    .set({ finished_at: now, message: 'It is not needed any more.' })
    .where('error_id', '=', errorId)
    .where('finished_at', 'is', null);
  await (except.length === 0 ? query : query.where('act', 'not in', except)).execute();
}

/** When this hub last set out to resolve an error in Sentry, unless that surely failed. */
export async function selectResolvedAt(sql: Sql, errorId: string): Promise<Date | null> {
  const row = await sql
    .selectFrom('reflections')
    .select((eb) => eb.fn.max(eb.fn.coalesce('finished_at', 'started_at')).as('at'))
    .where('error_id', '=', errorId)
    .where('act', 'in', ['resolve', 'resolve_in_next_release'])
    .where('state', '<>', 'failed')
    .executeTakeFirst();
  return row?.at ?? null;
}

/** The last act of a kind that was done for an error. */
export async function selectLastDone(sql: Sql, errorId: string, act: string): Promise<Row<'reflections'> | null> {
  const row = await sql
    .selectFrom('reflections')
    .selectAll()
    .where('error_id', '=', errorId)
    .where('act', '=', act)
    .where('state', '=', 'done')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The issue of an error in the mirror, and since when its changes count: all of one that this hub made, which was open from the first. */
export async function selectLinkedIssue(
  sql: Sql,
  errorId: string,
): Promise<{ issue: Row<'issues'>; linkedAt: Date } | null> {
  const link = await sql
    .selectFrom('links')
    .leftJoin('filings', 'filings.id', 'links.filing_id')
    .select(['links.issue_id', 'links.created_at', 'filings.creates'])
    .where('links.source_kind', '=', 'error')
    .where('links.source_id', '=', errorId)
    .executeTakeFirst();
  if (link === undefined) return null;
  const issue = await sql.selectFrom('issues').selectAll().where('id', '=', link.issue_id).executeTakeFirstOrThrow();
  return { issue, linkedAt: (link.creates ?? 0) > 0 ? new Date(0) : link.created_at };
}

/** When a webhook or this hub's own write told that an issue was reopened; null when its last change of state came otherwise. */
export async function selectReopenedAt(sql: Sql, issueId: string): Promise<Date | null> {
  const row = await sql
    .selectFrom('item_changes')
    .select(['at', 'via'])
    .where('item_kind', '=', 'issue')
    .where('item_id', '=', issueId)
    .where('field', '=', 'state')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined && (row.via === 'webhook' || row.via === 'write') ? row.at : null;
}

/** The GitHub issue of another error that one of these Sentry issues was merged into. */
export async function selectSurvivor(
  sql: Sql,
  errorId: string,
): Promise<{ repository: string; number: number; githubId: number } | null> {
  const row = await sql
    .selectFrom('sentry_issues as old')
    .innerJoin('sentry_issues as now', (join) =>
      join
        .onRef('now.sentry_connection_id', '=', 'old.sentry_connection_id')
        .onRef('now.sentry_id', '=', 'old.merged_into'),
    )
    .innerJoin('links', 'links.source_id', 'now.error_id')
    .innerJoin('issues', 'issues.id', 'links.issue_id')
    .select(['issues.repository', 'issues.number', 'issues.github_id'])
    .where('old.error_id', '=', errorId)
    .where('old.gone', '=', 'merged')
    .whereRef('now.error_id', '<>', 'old.error_id')
    .where('links.source_kind', '=', 'error')
    .where('issues.gone', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { repository: row.repository, number: row.number, githubId: row.github_id };
}

/** A regression gets an error of its own: its Sentry issues stand for that one now. */
export async function moveSentryIssues(sql: Sql, from: string, to: string): Promise<void> {
  await sql
    .updateTable('sentry_issues')
    .set({ error_id: to })
    .where('error_id', '=', from)
    .where('gone', 'is', null)
    .execute();
}
