import { after, SECOND_MS } from '../../lib/clock.ts';
import { AS_BEFORE, takeBack } from '../reflect/take-back.ts';
import { claimOne, releaseError } from '../reflect/reflections.store.ts';
import { selectActs } from './undo-rows.store.ts';
import { SYSTEM } from '../../accounts/accounts.model.ts';
import { updateUndoItem } from './undo.store.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Principal } from '../../accounts/accounts.model.ts';
import type { Row } from '../../db/db.model.ts';
import type { TakenBack } from '../reflect/take-back.ts';
import type { UndoItemRow, UndoRunRow } from './undo.model.ts';

/** Passing troubles of one item; the others do not wait for it. */
const TRIES_MAX = 10;
const BUSY_MS = 2 * SECOND_MS;

/** Takes one item back as a person would its acts, and keeps what came of it. Safe to repeat whatever an earlier try came to. */
export async function undoOne(ctx: ErrorsCtx, run: UndoRunRow, item: UndoItemRow): Promise<void> {
  const now = ctx.now();
  const times = { now, leaseUntil: after(now, ctx.leaseMs) };
  const claimed = await claimOne(ctx.sql, item.error_id, `${ctx.workerId} undo`, times);
  if (claimed === null) return postpone(ctx, item, 'Both sides are being compared right now.', after(now, BUSY_MS), 0);
  let taken: TakenBack;
  try {
    const acts = await selectActs(ctx.sql, item);
    const standing = acts.filter(({ state }) => state === 'done');
    // a process that died had set it back and kept that, or a person did the same meanwhile
    taken =
      standing.length < acts.length || acts.length === 0
        ? endedElsewhere(acts)
        : await takeBack(ctx, claimed, { acts: standing, principal: principalOf(run) });
  } finally {
    await releaseError(ctx.sql, claimed, after(ctx.now(), SECOND_MS), {});
  }
  await keep(ctx, item, taken);
}

function endedElsewhere(acts: readonly Pick<Row<'reflections'>, 'state'>[]): TakenBack {
  const isUndone = acts.length > 0 && acts.every(({ state }) => state === 'undone');
  return isUndone ? { kind: 'done' } : { kind: 'left', why: AS_BEFORE };
}

async function keep(ctx: ErrorsCtx, item: UndoItemRow, taken: TakenBack): Promise<void> {
  const finished_at = ctx.now();
  if (taken.kind === 'done') return updateUndoItem(ctx.sql, item.id, { state: 'done', finished_at });
  if (taken.kind === 'left')
    return updateUndoItem(ctx.sql, item.id, { state: 'left', message: taken.why, finished_at });
  if (taken.kind === 'busy')
    return postpone(ctx, item, 'Both sides are being compared right now.', after(finished_at, BUSY_MS), 0);
  const { message, at, refused } = taken.trouble;
  if (refused === true || item.attempts + 1 >= TRIES_MAX)
    return updateUndoItem(ctx.sql, item.id, { state: 'failed', message, finished_at });
  return postpone(ctx, item, message, at, 1);
}

async function postpone(ctx: ErrorsCtx, item: UndoItemRow, message: string, at: Date, tries: number): Promise<void> {
  await updateUndoItem(ctx.sql, item.id, { message, run_at: at, attempts: item.attempts + tries });
}

/** Who wanted it: the acts and the audit log name them, not the process. */
function principalOf({ actor, actor_name: name, tenant_id: tenantId }: UndoRunRow): Principal {
  return { ...SYSTEM, actor, name, tenantId };
}
