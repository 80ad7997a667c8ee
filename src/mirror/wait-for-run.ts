import { selectRun } from './sync-runs.store.ts';
import { waitSeconds } from '../lib/prefer.ts';
import type { Ctx } from '../db/db.model.ts';
import type { RunRow } from './sync-runs.store.ts';

const LOOK_MS = 250;

/** The run once it has ended, or as it is when `Prefer: wait=N` is over or the caller hangs up. By default there is no wait. */
export async function waitForRun(
  ctx: Ctx,
  started: { runId: string; done: Promise<void>; joined: boolean },
  prefer: string | undefined,
  signal: AbortSignal,
): Promise<RunRow | null> {
  const until = Date.now() + waitSeconds(prefer, 0) * 1000;
  for (;;) {
    const run = await selectRun(ctx.sql, started.runId);
    const leftMs = until - Date.now();
    if (run?.state !== 'running' || leftMs <= 0 || signal.aborted) return run;
    // a run that was joined may be another process's: only its row tells of its end
    const ended = started.joined ? [] : [started.done];
    await Promise.race([...ended, pause(Math.min(LOOK_MS, leftMs), signal)]);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
