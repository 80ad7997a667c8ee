import { connectionsOf } from '../connections/connections.ts';
import { notFound } from '../lib/problem.ts';
import { runView } from './run-view.ts';
import { selectRun, selectRuns } from './sync-runs.store.ts';
import { startSync } from './sync.ts';
import { waitSeconds } from '../lib/prefer.ts';
import type { Handlers } from '../accounts/routes.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';

const WAIT_SECONDS_DEFAULT = 0;

/** Sync on demand, and what the runs did. */
export function syncRoutes(ctx: OutsideCtx): Pick<Handlers, 'sync' | 'listSyncRuns'> {
  return {
    async sync(call, { body, headers }) {
      const all = await connectionsOf(ctx.sql, call.principal.tenantId);
      const wanted = body?.connection_id;
      const chosen = all.filter((connection) => (wanted === undefined ? connection.enabled : connection.id === wanted));
      if (wanted !== undefined && chosen.length === 0) throw notFound('connection');
      const started = await Promise.all(chosen.map((connection) => startSync(ctx, connection, 'person')));
      await Promise.race([
        Promise.all(started.map((run) => run.done)),
        pause(waitSeconds(headers.prefer, WAIT_SECONDS_DEFAULT) * 1000, call.signal),
      ]);
      const runs = await Promise.all(started.map((run) => selectRun(ctx.sql, run.runId)));
      return { runs: runs.filter((run) => run !== null).map((run) => runView(run, ctx.now())) };
    },
    async listSyncRuns(call, { query }) {
      const rows = await selectRuns(ctx.sql, call.principal.tenantId, query.cursor ?? null, query.limit + 1);
      const page = rows.slice(0, query.limit);
      return {
        items: page.map((run) => runView(run, ctx.now())),
        next: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
