import { after, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { claimHook, insertAppHooks } from './hooks.store.ts';
import { githubOf } from '../connections/connections.ts';
import { pullHook } from './pull.ts';
import { readFamilies } from './app-members.ts';
import type { AppMember } from './app-members.ts';
import type { DeliveriesCtx, HookRow, OnGap } from './deliveries.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';

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
    const families = await readFamilies(ctx);
    // an App has one log for all its connections: whoever takes the row of the first reads it for all
    const others = [...families].filter(([id, family]) => family[0]?.id !== id).map(([id]) => id);
    while (!stopping.signal.aborted) {
      const hook = await claimHook(ctx.sql, before, ctx.now(), others);
      if (hook === null) return;
      await pullOne(ctx, hook, families.get(hook.connection_id) ?? [], onGap).catch((error: unknown) =>
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

async function pullOne(ctx: DeliveriesCtx, hook: HookRow, family: readonly AppMember[], onGap: OnGap): Promise<void> {
  const askers = hook.target_kind === 'app' ? family : family.filter(({ id }) => id === hook.connection_id);
  const asker = askers.find(({ connection }) => mayAsk(connection, ctx.now()));
  const github = asker === undefined ? null : githubOf(ctx, asker.connection);
  if (asker === undefined || github === null) return;
  await pullHook(ctx, { connection: asker.connection, github, family: askers }, hook, onGap);
}

function mayAsk({ enabled, pausedAt, restUntil }: GithubConnection, now: Date): boolean {
  return enabled && pausedAt === null && (restUntil === null || restUntil <= now);
}
