import { after, DAY_MS, SECOND_MS } from '../lib/clock.ts';
import { claimRereads, selectSentryConnection } from './connect/sentry-connections.store.ts';
import { canFile } from './rules/seen.decide.ts';
import { claimRules, selectRule } from './rules/rules.store.ts';
import { connectionsWithHints } from './read/hints.store.ts';
import { deleteOldCounts, deleteOldSkipped } from './read/seen.store.ts';
import { deleteOldSentryRuns } from './read/sentry-runs.store.ts';
import { endSentryRuns } from './read/run.ts';
import { lookAtGithub } from './reflect/look-at-github.ts';
import { REREAD_OPEN_MS } from './read/reread-batch.ts';
import { startReread } from './read/reread.ts';
import { startRule } from './read/discover.ts';
import { trendSince } from './trend.decide.ts';
import type { ErrorsCtx } from './errors.model.ts';

const TICK_MS = SECOND_MS;
const RUNS_KEPT_MS = 30 * DAY_MS;
/** Of runs that found nothing new only the last day's are kept. */
const IDLE_RUNS_KEPT_MS = DAY_MS;
/** What was passed over and is not seen any more. */
const SKIPPED_KEPT_MS = 30 * DAY_MS;

/** The looking at Sentry of one process. */
export interface SentryWatch {
  /** Ends runs after the page they are at. */
  stop(): Promise<void>;
}

/** What this process is at, by connection: a run of its rules, a re-reading. */
interface Busy {
  rules: Map<string, Promise<void>>;
  rereads: Map<string, Promise<void>>;
}

/**
 * Runs rules, re-readings and hints when they are due, until stopped. Any number of processes may: whoever moves a due time on
 * does it. The rules of one connection run one after the other, in their order; while they do, none of them is due again.
 */
export function startSentryWatch(ctx: ErrorsCtx): SentryWatch {
  const busy: Busy = { rules: new Map(), rereads: new Map() };
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
      await Promise.all([...busy.rules.values(), ...busy.rereads.values()]);
    },
  };
}

/** Deletes what nobody asks for any more: old runs, counts that no trend shows, and what no rule took or saw again for long. */
export async function forgetOldSentry(ctx: ErrorsCtx): Promise<void> {
  const now = ctx.now();
  await deleteOldSentryRuns(ctx.sql, after(now, -IDLE_RUNS_KEPT_MS), after(now, -RUNS_KEPT_MS));
  await deleteOldCounts(ctx.sql, trendSince(now));
  await deleteOldSkipped(ctx.sql, after(now, -SKIPPED_KEPT_MS));
}

async function tick(ctx: ErrorsCtx, busy: Busy, stopping: { asked: boolean }): Promise<void> {
  try {
    const now = ctx.now();
    const rules = Map.groupBy(
      await claimRules(ctx.sql, now, [...busy.rules.keys()]),
      ({ sentryConnectionId }) => sentryConnectionId,
    );
    for (const [id, due] of rules) begin(ctx, busy.rules, id, async () => runRules(ctx, id, due, stopping));
    for (const id of await claimRereads(ctx.sql, now, after(now, REREAD_OPEN_MS), [...busy.rereads.keys()]))
      begin(ctx, busy.rereads, id, async () => {
        await lookAtGithub(ctx, id);
        await reread(ctx, id, 'schedule');
      });
    for (const id of await connectionsWithHints(ctx.sql, now))
      if (!busy.rereads.has(id)) begin(ctx, busy.rereads, id, async () => reread(ctx, id, 'webhook'));
  } catch (error) {
    ctx.log.error({ error: String(error) }, 'sentry: the database does not answer');
  }
}

/** Each rule as it stands when its turn comes: it may have been changed, moved or removed while those before it ran. */
async function runRules(
  ctx: ErrorsCtx,
  connectionId: string,
  due: readonly { id: string }[],
  stopping: { asked: boolean },
): Promise<void> {
  for (const { id } of due) {
    if (stopping.asked) return;
    const rule = await selectRule(ctx.sql, id, null);
    if (rule === null || rule.sentryConnectionId !== connectionId || !canFile(rule)) continue;
    const connection = await selectSentryConnection(ctx.sql, connectionId, null);
    if (connection === null || connection.pausedAt !== null || !connection.enabled) return;
    if (connection.restUntil !== null && connection.restUntil > ctx.now()) return;
    await (
      await startRule(ctx, connection, rule, 'schedule')
    ).done;
  }
}

async function reread(ctx: ErrorsCtx, connectionId: string, trigger: 'schedule' | 'webhook'): Promise<void> {
  const connection = await selectSentryConnection(ctx.sql, connectionId, null);
  if (connection !== null) await (await startReread(ctx, connection, trigger)).done;
}

/** Starts work for a connection that is not busy with the like. */
function begin(ctx: ErrorsCtx, busy: Map<string, Promise<void>>, id: string, work: () => Promise<void>): void {
  const running = work()
    .catch((error: unknown) => ctx.log.error({ error: String(error) }, 'sentry: a run could not be started'))
    .finally(() => busy.delete(id));
  busy.set(id, running);
}
