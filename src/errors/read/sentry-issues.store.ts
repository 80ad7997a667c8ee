import { sql as raw } from 'kysely';

import { newId } from '../../lib/ids.ts';
import { columnsOf, SNAPSHOT_COLUMNS, storableJson } from './sentry-rows.decide.ts';
import type { NewRow, RowChange, Sql } from '../../db/db.model.ts';
import type { SentryEvent, SentryIssue } from '../../sentry/sentry.model.ts';
import type { Decision, SentryIssueRow } from '../rows.model.ts';
import type { SentryRule } from '../errors.model.ts';

/** Rows of those Sentry issues that are known, locked in one order, by Sentry's id. */
export async function lockSentryIssues(
  sql: Sql,
  connectionId: string,
  sentryIds: readonly string[],
): Promise<Map<string, SentryIssueRow>> {
  if (sentryIds.length === 0) return new Map();
  const rows = await sql
    .selectFrom('sentry_issues')
    .selectAll()
    .where('sentry_connection_id', '=', connectionId)
    .where('sentry_id', 'in', sentryIds)
    .orderBy('sentry_id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.sentry_id, row]));
}

/**
 * The same, and with them all Sentry issues of the errors they belong to: for whoever may give those to another error. Locked
 * only then, in an order of their own, they and somebody else's would wait for each other in a circle.
 */
export async function lockFamilies(
  sql: Sql,
  connectionId: string,
  sentryIds: readonly string[],
): Promise<Map<string, SentryIssueRow>> {
  const { rows } = await raw<SentryIssueRow>`
    select * from sentry_issues where id in (
      select id from sentry_issues where sentry_connection_id = ${connectionId} and sentry_id = any(${[...sentryIds]}::text[])
      union
      select other.id from sentry_issues s join sentry_issues other on other.error_id = s.error_id
       where s.sentry_connection_id = ${connectionId} and s.sentry_id = any(${[...sentryIds]}::text[]))
     order by sentry_id for update`.execute(sql);
  return new Map(rows.filter((row) => sentryIds.includes(row.sentry_id)).map((row) => [row.sentry_id, row]));
}

export async function lockSentryIssue(sql: Sql, id: string): Promise<SentryIssueRow | null> {
  return (
    (await sql.selectFrom('sentry_issues').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ?? null
  );
}

/**
 * Stores what Sentry says now, all in one statement, in one order, so that two pages of the same issues never wait for each
 * other in a circle. What was asked for earlier than what stands changes nothing. What was
 * decided of an issue stands once it belongs to an error; only a rule that was removed gives way to another one.
 */
export async function upsertSentryIssues(
  sql: Sql,
  connection: { id: string; tenantId: string },
  issues: readonly { issue: SentryIssue; decision: Decision }[],
  askedAt: Date,
): Promise<SentryIssueRow[]> {
  if (issues.length === 0) return [];
  const rows: NewRow<'sentry_issues'>[] = issues.toSorted(byId).map(({ issue, decision }) => ({
    id: newId(askedAt),
    tenant_id: connection.tenantId,
    sentry_connection_id: connection.id,
    sentry_id: issue.id,
    rule_id: decision.ruleId,
    decision: decision.decision,
    why: decision.why,
    status_changed_at: askedAt,
    read_at: askedAt,
    ...columnsOf(issue),
  }));
  return sql
    .insertInto('sentry_issues')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .constraint('sentry_issues_sentry_unique')
        .doUpdateSet((eb) => ({
          ...Object.fromEntries(SNAPSHOT_COLUMNS.map((column) => [column, eb.ref(`excluded.${column}`)])),
          read_at: eb.ref('excluded.read_at'),
          missing_since: null,
          gone: null,
          gone_at: null,
          decision: raw`case when sentry_issues.error_id is null then excluded.decision else sentry_issues.decision end`,
          why: raw`case when sentry_issues.error_id is null then excluded.why else sentry_issues.why end`,
          rule_id: raw`case when sentry_issues.error_id is null then excluded.rule_id else coalesce(sentry_issues.rule_id, excluded.rule_id) end`,
          status_changed_at: raw<Date>`case when (sentry_issues.status, sentry_issues.substatus) is distinct from (excluded.status, excluded.substatus)
            then excluded.read_at else sentry_issues.status_changed_at end`,
        }))
        .whereRef('sentry_issues.read_at', '<=', 'excluded.read_at'),
    )
    .returningAll()
    .execute();
}

function byId(a: { issue: SentryIssue }, b: { issue: SentryIssue }): number {
  return a.issue.id < b.issue.id ? -1 : 1;
}

export async function storeEvent(sql: Sql, id: string, event: SentryEvent): Promise<void> {
  await updateSentryIssue(sql, id, { event: storableJson(event) });
}

export async function updateSentryIssue(sql: Sql, id: string, changes: RowChange<'sentry_issues'>): Promise<void> {
  await sql.updateTable('sentry_issues').set(changes).where('id', '=', id).execute();
}

/** What a rule took and was not filed yet: what a person asked for first, then the others by their last event, the latest first. */
export async function selectWaiting(
  sql: Sql,
  rule: Pick<SentryRule, 'id' | 'sentryConnectionId'>,
  except: readonly string[],
  room: { byHand: number; others: number },
): Promise<SentryIssueRow[]> {
  const waiting = (byHand: boolean, limit: number) => {
    const query = sql
      .selectFrom('sentry_issues')
      .selectAll()
      .where('rule_id', '=', rule.id)
      .where('sentry_connection_id', '=', rule.sentryConnectionId)
      .where('decision', '=', 'waiting')
      .where('error_id', 'is', null)
      .where('gone', 'is', null)
      .where('by_hand', '=', byHand)
      .orderBy((eb) => eb.fn.coalesce('last_seen', eb.val('-infinity')), 'desc')
      .orderBy('id', 'desc')
      .limit(limit);
    return (except.length > 0 ? query.where('id', 'not in', except) : query).execute();
  };
  const asked = await waiting(true, room.byHand);
  return asked.length > 0 || room.others === 0 ? asked : waiting(false, room.others);
}

export async function countWaiting(sql: Sql, ruleId: string): Promise<number> {
  const row = await sql
    .selectFrom('sentry_issues')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('rule_id', '=', ruleId)
    .where('decision', '=', 'waiting')
    .where('error_id', 'is', null)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Linked Sentry issues whose turn it is to be read anew, the longest due first. */
export async function selectToReread(
  sql: Sql,
  connectionId: string,
  now: Date,
  limit: number,
): Promise<SentryIssueRow[]> {
  return sql
    .selectFrom('sentry_issues')
    .selectAll()
    .where('sentry_connection_id', '=', connectionId)
    .where('error_id', 'is not', null)
    .where('gone', 'is', null)
    .where('reread_at', '<=', now)
    .orderBy('reread_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** When these are read anew: soon while their GitHub issue is open or not there yet, else later. Locked in the order of `lockSentryIssues`. */
export async function planReread(sql: Sql, ids: readonly string[], next: { open: Date; closed: Date }): Promise<void> {
  await raw`
    update sentry_issues s
       set reread_at = case when i.state = 'closed' then ${next.closed}::timestamptz else ${next.open}::timestamptz end
      from (select id, error_id from sentry_issues where id = any(${[...ids]}::uuid[]) order by sentry_id for update) o
      left join links l on l.source_kind = 'error' and l.source_id = o.error_id
      left join issues i on i.id = l.issue_id
     where o.id = s.id`.execute(sql);
}

/** Both sides of these errors are compared soon. */
export async function dueReflect(sql: Sql, errorIds: readonly string[], at: Date): Promise<void> {
  if (errorIds.length === 0) return;
  // in one order: two pages that share errors would else wait for each other
  await sql.selectFrom('errors').select('id').where('id', 'in', errorIds).orderBy('id').forNoKeyUpdate().execute();
  await sql
    .updateTable('errors')
    .set((eb) => ({ reflect_at: eb.fn<Date>('least', ['reflect_at', eb.val(at)]) }))
    .where('id', 'in', errorIds)
    .execute();
}

/** Keeps today's all-time counts, from which the trend is drawn. */
export async function noteCounts(sql: Sql, rows: readonly SentryIssueRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await sql
    .insertInto('sentry_counts')
    .values(
      // in one order, as in insertCounts
      rows
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .map(({ id, count, user_count }) => ({
          sentry_issue_id: id,
          day: now.toISOString().slice(0, 10),
          count,
          user_count,
        })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['sentry_issue_id', 'day'])
        .doUpdateSet((eb) => ({
          count: eb.fn<number>('greatest', ['sentry_counts.count', 'excluded.count']),
          user_count: eb.fn<number>('greatest', ['sentry_counts.user_count', 'excluded.user_count']),
        }))
        .where((eb) =>
          eb.or([
            eb('sentry_counts.count', '<', eb.ref('excluded.count')),
            eb('sentry_counts.user_count', '<', eb.ref('excluded.user_count')),
          ]),
        ),
    )
    .execute();
}

/** A deleted Sentry issue that looked the same: when it comes again under a new id, it is the same error. */
export async function selectDeletedTwin(sql: Sql, row: SentryIssueRow, since: Date): Promise<SentryIssueRow | null> {
  const found = await sql
    .selectFrom('sentry_issues')
    .selectAll()
    .where('sentry_connection_id', '=', row.sentry_connection_id)
    .where('gone', '=', 'deleted')
    .where('gone_at', '>', since)
    .where('error_id', 'is not', null)
    .where('project_id', '=', row.project_id)
    .where('title', '=', row.title)
    .where('culprit', 'is not distinct from', row.culprit)
    .where('type', 'is not distinct from', row.type)
    .orderBy('gone_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found ?? null;
}
