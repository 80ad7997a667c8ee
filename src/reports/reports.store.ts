import { sql as raw } from 'kysely';

import type { NewRow, Row, RowChange, Sql } from '../db/db.model.ts';
import type { ReportsQuery } from '../contract/reports.ts';
import type { History, ReportRow, Scope } from './reports.model.ts';

/** Inserts a report; false when its id is taken (the same Idempotency-Key came before, or twice at once). */
export async function insertReport(sql: Sql, row: NewRow<'reports'>): Promise<boolean> {
  const result = await sql
    .insertInto('reports')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function updateReport(sql: Sql, id: string, changes: RowChange<'reports'>): Promise<void> {
  await sql.updateTable('reports').set(changes).where('id', '=', id).execute();
}

/** The stored report with its tenant, for filing. */
export async function selectSource(
  sql: Sql,
  id: string,
): Promise<(Row<'reports'> & { slug: string; tenant_name: string; title_prefix: string }) | null> {
  const row = await sql
    .selectFrom('reports')
    .innerJoin('tenants', 'tenants.id', 'reports.tenant_id')
    .selectAll('reports')
    .select(['tenants.slug', 'tenants.name as tenant_name', 'tenants.title_prefix'])
    .where('reports.id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export async function selectIdempotencyKey(
  sql: Sql,
  tenantId: string,
  actor: string,
  key: string,
): Promise<{ requestHash: Buffer; reportId: string } | null> {
  const row = await sql
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'report_id'])
    .where('tenant_id', '=', tenantId)
    .where('actor', '=', actor)
    .where('key', '=', key)
    .executeTakeFirst();
  return row === undefined ? null : { requestHash: row.request_hash, reportId: row.report_id };
}

export async function insertIdempotencyKey(sql: Sql, row: NewRow<'idempotency_keys'>): Promise<void> {
  await sql
    .insertInto('idempotency_keys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function deleteIdempotencyKeys(sql: Sql, before: Date): Promise<void> {
  await sql.deleteFrom('idempotency_keys').where('created_at', '<', before).execute();
}

/** One row that the scope may see. */
export async function selectReportRow(sql: Sql, id: string, scope: Scope): Promise<ReportRow | null> {
  return (await scoped(sql, scope).selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function selectConversation(
  sql: Sql,
  id: string,
): Promise<Pick<Row<'reports'>, 'conversation' | 'context'> | null> {
  return (
    (await sql.selectFrom('reports').select(['conversation', 'context']).where('id', '=', id).executeTakeFirst()) ??
    null
  );
}

/** Where a page goes on: after this row, in the list's order. */
export interface PageStart {
  at: Date;
  id: string;
}

/** A page of rows, newest first: by the last news for one's own, by arrival else. One row more than asked shows that there is more. */
export async function selectReportRows(
  sql: Sql,
  scope: Scope,
  query: ReportsQuery,
  start: PageStart | null,
  order: 'created_at' | 'updated_at',
): Promise<ReportRow[]> {
  let rows = filtered(scoped(sql, scope), query)
    .selectAll()
    .orderBy(order, 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (start !== null) rows = rows.where(raw<boolean>`(${raw.ref(order)}, id) < (${start.at}, ${start.id}::uuid)`);
  return rows.execute();
}

export async function countStates(
  sql: Sql,
  scope: Scope,
): Promise<Record<'pending' | 'unknown' | 'synced' | 'failed' | 'open' | 'closed', number>> {
  const row = await scoped(sql, scope)
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('filing_state', 'in', ['pending', 'sending']).as('pending'),
      eb.fn.countAll<number>().filterWhere('filing_state', '=', 'unknown').as('unknown'),
      eb.fn.countAll<number>().filterWhere('filing_state', '=', 'synced').as('synced'),
      eb.fn.countAll<number>().filterWhere('filing_state', '=', 'failed').as('failed'),
      eb.fn.countAll<number>().filterWhere('issue_state', '=', 'open').as('open'),
      eb.fn.countAll<number>().filterWhere('issue_state', '=', 'closed').as('closed'),
    ])
    .executeTakeFirstOrThrow();
  return row;
}

const FACET_MAX = 50;

export async function countLabels(sql: Sql, scope: Scope): Promise<{ name: string; color: string; count: number }[]> {
  const rows = scoped(sql, scope).select('issue_labels').where('issue_labels', 'is not', null).as('r');
  return sql
    .selectFrom([rows, raw<{ value: { name: string; color: string } }>`jsonb_array_elements(r.issue_labels)`.as('e')])
    .select([
      raw<string>`e.value->>'name'`.as('name'),
      raw<string>`min(e.value->>'color')`.as('color'),
      raw<number>`count(*)`.as('count'),
    ])
    .groupBy('name')
    .orderBy('count', 'desc')
    .limit(FACET_MAX)
    .execute();
}

export async function countReporters(sql: Sql, scope: Scope): Promise<{ id: string; name: string; count: number }[]> {
  const rows = await scoped(sql, scope)
    .select((eb) => [
      'reporter_id as id',
      raw<string>`max(coalesce(reporter_name, reporter_email, reporter_id))`.as('name'),
      eb.fn.countAll<number>().as('count'),
    ])
    .where('reporter_id', 'is not', null)
    .groupBy('reporter_id')
    .orderBy('count', 'desc')
    .limit(FACET_MAX)
    .execute();
  return rows.map((row) => ({ ...row, id: row.id ?? '' }));
}

export async function countTenants(sql: Sql, scope: Scope): Promise<{ slug: string; name: string; count: number }[]> {
  return scoped(sql, scope)
    .select((eb) => ['tenant_slug as slug', 'tenant_name as name', eb.fn.countAll<number>().as('count')])
    .groupBy(['tenant_slug', 'tenant_name'])
    .orderBy('slug')
    .limit(FACET_MAX)
    .execute();
}

/** Everything the timeline is told from, in the order it happened. */
export async function selectHistory(sql: Sql, row: ReportRow): Promise<History> {
  const [attempts, changes, acts] = await Promise.all([
    row.filing_id === null
      ? []
      : sql
          .selectFrom('filing_attempts')
          .selectAll()
          .where('filing_id', '=', row.filing_id)
          .orderBy('id', 'desc')
          .limit(200)
          .execute(),
    row.issue_id === null
      ? []
      : sql
          .selectFrom('item_changes')
          .selectAll()
          .where('item_id', '=', row.issue_id)
          .orderBy('id', 'desc')
          .limit(200)
          .execute(),
    sql
      .selectFrom('audit_events')
      .select(['at', 'action', 'actor_name', 'after'])
      .where('subject', '=', `report:${row.id}`)
      .where('action', '!=', 'report.created')
      .orderBy('id', 'desc')
      .limit(50)
      .execute(),
  ]);
  return { attempts: attempts.toReversed(), changes: changes.toReversed(), acts: acts.toReversed() };
}

function scoped(sql: Sql, scope: Scope) {
  let rows = sql.selectFrom('report_rows');
  if (scope.tenantId !== null) rows = rows.where('tenant_id', '=', scope.tenantId);
  if (scope.reporter !== null)
    rows = rows.where('reporter_kind', '=', scope.reporter.kind).where('reporter_id', '=', scope.reporter.id);
  return rows;
}

function filtered(rows: ReturnType<typeof scoped>, query: ReportsQuery): ReturnType<typeof scoped> {
  let found = rows;
  if (query.source !== undefined) found = found.where('source', '=', query.source);
  if (query.state === 'pending') found = found.where('filing_state', 'in', ['pending', 'sending']);
  else if (query.state !== undefined) found = found.where('filing_state', '=', query.state);
  if (query.issue_state !== undefined) found = found.where('issue_state', '=', query.issue_state);
  if (query.tenant !== undefined) found = found.where('tenant_slug', '=', query.tenant.toLowerCase());
  if (query.reporter !== undefined) {
    const reporter = query.reporter.toLowerCase();
    found = found.where((eb) =>
      eb.or([
        eb(eb.fn<string>('lower', ['reporter_id']), '=', reporter),
        eb(eb.fn<string>('lower', ['reporter_email']), '=', reporter),
        eb('reporter_name', 'ilike', `%${likeText(reporter)}%`),
      ]),
    );
  }
  if (query.label !== undefined) {
    const label = query.label.toLowerCase();
    found = found.where(
      raw<boolean>`(exists (select from jsonb_array_elements(coalesce(issue_labels, '[]'::jsonb)) e where lower(e->>'name') = ${label})
        or exists (select from unnest(tags) tag where lower(tag) = ${label}))`,
    );
  }
  for (const word of words(query.q)) found = found.where(raw<boolean>`(${matches(word)})`);
  return found;
}

function words(q: string | undefined): string[] {
  return (q ?? '')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, 10);
}

function matches(word: string) {
  const number = /^#?(\d{1,9})$/u.exec(word)?.[1];
  const pattern = `%${likeText(word)}%`;
  const text = raw`title ilike ${pattern} or description ilike ${pattern} or issue_title ilike ${pattern}`;
  return number === undefined ? text : raw`issue_number = ${Number(number)} or ${text}`;
}

function likeText(text: string): string {
  return text.replace(/[\\%_]/gu, (character) => `\\${character}`);
}
