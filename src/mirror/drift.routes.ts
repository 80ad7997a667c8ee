import { connectionsOf } from '../connections/connections.ts';
import { hookState } from './repository-health.decide.ts';
import { paceOf } from './cost.decide.ts';
import { scheduleOf } from './repository-view.ts';
import { selectAudits, selectFindings } from './lists-drift.store.ts';
import { selectExtras, syncCosts } from './lists-repositories.store.ts';
import { selectRepositories } from './repositories.store.ts';
import type { Ctx } from '../db/db.model.ts';
import type { Drift } from '../contract/drift.ts';
import type { Handlers } from '../accounts/routes.model.ts';
import type { RepositoryCost } from '../contract/mirror.ts';

const FINDINGS_MAX = 200;

/** How true the mirror is, and what keeping it so costs. */
export function driftRoutes(ctx: Ctx): Pick<Handlers, 'drift' | 'repositoryCosts'> {
  return {
    async drift(call) {
      const { tenantId } = call.principal;
      const [audits, findings] = await Promise.all([
        selectAudits(ctx.sql, tenantId),
        selectFindings(ctx.sql, tenantId, FINDINGS_MAX),
      ]);
      const newest = audits.flatMap((repository) => repository.audits.slice(0, 1));
      return {
        found: newest.reduce((sum, { found }) => sum + found, 0),
        compared: newest.reduce((sum, { compared }) => sum + compared, 0),
        wrong: audits.reduce((sum, { wrong }) => sum + wrong, 0),
        repositories: audits,
        findings: findings.map(findingView),
      };
    },
    async repositoryCosts(call) {
      const items = await costsOf(ctx, call.principal.tenantId);
      const sum = (of: 'requests_per_hour' | 'counted_per_hour') =>
        rounded(items.reduce((total, item) => total + (item[of] ?? 0), 0));
      return { items, requests_per_hour: sum('requests_per_hour'), counted_per_hour: sum('counted_per_hour') };
    },
  };
}

function findingView(row: Awaited<ReturnType<typeof selectFindings>>[number]): Drift['findings'][number] {
  const { id, repository, item_kind, item, field, mirrored, github } = row;
  const times = { found_at: row.found_at.toISOString(), repaired_at: row.repaired_at?.toISOString() ?? null };
  const audit = row.run_kind === 'sample' ? 'sample' : 'full';
  return { id, repository, audit, item_kind, item, field, mirrored, github, ...times };
}

async function costsOf(ctx: Ctx, tenantId: string | null): Promise<RepositoryCost[]> {
  const now = ctx.now();
  const [repositories, connections, costs] = await Promise.all([
    selectRepositories(ctx.sql, { tenantId }),
    connectionsOf(ctx.sql, tenantId),
    syncCosts(ctx.sql, tenantId),
  ]);
  const extras = await selectExtras(ctx.sql, repositories, now);
  return repositories.flatMap((row) => {
    const connection = connections.find(({ id }) => id === row.connection_id);
    if (connection === undefined) return [];
    const schedule = scheduleOf(row, connection);
    const isRead = connection.enabled && row.paused_at === null && row.gone === null;
    const pace = isRead ? paceOf(schedule, now) : null;
    const cost = costs.get(row.id) ?? null;
    const perHour = (requests: number | undefined) =>
      pace === null ? 0 : requests === undefined ? null : rounded(requests * pace.perHour);
    const { hooks = [], lastDeliveryAt = null } = extras.get(row.id) ?? {};
    return {
      repository: row.full_name,
      sync_schedule: schedule,
      has_webhook: hookState(hooks, lastDeliveryAt).state === 'healthy',
      interval_seconds: pace?.intervalSeconds ?? null,
      delay_seconds: pace?.delay ?? null,
      runs_measured: cost?.runs ?? 0,
      requests_per_run: cost === null ? null : rounded(cost.requests),
      requests_per_hour: perHour(cost?.requests),
      counted_per_hour: perHour(cost?.counted),
    };
  });
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
