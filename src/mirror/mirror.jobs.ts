import { Cron } from 'croner';

import { after, DAY_MS, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { claimSchedule } from './schedule.store.ts';
import { connectionsOf } from '../connections/connections.ts';
import { deleteOldRuns, isRunning, lastImportAt } from './sync-runs.store.ts';
import { dirtyRepositories, selectRepositories } from './repositories.store.ts';
import { endRuns } from './run.ts';
import { ensureTarget } from './repositories.ts';
import { startRepositoryRun } from './sync.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { MirroredRepository } from './repository.model.ts';

const TICK_MS = 15 * SECOND_MS;
const RUNS_KEPT_MS = 30 * DAY_MS;
/** Lists that webhooks made dirty are read this soon: several webhooks of one act are one read. */
const DIRTY_TICK_MS = SECOND_MS;
/** An import that could not go on is tried again after this pause. */
const IMPORT_AGAIN_MS = MINUTE_MS;
/** The daily comparison in full, each repository at a minute of its own. */
const RECONCILE_HOUR = 2;

/**
 * Fires each repository's schedules once among all processes (SPEC M3), until stopped. `stop` lets every run of this process end
 * after its page, those that a person started too.
 */
export function startSyncSchedules(ctx: OutsideCtx, tickMs = TICK_MS): { stop(): Promise<void> } {
  const loops = [
    every(tickMs, ctx, 'schedules', async () => schedules(ctx)),
    every(DIRTY_TICK_MS, ctx, 'changes told by webhooks', async () => dirty(ctx)),
  ];
  return {
    async stop() {
      await Promise.all([endRuns(ctx.sql), ...loops.map(async (stop) => stop())]);
    },
  };
}

function every(ms: number, ctx: OutsideCtx, name: string, turn: () => Promise<void>): () => Promise<void> {
  let turning: Promise<void> | null = null;
  const timer = setInterval(() => {
    turning ??= turn()
      .catch((error: unknown) => ctx.log.error({ error: String(error) }, `sync, ${name}: a turn failed`))
      .finally(() => (turning = null));
  }, ms);
  return async () => {
    clearInterval(timer);
    await turning;
  };
}

async function schedules(ctx: OutsideCtx): Promise<void> {
  const now = ctx.now();
  for (const connection of await connectionsOf(ctx.sql, null)) {
    if (!mayBeRead(connection, now)) continue;
    await ensureTarget(ctx.sql, connection, now);
    for (const repository of await selectRepositories(ctx.sql, { connectionId: connection.id }))
      await fire(ctx, connection, repository, now);
  }
  await deleteOldRuns(ctx.sql, after(now, -RUNS_KEPT_MS));
}

function mayBeRead({ enabled, pausedAt, restUntil }: GithubConnection, now: Date): boolean {
  return enabled && pausedAt === null && (restUntil === null || restUntil <= now);
}

async function fire(
  ctx: OutsideCtx,
  connection: GithubConnection,
  repository: MirroredRepository,
  now: Date,
): Promise<void> {
  if (repository.paused_at !== null || repository.gone !== null) return;
  if (repository.mirrors === 'all' && repository.imported_at === null) return resumeImport(ctx, repository, now);
  const whole = repository.mirrors === 'all';
  const schedule = whole ? repository.sync_schedule : connection.syncSchedule;
  if (await claims(ctx, repository, 'reconcile_due_at', reconcileSchedule(repository), now))
    await (
      await startRepositoryRun(ctx, repository.id, 'reconcile', 'schedule')
    )?.done;
  else if (await claims(ctx, repository, 'sync_due_at', schedule, now))
    await (
      await startRepositoryRun(ctx, repository.id, 'sync', 'schedule')
    )?.done;
}

// An import may take hours: it is started and left to itself, and everything else goes on.
async function resumeImport(ctx: OutsideCtx, repository: MirroredRepository, now: Date): Promise<void> {
  if (await isRunning(ctx.sql, repository.id, 'import', now)) return;
  const last = await lastImportAt(ctx.sql, repository.id);
  if (last !== null && after(last, IMPORT_AGAIN_MS) > now) return;
  await startRepositoryRun(ctx, repository.id, 'sync', 'start');
}

async function claims(
  ctx: OutsideCtx,
  repository: MirroredRepository,
  which: 'sync_due_at' | 'reconcile_due_at',
  schedule: string,
  now: Date,
): Promise<boolean> {
  const next = new Cron(schedule, { timezone: 'UTC', paused: true }).nextRun(now);
  return next !== null && claimSchedule(ctx.sql, repository.id, which, now, next);
}

function reconcileSchedule({ id }: MirroredRepository): string {
  return `${Number.parseInt(id.slice(-4), 16) % 60} ${RECONCILE_HOUR} * * *`;
}

async function dirty(ctx: OutsideCtx): Promise<void> {
  for (const id of await dirtyRepositories(ctx.sql, after(ctx.now(), -DIRTY_TICK_MS)))
    await (
      await startRepositoryRun(ctx, id, 'sync', 'webhook')
    )?.done;
}
