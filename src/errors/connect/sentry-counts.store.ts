import { sql as raw } from 'kysely';

import type { ReflectionCounts } from './sentry-health.decide.ts';
import type { Sql } from '../../db/db.model.ts';
import type { SentryRunRow } from '../rows.model.ts';

/** Rules of connections, and their errors that became issues, by the connections' ids. */
export async function countOfConnections(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, { rules: number; errors: number }>> {
  const { rows } = await raw<{ id: string; rules: number; errors: number }>`
    select c.id, coalesce(r.count, 0)::int as rules, coalesce(e.count, 0)::int as errors from unnest(${[...ids]}::uuid[]) c (id)
      left join (select sentry_connection_id as id, count(*) from sentry_rules group by 1) r on r.id = c.id
      left join (select e.sentry_connection_id as id, count(*) from errors e
                   join links l on l.source_kind = 'error' and l.source_id = e.id
                  where e.sentry_connection_id = any(${[...ids]}::uuid[]) group by 1) e on e.id = c.id`.execute(sql);
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

/** Whether any Sentry issue was seen over a connection. */
export async function hasSeenIssues(sql: Sql, sentryConnectionId: string): Promise<boolean> {
  const query = sql.selectFrom('sentry_issues').select('id').where('sentry_connection_id', '=', sentryConnectionId);
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}

/** A rule's newest run, and how many Sentry issues it took, took and could not file yet, and passed over in its last whole run. */
export interface RuleCounts {
  last: SentryRunRow | null;
  counts: { taken: number; waiting: number; skipped: number };
}

/** The counts of rules by their ids. */
export async function ruleCounts(sql: Sql, ids: readonly string[]): Promise<Map<string, RuleCounts>> {
  const { rows } = await raw<SentryRunRow & { of_rule: string; of_taken: number; of_waiting: number }>`
    select o.rule_id as of_rule, coalesce(s.taken, 0)::int as of_taken, coalesce(s.waiting, 0)::int as of_waiting, last.*
      from unnest(${[...ids]}::uuid[]) o (rule_id)
      left join (select rule_id, count(*) filter (where decision = 'taken') as taken, count(*) filter (where decision = 'waiting') as waiting
                   from sentry_issues where rule_id = any(${[...ids]}::uuid[]) group by 1) s on s.rule_id = o.rule_id
      left join lateral (select * from sentry_runs r where r.rule_id = o.rule_id order by r.id desc limit 1) last on true`.execute(
    sql,
  );
  return new Map(
    rows.map(({ of_rule: id, of_taken: taken, of_waiting: waiting, ...last }) => [id, countsOf(last, taken, waiting)]),
  );
}

// what was joined and is not there is null in every column
function countsOf(
  last: { [Name in keyof SentryRunRow]: SentryRunRow[Name] | null },
  taken: number,
  waiting: number,
): RuleCounts {
  return {
    last: last.id === null ? null : (last as SentryRunRow),
    counts: { taken, waiting, skipped: last.skipped ?? 0 },
  };
}

/** Repositories of GitHub connections by the connections' ids. */
export async function selectConnectionNames(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.selectFrom('connections').select(['id', 'repository']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, repository }) => [id, repository]));
}

/** How keeping both sides in step fares for the errors of a connection. */
export async function reflectionCounts(sql: Sql, sentryConnectionId: string): Promise<ReflectionCounts> {
  const row = await sql
    .selectFrom('errors')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('conflict', 'is not', null).as('conflicts'),
      eb.fn.countAll<number>().filterWhere('attempts', '>', 0).as('failing'),
      eb.fn.min<Date | null>('reflect_at').as('oldestDueAt'),
    ])
    .where('sentry_connection_id', '=', sentryConnectionId)
    .executeTakeFirstOrThrow();
  return row;
}

/** For the metrics: when each rule that is switched on last looked to the end, what waits for it, and conflicts of the errors. */
export async function sentryState(
  sql: Sql,
): Promise<{ rules: { rule: string; lookedAt: Date | null; waiting: number }[]; conflicts: number }> {
  const rules = await sql
    .selectFrom('sentry_rules as r')
    .select((eb) => [
      'r.name as rule',
      'r.watermark as lookedAt',
      eb
        .selectFrom('sentry_issues as s')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .whereRef('s.rule_id', '=', 'r.id')
        .where('s.decision', '=', 'waiting')
        .as('waiting'),
    ])
    .where('r.enabled', '=', true)
    .execute();
  const conflicts = await sql
    .selectFrom('errors')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('conflict', 'is not', null)
    .executeTakeFirstOrThrow();
  return { rules: rules.map((row) => ({ ...row, waiting: row.waiting ?? 0 })), conflicts: conflicts.count };
}
