import { after, HOUR_MS, SECOND_MS } from '../lib/clock.ts';
import { counted } from './run.ts';
import { pullsWithDueDetails, saveDetails } from './pulls.store.ts';
import { priorityOf } from './read-pages.ts';
import { refOf } from './read-lists.ts';
import { saveFacet } from './repositories.store.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { GithubPullDetails } from '../github/github-reads.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';

/** So many in one request, and so many requests at once. */
const PART = 50;
const LANES = 4;
/** So many are looked up at a time. */
const DUE_MAX = 1000;
/** GitHub computes mergeability when it is first asked for; the answer comes within seconds, or much later. */
const COMPUTED_AFTER_MS = 3 * SECOND_MS;

type Due = Awaited<ReturnType<typeof pullsWithDueDetails>>;

/** Reads mergeability, reviews and decision of the pull requests that are due, many in one request. */
export async function readDetails(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const lanes = detailLanes(ctx, run, LANES, async (ask) => ask());
  const failures = await Promise.all(lanes.map(async (lane) => lane()));
  return failures.find((failure) => failure !== null) ?? null;
}

/** The same as so many pieces of work, which share what is due and begin when they are called; `asking` is given each request. */
export function detailLanes(
  ctx: OutsideCtx,
  run: Run,
  count: number,
  asking: (ask: () => Promise<GithubFailure | null>) => Promise<GithubFailure | null>,
): (() => Promise<GithubFailure | null>)[] {
  let askedAt: Date | null = null;
  let left = count;
  let isWhole = true;
  const parts = dueParts(ctx, run);
  const lane = async () => {
    const now = (askedAt ??= ctx.now());
    // one that fails ends the parts for all
    for await (const part of parts) {
      const failure = run.ended() ? null : await asking(async () => readPart(ctx, run, part, now));
      if (failure === null && !run.ended()) continue;
      isWhole = false;
      return failure;
    }
    left -= 1;
    if (left === 0 && isWhole) await saveFacet(ctx.sql, run.repository.id, 'reviews', { read_at: now }, now);
    return null;
  };
  return Array.from({ length: count }, () => lane);
}

async function* dueParts(ctx: OutsideCtx, run: Run): AsyncGenerator<Due, void> {
  const now = ctx.now();
  let last: { dueAt: Date; id: string } | null = null;
  for (;;) {
    const due: Due = await pullsWithDueDetails(ctx.sql, run.repository.id, { now, last, limit: DUE_MAX });
    for (let at = 0; at < due.length; at += PART) yield due.slice(at, at + PART);
    const end = due.at(-1);
    if (end === undefined || due.length < DUE_MAX) return;
    last = { dueAt: end.details_due_at ?? now, id: end.id };
  }
}

async function readPart(ctx: OutsideCtx, run: Run, due: Due, now: Date): Promise<GithubFailure | null> {
  const asked = due.map(({ node_id: nodeId, number }) => ({ nodeId, number }));
  const answer = counted(run, await run.github.pullDetails(refOf(run), asked, priorityOf(run)));
  if (!answer.ok) return answer.failure;
  const byNumber = new Map(answer.value.map((details) => [details.number, details]));
  const read = due.map((pull) => {
    const details = byNumber.get(pull.number) ?? null;
    const nextAt = pull.state === 'open' ? askAgainAt(details, pull.updated_at, now) : null;
    return { id: pull.id, details, dueAt: pull.details_due_at ?? now, nextAt };
  });
  await saveDetails(ctx.sql, read, now);
  return null;
}

// The wait grows with the time that has passed, so a pull request that is never computed costs little.
function askAgainAt(details: GithubPullDetails | null, updatedAt: Date, now: Date): Date | null {
  if (details?.mergeable !== 'unknown') return null;
  const ageMs = now.getTime() - updatedAt.getTime();
  return after(now, Math.max(COMPUTED_AFTER_MS, Math.min(ageMs, 6 * HOUR_MS)));
}
