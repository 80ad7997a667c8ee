import { after, MINUTE_MS, SECOND_MS } from '../../lib/clock.ts';
import { claimDue, dueFirstLooks, nextReflectAt } from './reflections.store.ts';
import { reflectError } from './reflect.ts';
import type { ClaimedError } from './reflect.model.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { LiveNotice } from '../../db/db.model.ts';

/** Errors one process compares at once. */
const AT_ONCE = 4;
const SLEEP_MS_MAX = 5 * SECOND_MS;
const SLEEP_MS_MIN = 50;
/** How often errors are looked for that became an issue: soon after something was heard, and unheard. */
const FIRST_LOOKS_MS = { heard: SECOND_MS / 4, unheard: MINUTE_MS };
/** One whose turn failed by a fault of ours is left alone until its lease ends. */
const FAULT_MS = 2 * SECOND_MS;

/** The comparing of one process. */
export interface Reflecting {
  /** Lets what is under way end and stores its answers. */
  stop(): Promise<void>;
}

/**
 * Compares both sides of errors when one of them changed or their time has come, until stopped. Any number of processes may run
 * it: an error is leased to one of them.
 */
export function startReflecting(
  ctx: ErrorsCtx,
  subscribe: (heard: (notice: LiveNotice) => void) => () => void,
): Reflecting {
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  let woken = false;
  let isLinkHeard = true;
  let looked = 0;
  let wake: () => void = () => undefined;
  const rouse = () => {
    woken = true;
    wake();
  };
  const unsubscribe = subscribe(({ kind }) => {
    if (kind !== 'error' && kind !== 'connection' && kind !== 'reconnected') return;
    isLinkHeard = true;
    rouse();
  });
  const begin = (claimed: ClaimedError) => {
    const turn = runTurn(ctx, claimed).finally(() => {
      running.delete(turn);
      rouse();
    });
    running.add(turn);
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      woken = false;
      let sleepMs = SLEEP_MS_MAX;
      try {
        const now = ctx.now();
        if (now.getTime() - looked > FIRST_LOOKS_MS[isLinkHeard ? 'heard' : 'unheard']) {
          isLinkHeard = false;
          looked = now.getTime();
          await dueFirstLooks(ctx.sql, now);
        }
        sleepMs = await startTurns(ctx, AT_ONCE - running.size, begin);
        if (isLinkHeard) sleepMs = Math.min(sleepMs, FIRST_LOOKS_MS.heard);
      } catch (error) {
        ctx.log.error({ error: String(error) }, 'reflection: the database does not answer');
        sleepMs = SECOND_MS;
      }
      if (woken || stopping.signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, sleepMs);
        wake = () => (clearTimeout(timer), resolve());
      });
    }
    await Promise.all(running);
  };
  const ended = loop();
  return {
    async stop() {
      stopping.abort();
      unsubscribe();
      wake();
      await ended;
    },
  };
}

/** Claims what is due and begins it; returns how long to sleep. */
async function startTurns(ctx: ErrorsCtx, room: number, begin: (claimed: ClaimedError) => void): Promise<number> {
  const now = ctx.now();
  const leaseUntil = after(now, ctx.leaseMs);
  const claimed = room <= 0 ? [] : await claimDue(ctx.sql, ctx.workerId, { now, leaseUntil }, room);
  for (const one of claimed) begin(one);
  if (room <= 0 || claimed.length > 0) return SLEEP_MS_MAX; // the end of a turn rouses
  const next = await nextReflectAt(ctx.sql);
  if (next === null) return SLEEP_MS_MAX;
  // what is due and was not claimed belongs to another process, or to a connection that rests
  const waitMs = next.getTime() - now.getTime();
  return waitMs <= 0 ? FAULT_MS : Math.min(SLEEP_MS_MAX, Math.max(SLEEP_MS_MIN, waitMs));
}

async function runTurn(ctx: ErrorsCtx, claimed: ClaimedError): Promise<void> {
  try {
    await reflectError(ctx, claimed);
  } catch (error) {
    const words = error instanceof Error ? error.stack : String(error);
    ctx.log.error({ error: claimed.id, fault: words }, 'reflection: a turn failed');
  }
}
