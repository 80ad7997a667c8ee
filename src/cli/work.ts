import { cleanUpAccounts } from '../accounts/accounts.ts';
import { forgetOldBudgets } from '../connections/connections.ts';
import { forgetOldKeys } from '../reports/reports.ts';
import { forgetOldSentry, startReflecting, startSentryWatch, startUndoing } from '../errors/errors.ts';
import { HOUR_MS } from '../lib/clock.ts';
import { startFilingWorker, startPlacing } from '../filing/filing.ts';
import { forgetOldDeliveries, startDeliveries, startDeliveryPulls } from '../deliveries/deliveries.ts';
import { deliveryApplier, reconcileSoon, startSyncSchedules } from '../mirror/mirror.ts';
import type { Hub } from './hub.ts';

/** The loops of one process. */
export interface Work {
  /** When the filing loop last looked for work. */
  lastTurnAt(): Date;
  /** Ends what is under way and stores its answers. */
  stop(): Promise<void>;
}

/** Starts everything a worker does: filing and what follows it, sync schedules, the watch over Sentry and what follows from both sides, webhook deliveries and what they missed, the hourly clean-up. */
export function startWork(hub: Hub): Work {
  const { ctx, db, rush } = hub;
  const filing = startFilingWorker(ctx, (heard) => db.live.subscribe(heard));
  const placing = startPlacing(ctx);
  const endPlanner = db.live.subscribe((notice) => ctx.planner?.told(notice));
  const schedules = startSyncSchedules(ctx);
  const sentry = startSentryWatch(ctx);
  const reflecting = startReflecting(ctx, (heard) => db.live.subscribe(heard));
  const undoing = startUndoing(ctx);
  const deliveries = startDeliveries(ctx, (heard) => db.live.subscribe(heard), deliveryApplier(ctx), rush);
  const pulls = startDeliveryPulls(ctx, async ({ id }) => reconcileSoon(ctx.sql, id, ctx.now()));
  const cleanUp = async () => {
    await forgetOldDeliveries(ctx);
    await forgetOldKeys(ctx);
    await forgetOldSentry(ctx);
    await cleanUpAccounts(ctx);
    await forgetOldBudgets(ctx.sql, ctx.now());
  };
  const timer = setInterval(() => {
    cleanUp().catch((error: unknown) =>
      ctx.log.warn({ error: String(error) }, 'clean-up failed; it is tried again in an hour'),
    );
  }, HOUR_MS);
  return {
    lastTurnAt: () => filing.lastTurnAt(),
    async stop() {
      clearInterval(timer);
      endPlanner();
      await Promise.all([
        filing.stop(),
        placing.stop(),
        schedules.stop(),
        sentry.stop(),
        reflecting.stop(),
        undoing.stop(),
        deliveries.stop(),
        pulls.stop(),
      ]);
    },
  };
}
