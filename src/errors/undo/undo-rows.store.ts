import type { Row, Sql } from '../../db/db.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';
import type { UndoItemRow, WrittenAct } from './undo.model.ts';

/** Both sides of errors as far as known here, and whether there is a way to write to them. */
export interface SideRows {
  errors: Map<string, Row<'errors'>>;
  issues: Map<string, Row<'issues'>>;
  sentryIssues: Map<string, SentryIssueRow[]>;
}

export async function selectSides(sql: Sql, errorIds: readonly string[]): Promise<SideRows> {
  if (errorIds.length === 0) return { errors: new Map(), issues: new Map(), sentryIssues: new Map() };
  const ids = [...errorIds];
  const errors = await sql.selectFrom('errors').selectAll().where('id', 'in', ids).execute();
  const issues = await sql
    .selectFrom('links')
    .innerJoin('issues', 'issues.id', 'links.issue_id')
    .selectAll('issues')
    .select('links.source_id')
    .where('links.source_kind', '=', 'error')
    .where('links.source_id', 'in', ids)
    .execute();
  const sentryIssues = await sql
    .selectFrom('sentry_issues')
    .selectAll()
    .where('error_id', 'in', ids)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return {
    errors: new Map(errors.map((row) => [row.id, row])),
    issues: new Map(issues.map(({ source_id: sourceId, ...issue }) => [sourceId, issue])),
    sentryIssues: Map.groupBy(sentryIssues, ({ error_id: errorId }) => errorId ?? ''),
  };
}

/** The acts of an item, in its own order; those that are gone are left out. */
export async function selectActs(
  sql: Sql,
  { acts }: Pick<UndoItemRow, 'acts'>,
): Promise<(WrittenAct & Pick<Row<'reflections'>, 'state'>)[]> {
  const rows = await sql
    .selectFrom('reflections')
    .select(['id', 'error_id', 'side', 'act', 'before', 'after', 'finished_at', 'state'])
    .where('id', 'in', acts)
    .execute();
  return rows.toSorted((a, b) => acts.indexOf(a.id) - acts.indexOf(b.id));
}

/** Items of a run in their order. `after`: the position the page starts after. */
export async function selectUndoItems(
  sql: Sql,
  runId: string,
  of: { state: UndoItemRow['state'] | null; after: number | null },
  limit: number,
): Promise<UndoItemRow[]> {
  let query = sql.selectFrom('undo_items').selectAll().where('undo_run_id', '=', runId);
  if (of.state !== null) query = query.where('state', '=', of.state);
  if (of.after !== null) query = query.where('position', '>', of.after);
  return query.orderBy('position').limit(limit).execute();
}
