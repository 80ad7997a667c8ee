import { after, MINUTE_MS } from '../../lib/clock.ts';
import type { Row, Sql } from '../../db/db.model.ts';

/** Keeps that a Sentry issue is to be read anew; a second hint before that only makes it due at once. */
export async function insertHint(
  sql: Sql,
  hint: { connectionId: string; sentryId: string; resource: string; action: string; now: Date },
): Promise<void> {
  await sql
    .insertInto('sentry_hints')
    .values({
      sentry_connection_id: hint.connectionId,
      sentry_id: hint.sentryId,
      resource: hint.resource,
      action: hint.action,
      received_at: hint.now,
      run_at: hint.now,
    })
    .onConflict((conflict) =>
      conflict.columns(['sentry_connection_id', 'sentry_id']).doUpdateSet((eb) => ({
        resource: eb.ref('excluded.resource'),
        action: eb.ref('excluded.action'),
        received_at: eb.ref('excluded.received_at'),
        run_at: eb.ref('excluded.run_at'),
      })),
    )
    .execute();
}

/** Connections with hints that are due. */
export async function connectionsWithHints(sql: Sql, now: Date): Promise<string[]> {
  const rows = await sql
    .selectFrom('sentry_hints as h')
    .innerJoin('sentry_connections as c', 'c.id', 'h.sentry_connection_id')
    .select('c.id')
    .distinct()
    .where('h.run_at', '<=', now)
    .where('c.enabled', '=', true)
    .where('c.paused_at', 'is', null)
    .where((eb) => eb.or([eb('c.rest_until', 'is', null), eb('c.rest_until', '<=', now)]))
    .execute();
  return rows.map(({ id }) => id);
}

/** Takes due hints; whoever dies with them gives them back after a minute. */
export async function claimHints(
  sql: Sql,
  connectionId: string,
  now: Date,
  limit: number,
): Promise<Row<'sentry_hints'>[]> {
  return sql
    .updateTable('sentry_hints as h')
    .set((eb) => ({ run_at: after(now, MINUTE_MS), attempts: eb('h.attempts', '+', 1) }))
    .where('h.sentry_connection_id', '=', connectionId)
    .where('h.sentry_id', 'in', (eb) =>
      eb
        .selectFrom('sentry_hints as d')
        .select('d.sentry_id')
        .where('d.sentry_connection_id', '=', connectionId)
        .where('d.run_at', '<=', now)
        .orderBy('d.run_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
}

/** Done with a hint, unless another one came meanwhile. */
export async function deleteHint(sql: Sql, hint: Row<'sentry_hints'>): Promise<void> {
  await sql
    .deleteFrom('sentry_hints')
    .where('sentry_connection_id', '=', hint.sentry_connection_id)
    .where('sentry_id', '=', hint.sentry_id)
    .where('received_at', '=', hint.received_at)
    .execute();
}
