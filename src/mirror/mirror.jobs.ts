import { Cron } from 'croner';

import { after, DAY_MS, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { auditPlan } from './audits.decide.ts';
import { claimSchedule } from './schedule.store.ts';
import { connectionsOf, githubOf } from '../connections/connections.ts';
import { countPresent } from './drift.store.ts';
import { deleteOldRuns, isRunning, lastImportAt } from './sync-runs.store.ts';
import { dirtyRepositories, postponeDirty, selectRepositories, selectRepository } from './repositories.store.ts';
import { endRuns } from './run.ts';
import { ensureTarget } from './repositories.ts';
import { startRepositoryRun } from './sync.ts';
import type { AskedRun } from './sync.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { MirroredRepository } from './repository.model.ts';

const TICK_MS = 15 * SECOND_MS;
const RUNS_KEPT_MS = 30 * DAY_MS;
/** Lists that webhooks made dirty are read this soon: several webhooks of one act are one read. */
const DIRTY_TICK_MS = SECOND_MS;
/** Lists that could not be read are tried again after this pause. */
const DIRTY_AGAIN_MS = MINUTE_MS;
/** An import that could not go on is tried again after this pause. */
const IMPORT_AGAIN_MS = MINUTE_MS;
/** What GitHub gives in an hour where it did not say yet. */
const HOURLY_LIMIT = 5000;

/** Runs that one process carries out at the same time, besides imports and those that people start. */
const AT_ONCE = 8;

interface Jobs {
  ctx: OutsideCtx;
  /** Under way, by repository. */
  running: Map<string, Promise<void>>;
}

/**
 * Fires each repository's schedules once among all processes (SPEC M3), until stopped. `stop` lets every run of this process end
 * after its page, those that a person started too.
 */
export function startSyncSchedules(ctx: OutsideCtx, tickMs = TICK_MS): { stop(): Promise<void> } {
  const jobs: Jobs = { ctx, running: new Map() };
  const loops = [
    every(tickMs, ctx, 'schedules', async () => schedules(jobs)),
    every(DIRTY_TICK_MS, ctx, 'changes told by webhooks', async () => dirty(jobs)),
  ];
  return {
    async stop() {
      const turns = loops.map(async (stop) => stop());
      await endRuns(ctx.sql);
      await Promise.all(turns);
      await endRuns(ctx.sql); // what a last turn still started
      await Promise.all(jobs.running.values());
    },
  };
}

/** Whether there is room for a run of this repository now. One that takes hours must not keep the others waiting. */
function hasRoom({ running }: Jobs, repositoryId: string): boolean {
  return running.size < AT_ONCE && !running.has(repositoryId);
}

function launch({ ctx, running }: Jobs, repositoryId: string, work: () => Promise<void>): void {
  const done = work()
    .catch((error: unknown) => ctx.log.error({ repository: repositoryId, error: String(error) }, 'sync: a run failed'))
    .finally(() => running.delete(repositoryId));
  running.set(repositoryId, done);
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

async function schedules(jobs: Jobs): Promise<void> {
  const { ctx } = jobs;
  const now = ctx.now();
  for (const connection of await connectionsOf(ctx.sql, null)) {
    if (!mayBeRead(connection, now)) continue;
    // one connection's trouble is its own
    await ofConnection(jobs, connection, now).catch((error: unknown) =>
      ctx.log.error({ connection: connection.id, error: String(error) }, 'sync: a connection was passed over'),
    );
  }
  await deleteOldRuns(ctx.sql, after(now, -RUNS_KEPT_MS));
}

async function ofConnection(jobs: Jobs, connection: GithubConnection, now: Date): Promise<void> {
  await ensureTarget(jobs.ctx.sql, connection, now);
  for (const repository of await selectRepositories(jobs.ctx.sql, { connectionId: connection.id }))
    if (hasRoom(jobs, repository.id)) await fire(jobs, connection, repository, now);
}

function mayBeRead({ enabled, pausedAt, restUntil }: GithubConnection, now: Date): boolean {
  return enabled && pausedAt === null && (restUntil === null || restUntil <= now);
}

async function fire(
  jobs: Jobs,
  connection: GithubConnection,
  repository: MirroredRepository,
  now: Date,
): Promise<void> {
  const { ctx } = jobs;
  if (repository.paused_at !== null) return;
  const whole = repository.mirrors === 'all';
  if (whole && repository.imported_at === null && repository.gone === null) {
    await resumeImport(ctx, repository, now);
    return;
  }
  const asked = (await dueAudit(ctx, connection, repository, now)) ?? (await dueSync(ctx, connection, repository, now));
  if (asked !== null)
    launch(jobs, repository.id, async () => (await startRepositoryRun(ctx, repository.id, asked, 'schedule'))?.done);
}

async function dueSync(
  ctx: OutsideCtx,
  connection: GithubConnection,
  repository: MirroredRepository,
  now: Date,
): Promise<AskedRun | null> {
  if (repository.gone !== null) return null;
  const schedule = repository.mirrors === 'all' ? repository.sync_schedule : connection.syncSchedule;
  return (await claims(ctx, repository, 'sync_due_at', schedule, now)) ? 'sync' : null;
}

// One that is out of sight is looked for once a day. Of linked issues each is asked for by its number anyway.
async function dueAudit(
  ctx: OutsideCtx,
  connection: GithubConnection,
  repository: MirroredRepository,
  now: Date,
): Promise<AskedRun | null> {
  const { reconcile_due_at: fullAt, sample_due_at: sampleAt, mirrors, gone } = repository;
  const isSampled = mirrors === 'all' && gone === null;
  const isSettled = (at: Date | null) => at !== null && at > now;
  // counting what there is takes a while: only when something is due
  if (isSettled(fullAt) && (!isSampled || isSettled(sampleAt))) return null;
  const plan = auditPlan({
    minute: minuteOf(repository),
    ...(isSampled ? await countPresent(ctx.sql, repository.id) : { issues: 0, pulls: 0 }),
    hourlyLimit:
      githubOf(ctx, connection)
        ?.budgets()
        .find(({ resource }) => resource === 'core')?.limit ?? HOURLY_LIMIT,
  });
  const isFullDue = await claims(ctx, repository, 'reconcile_due_at', plan.full, now);
  const isSampleDue = isSampled && (await claims(ctx, repository, 'sample_due_at', plan.sample, now));
  if (isFullDue) return 'reconcile';
  return isSampleDue ? { sample: plan.size } : null;
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
  which: 'sync_due_at' | 'reconcile_due_at' | 'sample_due_at',
  schedule: string,
  now: Date,
): Promise<boolean> {
  const next = new Cron(schedule, { timezone: 'UTC', paused: true }).nextRun(now);
  return next !== null && claimSchedule(ctx.sql, repository.id, which, now, next);
}

/** Each repository has a minute of its own, so that not all are audited at once. */
function minuteOf({ id }: MirroredRepository): number {
  return Number.parseInt(id.slice(-4), 16) % 60;
}

async function dirty(jobs: Jobs): Promise<void> {
  const { ctx } = jobs;
  for (const id of await dirtyRepositories(ctx.sql, after(ctx.now(), -DIRTY_TICK_MS)))
    if (hasRoom(jobs, id)) launch(jobs, id, async () => readDirty(ctx, id));
}

async function readDirty(ctx: OutsideCtx, repositoryId: string): Promise<void> {
  await (
    await startRepositoryRun(ctx, repositoryId, 'sync', 'webhook')
  )?.done;
  const repository = await selectRepository(ctx.sql, repositoryId);
  if (repository !== null && repository.failure_kind !== null)
    await postponeDirty(ctx.sql, repositoryId, after(ctx.now(), DIRTY_AGAIN_MS));
}
