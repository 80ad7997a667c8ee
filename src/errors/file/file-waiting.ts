import { after, HOUR_MS } from '../../lib/clock.ts';
import { askingNow } from '../read/seen.store.ts';
import { askSentry } from '../connect/sentry-access.ts';
import { countFiledSince } from '../errors.store.ts';
import { decideRule } from '../rules/rules.decide.ts';
import { fileOne } from './file-one.ts';
import { findReplaced } from '../read/replaced.ts';
import { findTenant } from '../../tenants/tenants.ts';
import { noteAbsent } from '../read/absent.ts';
import { knownIssueOf } from '../read/sentry-rows.decide.ts';
import { readEvent } from './read-event.ts';
import { selectWaiting, updateSentryIssue } from '../read/sentry-issues.store.ts';
import { shareKeyOf } from './identity.decide.ts';
import { storeSeen } from '../read/store-seen.ts';
import { targetOf } from '../rules/rule-target.ts';
import { troubleOf } from '../connect/sentry-trouble.decide.ts';
import type { ErrorsCtx, RuleVerdict, SentryRule } from '../errors.model.ts';
import type { Filer } from './file-one.ts';
import type { Run } from '../read/run.ts';
import type { SentryFailure } from '../../sentry/sentry.model.ts';
import type { Decision, SentryIssueRow } from '../rows.model.ts';

const BATCH = 100;
/** Events that are read at the same time; the door keeps to the server's own limits besides. */
const AT_ONCE = 4;

/**
 * Gives what waits for a rule to filing, the latest seen first, at most as many an hour as the rule allows (SPEC S4): each is
 * read anew when it was carried over, its latest event is read, and its error and filing are kept in one transaction. Returns
 * the failure that stopped it, or a sentence when something waits for a person.
 */
export async function fileWaiting(ctx: ErrorsCtx, run: Run, rule: SentryRule): Promise<SentryFailure | string | null> {
  const target = await targetOf(ctx, rule);
  const tenant = await findTenant(ctx.sql, { id: rule.tenantId });
  if (target === null || tenant === null) return 'The rule has no repository: choose one, and what waits is filed.';
  const filer: Filer = { ctx, connection: run.connection, rule, target, tenantSlug: tenant.slug };
  const tried: string[] = [];
  for (;;) {
    const filed = await countFiledSince(ctx.sql, rule.id, after(ctx.now(), -HOUR_MS));
    const room = Math.max(0, Math.min(BATCH, rule.newPerHour - filed));
    if (run.ended()) return null;
    const batch = await selectWaiting(ctx.sql, rule, tried, { byHand: BATCH, others: room });
    if (batch.length === 0) return null;
    tried.push(...batch.map(({ id }) => id));
    const fresh = await readAnew(filer, run, batch);
    if (!fresh.ok) return fresh.failure;
    const failure = await eachOf(fresh.rows, run, async (row) => fileWithEvent(filer, run, row));
    if (failure !== null) return failure;
  }
}

/** What was carried over may have been resolved, merged or linked since it was seen. */
async function readAnew(
  { ctx, rule }: Filer,
  run: Run,
  batch: readonly SentryIssueRow[],
): Promise<{ ok: true; rows: SentryIssueRow[] } | { ok: false; failure: SentryFailure }> {
  const old = batch.filter((row) => row.read_at < run.askedFrom);
  const rows = batch.filter((row) => row.read_at >= run.askedFrom);
  if (old.length === 0) return { ok: true, rows };
  const askedAt = await askingNow(ctx.sql);
  const ids = old.map((row) => row.sentry_id);
  const answer = await askSentry(ctx, run.connection, async () => run.sentry.issuesById(ids));
  run.counts.requests += answer.requests;
  if (!answer.ok) return answer;
  const stored = await storeSeen(ctx, run, answer.value, askedAt, (issue, known) => {
    if (known?.by_hand === true) return { decision: known.decision, why: known.why, ruleId: known.rule_id };
    return decided(rule, decideRule(rule, issue, run.connection.abilities));
  });
  const there = new Set(answer.value.map(({ id }) => id));
  for (const row of old.filter(({ sentry_id: id }) => !there.has(id))) {
    const failure = await noteAbsent(ctx, run, row);
    if (failure !== null && troubleOf(failure, 'one', 0, ctx.now(), 0).kind !== 'here') return { ok: false, failure };
  }
  const isOld = new Set(ids);
  return {
    ok: true,
    rows: [...rows, ...stored.filter((row) => isOld.has(row.sentry_id) && row.decision === 'waiting')],
  };
}

async function fileWithEvent(filer: Filer, run: Run, row: SentryIssueRow): Promise<SentryFailure | null> {
  const { ctx, rule } = filer;
  const read = await readEvent(filer, run, row);
  if (read.failure !== null) return read.failure;
  if (read.later) return null;
  // what only an event tells, where the server cannot search for it
  const verdict = decideRule(rule, { ...knownIssueOf(row), event: read.event }, run.connection.abilities);
  if (!verdict.takes && !row.by_hand) {
    const { decision, why, ruleId } = decided(rule, verdict);
    await updateSentryIssue(ctx.sql, row.id, { decision, why, rule_id: ruleId });
    return null;
  }
  const key = keyOf(filer, row);
  if (!key.ok) {
    await updateSentryIssue(ctx.sql, row.id, { why: `The rule's share key cannot be used: ${key.why}` });
    return null;
  }
  const replaced = await findReplaced(ctx, run, row);
  if (replaced.later) return replaced.failure;
  const filed = await fileOne(filer, row.id, key.key);
  if (filed) run.counts.taken += 1;
  return null;
}

function decided(rule: SentryRule, { takes, why }: RuleVerdict): Decision {
  return takes
    ? { decision: 'waiting', why, ruleId: rule.id }
    : { decision: 'skipped', why: `${rule.name}: ${why}`, ruleId: null };
}

// An admin's template can be wrong in ways that only show with data: what it cannot name waits, and says why.
function keyOf({ rule }: Filer, row: SentryIssueRow): { ok: true; key: string | null } | { ok: false; why: string } {
  try {
    return { ok: true, key: shareKeyOf(rule, knownIssueOf(row)) };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

/** Works off items a few at a time; the first failure lets those under way end and is returned. */
async function eachOf<T>(
  items: readonly T[],
  run: Run,
  work: (item: T) => Promise<SentryFailure | null>,
): Promise<SentryFailure | null> {
  const queue = [...items];
  let failure: SentryFailure | null = null;
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined && failure === null && !run.ended(); item = queue.shift())
      failure = (await work(item)) ?? failure;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return failure;
}
