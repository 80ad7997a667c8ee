import { Cron } from 'croner';

import { claimSchedule } from './schedule.store.ts';
import { connectionsOf } from '../connections/connections.ts';
import { deleteOldRuns } from './sync-runs.store.ts';
import { after, DAY_MS } from '../lib/clock.ts';
import { startSync } from './sync.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';

const TICK_MS = 15_000;
const RUNS_KEPT_MS = 30 * DAY_MS;

/** Fires each connection's sync schedule once among all processes (SPEC M3), until stopped. `stop` lets running syncs end their page. */
export function startSyncSchedules(ctx: OutsideCtx, tickMs = TICK_MS): { stop(): Promise<void> } {
  let ticking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    ticking = ticking
      .then(async () => tick(ctx))
      .catch((error: unknown) => ctx.log.error({ error: String(error) }, 'sync schedules: a turn failed'));
  }, tickMs);
  return {
    async stop() {
      clearInterval(timer);
      await ticking;
    },
  };
}

async function tick(ctx: OutsideCtx): Promise<void> {
  const now = ctx.now();
  for (const connection of await connectionsOf(ctx.sql, null)) {
    if (!connection.enabled || connection.pausedAt !== null) continue;
    if (connection.restUntil !== null && connection.restUntil > now) continue; // stays due
    const next = new Cron(connection.syncSchedule, { timezone: 'UTC', paused: true }).nextRun(now);
    if (next === null || !(await claimSchedule(ctx.sql, connection.id, now, next))) continue;
    const { done } = await startSync(ctx, connection, 'schedule');
    await done;
    await deleteOldRuns(ctx.sql, after(now, -RUNS_KEPT_MS));
  }
}
