import { rereadBatch } from './reread-batch.ts';
import { selectToReread } from './sentry-issues.store.ts';
import { startWork } from './run.ts';
import { takeHints } from './hints.ts';
import { updateSentryConnection } from './sentry-connections.store.ts';
import type { ErrorsCtx } from './errors.model.ts';
import type { Run, StartedRun } from './run.ts';
import type { SentryConnection } from './sentry-connections.model.ts';
import type { SentryFailure } from '../sentry/sentry.model.ts';
import type { SentryRunRow } from './rows.model.ts';

const BATCH = 100;
/** Reads linked Sentry issues anew, those that webhooks hinted at first; joins a re-reading that is under way. */
export async function startReread(
  ctx: ErrorsCtx,
  connection: SentryConnection,
  trigger: SentryRunRow['trigger'],
): Promise<StartedRun> {
  return startWork(ctx, { connection, ruleId: null, trigger }, async (run) => {
    const failure = (await takeHints(ctx, run)) ?? (trigger === 'webhook' ? null : await rereadAll(ctx, run));
    return failure;
  });
}

async function rereadAll(ctx: ErrorsCtx, run: Run): Promise<SentryFailure | null> {
  for (;;) {
    const rows = await selectToReread(ctx.sql, run.connection.id, run.startedAt, BATCH);
    if (rows.length === 0) break;
    if (run.ended()) return null;
    const failure = await rereadBatch(ctx, run, rows);
    if (failure !== null) return failure;
  }
  await updateSentryConnection(ctx.sql, run.connection.id, { reread_at: run.startedAt });
  return null;
}
