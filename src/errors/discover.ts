import { after, MINUTE_MS } from '../lib/clock.ts';
import { askSentry } from './sentry-access.ts';
import { countWaiting } from './sentry-issues.store.ts';
import { decideRule } from './rules.decide.ts';
import { fileWaiting } from './file-waiting.ts';
import { periodMs, queryOf } from './sentry-query.decide.ts';
import { raiseWatermark, selectRules } from './rules.store.ts';
import { startWork } from './run.ts';
import { storeSeen } from './store-seen.ts';
import type { Decision } from './sentry-issues.store.ts';
import type { SentryIssueRow } from './rows.model.ts';
import type { ErrorsCtx, SentryRule } from './errors.model.ts';
import type { Run, StartedRun } from './run.ts';
import type { SentryConnection } from './sentry-connections.model.ts';
import type { Abilities, SentryFailure, SentryIssue, SentryPage, SentryResult } from '../sentry/sentry.model.ts';
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
    const stopped = await fileWaiting(ctx, run, rule);
    run.counts.waiting = await countWaiting(ctx.sql, rule.id);
    return stopped;
  });
}

/** Every page of the rule's query is stored before the watermark moves: a page that fails leaves it where it was. */
async function discover(ctx: ErrorsCtx, run: Run, rule: SentryRule): Promise<SentryFailure | null> {
  const since =
    rule.watermark === null ? after(run.startedAt, -periodMs(rule.statsPeriod)) : after(rule.watermark, -OVERLAP_MS);
  const positions = new Map(
    (await selectRules(ctx.sql, { tenantId: rule.tenantId, sentryConnectionId: rule.sentryConnectionId })).map(
      ({ id, position }) => [id, position],
    ),
  );
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
    await storeSeen(ctx, run, page.value.items, askedAt, (issue, known) =>
      decideSeen({ rule, positions, abilities: run.connection.abilities }, issue, known),
    );
    next = page.value.next;
  } while (next !== null && !run.ended());
  if (!run.ended()) await raiseWatermark(ctx.sql, rule.id, run.startedAt);
  return null;
}

/** What this rule makes of an issue: one that a rule before it has waits for that one. */
function decideSeen(
  {
    rule,
    positions,
    abilities,
  }: { rule: SentryRule; positions: ReadonlyMap<string, number>; abilities: Abilities | null },
  issue: SentryIssue,
  known: SentryIssueRow | null,
): Decision {
  const stands = known === null ? null : { decision: known.decision, why: known.why, ruleId: known.rule_id };
  if (stands !== null && (known?.error_id !== null || known.by_hand)) return stands;
  const isTakenBefore =
    stands?.decision === 'waiting' &&
    stands.ruleId !== rule.id &&
    (positions.get(stands.ruleId ?? '') ?? Infinity) <= rule.position;
  if (stands !== null && isTakenBefore) return stands;
  const verdict = decideRule(rule, issue, abilities);
  if (verdict.takes) return { decision: 'waiting', why: verdict.why, ruleId: rule.id };
  const isWaitingElsewhere = stands?.decision === 'waiting' && stands.ruleId !== rule.id;
  return isWaitingElsewhere ? stands : { decision: 'skipped', why: `${rule.name}: ${verdict.why}`, ruleId: null };
}
