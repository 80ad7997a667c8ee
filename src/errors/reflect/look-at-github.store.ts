import { sql as raw } from 'kysely';

import type { Sql } from '../../db/db.model.ts';

/**
 * GitHub connections with issues of a Sentry connection's errors, where no webhook is known to arrive and the mirror was not
 * brought to GitHub's state since `before`.
 */
export async function targetsWithoutNews(sql: Sql, sentryConnectionId: string, before: Date): Promise<string[]> {
  const { rows } = await raw<{ id: string }>`
    select c.id from connections c
     where c.enabled and c.paused_at is null and (c.rest_until is null or c.rest_until <= now())
       and exists (select from errors e join filings f on f.source_kind = 'error' and f.source_id = e.id
                    where e.sentry_connection_id = ${sentryConnectionId} and f.connection_id = c.id and f.state = 'synced')
       and not exists (select from hooks h
                        where h.connection_id = c.id and h.active and h.last_code between 200 and 299)
       and not exists (select from repositories r
                        where r.connection_id = c.id and r.github_id = c.github_repository_id and r.synced_at > ${before})`.execute(
    sql,
  );
  return rows.map(({ id }) => id);
}
