import { after, MINUTE_MS } from '../../lib/clock.ts';
import { askingNow } from './seen.store.ts';
import { askSentry } from '../connect/sentry-access.ts';
import { countWaiting } from './sentry-issues.store.ts';
import { dayOf } from '../trend.decide.ts';
import { decideFound } from '../rules/seen.decide.ts';
import { fileWaiting } from '../file/file-waiting.ts';
import { judgesOf } from '../rules/judges.ts';
import { PAGES_MAX, startingAt } from '../../sentry/sentry.ts';
import { periodMs, queryOf } from '../rules/sentry-query.decide.ts';
import { keepLook, selectRule } from '../rules/rules.store.ts';
import { startWork } from './run.ts';
import { storeSeen } from './store-seen.ts';
import type { ErrorsCtx, SentryRule } from '../errors.model.ts';
import type { Run, StartedRun } from './run.ts';
import type { SentryConnection } from '../connect/sentry-connections.model.ts';
import type { SentryFailure, SentryIssue, SentryPage, SentryResult } from '../../sentry/sentry.model.ts';
import type { SentryRunRow } from '../rows.model.ts';

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
    const look = await discover(ctx, run, rule);
    if (look.failure !== null || run.ended()) return look.failure;
    const now = await selectRule(ctx.sql, rule.id, null);
    if (now?.updatedAt.getTime() !== rule.updatedAt.getTime())
      return 'The rule was changed during this run: the next one goes on with its new settings.';
    const stopped = await fileWaiting(ctx, run, rule);
    run.counts.waiting = await countWaiting(ctx.sql, rule.id);
    return stopped ?? look.note;
  });
}

/** What a look came to: a failure, or what a person should know though it went well. */
type Look = { failure: SentryFailure } | { failure: null; note: string | null };

/**
 * First what is new, then the rest of a list that was too long for an earlier run. Every page is stored before the watermark
 * moves: one that fails leaves it where it was.
 */
async function discover(ctx: ErrorsCtx, run: Run, rule: SentryRule): Promise<Look> {
  const since = sinceOf(rule, run.startedAt);
  const pages = { left: ctx.sentryPagesPerRun ?? PAGES_MAX };
  const fresh = await readList(ctx, run, rule, { since, from: null }, pages);
  if (fresh.failure !== null) return { failure: fresh.failure };
  const watermark = run.startedAt;
  // below where this one ends is also all that an earlier run had not come to
  if (fresh.next !== null)
    return keepRest(ctx, rule, watermark, { cursor: fresh.next, since: earlier(rule.rest?.since, since) });
  if (rule.rest === null) {
    await keepLook(ctx.sql, rule, { watermark, rest: null });
    return { failure: null, note: null };
  }
  const older = await readList(ctx, run, rule, { since: rule.rest.since, from: rule.rest.cursor }, pages);
  if (older.failure?.kind === 'invalid') {
    // the place is known to Sentry no more: all of it is read once more
    await keepLook(ctx.sql, rule, { watermark: after(rule.rest.since, OVERLAP_MS), rest: null });
    return { failure: older.failure };
  }
  if (older.next !== null) {
    const kept = await keepRest(ctx, rule, watermark, { cursor: older.next, since: rule.rest.since });
    return older.failure === null ? kept : { failure: older.failure };
  }
  await keepLook(ctx.sql, rule, { watermark, rest: null });
  return { failure: null, note: null };
}

/**
 * A little before the last look; with the first look of a day (UTC) all of the rule's period. What a person opens again in Sentry has no
 * new event, so only the webhook tells of it, and webhooks get lost.
 */
function sinceOf({ watermark, statsPeriod }: SentryRule, now: Date): Date {
  const whole = after(now, -periodMs(statsPeriod));
  if (watermark === null) return whole;
  const last = after(watermark, -OVERLAP_MS);
  return dayOf(watermark) === dayOf(now) || last < whole ? last : whole;
}

/** How far back the rest goes: what an earlier run had left may end sooner than what this one looks for. */
function earlier(a: Date | undefined, b: Date): Date {
  return a !== undefined && a < b ? a : b;
}

async function keepRest(
  ctx: ErrorsCtx,
  rule: SentryRule,
  watermark: Date,
  { cursor, since }: { cursor: string; since: Date },
): Promise<Look> {
  await keepLook(ctx.sql, rule, { watermark, rest: { cursor: startingAt(cursor), since } });
  return { failure: null, note: LONG_LIST };
}

const LONG_LIST =
  'The list is longer than one run reads: what is older is read on by the next run, after what is new. Narrow the search if all of it is not wanted.';

/** Reads a list page by page; `next`: where it goes on, when the pages or the time of this run were over, or at the page that failed. */
async function readList(
  ctx: ErrorsCtx,
  run: Run,
  rule: SentryRule,
  { since, from }: { since: Date; from: string | null },
  pages: { left: number },
): Promise<{ failure: SentryFailure | null; next: string | null }> {
  const judges = await judgesOf(ctx, run.connection);
  const query = { ...queryOf(rule, run.connection.abilities), since };
  let next = from;
  do {
    const askedAt = await askingNow(ctx.sql);
    const at: string | null = next;
    const page: SentryResult<SentryPage<SentryIssue>> = await askSentry(ctx, run.connection, async () =>
      run.sentry.issuePage(query, at),
    );
    run.counts.requests += page.requests;
    if (!page.ok) return { failure: page.failure, next: at };
    await storeSeen(ctx, run, page.value.items, askedAt, (issue, known) => decideFound(rule, judges, issue, known));
    next = page.value.next;
    pages.left -= 1;
  } while (next !== null && pages.left > 0 && !run.ended());
  return { failure: null, next };
}
