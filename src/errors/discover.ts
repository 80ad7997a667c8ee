import { after, MINUTE_MS } from '../lib/clock.ts';
import { askSentry } from './sentry-access.ts';
import { countWaiting } from './sentry-issues.store.ts';
import { decideFound } from './seen.decide.ts';
import { fileWaiting } from './file-waiting.ts';
import { judgesOf } from './judges.ts';
import { periodMs, queryOf } from './sentry-query.decide.ts';
import { raiseWatermark, selectRule } from './rules.store.ts';
import { startWork } from './run.ts';
import { storeSeen } from './store-seen.ts';
import type { ErrorsCtx, SentryRule } from './errors.model.ts';
import type { Run, StartedRun } from './run.ts';
import type { SentryConnection } from './sentry-connections.model.ts';
import type { SentryFailure, SentryIssue, SentryPage, SentryResult } from '../sentry/sentry.model.ts';
import type { SentryRunRow } from './rows.model.ts';

/** A page shifts while events come, and the search lags behind them (facts/sentry.md §3): each look goes back further than the last. */
const OVERLAP_MS = 15 * MINUTE_MS;

/** Looks for Sentry issues that a rule takes, and gives them to filing; joins a look that is under way. */
export async function startRule(
  ctx: ErrorsCtx,
  connection: SentryConnection,
  rule: SentryRule,
  trigger: SentryRunRow['trigger'],
): Promise<StartedRun> {
  return startWork(ctx, { connection, ruleId: rule.id, trigger }, async (run) => {
    const failure = await discover(ctx, run, rule);
    if (failure !== null || run.ended()) return failure;
    const now = await selectRule(ctx.sql, rule.id, null);
    if (now?.updatedAt.getTime() !== rule.updatedAt.getTime())
      return 'The rule was changed during this run: the next one goes on with its new settings.';
    const stopped = await fileWaiting(ctx, run, rule);
    run.counts.waiting = await countWaiting(ctx.sql, rule.id);
    return stopped;
  });
}

/** Every page of the rule's query is stored before the watermark moves: a page that fails leaves it where it was. */
async function discover(ctx: ErrorsCtx, run: Run, rule: SentryRule): Promise<SentryFailure | null> {
  const since =
    rule.watermark === null ? after(run.startedAt, -periodMs(rule.statsPeriod)) : after(rule.watermark, -OVERLAP_MS);
  const judges = await judgesOf(ctx, run.connection);
  const query = { ...queryOf(rule, run.connection.abilities), since };
  let next: string | null = null;
  do {
    const askedAt = ctx.now();
    const from: string | null = next;
    const page: SentryResult<SentryPage<SentryIssue>> = await askSentry(ctx, run.connection, async () =>
      run.sentry.issuePage(query, from),
    );
    run.counts.requests += page.requests;
    if (!page.ok) return page.failure;
    await storeSeen(ctx, run, page.value.items, askedAt, (issue, known) => decideFound(rule, judges, issue, known));
    next = page.value.next;
  } while (next !== null && !run.ended());
  if (!run.ended()) await raiseWatermark(ctx.sql, rule, run.startedAt);
  return null;
}
