import { after, MINUTE_MS } from '../lib/clock.ts';
import { commitIntent, tryDraft } from './intent.ts';
import { findKnown, learnKnown } from './known.ts';
import { forgetRepository, pauseForFailure, refreshConnection, restUntil } from '../connections/connections.ts';
import { learnIssue } from './learn.ts';
import { lookupAt, nextState, stepFromFailure } from './filing.decide.ts';
import { prepareExtras } from './extras.ts';
import { publish } from '../db/db.ts';
import {
  closeOpenAttempts,
  finishAttempt,
  insertAttempt,
  lockFiling,
  putOffFiling,
  updateFiling,
} from './filing.store.ts';
import type { GithubFailure, GithubIssue, GithubResult, IssueDraft } from '../github/github.model.ts';
import type { AttemptKind, Filing, FilingCtx, FilingEvent, Turn } from './filing.model.ts';
import type { AttemptOutcome } from './filing.store.ts';

/** How soon an item is looked at again that its source holds back, and does not wake before. */
const HELD_MS = 2 * MINUTE_MS;

/**
 * Sends one pending filing: commit the intent, speak outside any transaction, commit what was learned. Returns false when
 * the lane was lost: the turn must end.
 */
export async function sendFiling(ctx: FilingCtx, turn: Turn, filing: Filing): Promise<boolean> {
  const refreshed = await refreshConnection(ctx, turn.connection, turn.github, false);
  if (!refreshed.ok) return recordUnsent(ctx, turn, filing, refreshed.failure);
  turn.connection = refreshed.connection;
  if ((await isHeld(ctx, turn, filing)) || (await isWithdrawn(ctx, filing))) return true;
  const known = await findKnown(ctx, turn, filing);
  if (!known.ok) return recordUnsent(ctx, turn, filing, known.failure);
  if (known.issue !== null) return learnKnown(ctx, turn, filing, known.issue);
  const draftIssue = await ctx.sources[filing.sourceKind].read(ctx.sql, filing, turn.connection, ctx.publicUrl);
  if (draftIssue === null) throw new Error(`filing ${filing.id} has no source item`);
  const drafted = tryDraft(draftIssue);
  if (!drafted.ok) return recordUnsent(ctx, turn, filing, drafted.failure);
  const draft = await prepareExtras(turn, drafted.draft);

  const intent = await commitIntent(ctx, turn, filing, draft);
  if (intent === 'lane_lost') return false;
  if (intent === 'changed') return true; // edited meanwhile: the next turn sends the new text
  const answer = await speak(ctx, turn, intent.filing, draft);
  if (answer.ok) await learnCreated(ctx, turn, intent.filing, intent.attemptId, answer);
  else await learnFailure(ctx, turn, intent.filing, intent.attemptId, answer.failure);
  return true;
}

// Its source is finding out whether it is among the issues that are there: no attempt, and what is behind it goes on.
async function isHeld(ctx: FilingCtx, { connection }: Turn, filing: Filing): Promise<boolean> {
  const { id, sourceKind, sourceId, tenantId, failureMessage } = filing;
  const now = ctx.now();
  const ask = async () => (await ctx.sources[sourceKind].waits?.(ctx.sql, sourceId, connection, now)) ?? null;
  const why = await ask();
  if (why === null) return false;
  await putOffFiling(ctx.sql, id, why, after(now, HELD_MS));
  // what found out between the question and this found nothing to wake
  if ((await ask()) === null) await putOffFiling(ctx.sql, id, why, now);
  if (why !== failureMessage) await publish(ctx.sql, { kind: sourceKind, id: sourceId, tenantId });
  return true;
}

// What an item was to be filed for may be gone by the time that it is its turn.
async function isWithdrawn(ctx: FilingCtx, { sourceKind, sourceId }: Filing): Promise<boolean> {
  const source = ctx.sources[sourceKind];
  if (source.withdraw === undefined) return false;
  return ctx.sql.transaction().execute(async (sql) => (await source.withdraw?.(sql, sourceId, ctx.now())) ?? false);
}

// A process that slept between the intent and here (a suspended machine, a long pause) no longer knows whether the lane is its own.
async function speak(
  ctx: FilingCtx,
  turn: Turn,
  filing: Filing,
  draft: IssueDraft,
): Promise<GithubResult<GithubIssue>> {
  const sleptMs = ctx.now().getTime() - (filing.sentAt?.getTime() ?? 0);
  if (sleptMs > ctx.leaseMs / 4) {
    const failure: GithubFailure = {
      kind: 'unreachable',
      message: 'The hub was asleep when it was about to send; nothing was sent.',
      status: null,
      requestId: null,
    };
    return { ok: false, failure, requests: 0 };
  }
  return turn.github.createIssue({ fullName: turn.connection.repository }, draft);
}

async function learnCreated(
  ctx: FilingCtx,
  turn: Turn,
  filing: Filing,
  attemptId: number,
  answer: { value: GithubIssue; status: number; requestId: string | null },
): Promise<void> {
  await learnIssue(ctx, turn, filing, answer.value, 'created', async (sql) => {
    const outcome = {
      outcome: 'created',
      status: answer.status,
      requestId: answer.requestId,
      message: null,
      nextTryAt: null,
    } as const;
    await finishAttempt(sql, attemptId, ctx.now(), outcome);
  });
}

// A call before the create failed: nothing was sent, and the attempt is shown all the same.
async function recordUnsent(ctx: FilingCtx, turn: Turn, filing: Filing, failure: GithubFailure): Promise<boolean> {
  const certain: GithubFailure = failure.kind === 'outcome_unknown' ? { ...failure, kind: 'unavailable' } : failure;
  await learnFailure(ctx, turn, filing, null, certain);
  return true;
}

async function learnFailure(
  ctx: FilingCtx,
  turn: Turn,
  filing: Filing,
  attemptId: number | null,
  failure: GithubFailure,
): Promise<void> {
  const now = ctx.now();
  ctx.meter.failed('filing', failure.kind);
  const step = stepFromFailure(failure, filing, turn.connection.restCount, now, Math.random());
  const runAt = step.event === 'answer_lost' ? lookupAt(filing.sentAt ?? now, ctx.lookupDelaysMs, 0, now) : step.runAt;
  const outcome = {
    outcome: step.event,
    status: failure.status,
    requestId: failure.requestId,
    message: failure.message,
    nextTryAt: step.event === 'refused' || step.pause !== null ? null : runAt,
  };
  await recordStep(ctx, filing, { id: attemptId, kind: 'create' }, outcome, {
    runAt,
    failureKind: failure.kind,
    bare: filing.bare || step.bare,
  });
  if (step.pause !== null) await pauseForFailure(ctx, turn.connection, step.pause, failure);
  if (step.rest) await restUntil(ctx, turn.connection, runAt, failure.message);
  if (step.recheck) await forgetRepository(ctx.sql, turn.connection.id);
}

/** Commits what an attempt that did not find or create an issue came to: the state, the next try, and the attempt itself. */
export async function recordStep(
  ctx: FilingCtx,
  filing: Filing,
  attempt: { id: number | null; kind: AttemptKind },
  outcome: AttemptOutcome & { outcome: FilingEvent },
  next: { runAt: Date; failureKind: GithubFailure['kind'] | null; bare?: boolean; lookups?: number },
): Promise<void> {
  await ctx.sql.transaction().execute(async (sql) => {
    const now = ctx.now();
    // the filing before its attempts, as everywhere: two workers that meet here wait instead of deadlocking
    const current = await lockFiling(sql, filing.id);
    const attemptId = attempt.id ?? (await insertAttempt(sql, filing.id, attempt.kind, now));
    await finishAttempt(sql, attemptId, now, outcome);
    if (
      current === null ||
      current.state !== filing.state ||
      (current.state === 'sending' && current.lockedBy !== ctx.workerId)
    )
      return;
    await updateFiling(sql, filing.id, {
      state: nextState(current.state, outcome.outcome),
      attempts: current.attempts + 1,
      lookups: next.lookups ?? current.lookups,
      bare: next.bare ?? current.bare,
      failure_kind: next.failureKind,
      failure_message: outcome.message,
      request_id: outcome.requestId,
      run_at: next.runAt,
      locked_by: null,
      lease_until: null,
      updated_at: now,
    });
    await publish(sql, { kind: filing.sourceKind, id: filing.sourceId, tenantId: filing.tenantId });
  });
}

/** A `sending` row whose holder died: nobody knows what it sent, so it becomes unknown and is looked up. */
export async function inheritFiling(ctx: FilingCtx, filing: Filing): Promise<void> {
  await ctx.sql.transaction().execute(async (sql) => {
    const current = await lockFiling(sql, filing.id);
    const now = ctx.now();
    if (current?.state !== 'sending' || (current.leaseUntil ?? now) > now) return;
    await closeOpenAttempts(sql, filing.id, now);
    await updateFiling(sql, filing.id, {
      state: nextState(current.state, 'claimed'),
      lookups: 0,
      failure_kind: 'outcome_unknown',
      failure_message: 'The hub stopped while it was sending.',
      run_at: lookupAt(current.sentAt ?? now, ctx.lookupDelaysMs, 0, now),
      locked_by: null,
      lease_until: null,
      updated_at: now,
    });
    await publish(sql, { kind: filing.sourceKind, id: filing.sourceId, tenantId: filing.tenantId });
  });
}
