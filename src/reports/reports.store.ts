import { sql as raw } from 'kysely';

import { kindsOf, scoped } from './report-rows.store.ts';
import type { NewRow, Row, RowChange, Sql } from '../db/db.model.ts';
import type { RawBuilder } from 'kysely';
import type { ReportsQuery } from '../contract/reports.ts';
import type { RowKind } from './report-rows.store.ts';
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
  for (const kind of kindsOf(scope)) {
    const row = await scoped(sql, kind, scope).selectAll().where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return row;
  }
  return null;
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
  const pageOf = (kind: RowKind) => {
    const rows = filtered(scoped(sql, kind, scope), query, kind)
      .selectAll()
      .orderBy(order, 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit + 1);
    return start === null ? rows : rows.where(raw<boolean>`(${raw.ref(order)}, id) < (${start.at}, ${start.id}::uuid)`);
  };
  // a page of each kind is read in the order of its index; all together would be sorted whole
  const pages = await Promise.all(
    kindsOf(scope)
      .filter((kind) => query.source === undefined || query.source === kind)
      .map(async (kind) => pageOf(kind).execute()),
  );
  return pages
    .flat()
    .toSorted((a, b) => b[order].getTime() - a[order].getTime() || (a.id < b.id ? 1 : -1))
    .slice(0, query.limit + 1);
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

function filtered(rows: ReturnType<typeof scoped>, query: ReportsQuery, kind: RowKind): ReturnType<typeof scoped> {
  let found = rows;
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
  for (const word of words(query.q)) found = found.where(raw<boolean>`(${raw.join(matches(word, kind), raw` or `)})`);
  return found;
}

function words(q: string | undefined): string[] {
  return (q ?? '')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, 10);
}

function matches(word: string, kind: RowKind): RawBuilder<unknown>[] {
  const number = /^#?(\d{1,9})$/u.exec(word)?.[1];
  const pattern = `%${likeText(word)}%`;
  const numbered = number === undefined ? [] : [raw`issue_number = ${Number(number)}`];
  // of an error only its own title: that of its issue is made of it
  if (kind === 'error') return [raw`title ilike ${pattern}`, ...numbered, ...namedBySentry(word)];
  return [raw`title ilike ${pattern} or description ilike ${pattern} or issue_title ilike ${pattern}`, ...numbered];
}

// By its short id or its id in Sentry, which the index of words has as a whole (migrations/0011).
function namedBySentry(word: string): RawBuilder<unknown>[] {
  if (!/^(?:\d+|[\w.-]+-\w+)$/u.test(word)) return [];
  return [
    raw`error_rows.id in (
      select s.error_id from sentry_issues s
       where s.error_id is not null and s.sentry_id <> '' and sentry_issue_words(
               s.tenant_id, s.rule_id, s.error_id, s.decision, s.project, s.level, s.status, s.last_seen,
               s.short_id, s.sentry_id, s.title, s.culprit) @@ ${`'${word.toLowerCase()}'`}::tsquery)`,
  ];
}

function likeText(text: string): string {
  return text.replace(/[\\%_]/gu, (character) => `\\${character}`);
}
