import { rereadBatch } from './reread-batch.ts';
import { selectMaybeReplaced } from './replaced.store.ts';
import { updateSentryIssue } from './sentry-issues.store.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Run } from './run.ts';
import type { SentryFailure } from '../../sentry/sentry.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';

const BATCH = 100;

/**
 * Whether a Sentry issue that is about to be filed may be so: those with an issue on GitHub in whose place it may have come,
 * because they were deleted or merged into it since they were last read, are read anew before. `later`: Sentry does not show one
 * of them, and only a second look tells what became of it. What was found out is stored.
 */
export async function findReplaced(
  ctx: ErrorsCtx,
  run: Run,
  row: SentryIssueRow,
): Promise<{ failure: SentryFailure | null; later: boolean }> {
  const now = ctx.now();
  const readBefore = row.read_at < now ? row.read_at : now;
  const tried = new Set<string>();
  for (;;) {
    const rows = await selectMaybeReplaced(ctx.sql, row, { readBefore, limit: BATCH });
    // one that cannot be read for reasons of its own holds up nothing
    if (rows.every(({ id }) => tried.has(id))) break;
    for (const { id } of rows) tried.add(id);
    const failure = await rereadBatch(ctx, run, rows);
    if (failure !== null) return { failure, later: true };
    if (run.ended()) return { failure: null, later: true };
  }
  const [missing] = await selectMaybeReplaced(ctx.sql, row, 'missing');
  if (missing === undefined) return { failure: null, later: false };
  const why = `Sentry no longer shows ${missing.short_id ?? missing.sentry_id}, in whose place it may have come: it waits some minutes until that is certain.`;
  await updateSentryIssue(ctx.sql, row.id, { why });
  return { failure: null, later: true };
}
