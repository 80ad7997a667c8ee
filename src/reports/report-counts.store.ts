import { sql as raw } from 'kysely';

import { kindsOf, scoped } from './report-rows.store.ts';
import type { RowCount, Scope } from './reports.model.ts';
import type { RowKind } from './report-rows.store.ts';
import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { Sql } from '../db/db.model.ts';

/** Counts all rows of a scope by kind, tenant and states. */
export async function countRows(sql: Sql, scope: Scope): Promise<RowCount[]> {
  const columns = ['tenant_id', 'filing_state', 'issue_state'] as const;
  const counted = kindsOf(scope).map(async (source) => {
    const rows = scoped(sql, source, scope)
      .select((eb) => [...columns, eb.fn.countAll<number>().as('count')])
      .groupBy(columns);
    return (await rows.execute()).map((row) => ({ ...row, source }));
  });
  return (await Promise.all(counted)).flat();
}

export async function selectTenantNames(
  sql: Sql,
  ids: readonly string[],
): Promise<{ id: string; slug: string; name: string }[]> {
  if (ids.length === 0) return [];
  return sql.selectFrom('tenants').select(['id', 'slug', 'name']).where('id', 'in', ids).orderBy('slug').execute();
}

const FACET_MAX = 50;

/** The labels of issues, the most frequent first. Rows with the same labels are counted before these are told apart. */
export async function countLabels(sql: Sql, scope: Scope): Promise<{ name: string; color: string; count: number }[]> {
  const sets = together(scope, (kind) =>
    scoped(sql, kind, scope)
      .select((eb) => ['issue_labels', eb.fn.countAll<number>().as('count')])
      .where('issue_labels', 'is not', null)
      .groupBy('issue_labels'),
  ).as('r');
  return sql
    .selectFrom([sets, raw<{ value: { name: string; color: string } }>`jsonb_array_elements(r.issue_labels)`.as('e')])
    .select([
      raw<string>`e.value->>'name'`.as('name'),
      raw<string>`min(e.value->>'color')`.as('color'),
      raw<number>`sum(r.count)::int`.as('count'),
    ])
    .groupBy('name')
    .orderBy('count', 'desc')
    .limit(FACET_MAX)
    .execute();
}

/** Who reported, and who opened issues on GitHub, the most frequent first. */
export async function countReporters(sql: Sql, scope: Scope): Promise<{ id: string; name: string; count: number }[]> {
  const rows = together({ ...scope, errors: false }, (kind) =>
    scoped(sql, kind, scope)
      .select((eb) => [
        'reporter_id',
        raw<string>`max(coalesce(reporter_name, reporter_email, reporter_id))`.as('name'),
        eb.fn.countAll<number>().as('count'),
      ])
      .where('reporter_id', 'is not', null)
      .groupBy('reporter_id'),
  ).as('r');
  const found = await sql
    .selectFrom(rows)
    .select(['reporter_id as id', raw<string>`max(name)`.as('name'), raw<number>`sum(count)::int`.as('count')])
    .groupBy('reporter_id')
    .orderBy('count', 'desc')
    .limit(FACET_MAX)
    .execute();
  return found.map((row) => ({ ...row, id: row.id ?? '' }));
}

type Tables = Sql extends Kysely<infer All> ? All : never;

function together<T>(
  scope: Scope,
  rowsOf: (kind: RowKind) => SelectQueryBuilder<Tables, 'reported_rows', T>,
): SelectQueryBuilder<Tables, 'reported_rows', T> {
  return kindsOf(scope)
    .map(rowsOf)
    .reduce((all, rows) => all.unionAll(rows));
}
