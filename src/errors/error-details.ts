import { errorSummary, sentryFacts } from './error-view.ts';
import { factsOf } from './content/facts.decide.ts';
import { itemHistory } from '../mirror/mirror.ts';
import { knownIssueOf } from './read/sentry-rows.decide.ts';
import { maskSecrets } from '../filing/filing.ts';
import { notFound } from '../lib/problem.ts';
import { selectCounts, selectErrorRow } from './error-rows.store.ts';
import { selectErrorHistory, selectSentryIssuesOf } from './errors.store.ts';
import { stackOf } from './content/frames.decide.ts';
import { errorTimeline } from './timeline.decide.ts';
import { trendSince } from './trend.decide.ts';
import type { ErrorDetail, ErrorSummary } from '../contract/errors.ts';
import type { ErrorRow } from './rows.model.ts';
import type { ErrorsCtx } from './errors.model.ts';

/** Makes the summaries of rows, with their trends read at once. */
export async function summaries(ctx: ErrorsCtx, rows: readonly ErrorRow[]): Promise<(row: ErrorRow) => ErrorSummary> {
  const now = ctx.now();
  const counts = Map.groupBy(
    await selectCounts(
      ctx.sql,
      rows.map(({ id }) => id),
      trendSince(now),
    ),
    ({ id }) => id,
  );
  return (row) => errorSummary(row, counts.get(row.id) ?? [], now);
}

function masked(text: string | null): string | null {
  return text === null ? null : maskSecrets(text);
}

/** One error with all that is known of it. Throws a 404 for another tenant's. */
export async function errorDetail(ctx: ErrorsCtx, id: string, tenantId: string | null): Promise<ErrorDetail> {
  const row = await selectErrorRow(ctx.sql, id, tenantId);
  if (row === null) throw notFound('error');
  const view = await summaries(ctx, [row]);
  const siblings = row.error_id === null ? [] : await selectSentryIssuesOf(ctx.sql, row.error_id);
  const history = await selectErrorHistory(ctx.sql, row);
  const changes = row.issue_id === null ? [] : await itemHistory(ctx.sql, row.issue_id);
  const issue = knownIssueOf(row);
  return {
    ...view(row),
    siblings: siblings.filter((sibling) => sibling.id !== row.id).map(sentryFacts),
    location: masked(factsOf(issue).location),
    stack: masked(stackOf(issue.event)),
    release: issue.event?.release ?? null,
    environment: issue.event?.environment ?? null,
    tags: (issue.event?.tags ?? []).map(({ key, value }) => ({ key, value: maskSecrets(value) })),
    timeline: errorTimeline(row, { ...history, changes }),
    next_look_at: row.reflect_at?.toISOString() ?? null,
    may: {
      retry:
        row.filing_state === 'failed' ||
        row.filing_state === 'pending' ||
        row.conflict !== null ||
        row.error_message !== null,
      file: row.error_id === null && row.gone === null,
    },
  };
}
