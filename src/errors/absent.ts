import { askSentry } from './sentry-access.ts';
import { dueReflect, lockSentryIssue, lockSentryIssues, updateSentryIssue } from './sentry-issues.store.ts';
import { MINUTE_MS } from '../lib/clock.ts';
import { publish } from '../db/db.ts';
import { storeSeen } from './store-seen.ts';
import type { Decision } from './sentry-issues.store.ts';
import type { SentryIssueRow } from './rows.model.ts';
import type { ErrorsCtx } from './errors.model.ts';
import type { Run } from './run.ts';
import type { SentryFailure, SentryIssue } from '../sentry/sentry.model.ts';

/** While a merge or deletion runs, Sentry answers 404: only what is missing again after this long is gone (facts/sentry.md §5). */
const SECOND_LOOK_MS = 5 * MINUTE_MS;

/**
 * Looks singly for a Sentry issue that a batch did not bring: another one answers where it was merged; nothing answers where it
 * was deleted. Returns the failure that kept us from knowing, or null.
 */
export async function noteAbsent(ctx: ErrorsCtx, run: Run, row: SentryIssueRow): Promise<SentryFailure | null> {
  const askedAt = ctx.now();
  const answer = await askSentry(ctx, run.connection, async () => run.sentry.issue(row.sentry_id), 'one');
  run.counts.requests += answer.requests;
  if (answer.ok && answer.value.id !== row.sentry_id) {
    await noteMerged(ctx, run, row, answer.value, askedAt);
    return null;
  }
  if (answer.ok) {
    await storeSeen(ctx, run, [answer.value], askedAt, (_issue, known) => standing(known ?? row));
    return null;
  }
  if (answer.failure.kind !== 'not_found') return answer.failure;
  await noteMissing(ctx, row, askedAt);
  return null;
}

function standing(row: SentryIssueRow): Decision {
  return { decision: row.decision, why: row.why, ruleId: row.rule_id };
}

async function noteMissing(ctx: ErrorsCtx, { id }: SentryIssueRow, askedAt: Date): Promise<void> {
  await ctx.sql.transaction().execute(async (sql) => {
    const row = await lockSentryIssue(sql, id);
    if (row === null || row.gone !== null || row.read_at > askedAt) return;
    const missingSince = row.missing_since ?? askedAt;
    const isGone = askedAt.getTime() - missingSince.getTime() >= SECOND_LOOK_MS;
    await updateSentryIssue(sql, id, {
      missing_since: missingSince,
      read_at: askedAt,
      ...(isGone && { gone: 'deleted', gone_at: askedAt, status_changed_at: askedAt }),
      ...(isGone && row.error_id === null && { decision: 'skipped', why: 'It was deleted in Sentry.' }),
    });
    if (!isGone || row.error_id === null) return;
    await dueReflect(sql, [row.error_id], askedAt);
    await publish(sql, { kind: 'error', id: row.error_id, tenantId: row.tenant_id });
  });
}

/** The survivor stands for both from now on: it takes the error over, or, where it has one of its own, both are compared. */
async function noteMerged(
  ctx: ErrorsCtx,
  run: Run,
  merged: SentryIssueRow,
  survivor: SentryIssue,
  askedAt: Date,
): Promise<void> {
  const name = merged.short_id ?? merged.sentry_id;
  const why = `${name}, which has an issue, was merged into it in Sentry.`;
  await storeSeen(ctx, run, [survivor], askedAt, (_issue, known) =>
    known === null
      ? { decision: 'waiting', why, ruleId: merged.rule_id }
      : { decision: known.decision, why: known.why, ruleId: known.rule_id },
  );
  await ctx.sql.transaction().execute(async (sql) => {
    const rows = await lockSentryIssues(sql, run.connection.id, [merged.sentry_id, survivor.id]);
    const [old, now] = [rows.get(merged.sentry_id), rows.get(survivor.id)];
    if (old === undefined || now === undefined || old.gone === 'merged') return;
    await updateSentryIssue(sql, old.id, { gone: 'merged', gone_at: askedAt, merged_into: survivor.id });
    if (old.error_id === null) {
      await updateSentryIssue(sql, old.id, { decision: 'skipped', why: 'It was merged into another one in Sentry.' });
      return;
    }
    if (now.error_id === null)
      await updateSentryIssue(sql, now.id, { error_id: old.error_id, decision: 'taken', why, rule_id: old.rule_id });
    const errorIds = [...new Set([old.error_id, now.error_id ?? old.error_id])];
    await dueReflect(sql, errorIds, askedAt);
    for (const id of errorIds) await publish(sql, { kind: 'error', id, tenantId: old.tenant_id });
  });
}
