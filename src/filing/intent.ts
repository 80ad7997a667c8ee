import { after } from '../lib/clock.ts';
import { holdLane, insertAttempt, lockFiling, updateFiling } from './filing.store.ts';
import { nextState, TWIN_WATCH_MS } from './filing.decide.ts';
import { publish } from '../db/db.ts';
import type { GithubFailure, IssueDraft } from '../github/github.model.ts';
import type { Filing, FilingCtx, Turn } from './filing.model.ts';

// An admin's template can be wrong in ways that only show with data: that refuses the filing, in Liquid's words.
export function tryDraft(
  draft: () => IssueDraft,
): { ok: true; draft: IssueDraft } | { ok: false; failure: GithubFailure } {
  try {
    return { ok: true, draft: draft() };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      failure: {
        kind: 'invalid',
        errors: [],
        message: `The connection's template cannot be used: ${words}`,
        status: null,
        requestId: null,
      },
    };
  }
}

/**
 * Commits the intent to send: from here on GitHub may hear of it, and whoever finds the row later must look before it sends.
 * `changed`: the report was edited meanwhile. `lane_lost`: another process may write to the repository now.
 */
export async function commitIntent(
  ctx: FilingCtx,
  turn: Turn,
  filing: Filing,
  draft: IssueDraft,
): Promise<'lane_lost' | 'changed' | { filing: Filing; attemptId: number }> {
  return ctx.sql.transaction().execute(async (sql) => {
    if (!(await holdLane(sql, turn.lane.name, turn.lane.holder, ctx.leaseMs))) return 'lane_lost';
    const current = await lockFiling(sql, filing.id);
    if (current?.state !== 'pending' || current.updatedAt.getTime() !== filing.updatedAt.getTime()) return 'changed';
    const now = ctx.now();
    await updateFiling(sql, filing.id, {
      state: nextState(current.state, 'claimed'),
      creates: current.creates + 1,
      lookups: 0,
      number_before: turn.connection.numberKnown,
      sent_at: now,
      sent_title: draft.title,
      locked_by: ctx.workerId,
      lease_until: after(now, ctx.leaseMs),
      updated_at: now,
      // A second create may meet a first one that arrives late: a twin is looked for from now on.
      watch_until: current.creates === 0 ? null : after(now, TWIN_WATCH_MS),
    });
    const attemptId = await insertAttempt(sql, filing.id, 'create', now);
    await publish(sql, { kind: filing.sourceKind, id: filing.sourceId, tenantId: filing.tenantId });
    const sent = {
      ...current,
      state: 'sending' as const,
      sentAt: now,
      creates: current.creates + 1,
      lookups: 0,
      numberBefore: turn.connection.numberKnown,
      sentTitle: draft.title,
    };
    return { filing: sent, attemptId };
  });
}
