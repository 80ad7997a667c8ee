import type { Row, Sql } from '../db/db.model.ts';

export type Span = Row<'import_spans'>;

/** The spans of a repository's import; none when it has not begun, or is over. */
export async function selectSpans(sql: Sql, repositoryId: string): Promise<Span[]> {
  return sql.selectFrom('import_spans').selectAll().where('repository_id', '=', repositoryId).orderBy('id').execute();
}

export async function insertSpan(
  sql: Sql,
  span: Pick<Span, 'repository_id' | 'facet' | 'position' | 'until'>,
): Promise<Span> {
  return sql.insertInto('import_spans').values(span).returningAll().executeTakeFirstOrThrow();
}

/** Stores how far a span has come. */
export async function saveSpan(sql: Sql, { id, position, next, done_at }: Omit<Span, 'until'>): Promise<void> {
  await sql.updateTable('import_spans').set({ position, next, done_at }).where('id', '=', id).execute();
}

/** Ends a span earlier, while it is walked: another one takes the rest. */
export async function shortenSpan(sql: Sql, id: Span['id'], until: Date): Promise<void> {
  await sql.updateTable('import_spans').set({ until }).where('id', '=', id).execute();
}

export async function deleteSpans(sql: Sql, repositoryId: string): Promise<void> {
  await sql.deleteFrom('import_spans').where('repository_id', '=', repositoryId).execute();
}
