import { isDeepStrictEqual } from 'node:util';

import { actAndLearn } from './reflect-act.ts';
import { after, MINUTE_MS } from '../../lib/clock.ts';
import { agreementAfter, earliest, planReflection } from './reflect-plan.decide.ts';
import { closeUnfinished, inheritSending, lockHeld, releaseError } from './reflections.store.ts';
import { findOut } from './reflect-find-out.ts';
import { openDoors, readBothSides } from './reflect-doors.ts';
import { openNewIssue } from './reflect-new-issue.ts';
import { publish } from '../../db/db.ts';
import { readCase } from './reflect-case.ts';
import type { ActTrace, ActTrouble, ClaimedError, ErrorCase, ReflectTurn } from './reflect.model.ts';
import type { ErrorsCtx, ReflectionAct } from '../errors.model.ts';
import type { ReflectPlan } from './reflect-plan.decide.ts';
import type { RowChange } from '../../db/db.model.ts';

/** How a turn ends: when both sides are compared next (null: when one of them changes), and what is kept. */
interface TurnEnd {
  at: Date | null;
  changes: RowChange<'errors'>;
}

/**
 * Compares both sides of a claimed error and does what follows, once: by what is known here, and, before anything is done, by
 * what both sides say now. Each act's intent is committed before it is said, its answer and what is agreed on after it.
 */
export async function reflectError(ctx: ErrorsCtx, claimed: ClaimedError): Promise<void> {
  const end = await turnOf(ctx, claimed);
  if (end === 'lost') return;
  const released = await releaseError(ctx.sql, claimed, end.at, end.changes);
  if (released && Object.keys(end.changes).length > 0)
    await publish(ctx.sql, { kind: 'error', id: claimed.id, tenantId: claimed.tenantId });
}

async function turnOf(ctx: ErrorsCtx, claimed: ClaimedError): Promise<TurnEnd | 'lost'> {
  await inheritSending(ctx.sql, claimed.id);
  const known = await readCase(ctx.sql, claimed.id, ctx.now());
  if (known === null) return { at: null, changes: {} };
  const { begun } = known;
  const plan = planReflection(known, ctx.now());
  if (plan === null) return inBetween(ctx);
  if (plan.acts.length === 0 && begun.every(({ act }) => plan.held.has(act as ReflectionAct)))
    return settled(ctx, known, plan, new Map());
  const doors = await openDoors(ctx, known);
  if (doors === null) return { at: ctx.now(), changes: {} }; // paused now: claimed again when it is mended
  const turn: ReflectTurn = { ctx, claimed, subject: known, ...doors };
  const trouble = await readBothSides(turn);
  if (trouble !== null) return troubled(claimed, trouble);
  if (!(await findOut(turn, begun))) return 'lost';
  return actOn(turn);
}

async function actOn(turn: ReflectTurn): Promise<TurnEnd | 'lost'> {
  const { ctx, claimed } = turn;
  const subject = await readCase(ctx.sql, claimed.id, ctx.now());
  const plan = subject === null ? null : planReflection(subject, ctx.now());
  if (subject === null || plan === null) return inBetween(ctx);
  const traces = new Map<ReflectionAct, ActTrace>();
  for (const act of plan.acts) {
    const acting = { ...turn, subject };
    const outcome = act === 'new_issue' ? await openNewIssue(acting, plan) : await actAndLearn(acting, plan, act);
    if (outcome === 'lost') return 'lost';
    if ('message' in outcome)
      return troubled(claimed, goesOnAfter(plan, act) ? { ...outcome, at: ctx.now() } : outcome);
    traces.set(act, outcome.trace);
  }
  if (plan.decision.agree && !(await closeTheRest(turn, plan))) return 'lost';
  return settled(ctx, subject, plan, traces);
}

async function closeTheRest({ ctx, claimed }: ReflectTurn, { held }: ReflectPlan): Promise<boolean> {
  return ctx.sql.transaction().execute(async (sql) => {
    const isOurs = await lockHeld(sql, claimed);
    if (isOurs) await closeUnfinished(sql, claimed.id, [...held.keys()], ctx.now());
    return isOurs;
  });
}

// What is done besides does not wait for what is refused: the next turn leaves that out and does the rest.
function goesOnAfter({ decision, acts }: ReflectPlan, refused: ReflectionAct): boolean {
  return !decision.acts.includes(refused) && acts.at(-1) !== refused;
}

function inBetween(ctx: ErrorsCtx): TurnEnd {
  return { at: after(ctx.now(), MINUTE_MS), changes: {} };
}

function troubled({ attempts }: ClaimedError, { message, at }: ActTrouble): TurnEnd {
  return { at, changes: { message, attempts: attempts + 1 } };
}

/** Both sides agree, or a person must decide, or it is looked at again. What stands already is not written again. */
function settled(
  ctx: ErrorsCtx,
  { error }: ErrorCase,
  plan: ReflectPlan,
  traces: ReadonlyMap<ReflectionAct, ActTrace>,
): TurnEnd {
  const { decision, held } = plan;
  const changes: RowChange<'errors'> = {
    ...(error.message !== null && held.size === 0 && { message: null }),
    ...(error.attempts !== 0 && held.size === 0 && { attempts: 0 }),
    ...(error.conflict !== decision.conflict && {
      conflict: decision.conflict,
      conflict_at: decision.conflict === null ? null : ctx.now(),
    }),
    ...(decision.agree && agreedChanges(error, plan, traces)),
  };
  const times = [...held.values(), ...(decision.waitUntil === null ? [] : [decision.waitUntil])];
  return { at: earliest(times), changes };
}

function agreedChanges(
  error: ErrorCase['error'],
  plan: ReflectPlan,
  traces: ReadonlyMap<ReflectionAct, ActTrace>,
): RowChange<'errors'> {
  const { sentry, github, assignees } = agreementAfter(plan, traces);
  const { numbers, held } = plan;
  const areAssigned = !held.has('assign_github') && !held.has('assign_sentry');
  const comment = traces.get('refresh')?.comment;
  const isTold = error.agreed_numbers === null || traces.has('refresh');
  return {
    ...(error.agreed_sentry !== sentry && { agreed_sentry: sentry }),
    ...(error.agreed_github !== github && { agreed_github: github }),
    ...(areAssigned &&
      !isDeepStrictEqual(error.agreed_assignees, assignees) && { agreed_assignees: JSON.stringify(assignees) }),
    ...(numbers !== null && isTold && { agreed_numbers: JSON.stringify(numbers.now) }),
    ...(comment !== undefined && error.comment_id !== comment && { comment_id: comment }),
  };
}
