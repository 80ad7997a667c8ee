import { sql as raw } from 'kysely';

import type { SentryIssueRow } from '../rows.model.ts';
import type { Sql } from '../../db/db.model.ts';

/**
 * Linked Sentry issues that a new one may have come in the place of, as they were last read: such as look the same, and such as
 * it may have been merged from, since a survivor takes over the first and the last time of what is merged into it.
 */
export async function selectMaybeReplaced(
  sql: Sql,
  row: SentryIssueRow,
  only: { readBefore: Date; limit: number } | 'missing',
): Promise<SentryIssueRow[]> {
  const { rows } = await raw<SentryIssueRow>`
    select * from sentry_issues
     where sentry_connection_id = ${row.sentry_connection_id} and error_id is not null and gone is null
       and project_id = ${row.project_id} and id <> ${row.id}
       and ((md5(title) = md5(${row.title}) and culprit is not distinct from ${row.culprit} and type is not distinct from ${row.type})
            or (first_seen >= ${row.first_seen} and last_seen <= ${row.last_seen}))
       and ${only === 'missing' ? raw`missing_since is not null` : raw`read_at < ${only.readBefore}`}
     order by read_at, id limit ${only === 'missing' ? 1 : only.limit}`.execute(sql);
  return rows;
}
