import { setTimeout as sleep } from 'node:timers/promises';

import { publish } from '../db/db.ts';
import type { ClaimedDelivery } from './deliveries.store.ts';
import type { DeliveriesCtx } from './deliveries.model.ts';

/** Deliveries come in bursts; a page asks again once for all that ended within this. */
const GATHER_MS = 200;

/** Tells the open pages that deliveries were settled: one notice for all of a tenant's that end close together. */
export function settledNotices(ctx: DeliveriesCtx): { add(settled: ClaimedDelivery): void; ended(): Promise<void> } {
  let telling: Promise<void> | null = null;
  let newest = new Map<string, string>();
  const tell = async () => {
    await sleep(GATHER_MS);
    const told = newest;
    newest = new Map();
    telling = null;
    // should it fail, a page sees it when it asks the next time
    for (const [tenantId, id] of told)
      await publish(ctx.sql, { kind: 'delivery_settled', id, tenantId }).catch(() => undefined);
  };
  return {
    add({ tenantId, id }) {
      newest.set(tenantId, id);
      telling ??= tell();
    },
    async ended() {
      await telling;
    },
  };
}
