import { after, MINUTE_MS } from '../lib/clock.ts';
import { findFiledIssue } from './lookup.ts';
import { finishAttempt, insertAttempt, selectLinkedIds, selectLinkedIssue, updateFiling } from './filing.store.ts';
import { learnIssue } from './learn.ts';
import { recordStep } from './send.ts';
import { pauseForFailure, refreshConnection, restUntil } from '../connections/connections.ts';
import { hasMarker } from './marker.decide.ts';
import { stepFromFailure, stepFromLookup } from './filing.decide.ts';
import type { GithubFailure, GithubIssue } from '../github/github.model.ts';
import type { Filing, FilingCtx, Turn } from './filing.model.ts';

const TWIN_EVERY_MS = 5 * MINUTE_MS;

/** Looks up a filing whose outcome is unknown, and commits what was learned. Nothing is ever sent from here. */
export async function lookUpFiling(ctx: FilingCtx, turn: Turn, filing: Filing): Promise<void> {
  const attemptId = await insertAttempt(ctx.sql, filing.id, 'lookup', ctx.now());
  const refreshed = await refreshConnection(ctx, turn.connection, turn.github, false);
  if (!refreshed.ok) return recordInconclusive(ctx, turn, filing, attemptId, refreshed.failure);
  turn.connection = refreshed.connection;
  const found = await findFiledIssue(turn.github, turn.connection, filing);
  if (found.lookup === 'inconclusive') return recordInconclusive(ctx, turn, filing, attemptId, found.failure);
  const issue = found.lookup === 'found' ? found.issue : await onlyUnlinked(ctx, turn, found.candidates);
  if (issue !== null) return recordFound(ctx, turn, filing, attemptId, issue, found.lookup === 'found');

  const now = ctx.now();
  const step = stepFromLookup('missed', filing, ctx.lookupDelaysMs, now, Math.random());
  const message = step.event === 'absent' ? 'Not there after the last look-up: it may be sent again.' : 'Not seen yet.';
  const outcome = { outcome: step.event, status: null, requestId: null, message, nextTryAt: step.runAt };
  await recordStep(ctx, filing, { id: attemptId, kind: 'lookup' }, outcome, {
    runAt: step.runAt,
    failureKind: step.event === 'absent' ? null : 'outcome_unknown',
    lookups: step.lookups,
  });
}

async function recordFound(
  ctx: FilingCtx,
  turn: Turn,
  filing: Filing,
  attemptId: number,
  issue: GithubIssue,
  byMarker: boolean,
): Promise<void> {
  const message = byMarker
    ? `Found by its marker as #${issue.number}.`
    : `Found as #${issue.number} by its title and author; somebody took its marker out.`;
  await learnIssue(ctx, turn, filing, issue, 'found', async (sql) => {
    await finishAttempt(sql, attemptId, ctx.now(), {
      outcome: 'found',
      status: null,
      requestId: null,
      message,
      nextTryAt: null,
    });
  });
}

// Two candidates, or one that already stands for another report, prove nothing.
async function onlyUnlinked(ctx: FilingCtx, turn: Turn, candidates: GithubIssue[]): Promise<GithubIssue | null> {
  const linked = await selectLinkedIds(
    ctx.sql,
    turn.connection.id,
    candidates.map((issue) => issue.id),
  );
  const free = candidates.filter((issue) => !linked.has(issue.id));
  return free.length === 1 ? (free[0] ?? null) : null;
}

async function recordInconclusive(
  ctx: FilingCtx,
  turn: Turn,
  filing: Filing,
  attemptId: number,
  failure: GithubFailure,
): Promise<void> {
  const now = ctx.now();
  const random = Math.random();
  const { runAt } = stepFromLookup('inconclusive', filing, ctx.lookupDelaysMs, now, random);
  const step = stepFromFailure(failure, filing, turn.connection.restCount, now, random);
  const next = step.rest ? step.runAt : runAt;
  const outcome = {
    outcome: 'postponed',
    status: failure.status,
    requestId: failure.requestId,
    message: failure.message,
    nextTryAt: next,
  } as const;
  await recordStep(ctx, filing, { id: attemptId, kind: 'lookup' }, outcome, { runAt: next, failureKind: failure.kind });
  if (step.pause !== null) await pauseForFailure(ctx, turn.connection, step.pause, failure);
  if (step.rest) await restUntil(ctx, turn.connection, next, failure.message);
}

/**
 * After a second create, looks for a first one that arrived late: the lower number is kept, the other is closed as its
 * duplicate. Ends an hour after the last create.
 */
export async function lookForTwin(ctx: FilingCtx, turn: Turn, filing: Filing): Promise<void> {
  const now = ctx.now();
  const over = filing.watchUntil === null || filing.watchUntil <= now;
  const linked = await selectLinkedIssue(ctx.sql, filing.id);
  const walked = await issuesWithMarker(turn, filing);
  if (walked !== null) {
    const [kept, ...twins] = walked.toSorted((a, b) => a.number - b.number);
    for (const twin of twins) if (kept !== undefined) await closeTwin(ctx, turn, filing, kept, twin);
    if (kept !== undefined && kept.id !== linked?.githubId)
      await learnIssue(ctx, turn, filing, kept, 'found', async () => undefined);
  }
  await updateFiling(ctx.sql, filing.id, {
    run_at: after(now, TWIN_EVERY_MS),
    watch_until: over && walked !== null ? null : filing.watchUntil,
  });
}

async function issuesWithMarker(turn: Turn, filing: Filing): Promise<GithubIssue[] | null> {
  const found: GithubIssue[] = [];
  let next: string | null = null;
  do {
    const page = await turn.github.issuePage(
      { fullName: turn.connection.repository },
      { state: 'all', sort: 'created', direction: 'desc' },
      { next },
    );
    if (!page.ok) return null;
    found.push(...page.value.items.filter((issue) => !issue.isPullRequest && hasMarker(issue.body, filing.marker)));
    const older = page.value.items.some((issue) => issue.createdAt < after(filing.createdAt, -5 * MINUTE_MS));
    next = older ? null : page.value.next;
  } while (next !== null);
  return found;
}

async function closeTwin(
  ctx: FilingCtx,
  turn: Turn,
  filing: Filing,
  kept: GithubIssue,
  twin: GithubIssue,
): Promise<void> {
  if (twin.state === 'closed') return;
  const attemptId = await insertAttempt(ctx.sql, filing.id, 'twin', ctx.now());
  const closed = await turn.github.changeIssue({ fullName: turn.connection.repository }, twin.number, {
    state: 'closed',
    stateReason: 'duplicate',
    duplicateIssueId: kept.id,
  });
  await finishAttempt(ctx.sql, attemptId, ctx.now(), {
    outcome: closed.ok ? 'found' : 'postponed',
    status: closed.ok ? closed.status : closed.failure.status,
    requestId: closed.ok ? closed.requestId : closed.failure.requestId,
    message: closed.ok
      ? `A late twin, #${twin.number}, was closed as a duplicate of #${kept.number}.`
      : closed.failure.message,
    nextTryAt: null,
  });
}
