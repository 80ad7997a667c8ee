import { askMerged } from '../file/ask-merged.ts';
import { finishHinted } from './sentry-runs.store.ts';
import { rereadBatch } from './reread-batch.ts';
import { selectToReread } from './sentry-issues.store.ts';
import { startWork } from './run.ts';
import { takeHints } from './hints.ts';
import { updateSentryConnection } from '../connect/sentry-connections.store.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Run, StartedRun } from './run.ts';
import type { SentryConnection } from '../connect/sentry-connections.model.ts';
import type { SentryFailure } from '../../sentry/sentry.model.ts';
import type { SentryRunRow } from '../rows.model.ts';

const BATCH = 100;
/**
 * Reads linked Sentry issues anew, those that webhooks hinted at first, and asks for those of which waiting errors may be the
 * survivors; joins a re-reading that is under way. For a webhook only what it hinted at is read, unless somebody else joins.
 */
export async function startReread(
  ctx: ErrorsCtx,
  connection: SentryConnection,
  trigger: SentryRunRow['trigger'],
): Promise<StartedRun> {
  return startWork(ctx, { connection, ruleId: null, trigger }, async (run) => {
    const failure = await takeHints(ctx, run);
    if (failure !== null || run.ended()) return failure;
    // asked in one statement with the end: whoever comes after it starts a run of their own
    if (trigger === 'webhook' && (await finishHinted(ctx.sql, run.id, run.counts, ctx.now()))) return null;
    return (await rereadAll(ctx, run)) ?? askMerged(ctx, run);
  });
}

async function rereadAll(ctx: ErrorsCtx, run: Run): Promise<SentryFailure | null> {
  const now = ctx.now();
  for (;;) {
    const rows = await selectToReread(ctx.sql, run.connection.id, now, BATCH);
    if (rows.length === 0) break;
    if (run.ended()) return null;
    const failure = await rereadBatch(ctx, run, rows);
    if (failure !== null) return failure;
  }
  await updateSentryConnection(ctx.sql, run.connection.id, { reread_at: now });
  return null;
}
