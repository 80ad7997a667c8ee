import { after, DAY_MS, SECOND_MS } from '../lib/clock.ts';
import { claimRereads, selectSentryConnection } from './sentry-connections.store.ts';
import { claimRules } from './rules.store.ts';
import { connectionsWithHints } from './hints.store.ts';
import { deleteOldSentryRuns } from './sentry-runs.store.ts';
import { endSentryRuns } from './run.ts';
import { REREAD_OPEN_MS } from './reread-batch.ts';
import { startReread } from './reread.ts';
import { startRule } from './discover.ts';
import type { ErrorsCtx, SentryRule } from './errors.model.ts';
import type { SentryConnection } from './sentry-connections.model.ts';

const TICK_MS = SECOND_MS;
const RUNS_KEPT_MS = 30 * DAY_MS;
/** Of runs that found nothing new only the last day's are kept. */
const IDLE_RUNS_KEPT_MS = DAY_MS;

/** The looking at Sentry of one process. */
export interface SentryWatch {
  /** Ends runs after the page they are at. */
  stop(): Promise<void>;
}

/**
 * Runs rules, re-readings and hints when they are due, until stopped. Any number of processes may: whoever moves a due time on
 * does it. The rules of one connection run one after the other, in their order.
 */
export function startSentryWatch(ctx: ErrorsCtx): SentryWatch {
  const busy = new Map<string, Promise<void>>();
  const stopping = { asked: false };
  let ticking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    ticking = ticking.then(async () => (stopping.asked ? undefined : tick(ctx, busy, stopping)));
  }, TICK_MS);
  return {
    async stop() {
      stopping.asked = true;
      clearInterval(timer);
      await ticking;
      await endSentryRuns(ctx.sql);
      await Promise.all(busy.values());
    },
  };
}

/** Deletes what is told of old runs. */
export async function forgetOldSentryRuns(ctx: ErrorsCtx): Promise<void> {
  await deleteOldSentryRuns(ctx.sql, after(ctx.now(), -IDLE_RUNS_KEPT_MS), after(ctx.now(), -RUNS_KEPT_MS));
}

async function tick(ctx: ErrorsCtx, busy: Map<string, Promise<void>>, stopping: { asked: boolean }): Promise<void> {
  try {
    const now = ctx.now();
    const rules = Map.groupBy(await claimRules(ctx.sql, now), ({ sentryConnectionId }) => sentryConnectionId);
    for (const [id, due] of rules) inTurn(ctx, busy, `rules ${id}`, async () => runRules(ctx, id, due, stopping));
    for (const id of await claimRereads(ctx.sql, now, after(now, REREAD_OPEN_MS)))
      inTurn(ctx, busy, `reread ${id}`, async () =>
        withConnection(ctx, id, async (c) => (await startReread(ctx, c, 'schedule')).done),
      );
    for (const id of await connectionsWithHints(ctx.sql, now))
      if (!busy.has(`reread ${id}`))
        inTurn(ctx, busy, `reread ${id}`, async () =>
          withConnection(ctx, id, async (c) => (await startReread(ctx, c, 'webhook')).done),
        );
  } catch (error) {
    ctx.log.error({ error: String(error) }, 'sentry: the database does not answer');
  }
}

async function runRules(
  ctx: ErrorsCtx,
  connectionId: string,
  rules: readonly SentryRule[],
  stopping: { asked: boolean },
): Promise<void> {
  for (const rule of rules) {
    if (stopping.asked) return;
    await withConnection(ctx, connectionId, async (connection) => {
      const rests = connection.restUntil !== null && connection.restUntil > ctx.now();
      if (connection.pausedAt === null && !rests) await (await startRule(ctx, connection, rule, 'schedule')).done;
    });
  }
}

async function withConnection(
  ctx: ErrorsCtx,
  id: string,
  work: (connection: SentryConnection) => Promise<void>,
): Promise<void> {
  const connection = await selectSentryConnection(ctx.sql, id, null);
  if (connection !== null) await work(connection);
}

/** What is asked of one connection while it is busy with the same comes after it. */
function inTurn(ctx: ErrorsCtx, busy: Map<string, Promise<void>>, key: string, work: () => Promise<void>): void {
  const running = (busy.get(key) ?? Promise.resolve())
    .then(work)
    .catch((error: unknown) => ctx.log.error({ error: String(error) }, 'sentry: a run could not be started'))
    .finally(() => busy.get(key) === running && busy.delete(key));
  busy.set(key, running);
}
