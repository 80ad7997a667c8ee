import { askSentry } from './sentry-access.ts';
import { noteAbsent } from './absent.ts';
import { storeSeen } from './store-seen.ts';
import type { ErrorsCtx } from './errors.model.ts';
import type { Run } from './run.ts';
import type { SentryFailure } from '../sentry/sentry.model.ts';
import type { SentryIssueRow } from './rows.model.ts';

/** Reads known Sentry issues anew by one request, and singly those that it did not bring. */
export async function rereadBatch(
  ctx: ErrorsCtx,
  run: Run,
  rows: readonly SentryIssueRow[],
): Promise<SentryFailure | null> {
  const askedAt = ctx.now();
  const ids = rows.map((row) => row.sentry_id);
  const answer = await askSentry(ctx, run.connection, async () => run.sentry.issuesById(ids));
  run.counts.requests += answer.requests;
  if (!answer.ok) return answer.failure;
  const byId = new Map(rows.map((row) => [row.sentry_id, row]));
  const known = answer.value.filter(({ id }) => byId.has(id));
  await storeSeen(ctx, run, known, askedAt, ({ id }, now) => {
    const row = now ?? byId.get(id);
    return { decision: row?.decision ?? 'skipped', why: row?.why ?? '', ruleId: row?.rule_id ?? null };
  });
  const there = new Set(known.map(({ id }) => id));
  for (const row of rows.filter(({ sentry_id: id }) => !there.has(id))) {
    const failure = await noteAbsent(ctx, run, row);
    if (failure !== null) return failure;
  }
  return null;
}
