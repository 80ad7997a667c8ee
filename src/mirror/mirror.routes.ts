import { connectionsOf } from '../connections/connections.ts';
import { notFound } from '../lib/problem.ts';
import { PART, pageOf, readCursor } from '../lib/pages.ts';
import { repositoryByName } from './repositories.store.ts';
import { requireTenantId } from '../tenants/tenants.ts';
import { runView } from './run-view.ts';
import { selectRuns } from './sync-runs.store.ts';
import { startSync } from './sync.ts';
import { waitForRun } from './wait-for-run.ts';
import type { Handlers } from '../accounts/routes.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';

/** Sync on demand, and what the runs did. */
export function syncRoutes(ctx: OutsideCtx): Pick<Handlers, 'sync' | 'listSyncRuns'> {
  return {
    async sync(call, { body, headers }) {
      const all = await connectionsOf(ctx.sql, call.principal.tenantId);
      const wanted = body?.connection_id;
      const chosen = all.filter((connection) => (wanted === undefined ? connection.enabled : connection.id === wanted));
      if (wanted !== undefined && chosen.length === 0) throw notFound('connection');
      const runs = await Promise.all(
        chosen.map(async (connection) =>
          waitForRun(ctx, await startSync(ctx, connection, 'person'), headers.prefer, call.signal),
        ),
      );
      return { runs: runs.filter((run) => run !== null).map((run) => runView(run, ctx.now())) };
    },
    async listSyncRuns(call, { query }) {
      const { tenantId } = call.principal;
      const repositoryId =
        query.repository === undefined
          ? null
          : (await repositoryByName(ctx.sql, await requireTenantId(ctx.sql, call.principal), query.repository))?.id;
      if (repositoryId === undefined) return { items: [], next: null };
      const [before] = readCursor(query.cursor, PART.uuid) ?? [];
      const of = { tenantId, repositoryId, kind: query.kind ?? null };
      const rows = await selectRuns(ctx.sql, of, before ?? null, query.limit + 1);
      return pageOf(
        rows,
        query.limit,
        ({ id }) => [id],
        (run) => runView(run, ctx.now()),
      );
    },
  };
}
