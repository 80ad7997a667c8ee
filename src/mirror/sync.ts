import { auditSample } from './sample.ts';
import { ensureTarget } from './repositories.ts';
import { importRepository } from './import.ts';
import { reconcileLinked, reconcileWhole } from './reconcile.ts';
import { connectionById, refreshConnection } from '../connections/connections.ts';
import { renameRun } from './sync-runs.store.ts';
import { startWork } from './run.ts';
import { selectRepository } from './repositories.store.ts';
import { syncLinked } from './sync-linked.ts';
import { syncDirty, syncWhole } from './sync-whole.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { MirroredRepository, Run } from './repository.model.ts';
import type { StartedRun } from './run.ts';
import type { SyncTrigger } from './sync.model.ts';

/** Starts a sync of the repository a connection files into, or joins the one under way. */
export async function startSync(
  ctx: OutsideCtx,
  connection: GithubConnection,
  trigger: SyncTrigger,
): Promise<StartedRun> {
  const repository = await ensureTarget(ctx.sql, connection, ctx.now());
  return start(ctx, { connection, repository }, 'sync', trigger);
}

/** What is asked of a run: of an audit by sample, how many items. */
export type AskedRun = 'sync' | 'reconcile' | { sample: number };

/**
 * Starts a run of any mirrored repository, or joins the one under way. A repository that was never read to the end is imported,
 * whatever kind was asked for. Null when it is no longer mirrored.
 */
export async function startRepositoryRun(
  ctx: OutsideCtx,
  repositoryId: string,
  asked: AskedRun,
  trigger: SyncTrigger,
): Promise<StartedRun | null> {
  const repository = await selectRepository(ctx.sql, repositoryId);
  const connection = repository === null ? null : await connectionById(ctx.sql, repository.connection_id);
  if (repository === null || connection === null) return null;
  return start(ctx, { connection, repository }, asked, trigger);
}

async function start(
  ctx: OutsideCtx,
  { connection, repository }: { connection: GithubConnection; repository: MirroredRepository },
  asked: AskedRun,
  trigger: SyncTrigger,
): Promise<StartedRun> {
  const wanted = typeof asked === 'string' ? asked : 'sample';
  const kind = repository.mirrors === 'all' && repository.imported_at === null ? 'import' : wanted;
  return startWork(ctx, { connection, repository, kind, trigger }, async (_, run) => work(ctx, run, asked));
}

async function work(ctx: OutsideCtx, run: Run, asked: AskedRun): Promise<GithubFailure | null> {
  const failure = await refreshTarget(ctx, run);
  if (failure !== null) return failure;
  if (run.kind === 'sample' && typeof asked === 'object') return auditSample(ctx, run, asked.sample);
  if (run.repository.mirrors === 'linked')
    return run.kind === 'reconcile' ? reconcileLinked(ctx, run) : syncLinked(ctx, run);
  if (run.repository.imported_at === null) {
    // GitHub had never been asked for it when the run began, so nobody knew that there was all of it to read
    if (run.kind !== 'import') await renameRun(ctx.sql, run.id, 'import');
    return importRepository(ctx, { ...run, kind: 'import', via: 'import' });
  }
  if (run.kind === 'reconcile') return reconcileWhole(ctx, run);
  return run.trigger === 'webhook' ? syncDirty(ctx, run) : syncWhole(ctx, run);
}

// The repository that is filed into: its name, visibility and rights are the connection's too.
async function refreshTarget(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const { connection, repository } = run;
  if (repository.github_id !== null && repository.mirrors === 'all') return null;
  const refreshed = await refreshConnection(ctx, connection, run.github, true);
  run.counts.requests += 2;
  if (!refreshed.ok) return refreshed.failure;
  run.connection = refreshed.connection;
  run.repository = await ensureTarget(ctx.sql, refreshed.connection, ctx.now());
  return null;
}
