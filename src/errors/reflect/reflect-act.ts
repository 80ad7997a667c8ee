import { actOnGithub } from './reflect-github.ts';
import { actOnSentry } from './reflect-sentry.ts';
import { after, DAY_MS } from '../../lib/clock.ts';
import { agreedWith } from './reflect.decide.ts';
import { applyLinked } from '../../mirror/mirror.ts';
import { FLIPS } from './reflect-moves.decide.ts';
import { holdError, insertReflection, lockHeld, selectUnfinished, updateReflection } from './reflections.store.ts';
import { newId } from '../../lib/ids.ts';
import { numbersWith } from './reflect-numbers.decide.ts';
import { publish } from '../../db/db.ts';
import { reflectionMarker } from './reflect-words.decide.ts';
import { selectError, updateError } from '../errors.store.ts';
import { isLabelled, presentIssues, sidesAfter } from './reflect-plan.decide.ts';
import type {
  ActOutcome,
  ActTrace,
  ActTrouble,
  BegunAct,
  ErrorCase,
  GithubAct,
  ReflectTurn,
  SentryAct,
} from './reflect.model.ts';
import type { ReflectionAct } from '../errors.model.ts';
import type { ReflectPlan } from './reflect-plan.decide.ts';
import type { Row, RowChange, Sql } from '../../db/db.model.ts';

export type OutsideAct = GithubAct | SentryAct;

/**
 * Does one act on one side: commits the intent, speaks outside any transaction, commits what was learned together with what is
 * agreed on. `lost`: the lease is over or another worker has the error; whoever has it next finds out what was said.
 */
export async function actAndLearn(
  turn: ReflectTurn,
  plan: ReflectPlan,
  act: OutsideAct,
  say: (begun: BegunAct) => Promise<ActOutcome> = async (begun) => speak(turn, plan, begun),
): Promise<'lost' | ActTrouble | { trace: ActTrace }> {
  const begun = await commitIntent(turn, plan, act);
  if (begun === 'lost') return 'lost';
  const outcome = await say(begun);
  if (outcome.ok) return (await learnDone(turn, begun, outcome)) ? { trace: outcome.trace } : 'lost';
  await learnTrouble(turn, begun, outcome);
  return outcome.trouble;
}

async function speak(turn: ReflectTurn, plan: ReflectPlan, begun: BegunAct): Promise<ActOutcome> {
  const { act } = begun;
  return isOnSentry(act)
    ? actOnSentry(turn, plan, { ...begun, act })
    : actOnGithub(turn, plan, { ...begun, act: act as GithubAct });
}

const ON_SENTRY: Record<SentryAct, true> = {
  resolve: true,
  resolve_in_next_release: true,
  unresolve: true,
  archive: true,
  assign_sentry: true,
  link: true,
};
export function isOnSentry(act: ReflectionAct): act is SentryAct {
  return act in ON_SENTRY;
}

// What was begun before is gone on with under its own marker.
async function commitIntent(turn: ReflectTurn, plan: ReflectPlan, act: OutsideAct): Promise<'lost' | BegunAct> {
  const { ctx, claimed, subject } = turn;
  return ctx.sql.transaction().execute(async (sql) => {
    const now = ctx.now();
    if (!(await holdError(sql, claimed, after(now, ctx.leaseMs)))) return 'lost';
    const before = (await selectUnfinished(sql, claimed.id)).find((row) => row.act === act);
    const id = before?.id ?? newId(now);
    const startedAt = before?.started_at ?? now;
    const trace: ActTrace = {
      // only this capability writes the column
      ...(before?.after as ActTrace | null),
      told: toldBy(act, plan, before),
      until: undefined,
      agreed: agreedWith(act, plan.decision.acts, { before: plan.agreed, whole: sidesAfter(plan.sides, act) }),
    };
    if (before === undefined) {
      await insertReflection(sql, {
        id,
        act,
        state: 'sending',
        why: whyOf(act, plan),
        marker: reflectionMarker(id),
        started_at: now,
        tenant_id: claimed.tenantId,
        error_id: claimed.id,
        side: isOnSentry(act) ? 'sentry' : 'github',
        before: jsonOf(beforeOf(subject, act)),
        after: JSON.stringify(trace),
        undoes: plan.undoes ?? null,
      });
    } else {
      const undoes = plan.undoes ?? before.undoes;
      await updateReflection(sql, id, { state: 'sending', message: null, after: JSON.stringify(trace), undoes });
    }
    if (FLIPS.has(act)) await countFlip(sql, claimed.id, startedAt, now);
    await publish(sql, { kind: 'error', id: claimed.id, tenantId: claimed.tenantId });
    const isUnknown = before?.state === 'unknown';
    return { id, act, marker: reflectionMarker(id), startedAt, trace, isNew: before === undefined, isUnknown };
  });
}

// What may have been said already stays what it said.
function toldBy(act: OutsideAct, { numbers }: ReflectPlan, before: Row<'reflections'> | undefined): ActTrace['told'] {
  // only this capability writes the column
  const trace = (before?.after ?? null) as ActTrace | null;
  const isUnsaid = before === undefined || (before.state === 'failed' && trace?.comment === undefined);
  return isUnsaid ? numbersWith(act, numbers) : trace?.told;
}

/** The numbers that a comment told count as told, whatever becomes of the rest of its act. */
export function toldChanges({ told }: ActTrace): RowChange<'errors'> {
  return told === undefined ? {} : { agreed_numbers: JSON.stringify(told) };
}

function whyOf(act: OutsideAct, { decision }: ReflectPlan): string {
  return decision.acts.includes(act) ? decision.why : (EXTRA_WORDS[act] ?? decision.why);
}

const EXTRA_WORDS: Partial<Record<ReflectionAct, string>> = {
  assign_github: 'Somebody else is assigned in Sentry.',
  assign_sentry: 'Somebody else is assigned on GitHub.',
  link: 'Its page shows the GitHub issue.',
  refresh: 'The numbers changed much.',
};

async function countFlip(sql: Sql, errorId: string, at: Date, now: Date): Promise<void> {
  const recent = (await selectError(sql, errorId))?.flips.filter((flip) => flip > after(now, -DAY_MS)) ?? [];
  const isCounted = recent.some((flip) => flip.getTime() === at.getTime());
  await updateError(sql, errorId, { flips: isCounted ? recent : [...recent, at] });
}

/** What was there before, for those acts that can be taken back. */
function beforeOf(subject: ErrorCase, act: OutsideAct): object | null {
  const { issue } = subject;
  switch (act) {
    case 'close':
    case 'close_not_planned':
    case 'close_duplicate':
    case 'reopen':
      return { state: issue.state, state_reason: issue.state_reason };
    case 'label_archived':
    case 'unlabel_archived':
      return { labelled: isLabelled(subject) };
    case 'assign_github':
      return { assignees: issue.assignees };
    case 'comment':
    case 'refresh':
    case 'link':
      return null;
    default:
      return {
        issues: presentIssues(subject).map(({ sentry_id: id, status, substatus, assigned_to: assigned }) => ({
          id,
          status,
          substatus,
          assigned,
        })),
      };
  }
}

function jsonOf(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

async function learnDone(
  turn: ReflectTurn,
  begun: BegunAct,
  outcome: Extract<ActOutcome, { ok: true }>,
): Promise<boolean> {
  const { ctx, claimed, subject } = turn;
  const { issue, trace, status, requestId } = outcome;
  const isOurs = await ctx.sql.transaction().execute(async (sql) => {
    const now = ctx.now();
    if (issue !== null) await applyLinked(sql, subject.connection, issue, now);
    // whoever has it now may have agreed on something later
    if (!(await lockHeld(sql, claimed))) return false;
    const { agreed } = trace;
    await updateError(sql, claimed.id, {
      reflected_at: now,
      updated_at: now,
      ...(agreed !== undefined && { agreed_sentry: agreed.sentry, agreed_github: agreed.github }),
      ...toldChanges(trace),
    });
    await updateReflection(sql, begun.id, {
      state: 'done',
      finished_at: now,
      status,
      request_id: requestId,
      message: null,
      after: JSON.stringify(trace),
    });
    await publish(sql, { kind: 'error', id: claimed.id, tenantId: claimed.tenantId });
    return true;
  });
  if (!isOurs) return false;
  ctx.log.info({ error: claimed.id, act: begun.act, repository: subject.issue.repository }, 'reflected');
  return true;
}

// It stays begun, so that the next turn goes on with it and its marker. What surely was not done is no change of a state.
async function learnTrouble(
  { ctx, claimed }: ReflectTurn,
  begun: BegunAct,
  { trouble, trace }: Extract<ActOutcome, { ok: false }>,
): Promise<void> {
  const { outcome: state, message, status, requestId } = trouble;
  await ctx.sql.transaction().execute(async (sql) => {
    // whoever has it now goes on from what stands there
    if (!(await lockHeld(sql, claimed))) return;
    const error = state === 'failed' && FLIPS.has(begun.act) ? await selectError(sql, claimed.id) : null;
    if (error !== null)
      await updateError(sql, claimed.id, {
        flips: error.flips.filter((flip) => flip.getTime() !== begun.startedAt.getTime()),
      });
    if (trace.comment !== undefined && trace.told !== undefined) await updateError(sql, claimed.id, toldChanges(trace));
    await updateReflection(sql, begun.id, {
      state,
      message,
      status,
      request_id: requestId,
      after: JSON.stringify({ ...trace, until: trouble.at.toISOString() }),
    });
  });
  ctx.log.warn({ error: claimed.id, act: begun.act, state, status, requestId }, 'a reflection was put off');
}
