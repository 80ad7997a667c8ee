import { askingNow } from './seen.store.ts';
import { finishSentryRun, saveSentryRun, startSentryRun } from './sentry-runs.store.ts';
import { noCounts } from './sentry-runs.store.ts';
import { pauseSentry, sentryOf, UNREADABLE_TOKEN } from '../connect/sentry-access.ts';
import { probed } from '../connect/probe.ts';
import { publish } from '../../db/db.ts';
import { SECOND_MS } from '../../lib/clock.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { RunCounts } from './sentry-runs.store.ts';
import type { SentryRunRow } from '../rows.model.ts';
import type { Sentry, SentryFailure } from '../../sentry/sentry.model.ts';
import type { SentryConnection } from '../connect/sentry-connections.model.ts';
import type { Sql } from '../../db/db.model.ts';

const HEARTBEAT_MS = 5 * SECOND_MS;

/** What a run works with. `ended`: stop at the next page; the process stops, or another one has taken over. */
export interface Run {
  id: string;
  startedAt: Date;
  /** Since when what it reads is asked for, by the database's clock. */
  askedFrom: Date;
  connection: SentryConnection;
  sentry: Sentry;
  counts: RunCounts;
  ended: () => boolean;
}

/** A run as its starter sees it: `done` resolves when it has ended, however. */
export interface StartedRun {
  run: SentryRunRow;
  joined: boolean;
  done: Promise<void>;
}

/** What a run does; a failure ends it. A string is what a person should know though it went well. */
export type Work = (run: Run) => Promise<SentryFailure | string | null>;

/**
 * Starts `work` as a run of a rule (null: as a re-reading), or joins the one that is under way. While it lasts its row proves
 * every few seconds that its process lives, so that another may take over soon after a crash.
 */
export async function startWork(
  ctx: ErrorsCtx,
  target: { connection: SentryConnection; ruleId: string | null; trigger: SentryRunRow['trigger'] },
  work: Work,
): Promise<StartedRun> {
  const { connection, ruleId, trigger } = target;
  const { tenantId, id: sentryConnectionId } = connection;
  const { run, joined } = await startSentryRun(ctx.sql, {
    tenantId,
    sentryConnectionId,
    ruleId,
    trigger,
    now: ctx.now(),
  });
  if (joined) return { run, joined, done: Promise.resolve() };
  const stopping = { asked: false };
  const done = carryOut(ctx, connection, run, stopping, work);
  keepTrack(ctx.sql, { stopping, done });
  return { run, joined, done };
}

interface UnderWay {
  stopping: { asked: boolean };
  done: Promise<void>;
}
const underWay = new WeakMap<Sql, Set<UnderWay>>();

function keepTrack(sql: Sql, run: UnderWay): void {
  const runs = underWay.get(sql) ?? new Set();
  underWay.set(sql, runs.add(run));
  void run.done.finally(() => runs.delete(run));
}

/** Lets every run of this process over a database end after the page it is at; resolves when all have. */
export async function endSentryRuns(sql: Sql): Promise<void> {
  const runs = [...(underWay.get(sql) ?? [])];
  for (const { stopping } of runs) stopping.asked = true;
  await Promise.all(runs.map(async ({ done }) => done));
}

async function carryOut(
  ctx: ErrorsCtx,
  connection: SentryConnection,
  row: SentryRunRow,
  stopping: { asked: boolean },
  work: Work,
): Promise<void> {
  const counts = noCounts();
  let lost = false;
  const beat = setInterval(() => {
    saveSentryRun(ctx.sql, row.id, counts, ctx.now()).then(
      (isOurs) => (lost = lost || !isOurs),
      (error: unknown) => ctx.log.warn({ run: row.id, error: String(error) }, 'sentry: a heartbeat failed'),
    );
  }, HEARTBEAT_MS);
  const outcome = await attempt(ctx, connection, {
    row,
    counts,
    ended: () => lost || stopping.asked,
    work,
  });
  clearInterval(beat);
  const failed = outcome !== null && typeof outcome !== 'string';
  const message = failed ? outcome.message : stopping.asked ? 'The hub was stopped; the next run goes on.' : outcome;
  await finishSentryRun(ctx.sql, row.id, counts, { state: failed ? 'failed' : 'done', message, now: ctx.now() }).catch(
    (error: unknown) =>
      ctx.log.error({ run: row.id, error: String(error) }, 'sentry: how a run ended could not be stored'),
  );
  await publish(ctx.sql, { kind: 'connection', id: connection.id, tenantId: connection.tenantId }).catch(
    () => undefined,
  );
  ctx.log.info({ run: row.id, kind: row.kind, ...counts, failed: failed ? message : null }, 'sentry run ended');
}

async function attempt(
  ctx: ErrorsCtx,
  given: SentryConnection,
  { row, counts, ended, work }: { row: SentryRunRow; counts: RunCounts; ended: () => boolean; work: Work },
): Promise<SentryFailure | string | null> {
  try {
    const sentry = sentryOf(ctx, given);
    if (sentry === null) {
      await pauseSentry(ctx, given, 'unauthorized', UNREADABLE_TOKEN);
      return { kind: 'unauthorized', message: UNREADABLE_TOKEN, status: null };
    }
    const ready = await probed(ctx, given, sentry);
    counts.requests += ready.requests;
    if (!ready.ok) return ready.failure;
    return await work({
      id: row.id,
      startedAt: row.started_at,
      askedFrom: await askingNow(ctx.sql),
      connection: ready.connection,
      sentry: ready.sentry,
      counts,
      ended,
    });
  } catch (error) {
    ctx.log.error({ run: row.id, error: error instanceof Error ? error.stack : String(error) }, 'sentry: a run failed');
    return { kind: 'unexpected', message: 'Throughline failed; the log says how.', status: null };
  }
}
