import { after, SECOND_MS } from '../lib/clock.ts';
import { claimPlacements, reviveFailedPlacements } from './placements.store.ts';
import { placeIssue } from './place.ts';
import type { FilingCtx } from './filing.model.ts';

const TICK_MS = SECOND_MS;
/** How soon it is seen that a person changed a connection by which placements failed. */
const REVIVE_MS = 10 * SECOND_MS;
/** Placements that one process works on at once. */
const AT_ONCE = 4;

/** The placing of issues by one process. */
export interface Placing {
  /** Ends after what is under way; another process goes on, or the next start. */
  stop(): Promise<void>;
}

/**
 * Sets the parents of issues and puts them onto their projects until stopped, beside the filing and not in its lane. Any number of
 * processes may: a placement is leased to one of them, and what two of them say is said once.
 */
export function startPlacing(ctx: FilingCtx): Placing {
  const running = new Set<Promise<void>>();
  let stopping = false;
  let revivedAt = Number.NEGATIVE_INFINITY;
  let ticking: Promise<void> = Promise.resolve();
  const tick = async () => {
    if (stopping || running.size >= AT_ONCE) return;
    const now = ctx.now();
    if (now.getTime() - revivedAt >= REVIVE_MS) {
      await reviveFailedPlacements(ctx.sql, now);
      revivedAt = now.getTime();
    }
    const times = { now, leaseUntil: after(now, ctx.leaseMs) };
    for (const placement of await claimPlacements(ctx.sql, ctx.workerId, times, AT_ONCE - running.size)) {
      const work = placeIssue(ctx, placement)
        .catch((error: unknown) =>
          ctx.log.error({ placement: placement.id, error: String(error) }, 'an issue could not be placed'),
        )
        .finally(() => running.delete(work));
      running.add(work);
    }
  };
  const timer = setInterval(() => {
    ticking = ticking
      .then(tick)
      .catch((error: unknown) => ctx.log.error({ error: String(error) }, 'placing: the database does not answer'));
  }, TICK_MS);
  return {
    async stop() {
      stopping = true;
      clearInterval(timer);
      await ticking;
      await Promise.all(running);
    },
  };
}
