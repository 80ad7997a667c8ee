import { after, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { claimHook, insertAppHooks } from './hooks.store.ts';
import { connectionById, githubOf } from '../connections/connections.ts';
import { pullHook } from './pull.ts';
import type { DeliveriesCtx, HookRow, OnGap } from './deliveries.model.ts';

const TICK_MS = 30 * SECOND_MS;
const EVERY_MS = 15 * MINUTE_MS;
/** At a start every hook is looked at, but not once for each process that starts. */
const AT_START_MS = MINUTE_MS;

/** Compares GitHub's logs with ours at the start and every 15 minutes, each hook by one process, until stopped. */
export function startDeliveryPulls(ctx: DeliveriesCtx, onGap: OnGap, tickMs = TICK_MS): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const tick = async (ageMs: number) => {
    const before = after(ctx.now(), -ageMs);
    await insertAppHooks(ctx.sql, ctx.now());
    while (!stopping.signal.aborted) {
      const hook = await claimHook(ctx.sql, before, ctx.now());
      if (hook === null) return;
      await pullOne(ctx, hook, onGap).catch((error: unknown) =>
        ctx.log.error({ hook: hook.id, error: String(error) }, "a hook's deliveries could not be compared"),
      );
    }
  };
  const logged = async (ageMs: number) =>
    tick(ageMs).catch((error: unknown) => ctx.log.error({ error: String(error) }, 'delivery pulls: a turn failed'));
  let ticking = logged(AT_START_MS);
  const timer = setInterval(() => {
    ticking = ticking.then(async () => logged(EVERY_MS));
  }, tickMs);
  return {
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await ticking;
    },
  };
}

async function pullOne(ctx: DeliveriesCtx, hook: HookRow, onGap: OnGap): Promise<void> {
  const connection = await connectionById(ctx.sql, hook.connection_id);
  if (connection === null || !connection.enabled || connection.pausedAt !== null) return;
  if (connection.restUntil !== null && connection.restUntil > ctx.now()) return;
  const github = githubOf(ctx, connection);
  if (github === null) return;
  await pullHook(ctx, { connection, github }, hook, onGap);
}
