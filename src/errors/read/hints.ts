import { after, SECOND_MS } from '../../lib/clock.ts';
import { askingNow } from './seen.store.ts';
import { askSentry } from '../connect/sentry-access.ts';
import { claimHints, deleteHint } from './hints.store.ts';
import { decideRead } from '../rules/seen.decide.ts';
import { hastenRules } from '../rules/rules.store.ts';
import { judgesOf } from '../rules/judges.ts';
import { lockSentryIssues } from './sentry-issues.store.ts';
import { rereadBatch } from './reread-batch.ts';
import { storeSeen } from './store-seen.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Run } from './run.ts';
import type { SentryFailure } from '../../sentry/sentry.model.ts';

const BATCH = 100;
/** A new issue is in Sentry's search a moment after its webhook came; many webhooks make one run. */
const RULES_SOON_MS = 3 * SECOND_MS;

/**
 * Follows what webhooks hinted at (SPEC S7): a linked issue is read anew; any other one is read and given to the rules, which
 * also look soon. A hint is never believed by itself. Returns the failure that stopped it; its hints stay.
 */
export async function takeHints(ctx: ErrorsCtx, run: Run): Promise<SentryFailure | null> {
  for (;;) {
    const hints = await claimHints(ctx.sql, run.connection.id, ctx.now(), BATCH);
    if (hints.length === 0 || run.ended()) return null;
    const ids = hints.map(({ sentry_id: id }) => id);
    const known = await lockSentryIssues(ctx.sql, run.connection.id, ids);
    const linked = [...known.values()].filter(({ error_id: errorId }) => errorId !== null);
    const isLinked = new Set(linked.map((row) => row.sentry_id));
    const others = ids.filter((id) => !isLinked.has(id));
    const failure =
      (linked.length === 0 ? null : await rereadBatch(ctx, run, linked)) ??
      (others.length === 0 ? null : await readHinted(ctx, run, others));
    if (failure !== null) return failure;
    if (others.length > 0) await hastenRules(ctx.sql, run.connection.id, after(ctx.now(), RULES_SOON_MS));
    for (const hint of hints) await deleteHint(ctx.sql, hint);
  }
}

/** What changed without an event is in no search since the watermark: the rules decide on it here, and file it when they run. */
async function readHinted(ctx: ErrorsCtx, run: Run, ids: readonly string[]): Promise<SentryFailure | null> {
  const judges = await judgesOf(ctx, run.connection);
  const askedAt = await askingNow(ctx.sql);
  const answer = await askSentry(ctx, run.connection, async () => run.sentry.issuesById(ids));
  run.counts.requests += answer.requests;
  if (!answer.ok) return answer.failure;
  const asked = new Set(ids);
  const found = answer.value.filter(({ id }) => asked.has(id));
  await storeSeen(ctx, run, found, askedAt, (issue, known) => decideRead(judges, issue, known));
  return null;
}
