import { after } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { SentryRunRow } from '../rows.model.ts';
import type { Sql } from '../../db/db.model.ts';

/** How long a run may be silent before another may take its place: its process died. */
const RUN_LEASE_MS = 30_000;

/** What a run has come to so far. */
export interface RunCounts {
  requests: number;
  seen: number;
  taken: number;
  waiting: number;
  skipped: number;
  changed: number;
}

export function noCounts(): RunCounts {
  return { requests: 0, seen: 0, taken: 0, waiting: 0, skipped: 0, changed: 0 };
}

/**
 * Starts a run of a rule (or, `ruleId` null, a re-reading), or returns the one that is under way: a second click joins the first.
 * One that a webhook began and that somebody else joins is theirs from then on, so it does all that theirs would have done.
 */
export async function startSentryRun(
  sql: Sql,
  run: {
    tenantId: string;
    sentryConnectionId: string;
    ruleId: string | null;
    trigger: SentryRunRow['trigger'];
    now: Date;
  },
): Promise<{ run: SentryRunRow; joined: boolean }> {
  const started = await sql.transaction().execute(async (trx) => {
    const ofThis = trx
      .updateTable('sentry_runs')
      .set({ state: 'failed', finished_at: run.now, message: 'The hub stopped during this run.' })
      .where('sentry_connection_id', '=', run.sentryConnectionId)
      .where('rule_id', 'is not distinct from', run.ruleId)
      .where('state', '=', 'running')
      .where('lease_until', '<', run.now);
    await ofThis.execute();
    const inserted = await trx
      .insertInto('sentry_runs')
      .values({
        id: newId(run.now),
        tenant_id: run.tenantId,
        sentry_connection_id: run.sentryConnectionId,
        rule_id: run.ruleId,
        kind: run.ruleId === null ? 'reread' : 'rule',
        trigger: run.trigger,
        state: 'running',
        started_at: run.now,
        lease_until: after(run.now, RUN_LEASE_MS),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (inserted !== undefined) return { run: inserted, joined: false };
    const running = await trx
      .updateTable('sentry_runs')
      .set((eb) => ({
        trigger: eb.case().when('trigger', '=', 'webhook').then(run.trigger).else(eb.ref('trigger')).end(),
      }))
      .returningAll()
      .where('sentry_connection_id', '=', run.sentryConnectionId)
      .where('rule_id', 'is not distinct from', run.ruleId)
      .where('state', '=', 'running')
      .executeTakeFirst();
    return running === undefined ? null : { run: running, joined: true };
  });
  // the run that was in the way ended between the two statements
  return started ?? startSentryRun(sql, run);
}

/** Stores a run's counts so far. False: it was silent for too long, and another may have taken its place. */
export async function saveSentryRun(sql: Sql, id: string, counts: RunCounts, now: Date): Promise<boolean> {
  const saved = await sql
    .updateTable('sentry_runs')
    .set({ ...counts, lease_until: after(now, RUN_LEASE_MS) })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return saved.numUpdatedRows > 0n;
}

/** Ends a re-reading that read only what webhooks hinted at; false when somebody joined it who wants all read. */
export async function finishHinted(sql: Sql, id: string, counts: RunCounts, now: Date): Promise<boolean> {
  const finished = await sql
    .updateTable('sentry_runs')
    .set({ ...counts, state: 'done', finished_at: now })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('trigger', '=', 'webhook')
    .executeTakeFirst();
  return finished.numUpdatedRows > 0n;
}

export async function finishSentryRun(
  sql: Sql,
  id: string,
  counts: RunCounts,
  end: { state: 'done' | 'failed'; message: string | null; now: Date },
): Promise<void> {
  await sql
    .updateTable('sentry_runs')
    .set({ ...counts, state: end.state, message: end.message, finished_at: end.now })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

/** Newest runs first. `before`: the id the page starts after (ids sort by time). */
export async function selectSentryRuns(
  sql: Sql,
  of: { tenantId: string | null; ruleId: string | null; connectionId: string | null },
  before: string | null,
  limit: number,
): Promise<SentryRunRow[]> {
  let query = sql.selectFrom('sentry_runs').selectAll().orderBy('id', 'desc').limit(limit);
  if (of.tenantId !== null) query = query.where('tenant_id', '=', of.tenantId);
  if (of.ruleId !== null) query = query.where('rule_id', '=', of.ruleId);
  if (of.connectionId !== null) query = query.where('sentry_connection_id', '=', of.connectionId);
  if (before !== null) query = query.where('id', '<', before);
  return query.execute();
}

/** Deletes runs older than `before` that found nothing new, and all older than `allBefore`. */
export async function deleteOldSentryRuns(sql: Sql, before: Date, allBefore: Date): Promise<void> {
  await sql
    .deleteFrom('sentry_runs')
    .where('state', '!=', 'running')
    .where((eb) =>
      eb.or([
        eb('started_at', '<', allBefore),
        eb.and([eb('started_at', '<', before), eb('state', '=', 'done'), eb('taken', '=', 0), eb('changed', '=', 0)]),
      ]),
    )
    .execute();
}
