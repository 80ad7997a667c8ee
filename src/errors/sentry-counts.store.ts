import type { ReflectionCounts } from './sentry-health.decide.ts';
import type { Sql } from '../db/db.model.ts';
import type { SentryRunRow } from './rows.model.ts';

/** Rules of a connection, Sentry issues seen over it, and its errors that became issues. */
export async function countErrors(
  sql: Sql,
  sentryConnectionId: string,
): Promise<{ rules: number; seen: number; errors: number }> {
  const count = async (table: 'sentry_rules' | 'sentry_issues') =>
    sql
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('sentry_connection_id', '=', sentryConnectionId)
      .executeTakeFirstOrThrow();
  const errors = await sql
    .selectFrom('errors')
    .innerJoin('links', 'links.source_id', 'errors.id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('links.source_kind', '=', 'error')
    .where('errors.sentry_connection_id', '=', sentryConnectionId)
    .executeTakeFirstOrThrow();
  return {
    rules: (await count('sentry_rules')).count,
    seen: (await count('sentry_issues')).count,
    errors: errors.count,
  };
}

/** A rule's newest run, and how many Sentry issues it took, took and could not file yet, and passed over in its last whole run. */
export async function ruleCounts(
  sql: Sql,
  ruleId: string,
): Promise<{ last: SentryRunRow | null; counts: { taken: number; waiting: number; skipped: number } }> {
  const last = await sql
    .selectFrom('sentry_runs')
    .selectAll()
    .where('rule_id', '=', ruleId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const row = await sql
    .selectFrom('sentry_issues')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('decision', '=', 'taken').as('taken'),
      eb.fn.countAll<number>().filterWhere('decision', '=', 'waiting').as('waiting'),
    ])
    .where('rule_id', '=', ruleId)
    .executeTakeFirstOrThrow();
  return { last: last ?? null, counts: { ...row, skipped: last?.skipped ?? 0 } };
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
