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

/** So many in one request, and so many requests at once; a first import reads other lists meanwhile. */
const PART = 50;
const LANES = { live: 4, backfill: 3 };
/** So many are looked up at a time. */
const DUE_MAX = 1000;
/** GitHub computes mergeability when it is first asked for; the answer comes within seconds, or much later. */
const COMPUTED_AFTER_MS = 3 * SECOND_MS;

type Due = Awaited<ReturnType<typeof pullsWithDueDetails>>;

/** Reads mergeability, reviews and decision of the pull requests that are due, many in one request. */
export async function readDetails(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const askedAt = ctx.now();
  const failure = await readDue(ctx, run);
  if (failure === null) await saveFacet(ctx.sql, run.repository.id, 'reviews', { read_at: askedAt }, askedAt);
  return failure;
}

async function readDue(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  for (;;) {
    const now = ctx.now();
    const due = await pullsWithDueDetails(ctx.sql, run.repository.id, now, DUE_MAX);
    const parts = Array.from({ length: Math.ceil(due.length / PART) }, (_, at) =>
      due.slice(at * PART, (at + 1) * PART),
    ).values();
    let failure: GithubFailure | null = null;
    const lane = async () => {
      for (const part of parts) {
        if (failure !== null || run.ended()) return;
        const failed = await readPart(ctx, run, part, now);
        failure ??= failed;
      }
    };
    await Promise.all(Array.from({ length: LANES[priorityOf(run)] }, lane));
    if (failure !== null || run.ended() || due.length < DUE_MAX) return failure;
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
