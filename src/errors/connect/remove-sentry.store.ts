import { sql as raw } from 'kysely';

import type { Sql } from '../../db/db.model.ts';

/** How many filings of a connection's own errors may be on GitHub though nobody knows yet. */
export async function countUndecided(sql: Sql, sentryConnectionId: string): Promise<number> {
  const { rows } = await raw<{ count: number }>`
    select count(*)::int as count from filings f join errors e on f.source_kind = 'error' and e.id = f.source_id
     where e.sentry_connection_id = ${sentryConnectionId} and f.state in ('sending', 'unknown')`.execute(sql);
  return rows[0]?.count ?? 0;
}

/** Errors that Sentry issues of another connection belong to as well are that one's from now on. */
export async function handErrorsOver(sql: Sql, sentryConnectionId: string): Promise<void> {
  await raw`
    update errors e set sentry_connection_id = o.sentry_connection_id
      from sentry_issues o
     where e.sentry_connection_id = ${sentryConnectionId} and o.error_id = e.id
       and o.sentry_connection_id <> ${sentryConnectionId}`.execute(sql);
}

/**
 * Deletes a connection with its rules, Sentry issues and errors. Their filings and links go with them: a filing without its error
 * would hold up its repository for ever, and bar the error that is made when the connection is made again. Gives the GitHub
 * connections into whose repositories they were filed.
 */
export async function deleteSentryConnectionRow(sql: Sql, id: string): Promise<string[]> {
  const own = raw`select e.id from errors e where e.sentry_connection_id = ${id}`;
  await raw`delete from links where source_kind = 'error' and source_id in (${own})`.execute(sql);
  const { rows } = await raw<{ connection_id: string | null }>`
    delete from filings where source_kind = 'error' and source_id in (${own}) returning connection_id`.execute(sql);
  await sql.deleteFrom('sentry_connections').where('id', '=', id).execute();
  return [...new Set(rows.flatMap(({ connection_id: target }) => (target === null ? [] : [target])))];
}
