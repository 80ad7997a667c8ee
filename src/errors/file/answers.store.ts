import { sql as raw } from 'kysely';

import type { NewRow, Sql } from '../../db/db.model.ts';
import type { RawBuilder } from 'kysely';

/** A Sentry issue that is no error yet, and the repository it would be filed in. Times that are not known hold for all. */
export interface Candidate {
  connectionId: string;
  sentryId: string;
  projectId: string;
  firstSeen: Date | null;
  lastSeen: Date | null;
  at: Date;
}

/** Which ids that issues on GitHub name are still to be asked of a Sentry. */
export interface OpenAsk {
  sentryConnectionId: string;
  /** Only what one error waits for, by its id, or would wait for; null: all of the connection. */
  waiting: string | Candidate | null;
  /** What the Sentry is called in links. */
  hosts: readonly string[];
  /** Its lists tell when an issue was seen first of all, not only within what was asked for. */
  wholeTimes: boolean;
  /** A Sentry issue that may have been merged since was asked for not longer ago than this. */
  freshSince: Date;
  /** One that nobody answered to is asked for again when that was not after this. */
  againBefore: Date;
}

export interface OpenId {
  sentryId: string;
  missingSince: Date | null;
}

/** Ids that are to be asked now, the ones named last first. */
export async function selectToAsk(sql: Sql, ask: OpenAsk, limit: number): Promise<OpenId[]> {
  const { rows } = await raw<OpenId>`
    select sentry_id as "sentryId", missing_since as "missingSince" from (${openIds(ask)}) open
     where askable order by named_at desc, sentry_id limit ${limit}`.execute(sql);
  return rows;
}

/** How many ids keep an error from being filed, and whether any of them can be asked now. */
export async function countOpen(sql: Sql, ask: OpenAsk): Promise<{ count: number; askable: boolean }> {
  const { rows } = await raw<{ count: number; askable: boolean }>`
    select count(*)::int as count, coalesce(bool_or(askable), false) as askable from (${openIds(ask)}) open`.execute(
    sql,
  );
  return rows[0] ?? { count: 0, askable: false };
}

/*
 * What stands in the way of errors that are about to be sent into a repository whose issues are read: ids that its issues name and
 * that no error of this hub has. An id counts if its Sentry issue may have been merged into the error's: the survivor takes over
 * the first and the last time of what is merged into it, so what is named on GitHub was seen before it was named, and not before
 * the survivor was first seen.
 */
function openIds({ sentryConnectionId, waiting, hosts, ...ask }: OpenAsk): RawBuilder<unknown> {
  const rows =
    waiting === null || typeof waiting === 'string'
      ? pendingRows(sentryConnectionId, waiting, ask.wholeTimes)
      : candidateRow(waiting, ask.wholeTimes);
  return raw`
    with waiting as materialized (${rows}), targets as materialized (
      select connection_id, min(coalesce(first_seen, '-infinity')) - interval '1 hour' as since,
             greatest(max(created_at), ${ask.freshSince}) as fresh_since
        from waiting group by connection_id
    )
    select r.sentry_id, a.missing_since, max(r.named_at) as named_at,
           a.missing_since is null or a.asked_at <= ${ask.againBefore} as askable
      from targets t
      join sentry_references r on r.connection_id = t.connection_id and r.host = any(${[...hosts]}::text[]) and r.sentry_id <> ''
      left join sentry_answers a on a.sentry_connection_id = ${sentryConnectionId} and a.sentry_id = r.sentry_id
     where case
             when a.sentry_id is null or a.missing_since is not null then r.named_at >= t.since
             when a.answers_as is null or a.asked_at >= t.fresh_since then false
             else exists (select from waiting w where w.connection_id = t.connection_id and w.sentry_id <> a.answers_as
                             and a.asked_at < greatest(w.created_at, ${ask.freshSince}) and a.project_id = w.project_id
                             and coalesce(a.first_seen >= w.first_seen, true) and coalesce(a.last_seen <= w.last_seen, true))
           end
       and not exists (select from sentry_issues k where k.sentry_connection_id = ${sentryConnectionId}
                          and k.sentry_id = r.sentry_id and k.error_id is not null)
       and (r.trusted
            or exists (select from issues i join links l on l.issue_id = i.id and l.source_kind = 'error'
                        where i.connection_id = r.connection_id and i.github_id = r.github_id))
     group by r.sentry_id, a.missing_since, a.asked_at`;
}

function pendingRows(sentryConnectionId: string, errorId: string | null, wholeTimes: boolean): RawBuilder<unknown> {
  const ofError = errorId === null ? raw`` : raw` and e.id = ${errorId}`;
  return raw`
    select f.connection_id, e.created_at, s.sentry_id, s.project_id, s.last_seen,
           case when ${wholeTimes} and coalesce(cardinality(u.environments), 0) = 0 then s.first_seen end as first_seen
      from errors e
      join filings f on f.source_kind = 'error' and f.source_id = e.id and f.state = 'pending'
      join connections c on c.id = f.connection_id and c.adopted_at is not null
      join sentry_issues s on s.error_id = e.id and s.gone is null
      left join sentry_rules u on u.id = s.rule_id
     where e.sentry_connection_id = ${sentryConnectionId} and e.regression = 0${ofError}`;
}

function candidateRow({ at, ...one }: Candidate, wholeTimes: boolean): RawBuilder<unknown> {
  return raw`
    select ${one.connectionId}::uuid as connection_id, ${at}::timestamptz as created_at, ${one.sentryId}::text as sentry_id,
           ${one.projectId}::text as project_id, ${one.lastSeen}::timestamptz as last_seen,
           ${wholeTimes ? one.firstSeen : null}::timestamptz as first_seen`;
}

export async function storeAnswers(sql: Sql, rows: readonly NewRow<'sentry_answers'>[]): Promise<void> {
  if (rows.length === 0) return;
  await sql
    .insertInto('sentry_answers')
    // in one order: two runs that learn the same would else wait for each other
    .values(rows.toSorted((a, b) => (a.sentry_id < b.sentry_id ? -1 : 1)))
    .onConflict((conflict) =>
      conflict.columns(['sentry_connection_id', 'sentry_id']).doUpdateSet((eb) => ({
        answers_as: eb.ref('excluded.answers_as'),
        asked_at: eb.ref('excluded.asked_at'),
        missing_since: eb.ref('excluded.missing_since'),
        project_id: eb.ref('excluded.project_id'),
        first_seen: eb.ref('excluded.first_seen'),
        last_seen: eb.ref('excluded.last_seen'),
      })),
    )
    .execute();
}

/** The ids that were merged into these, as far as Sentry was asked for them, each with the one that answers for it. */
export async function selectFormerIds(
  sql: Sql,
  sentryConnectionId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await sql
    .selectFrom('sentry_answers')
    .select(['sentry_id', 'answers_as'])
    .where('sentry_connection_id', '=', sentryConnectionId)
    .where('answers_as', 'in', ids)
    .execute();
  return new Map(rows.map(({ sentry_id: id, answers_as: now }) => [id, now ?? id]));
}

/** The Sentry issues of errors that are about to be sent, the latest first. */
export async function selectAboutToSend(
  sql: Sql,
  sentryConnectionId: string,
): Promise<{ id: string; shortId: string | null; permalink: string | null }[]> {
  return sql
    .selectFrom('errors as e')
    .innerJoin('filings as f', (join) => join.onRef('f.source_id', '=', 'e.id').on('f.source_kind', '=', 'error'))
    .innerJoin('sentry_issues as s', 's.error_id', 'e.id')
    .select(['s.sentry_id as id', 's.short_id as shortId', 's.permalink'])
    .where('e.sentry_connection_id', '=', sentryConnectionId)
    .where('f.state', '=', 'pending')
    .where('s.gone', 'is', null)
    .orderBy('s.created_at', 'desc')
    .execute();
}

/** What was kept from being sent until Sentry had answered is tried again now. */
export async function wakeHeld(sql: Sql, sentryConnectionId: string, now: Date): Promise<void> {
  await raw`
    update filings f set run_at = ${now} from errors e
     where f.source_kind = 'error' and f.source_id = e.id and e.sentry_connection_id = ${sentryConnectionId}
       and f.state = 'pending' and f.run_at > ${now} and f.failure_kind is null and f.failure_message is not null`.execute(
    sql,
  );
}

/** What is linked is read anew, and ids are asked for, as soon as the connection is free. */
export async function hastenReread(sql: Sql, sentryConnectionId: string, now: Date): Promise<void> {
  await sql
    .updateTable('sentry_connections')
    .set((eb) => ({ reread_due_at: eb.fn<Date>('least', ['reread_due_at', eb.val(now)]) }))
    .where('id', '=', sentryConnectionId)
    .execute();
}
