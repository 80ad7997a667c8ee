import { after, DAY_MS, SECOND_MS } from '../lib/clock.ts';
import { connectionsOf } from '../connections/connections.ts';
import { hookState, repositoryHealth } from './repository-health.decide.ts';
import { runningRuns } from './sync-runs.store.ts';
import { runView } from './run-view.ts';
import { selectExtras } from './lists-repositories.store.ts';
import { selectRepositories } from './repositories.store.ts';
import type { Ctx } from '../db/db.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { Repository } from '../contract/mirror.ts';
import type { RepositoryExtras } from './lists-repositories.store.ts';

/** All repositories of a tenant (null: of all), as the API shows them. */
export async function mirroredRepositories(ctx: Ctx, tenantId: string | null): Promise<Repository[]> {
  return viewRepositories(ctx, await selectRepositories(ctx.sql, { tenantId }));
}

/** Repositories as the API shows them, in the order given. */
export async function viewRepositories(ctx: Ctx, rows: readonly MirroredRepository[]): Promise<Repository[]> {
  if (rows.length === 0) return [];
  const now = ctx.now();
  const ids = rows.map(({ id }) => id);
  const [connections, extras, runs] = await Promise.all([
    connectionsOf(ctx.sql, null),
    selectExtras(ctx.sql, rows, after(now, -DAY_MS)),
    runningRuns(ctx.sql, ids),
  ]);
  return rows.flatMap((row) => {
    const connection = connections.find(({ id }) => id === row.connection_id);
    const extra = extras.get(row.id);
    // a row that was deleted between two statements is not there
    if (connection === undefined || extra === undefined) return [];
    // an import runs beside the syncs that follow what changes meanwhile: it is the one to watch
    const running = runs.filter((run) => run.repository_id === row.id).toSorted((a) => (a.kind === 'import' ? -1 : 1));
    return [view(row, connection, { ...extra, running: running[0] ?? null }, now)];
  });
}

function view(row: MirroredRepository, connection: GithubConnection, extra: RepositoryExtras, now: Date): Repository {
  const hook = hookState(extra.hooks, extra.lastDeliveryAt);
  const importing = extra.running?.kind === 'import';
  const heard = hook.state === 'healthy' ? extra.lastDeliveryAt : null;
  const heardMs = Math.max(row.synced_at?.getTime() ?? 0, heard?.getTime() ?? 0);
  return {
    id: row.id,
    connection_id: row.connection_id,
    full_name: row.full_name,
    url: row.url,
    description: row.description,
    visibility: row.visibility,
    default_branch: row.default_branch,
    archived: row.archived,
    has_issues: row.has_issues,
    has_pull_requests: row.has_pull_requests,
    can_push: row.can_push,
    can_admin: row.can_admin,
    mirrors: row.mirrors,
    comments_of: row.mirrors === 'all' ? row.comments_of : 'linked',
    gone: row.gone,
    health: repositoryHealth(row, connection, hook, importing, now),
    paused: row.paused_at !== null,
    sync_schedule: scheduleOf(row, connection),
    next_sync_at: row.sync_due_at?.toISOString() ?? null,
    imported_at: row.imported_at?.toISOString() ?? null,
    synced_at: row.synced_at?.toISOString() ?? null,
    reconciled_at: row.reconciled_at?.toISOString() ?? null,
    gap_seconds: heardMs === 0 ? null : Math.max(0, Math.round((now.getTime() - heardMs) / SECOND_MS)),
    counts: extra.counts,
    requests: {
      last_run: extra.lastRunRequests,
      last_day: extra.dayRequests,
      last_day_not_modified: extra.dayNotModified,
    },
    hook,
    unreadable: extra.unreadable.map(({ facet, message, missing_permissions }) => ({
      list: facet,
      message: message ?? '',
      missing_permissions,
    })),
    run: extra.running === null ? null : runView(extra.running, now),
  };
}

/** By which schedule a repository is synced: its own where it is tracked, else that of the connection that files into it. */
export function scheduleOf(row: MirroredRepository, connection: GithubConnection): string {
  return row.mirrors === 'all' ? row.sync_schedule : connection.syncSchedule;
}
