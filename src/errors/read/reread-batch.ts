import { after, DAY_MS, MINUTE_MS } from '../../lib/clock.ts';
import { askingNow } from './seen.store.ts';
import { askSentry } from '../connect/sentry-access.ts';
import { decideRead } from '../rules/seen.decide.ts';
import { judgesOf } from '../rules/judges.ts';
import { keepDays, lackDays } from './first-days.ts';
import { noteAbsent } from './absent.ts';
import { planReread } from './sentry-issues.store.ts';
import { storeSeen } from './store-seen.ts';
import { troubleOf } from '../connect/sentry-trouble.decide.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Run } from './run.ts';
import type { SentryFailure } from '../../sentry/sentry.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';

/** Sentry tells of no change of status by itself (facts/sentry.md §3c): what is linked is read anew this often. */
export const REREAD_OPEN_MS = 5 * MINUTE_MS;
const REREAD_CLOSED_MS = DAY_MS;

/** Reads known Sentry issues anew by one request, and singly those that it did not bring; a single one that fails stops nothing. */
export async function rereadBatch(
  ctx: ErrorsCtx,
  run: Run,
  rows: readonly SentryIssueRow[],
): Promise<SentryFailure | null> {
  const askedAt = await askingNow(ctx.sql);
  const ids = rows.map((row) => row.sentry_id);
  const days = await lackDays(ctx, rows);
  const answer = await askSentry(ctx, run.connection, async () => run.sentry.issuesById(ids, { days }));
  run.counts.requests += answer.requests;
  if (!answer.ok) return answer.failure;
  const byId = new Map(rows.map((row) => [row.sentry_id, row]));
  const known = answer.value.filter(({ id }) => byId.has(id));
  // an error that lost its rule may be another rule's
  const judges = await judgesOf(ctx, run.connection);
  await storeSeen(ctx, run, known, askedAt, (issue, now) => decideRead(judges, issue, now));
  await keepDays(ctx, rows, known);
  const there = new Set(known.map(({ id }) => id));
  for (const row of rows.filter(({ sentry_id: id }) => !there.has(id))) {
    const failure = await noteAbsent(ctx, run, row);
    if (failure !== null && troubleOf(failure, 'one', 0, ctx.now(), 0).kind !== 'here') return failure;
  }
  // a little less than the time between two re-readings, so that each reads what the one before read
  const now = ctx.now();
  const next = { open: after(now, REREAD_OPEN_MS - MINUTE_MS), closed: after(now, REREAD_CLOSED_MS) };
  await planReread(
    ctx.sql,
    rows.map(({ id }) => id),
    next,
  );
  return null;
}
