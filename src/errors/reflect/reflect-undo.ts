import { setTimeout as sleep } from 'node:timers/promises';

import { after, SECOND_MS } from '../../lib/clock.ts';
import { claimOne, releaseError, selectReflection } from './reflections.store.ts';
import { HttpProblem, notFound } from '../../lib/problem.ts';
import { takeBack } from './take-back.ts';
import type { ClaimedError } from './reflect.model.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Principal } from '../../accounts/accounts.model.ts';
import type { Row } from '../../db/db.model.ts';
import type { TakenBack } from './take-back.ts';

/**
 * Takes an act back (SPEC T6): sets what was there before, as an act of its own, and both sides agree on that. Throws a 409 with
 * a sentence when it is no such act, when its side was changed since, or while the error is busy; a 502 when the other side refuses.
 */
export async function undoReflection(ctx: ErrorsCtx, principal: Principal, id: string): Promise<void> {
  const claimed = await claim(ctx, (await standing(ctx, principal, id)).error_id);
  if (claimed === null) throw new HttpProblem(409, BUSY);
  let taken: TakenBack;
  try {
    // somebody else may have taken it back while this waited
    taken = await takeBack(ctx, claimed, { acts: [await standing(ctx, principal, id)], principal });
  } finally {
    await releaseError(ctx.sql, claimed, after(ctx.now(), SECOND_MS), {});
  }
  refuse(taken);
}

async function standing(ctx: ErrorsCtx, { tenantId }: Principal, id: string): Promise<Row<'reflections'>> {
  const reflection = await selectReflection(ctx.sql, id, tenantId);
  if (reflection === null) throw notFound('reflection');
  if (reflection.state === 'done' && reflection.before !== null) return reflection;
  throw new HttpProblem(
    409,
    'This cannot be taken back: it was not done, was taken back already, or only told something.',
  );
}

const BUSY = 'Both sides are being compared right now: try again in a moment.';

function refuse(taken: TakenBack): void {
  if (taken.kind === 'left') throw new HttpProblem(409, taken.why);
  if (taken.kind === 'busy') throw new HttpProblem(409, BUSY);
  if (taken.kind === 'trouble') throw new HttpProblem(502, taken.trouble.message);
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
