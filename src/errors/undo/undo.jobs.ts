import { after, SECOND_MS } from '../../lib/clock.ts';
import { claimUndoRuns, holdUndoRun, releaseUndoRun, selectNextItem } from './undo.store.ts';
import { publish } from '../../db/db.ts';
import { undoOne } from './undo-one.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { UndoRunRow } from './undo.model.ts';

const TICK_MS = SECOND_MS;
/** Bulk undos, each of another tenant, that one process works on at once. */
const AT_ONCE = 4;

/** The taking back in bulk of one process. */
export interface Undoing {
  /** Ends after the item that is under way; another process goes on, or the next start. */
  stop(): Promise<void>;
}

/** Works on bulk undos, one item after the other, until stopped. Any number of processes may: a run is leased to one of them. */
export function startUndoing(ctx: ErrorsCtx): Undoing {
  const stopping = { asked: false };
  const running = new Map<string, Promise<void>>();
  let ticking: Promise<void> = Promise.resolve();
  const tick = async () => {
    if (stopping.asked || running.size >= AT_ONCE) return;
    const now = ctx.now();
    const times = { now, leaseUntil: after(now, ctx.leaseMs) };
    for (const run of await claimUndoRuns(ctx.sql, ctx.workerId, times, AT_ONCE - running.size)) {
      const work = workOn(ctx, run, stopping)
        .catch((error: unknown) => ctx.log.error({ undo: run.id, error: String(error) }, 'a bulk undo failed'))
        .finally(() => running.delete(run.id));
      running.set(run.id, work);
    }
  };
  const timer = setInterval(() => {
    ticking = ticking
      .then(tick)
      .catch((error: unknown) => ctx.log.error({ error: String(error) }, 'undo: the database does not answer'));
  }, TICK_MS);
  return {
    async stop() {
      stopping.asked = true;
      clearInterval(timer);
      await ticking;
      await Promise.all(running.values());
    },
  };
}

/** Until nothing of it is due: the rest waits for connections that rest, or for its own time. */
async function workOn(ctx: ErrorsCtx, run: UndoRunRow, stopping: { asked: boolean }): Promise<void> {
  while (!stopping.asked) {
    if (!(await holdUndoRun(ctx.sql, run.id, ctx.workerId, after(ctx.now(), ctx.leaseMs)))) return;
    const item = await selectNextItem(ctx.sql, run.id, ctx.now());
    if (item === null) break;
    await undoOne(ctx, run, item);
  }
  const isDone = await releaseUndoRun(ctx.sql, run.id, ctx.workerId, ctx.now());
  if (isDone) ctx.log.info({ undo: run.id }, 'a bulk undo is done');
  // its page is told, too, of what is left of it
  await publish(ctx.sql, { kind: 'error', id: run.id, tenantId: run.tenant_id });
}
