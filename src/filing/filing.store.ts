import { sql as raw } from 'kysely';

import type { NewRow, Row, RowChange, Sql } from '../db/db.model.ts';
import type { GithubFailureKind } from '../github/github.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { AttemptKind, Filing, FilingEvent } from './filing.model.ts';
import type { SourceKind } from './marker.decide.ts';

export async function insertFiling(sql: Sql, row: NewRow<'filings'>): Promise<void> {
  await sql.insertInto('filings').values(row).execute();
}

/** Inserts a filing unless its source item was given one in this moment. */
export async function insertFilingOnce(sql: Sql, row: NewRow<'filings'>): Promise<void> {
  await sql
    .insertInto('filings')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The filing under a row lock until the transaction ends. */
export async function lockFiling(sql: Sql, id: string): Promise<Filing | null> {
  const row = await sql.selectFrom('filings').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row === undefined ? null : toFiling(row);
}

export async function lockFilingByMarker(sql: Sql, marker: string): Promise<Filing | null> {
  const row = await sql.selectFrom('filings').selectAll().where('marker', '=', marker).forUpdate().executeTakeFirst();
  return row === undefined ? null : toFiling(row);
}

export async function selectFilingOfSource(sql: Sql, kind: SourceKind, sourceId: string): Promise<Filing | null> {
  const row = await sql
    .selectFrom('filings')
    .selectAll()
    .where('source_kind', '=', kind)
    .where('source_id', '=', sourceId)
    .executeTakeFirst();
  return row === undefined ? null : toFiling(row);
}

export async function updateFiling(sql: Sql, id: string, changes: RowChange<'filings'>): Promise<void> {
  await sql.updateTable('filings').set(changes).where('id', '=', id).execute();
}

/** Leaves a filing that may be sent for later, with the reason; one that is not so any more stays as it is. */
export async function putOffFiling(sql: Sql, id: string, why: string, runAt: Date): Promise<void> {
  const put = { run_at: runAt, failure_kind: null, failure_message: why };
  await sql.updateTable('filings').set(put).where('id', '=', id).where('state', '=', 'pending').execute();
}

/** Gives items of a kind that wait for a connection the oldest enabled one of their tenant. */
export async function assignConnections(sql: Sql, kind: string): Promise<void> {
  await raw`
    update filings f set connection_id = c.id
      from (select distinct on (tenant_id) tenant_id, id from connections where enabled order by tenant_id, created_at, id) c
     where f.connection_id is null and f.source_kind = ${kind} and f.state = 'pending' and c.tenant_id = f.tenant_id`.execute(
    sql,
  );
}

/** Connections that have work now: due filings, twins to look for, or markers still to be read. */
export async function connectionsWithWork(sql: Sql, now: Date): Promise<string[]> {
  const { rows } = await raw<{ id: string }>`
    select c.id from connections c
     where c.enabled and c.paused_at is null and (c.rest_until is null or c.rest_until <= ${now})
       and (c.adopted_at is null
            or exists (select from filings f where f.connection_id = c.id and f.state in ('pending', 'sending', 'unknown')
                         and f.run_at <= ${now} and (f.lease_until is null or f.lease_until <= ${now}))
            or exists (select from filings f where f.connection_id = c.id and f.watch_until is not null and f.run_at <= ${now}))`.execute(
    sql,
  );
  return rows.map((row) => row.id);
}

/**
 * The next filing of a connection that is due, or null. Only the holder of the lane asks; a `sending` row whose lease ran out
 * belongs to a holder that died. Filings from an Idempotency-Key wait until the repository's markers are read: they may exist.
 */
export async function selectDueFiling(
  sql: Sql,
  connectionId: string,
  adopted: boolean,
  now: Date,
): Promise<Filing | null> {
  const query = sql
    .selectFrom('filings')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('run_at', '<=', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .where((eb) => eb.or([eb('state', 'in', ['pending', 'sending', 'unknown']), eb('watch_until', 'is not', null)]))
    .orderBy('run_at')
    .orderBy('id')
    .limit(1);
  const row = await (adopted ? query : query.where('derived', '=', false)).executeTakeFirst();
  return row === undefined ? null : toFiling(row);
}

/** When the next filing of any connection is due, for the worker's sleep. */
export async function nextRunAt(sql: Sql): Promise<Date | null> {
  const { rows } = await raw<{ at: Date | null }>`
    select min(greatest(f.run_at, f.lease_until, c.rest_until)) as at
      from filings f join connections c on c.id = f.connection_id
     where (f.state in ('pending', 'sending', 'unknown') or f.watch_until is not null) and c.enabled and c.paused_at is null`.execute(
    sql,
  );
  return rows[0]?.at ?? null;
}

/** Takes the lane for `holder` when it is free, already its own, or its lease ran out. Database time, so clocks cannot disagree. */
export async function takeLane(sql: Sql, lane: string, holder: string, leaseMs: number): Promise<boolean> {
  const { rows } = await raw<{ lane: string }>`
    insert into lanes as l (lane, locked_by, lease_until) values (${lane}, ${holder}, now() + ${leaseMs} * interval '1 millisecond')
    on conflict (lane) do update set locked_by = excluded.locked_by, lease_until = excluded.lease_until
     where l.locked_by is null or l.lease_until <= now() or l.locked_by = ${holder}
    returning lane`.execute(sql);
  return rows.length === 1;
}

/** Prolongs a lane that is still ours, and locks its row to the end of the transaction. False: somebody else may hold it now. */
export async function holdLane(sql: Sql, lane: string, holder: string, leaseMs: number): Promise<boolean> {
  const { rows } = await raw<{ lane: string }>`
    update lanes set lease_until = now() + ${leaseMs} * interval '1 millisecond'
     where lane = ${lane} and locked_by = ${holder} and lease_until > now() returning lane`.execute(sql);
  return rows.length === 1;
}

export async function releaseLane(sql: Sql, lane: string, holder: string): Promise<void> {
  await sql
    .updateTable('lanes')
    .set({ locked_by: null, lease_until: null })
    .where('lane', '=', lane)
    .where('locked_by', '=', holder)
    .execute();
}

export async function insertAttempt(sql: Sql, filingId: string, kind: AttemptKind, startedAt: Date): Promise<number> {
  const row = await sql
    .insertInto('filing_attempts')
    .values({ filing_id: filingId, kind, started_at: startedAt })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** What an attempt came to, in GitHub's words and the machine's; that to place an issue is `done`, postponed or refused. */
export interface AttemptOutcome {
  outcome: FilingEvent | 'done';
  status: number | null;
  requestId: string | null;
  message: string | null;
  nextTryAt: Date | null;
}

export async function finishAttempt(
  sql: Sql,
  attemptId: number,
  finishedAt: Date,
  outcome: AttemptOutcome,
): Promise<void> {
  await sql
    .updateTable('filing_attempts')
    .set({
      finished_at: finishedAt,
      outcome: outcome.outcome,
      status: outcome.status,
      request_id: outcome.requestId,
      message: outcome.message,
      next_try_at: outcome.nextTryAt,
    })
    .where('id', '=', attemptId)
    .execute();
}

/** Ends the attempts that a dead process left open. */
export async function closeOpenAttempts(sql: Sql, filingId: string, at: Date): Promise<void> {
  await sql
    .updateTable('filing_attempts')
    .set({ finished_at: at, outcome: 'answer_lost', message: 'The hub stopped before the answer was stored.' })
    .where('filing_id', '=', filingId)
    .where('finished_at', 'is', null)
    .execute();
}

export async function upsertLink(sql: Sql, row: NewRow<'links'>): Promise<void> {
  await sql
    .insertInto('links')
    .values(row)
    .onConflict((conflict) => conflict.constraint('links_source_unique').doUpdateSet({ issue_id: row.issue_id }))
    .execute();
}

/** The GitHub id and number a filing is linked to. */
export async function selectLinkedIssue(
  sql: Sql,
  filingId: string,
): Promise<{ githubId: number; number: number } | null> {
  const row = await sql
    .selectFrom('links')
    .innerJoin('issues', 'issues.id', 'links.issue_id')
    .select(['issues.github_id', 'issues.number'])
    .where('links.filing_id', '=', filingId)
    .executeTakeFirst();
  return row === undefined ? null : { githubId: row.github_id, number: row.number };
}

/** GitHub ids of those among `githubIds` that some source item of the connection is already linked to. */
export async function selectLinkedIds(sql: Sql, connectionId: string, githubIds: number[]): Promise<Set<number>> {
  if (githubIds.length === 0) return new Set();
  const rows = await sql
    .selectFrom('links')
    .innerJoin('issues', 'issues.id', 'links.issue_id')
    .select('issues.github_id')
    .where('issues.connection_id', '=', connectionId)
    .where('issues.github_id', 'in', githubIds)
    .execute();
  return new Set(rows.map((row) => row.github_id));
}

/** Where the reading of a repository's markers goes on, or that it is done; nothing if it was begun anew since `read`, or turned to another repository. */
export async function setAdoption(
  sql: Sql,
  read: GithubConnection,
  cursor: string | null,
  adoptedAt: Date | null,
): Promise<void> {
  await sql
    .updateTable('connections')
    .set({ adopt_cursor: cursor, adopted_at: adoptedAt })
    .where('id', '=', read.id)
    .where('adopt_walk', '=', read.adoptWalk)
    .where('adopt_cursor', 'is not distinct from', read.adoptCursor)
    .where('github_repository_id', 'is not distinct from', read.githubRepositoryId)
    .execute();
}

function toFiling(row: Row<'filings'>): Filing {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    sourceKind: row.source_kind,
    sourceId: row.source_id,
    connectionId: row.connection_id,
    state: row.state,
    marker: row.marker,
    attempts: row.attempts,
    creates: row.creates,
    lookups: row.lookups,
    numberBefore: row.number_before,
    sentAt: row.sent_at,
    sentTitle: row.sent_title,
    bare: row.bare,
    derived: row.derived,
    runAt: row.run_at,
    lockedBy: row.locked_by,
    leaseUntil: row.lease_until,
    // only this capability writes the column, always with a kind
    failureKind: row.failure_kind as GithubFailureKind | null,
    failureMessage: row.failure_message,
    requestId: row.request_id,
    watchUntil: row.watch_until,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
