import { finishAttempt, insertAttempt } from './filing.store.ts';
import { learnIssue } from './learn.ts';
import type { GithubFailure, GithubIssue } from '../github/github.model.ts';
import type { Filing, FilingCtx, Turn } from './filing.model.ts';

/**
 * Whether another tool filed this item before: then its issue is taken over, and nothing is sent. An issue that is gone, moved
 * away or a pull request is none.
 */
export async function findKnown(
  ctx: FilingCtx,
  turn: Turn,
  filing: Filing,
): Promise<{ ok: true; issue: GithubIssue | null } | { ok: false; failure: GithubFailure }> {
  const number = await ctx.sources[filing.sourceKind].known?.(ctx.sql, filing.sourceId, turn.connection);
  if (typeof number !== 'number') return { ok: true, issue: null };
  const answer = await turn.github.issue({ fullName: turn.connection.repository }, number);
  if (answer.ok) return { ok: true, issue: answer.value.issue?.isPullRequest === false ? answer.value.issue : null };
  const { kind } = answer.failure;
  if (kind === 'not_found' || kind === 'gone' || kind === 'moved') return { ok: true, issue: null };
  return { ok: false, failure: answer.failure };
}

/** Ties a filing to an issue that another tool made for its item. */
export async function learnKnown(ctx: FilingCtx, turn: Turn, filing: Filing, issue: GithubIssue): Promise<true> {
  await learnIssue(ctx, turn, filing, issue, 'taken_over', async (sql) => {
    const attemptId = await insertAttempt(sql, filing.id, 'adopt', ctx.now());
    const message = `Taken over: #${issue.number} was filed for it before, by another tool.`;
    await finishAttempt(sql, attemptId, ctx.now(), {
      outcome: 'found',
      status: null,
      requestId: null,
      message,
      nextTryAt: null,
    });
  });
  return true;
}
