import { after, SECOND_MS } from '../lib/clock.ts';
import { claimHints, deleteHint } from './hints.store.ts';
import { hastenRules } from './rules.store.ts';
import { lockSentryIssues } from './sentry-issues.store.ts';
import { rereadBatch } from './reread-batch.ts';
import type { ErrorsCtx } from './errors.model.ts';
import type { Run } from './run.ts';
import type { SentryFailure } from '../sentry/sentry.model.ts';

const BATCH = 100;
/** A new issue is in Sentry's search a moment after its webhook came; many webhooks make one run. */
const RULES_SOON_MS = 3 * SECOND_MS;

/**
 * Follows what webhooks hinted at (SPEC S7): a linked issue is read anew, an unknown one makes the rules look soon. A hint is
 * never believed by itself. Returns the failure that stopped it; its hints stay.
 */
export async function takeHints(ctx: ErrorsCtx, run: Run): Promise<SentryFailure | null> {
  for (;;) {
    const hints = await claimHints(ctx.sql, run.connection.id, ctx.now(), BATCH);
    if (hints.length === 0 || run.ended()) return null;
    const ids = hints.map(({ sentry_id: id }) => id);
    const known = await lockSentryIssues(ctx.sql, run.connection.id, ids);
    const linked = [...known.values()].filter(({ error_id: errorId }) => errorId !== null);
    const failure = linked.length === 0 ? null : await rereadBatch(ctx, run, linked);
    if (failure !== null) return failure;
    if (linked.length < hints.length) await hastenRules(ctx.sql, run.connection.id, after(ctx.now(), RULES_SOON_MS));
    for (const hint of hints) await deleteHint(ctx.sql, hint);
  }
}
