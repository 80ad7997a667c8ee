import { budgetOf, selectBudgets } from './planner.store.ts';
import { budgetsName } from './credential.ts';
import { countFilings, selectConnections } from './connections.store.ts';
import { githubOf } from './access.ts';
import { HOUR_MS } from '../lib/clock.ts';
import type { BudgetsAnswer } from '../contract/connections.ts';
import type { GithubBudget } from '../github/github.model.ts';
import type { GithubConnection, OutsideCtx } from './connections.model.ts';
import type { Row } from '../db/db.model.ts';

type OneConnection = BudgetsAnswer['items'][number];

/** What is left of GitHub's limits for each connection, as all processes of the hub saw it last, and who waits. */
export async function readBudgets(ctx: OutsideCtx, tenantId: string | null): Promise<BudgetsAnswer> {
  const connections = await selectConnections(ctx.sql, tenantId);
  const names = connections.map((connection) => budgetsName(ctx.keyring, connection));
  const rows = await selectBudgets(
    ctx.sql,
    names.filter((name) => name !== null),
  );
  const items = connections.map((connection, index) =>
    viewOf(
      ctx,
      connection,
      rows.filter(({ credential }) => credential === names[index]),
    ),
  );
  return { items: await Promise.all(items) };
}

async function viewOf(ctx: OutsideCtx, connection: GithubConnection, rows: Row<'budgets'>[]): Promise<OneConnection> {
  const now = ctx.now();
  const find = (name: string) => rows.find(({ resource }) => resource === name);
  const later = (at: Date | null | undefined) => (at instanceof Date && at > now ? at.toISOString() : null);
  const { waiting: reports } = await countFilings(ctx.sql, connection.id);
  const github = githubOf(ctx, connection);
  const waiting = github?.waiting() ?? { live: 0, backfill: 0, writes: 0 };
  // Without a planner nothing is shared, and this process knows what there is to know.
  const budgets =
    ctx.planner === undefined
      ? (github?.budgets() ?? [])
      : [...rows.flatMap((row) => budgetOf(row) ?? []), creationOf(connection, find('creation')?.recent ?? [], now)];
  return {
    connection_id: connection.id,
    repository: connection.repository,
    budgets: budgets.map(({ resetAt, ...budget }) => ({ ...budget, reset_at: resetAt?.toISOString() ?? null })),
    blocked_until: later(find('block')?.reset_at),
    next_write_at: later(find('writes')?.next_at),
    waiting: { reports, ...waiting },
  };
}

/** Our own cap of new issues: what was created within the hour uses it up. */
function creationOf({ creationsPerHour: limit }: GithubConnection, recent: Date[], now: Date): GithubBudget {
  const made = recent.filter((at) => at.getTime() > now.getTime() - HOUR_MS);
  const [oldest] = made;
  return {
    resource: 'creation',
    limit,
    remaining: Math.max(0, limit - made.length),
    resetAt: oldest === undefined ? null : new Date(oldest.getTime() + HOUR_MS),
  };
}
