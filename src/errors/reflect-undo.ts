import { setTimeout as sleep } from 'node:timers/promises';

import { actAndLearn } from './reflect-act.ts';
import { after, SECOND_MS } from '../lib/clock.ts';
import { claimOne, releaseError, selectReflection, updateReflection } from './reflections.store.ts';
import { assignedNow, planReflection } from './reflect-plan.decide.ts';
import { HttpProblem, notFound } from '../lib/problem.ts';
import { openDoors, readBothSides } from './reflect-doors.ts';
import { publish } from '../db/db.ts';
import { readCase } from './reflect-case.ts';
import { recordAudit } from '../audit/audit.ts';
import { setBack } from './reflect-set-back.ts';
import { updateError } from './errors.store.ts';
import { decideUndo } from './undo.decide.ts';
import type { ClaimedError, ReflectTurn } from './reflect.model.ts';
import type { ErrorsCtx } from './errors.model.ts';
import type { Principal } from '../accounts/accounts.model.ts';
import type { ReflectPlan } from './reflect-plan.decide.ts';
import type { Row } from '../db/db.model.ts';
import type { Undo } from './undo.decide.ts';

/**
 * Takes an act back (SPEC T6): sets what was there before, as an act of its own, and both sides agree on that. Throws a 409 with
 * a sentence when it is no such act, when its side was changed since, or while the error is busy; a 502 when the other side refuses.
 */
export async function undoReflection(ctx: ErrorsCtx, principal: Principal, id: string): Promise<void> {
  const reflection = await selectReflection(ctx.sql, id, principal.tenantId);
  if (reflection === null) throw notFound('reflection');
  if (reflection.state !== 'done' || reflection.before === null)
    throw new HttpProblem(
      409,
      'This cannot be taken back: it was not done, was taken back already, or only told something.',
    );
  const claimed = await claim(ctx, reflection.error_id);
  if (claimed === null) throw new HttpProblem(409, 'Both sides are being compared right now: try again in a moment.');
  try {
    await takeBack(ctx, principal, reflection, claimed);
  } finally {
    await releaseError(ctx.sql, claimed, after(ctx.now(), SECOND_MS), {});
  }
}

/** A comparison takes moments as a rule, so it is waited for a little. */
const TRIES_MAX = 20;
const TRY_MS = 150;

async function claim(ctx: ErrorsCtx, errorId: string): Promise<ClaimedError | null> {
  for (let tried = 1; ; tried += 1) {
    const now = ctx.now();
    const times = { now, leaseUntil: after(now, ctx.leaseMs) };
    const claimed = await claimOne(ctx.sql, errorId, `${ctx.workerId} undo`, times);
    if (claimed !== null || tried >= TRIES_MAX) return claimed;
    await sleep(TRY_MS);
  }
}

async function takeBack(
  ctx: ErrorsCtx,
  principal: Principal,
  reflection: Row<'reflections'>,
  claimed: ClaimedError,
): Promise<void> {
  const turn = await turnFor(ctx, claimed);
  const plan = planReflection(turn.subject, ctx.now());
  const undo = decideUndo(reflection, turn.subject);
  if (undo === null || plan === null)
    throw new HttpProblem(
      409,
      'It was changed since: what is there now is not what this act set, so it is left alone.',
    );
  const outcome = await actAndLearn(turn, undoing(plan, undo, principal), undo.act, async (begun) =>
    setBack(turn, undo, begun),
  );
  if (outcome === 'lost') throw new HttpProblem(409, 'Both sides are being compared right now: try again in a moment.');
  if ('message' in outcome) throw new HttpProblem(502, outcome.message);
  const subject = await readCase(ctx.sql, claimed.id, ctx.now());
  await ctx.sql.transaction().execute(async (sql) => {
    const { id, tenant_id: tenantId } = reflection;
    if (subject !== null)
      await updateError(sql, claimed.id, { agreed_assignees: JSON.stringify(assignedNow(subject)) });
    await updateReflection(sql, id, { state: 'undone' });
    await recordAudit(sql, principal, { action: 'reflection.undone', subject: `reflection:${id}`, tenantId });
    await publish(sql, { kind: 'error', id: claimed.id, tenantId });
  });
}

async function turnFor(ctx: ErrorsCtx, claimed: ClaimedError): Promise<ReflectTurn> {
  const known = await readCase(ctx.sql, claimed.id, ctx.now());
  const doors = known === null ? null : await openDoors(ctx, known);
  if (known === null || doors === null)
    throw new HttpProblem(
      409,
      'Its rule or one of its connections is gone or cannot be used: there is no way to set it back.',
    );
  const trouble = await readBothSides({ ctx, claimed, subject: known, ...doors });
  if (trouble !== null) throw new HttpProblem(502, trouble.message);
  const subject = await readCase(ctx.sql, claimed.id, ctx.now());
  return { ctx, claimed, subject: subject ?? known, ...doors };
}

// What stands after it is what both sides agree on, whatever the rule would have done about it.
function undoing(plan: ReflectPlan, { act }: Undo, { name }: Principal): ReflectPlan {
  const decision = {
    acts: [act],
    agree: true,
    waitUntil: null,
    conflict: null,
    why: `${name} took back what was done.`,
  };
  return { ...plan, acts: [act], decision };
}
