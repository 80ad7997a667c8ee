import { setTimeout as sleep } from 'node:timers/promises';

import { counted } from './run.ts';
import { SECOND_MS } from '../lib/clock.ts';
import type { GithubFailure, GithubResult } from '../github/github.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';

const TRIES_MAX = 6;

/**
 * Asks until there is an answer that waiting cannot better: waits for as long as GitHub's limits say, and a while when it cannot
 * be reached. Reading a large repository takes hours where the budget is small; it must not be begun anew for that.
 */
export async function patiently<T extends GithubResult<unknown> | GithubFailure | null>(
  ctx: OutsideCtx,
  run: Run,
  ask: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const answer = await ask();
    if (isResult(answer)) counted(run, answer);
    const failure = failureIn(answer);
    const waitMs = failure === null ? null : waitFor(failure, tried, ctx.now());
    if (waitMs === null || run.ended()) return answer;
    await waitWhile(waitMs, () => !run.ended());
  }
}

function failureIn(answer: GithubResult<unknown> | GithubFailure | null): GithubFailure | null {
  if (answer === null || !('ok' in answer)) return answer;
  return answer.ok ? null : answer.failure;
}

function isResult(answer: GithubResult<unknown> | GithubFailure | null): answer is GithubResult<unknown> {
  return answer !== null && 'ok' in answer;
}

function waitFor(failure: GithubFailure, tried: number, now: Date): number | null {
  if (failure.kind === 'rate_limited') return Math.max(SECOND_MS, failure.retryAt.getTime() - now.getTime());
  if (failure.kind !== 'unreachable' && failure.kind !== 'unavailable') return null;
  return tried >= TRIES_MAX ? null : SECOND_MS * 2 ** tried;
}

async function waitWhile(waitMs: number, goesOn: () => boolean): Promise<void> {
  const until = performance.now() + waitMs;
  while (goesOn() && performance.now() < until)
    await sleep(Math.min(SECOND_MS, Math.max(1, until - performance.now())));
}
