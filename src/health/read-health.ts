import { statfs } from 'node:fs/promises';

import { connectionsOf, readBudgets } from '../connections/connections.ts';
import { countDeliveries, countQueue, databaseTime, waitingByConnection } from './health.store.ts';
import { filingHealth, groundHealth, syncHealth } from './health.decide.ts';
import { sentryDirections } from '../errors/errors.ts';
import { mirroredRepositories } from '../mirror/mirror.ts';
import type { BudgetsAnswer, Health } from '../contract/connections.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';

/** Each direction of each connection in one word with its reason, the queue, and what is left of GitHub's limits. */
export async function readHealth(ctx: OutsideCtx, tenantId: string | null, dataDir: string | null): Promise<Health> {
  const now = ctx.now();
  const time = await databaseTime(ctx.sql).catch(() => null);
  const ground = groundHealth({ databaseTime: time, diskFreeBytes: await freeBytes(dataDir) }, now);
  if (time === null) return { directions: ground, queue: NO_QUEUE, deliveries: NO_DELIVERIES, budgets: [] };
  const [connections, waiting, repositories, queue, deliveries, errors] = await Promise.all([
    connectionsOf(ctx.sql, tenantId),
    waitingByConnection(ctx.sql, tenantId),
    mirroredRepositories(ctx, tenantId),
    countQueue(ctx.sql, tenantId),
    countDeliveries(ctx.sql, tenantId),
    sentryDirections(ctx, tenantId),
  ]);
  const directions = connections.flatMap((connection) => [
    filingHealth(connection, waiting.get(connection.id) ?? null, now),
    ...repositories.filter((repository) => repository.connection_id === connection.id).map(syncHealth),
  ]);
  const { items } = await readBudgets(ctx, tenantId);
  return {
    directions: [...directions, ...errors, ...ground],
    queue: {
      ...queue,
      oldest_pending_at: queue.oldest_pending_at?.toISOString() ?? null,
      oldest_unknown_at: queue.oldest_unknown_at?.toISOString() ?? null,
    },
    deliveries: {
      ...deliveries,
      oldest_waiting_at: deliveries.oldest_waiting_at?.toISOString() ?? null,
      last_received_at: deliveries.last_received_at?.toISOString() ?? null,
    },
    budgets: items.flatMap((item) => budgetsOf(item)),
  };
}

/** GitHub's limits, and the pause that it asked for as a budget of nothing. */
function budgetsOf(item: BudgetsAnswer['items'][number]): Health['budgets'] {
  const { connection_id: connectionId, budgets, blocked_until: until } = item;
  const pause = { resource: 'secondary', limit: 0, remaining: 0, reset_at: until };
  return [...budgets, ...(until === null ? [] : [pause])].map((budget) => ({ connection_id: connectionId, ...budget }));
}

/** Whether PostgreSQL answers now. */
export async function databaseAnswers(ctx: OutsideCtx): Promise<boolean> {
  return databaseTime(ctx.sql).then(
    () => true,
    () => false,
  );
}

const NO_DELIVERIES: Health['deliveries'] = { waiting: 0, failed: 0, oldest_waiting_at: null, last_received_at: null };

const NO_QUEUE: Health['queue'] = {
  pending: 0,
  sending: 0,
  unknown: 0,
  failed: 0,
  oldest_pending_at: null,
  oldest_unknown_at: null,
};

/** Bytes that may still be written on the disk of a folder; null when it cannot be told. */
export async function freeBytes(dataDir: string | null): Promise<number | null> {
  if (dataDir === null) return null;
  const disk = await statfs(dataDir).catch(() => null);
  return disk === null ? null : disk.bavail * disk.bsize;
}
