import { countsBefore, trendSince } from '../trend.decide.ts';
import { insertCounts, selectFirstCounts } from './days.store.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { SentryIssue } from '../../sentry/sentry.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';

/** Whether of any of these the trend begins later than it could: then the days are asked for, with the request that is made anyway. */
export async function lackDays(ctx: ErrorsCtx, rows: readonly SentryIssueRow[]): Promise<boolean> {
  const first = await selectFirstCounts(
    ctx.sql,
    rows.map(({ id }) => id),
  );
  const since = trendSince(ctx.now());
  return rows.some(({ id }) => (first.get(id)?.day ?? '~') > since);
}

/** Keeps what Sentry told of the days before the first one that is counted here: those that are known are never changed. */
export async function keepDays(
  ctx: ErrorsCtx,
  rows: readonly SentryIssueRow[],
  issues: readonly SentryIssue[],
): Promise<void> {
  const now = ctx.now();
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  const first = await selectFirstCounts(
    ctx.sql,
    rows.map(({ id }) => id),
  );
  const counts = rows.flatMap(({ id, sentry_id: sentryId }) => {
    const [issue, known] = [byId.get(sentryId), first.get(id)];
    if (issue === undefined || known === undefined) return [];
    return countsBefore(issue, now)
      .filter(({ day }) => day < known.day)
      .map(({ day, count }) => ({ id, day, count: Math.min(count, known.count) }));
  });
  await insertCounts(ctx.sql, counts);
}
