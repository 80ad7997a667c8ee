import { setTimeout as sleep } from 'node:timers/promises';

import { after, DAY_MS, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { applyClaimed } from './apply.ts';
import { deleteEmptyPacks } from './packs.store.ts';
import { openRush } from './rush.ts';
import { openUnpacker } from './packs.ts';
import { settledNotices } from './settled-notices.ts';
import { claimDeliveries, deleteSettled, nextDueAt } from './deliveries.store.ts';
import type { ApplyDelivery, DeliveriesCtx, Rush, Subscribe } from './deliveries.model.ts';

const AT_ONCE_MAX = 8;
/** In a rush GitHub's next answer matters more: one is begun, then none for this long. */
const RUSH_PAUSE_MS = 20;
/** How long a process may take over one delivery before another tries it. */
const LEASE_MS = 10 * MINUTE_MS;
/** Larger payloads are read one after the other: eight of 25 MB at once would take gigabytes once parsed. */
const PAYLOAD_ALONG_BYTES_MAX = 1024 * 1024;
const SLEEP_MS_MAX = 5 * SECOND_MS;
const SLEEP_MS_MIN = 20;
const KEPT_MS = 14 * DAY_MS;
const DELETE_ROWS = 1000;

/**
 * Applies deliveries until stopped: at once when a notice comes, else when one is due. Any number of processes may run it. Each
 * delivery stands alone: one that fails or takes long waits while the others go on. While `rush` is on, a few a second are
 * applied and the rest after it. `stop` lets those under way end.
 */
export function startDeliveries(
  ctx: DeliveriesCtx,
  subscribe: Subscribe,
  apply: ApplyDelivery,
  rush: Rush = openRush(),
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const work = slots(ctx, apply, rush);
  let woken = false;
  let wake: () => void = () => undefined;
  const rouse = () => {
    woken = true;
    wake();
  };
  const unsubscribe = subscribe((notice) => {
    if (notice.kind === 'delivery' || notice.kind === 'reconnected') rouse();
  });
  const loop = async () => {
    while (!stopping.signal.aborted) {
      woken = false;
      const sleepMs = await work.fill(rouse).catch((error: unknown) => {
        ctx.log.error({ error: String(error) }, 'deliveries: the database does not answer');
        return SECOND_MS;
      });
      if (stopping.signal.aborted) break;
      if (rush.isOn()) await sleep(RUSH_PAUSE_MS);
      else if (!woken)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, sleepMs);
          wake = () => (clearTimeout(timer), resolve());
        });
    }
    await work.ended();
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      unsubscribe();
      wake();
      await running;
    },
  };
}

/** What this process applies at the moment. */
function slots(ctx: DeliveriesCtx, apply: ApplyDelivery, rush: Rush) {
  const running = new Set<Promise<void>>();
  const notices = settledNotices(ctx);
  const packs = openUnpacker(ctx.sql);
  let lastLarge: Promise<void> = Promise.resolve();
  return {
    /** Takes as many due deliveries as there is room for; returns for how long there is nothing more to do. */
    async fill(onEnd: () => void): Promise<number> {
      const atOnce = rush.isOn() ? 1 : AT_ONCE_MAX;
      const limit = atOnce - running.size;
      if (limit <= 0) return SLEEP_MS_MAX;
      const claim = { now: ctx.now(), limit, leaseMs: LEASE_MS, payloadBytesMax: PAYLOAD_ALONG_BYTES_MAX };
      for (const claimed of await packs.unpacked(await claimDeliveries(ctx.sql, claim))) {
        const before = claimed.payload === null ? lastLarge : Promise.resolve();
        const ending = before
          .then(async () => applyClaimed(ctx, apply, claimed))
          .catch((error: unknown) =>
            ctx.log.error({ delivery: claimed.id, error: String(error) }, 'deliveries: an outcome could not be stored'),
          )
          .finally(() => {
            running.delete(ending);
            notices.add(claimed);
            onEnd();
          });
        running.add(ending);
        if (claimed.payload === null) lastLarge = ending;
      }
      return running.size >= atOnce ? SLEEP_MS_MAX : timeToNext(ctx);
    },
    async ended() {
      await Promise.all(running);
      await notices.ended();
    },
  };
}

async function timeToNext(ctx: DeliveriesCtx): Promise<number> {
  const next = await nextDueAt(ctx.sql);
  if (next === null) return SLEEP_MS_MAX;
  return Math.min(SLEEP_MS_MAX, Math.max(SLEEP_MS_MIN, next.getTime() - ctx.now().getTime()));
}

/** Deletes deliveries that were settled two weeks ago: GitHub forgot them long before, and their changes are history elsewhere. */
export async function forgetOldDeliveries(ctx: DeliveriesCtx): Promise<void> {
  const before = after(ctx.now(), -KEPT_MS);
  // by parts, so that no lock is held for long
  while ((await deleteSettled(ctx.sql, before, DELETE_ROWS)) === DELETE_ROWS);
  await deleteEmptyPacks(ctx.sql, before);
}
