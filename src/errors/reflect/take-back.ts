import { actAndLearn } from './reflect-act.ts';
import { after, MINUTE_MS } from '../../lib/clock.ts';
import { assignedNow, planReflection } from './reflect-plan.decide.ts';
import { decideUndo, standsAsBefore } from './undo.decide.ts';
import { findOut } from './reflect-find-out.ts';
import { inheritSending, lockHeld, selectTakingBack, updateReflection } from './reflections.store.ts';
import { openDoors, readBothSides } from './reflect-doors.ts';
import { publish } from '../../db/db.ts';
import { readCase } from './reflect-case.ts';
import { recordAudit } from '../../audit/audit.ts';
import { setBack } from './reflect-set-back.ts';
import { updateError } from '../errors.store.ts';
import type { ActTrouble, ClaimedError, ReflectTurn } from './reflect.model.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Principal } from '../../accounts/accounts.model.ts';
import type { ReflectPlan } from './reflect-plan.decide.ts';
import type { Row } from '../../db/db.model.ts';
import type { Undo, UndoAct } from './undo.decide.ts';

/** What is taken back together: acts of one error on one thing, the latest first, each from what the one before had left. */
export interface TakeBackOrder {
  acts: readonly UndoAct[];
  principal: Principal;
}

/** `left`: nothing was written, and why; `busy`: another process has the error, or Sentry is in between two states. */
export type TakenBack =
  | { kind: 'done' }
  | { kind: 'left'; why: string }
  | { kind: 'busy' }
  | { kind: 'trouble'; trouble: ActTrouble };

export const CHANGED_SINCE = 'It was changed since: what is there now is not what this act set, so it is left alone.';
export const AS_BEFORE = 'It was changed since and stands as it was before: there is nothing to set back.';
export const NO_WAY_BACK = 'Its rule or one of its connections is gone: there is no way to set it back.';

/**
 * Sets what was there before some acts, as one act of its own, and both sides agree on what stands then: so nothing follows from
 * it. Both sides are read anew first. What an earlier try, whose answer was lost or whose process died, had set is found done.
 */
export async function takeBack(ctx: ErrorsCtx, claimed: ClaimedError, order: TakeBackOrder): Promise<TakenBack> {
  const turn = await turnFor(ctx, claimed);
  if (!('subject' in turn)) return turn;
  const [latest] = order.acts;
  const first = order.acts.at(-1);
  if (latest === undefined || first === undefined) return { kind: 'left', why: AS_BEFORE };
  const meant = { act: latest.act, before: first.before, after: latest.after };
  const own = await selectTakingBack(ctx.sql, latest.id);
  if (own?.state === 'done') return settle(turn, order, null);
  if (standsAsBefore(meant, turn.subject))
    return own === null ? { kind: 'left', why: AS_BEFORE } : settle(turn, order, own);
  const plan = planReflection(turn.subject, ctx.now());
  if (plan === null) return { kind: 'busy' };
  const undo = decideUndo(meant, turn.subject);
  if (undo === null) return { kind: 'left', why: CHANGED_SINCE };
  const outcome = await actAndLearn(turn, undoing(plan, undo, order), undo.act, async (begun) =>
    setBack(turn, undo, begun),
  );
  if (outcome === 'lost') return { kind: 'busy' };
  if ('message' in outcome) return { kind: 'trouble', trouble: outcome };
  return settle(turn, order, null);
}

const UNREADABLE = {
  outcome: 'failed',
  message: 'A stored token cannot be decrypted, so its connection is paused: put the token in again.',
  status: null,
  requestId: null,
} as const;

/** Both doors open, and both sides as they are now; or why not. */
async function turnFor(ctx: ErrorsCtx, claimed: ClaimedError): Promise<ReflectTurn | TakenBack> {
  await inheritSending(ctx.sql, claimed.id);
  const known = await readCase(ctx.sql, claimed.id, ctx.now());
  if (known === null) return { kind: 'left', why: NO_WAY_BACK };
  const doors = await openDoors(ctx, known);
  if (doors === null) return { kind: 'trouble', trouble: { ...UNREADABLE, at: after(ctx.now(), MINUTE_MS) } };
  const turn = { ctx, claimed, subject: known, ...doors };
  const trouble = await readBothSides(turn);
  if (trouble !== null) return { kind: 'trouble', trouble };
  if (!(await findOut(turn, known.begun))) return { kind: 'busy' };
  const subject = await readCase(ctx.sql, claimed.id, ctx.now());
  return { ...turn, subject: subject ?? known };
}

// What stands after it is what both sides agree on, whatever the rule would have done about it.
function undoing(plan: ReflectPlan, { act }: Undo, { acts, principal }: TakeBackOrder): ReflectPlan {
  const decision = {
    acts: [act],
    agree: true,
    waitUntil: null,
    conflict: null,
    why: `${principal.name} took back what was done.`,
  };
  return { ...plan, acts: [act], decision, numbers: null, undoes: acts[0]?.id ?? null };
}

/** Keeps that the acts are taken back. `found`: the own act whose answer was lost, and that is found done. */
async function settle(
  { ctx, claimed }: ReflectTurn,
  { acts, principal }: TakeBackOrder,
  found: Row<'reflections'> | null,
): Promise<TakenBack> {
  const subject = await readCase(ctx.sql, claimed.id, ctx.now());
  const { id: errorId, tenantId } = claimed;
  return ctx.sql.transaction().execute(async (sql): Promise<TakenBack> => {
    if (!(await lockHeld(sql, claimed))) return { kind: 'busy' };
    if (subject !== null) await updateError(sql, errorId, { agreed_assignees: JSON.stringify(assignedNow(subject)) });
    if (found !== null)
      await updateReflection(sql, found.id, {
        state: 'done',
        finished_at: ctx.now(),
        message: 'The answer was lost; it was found done.',
      });
    for (const { id } of acts) {
      await updateReflection(sql, id, { state: 'undone' });
      await recordAudit(sql, principal, { action: 'reflection.undone', subject: `reflection:${id}`, tenantId });
    }
    await publish(sql, { kind: 'error', id: errorId, tenantId });
    return { kind: 'done' };
  });
}
