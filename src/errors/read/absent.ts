import { askingNow } from './seen.store.ts';
import { askSentry } from '../connect/sentry-access.ts';
import { dueReflect, lockFamilies, updateSentryIssue } from './sentry-issues.store.ts';
import { MINUTE_MS } from '../../lib/clock.ts';
import { publish } from '../../db/db.ts';
import { storeSeen, storeSeenIn } from './store-seen.ts';
import { withdrawError } from '../file/withdraw.ts';
import type { Decision, SentryIssueRow } from '../rows.model.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Run } from './run.ts';
import type { Sql } from '../../db/db.model.ts';
import type { SentryFailure, SentryIssue } from '../../sentry/sentry.model.ts';

/** While a merge or deletion runs, Sentry answers 404: only what is missing again after this long is gone (facts/sentry.md §5). */
const SECOND_LOOK_MS = 5 * MINUTE_MS;

/**
 * Looks singly for a Sentry issue that a batch did not bring: another one answers where it was merged; nothing answers where it
 * was deleted. Returns the failure that kept us from knowing, or null.
 */
export async function noteAbsent(ctx: ErrorsCtx, run: Run, row: SentryIssueRow): Promise<SentryFailure | null> {
  const askedAt = await askingNow(ctx.sql);
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

async function noteMissing(
  ctx: ErrorsCtx,
  { id, sentry_id: sentryId, sentry_connection_id: connectionId }: SentryIssueRow,
  askedAt: Date,
): Promise<void> {
  await ctx.sql.transaction().execute(async (sql) => {
    const row = (await lockFamilies(sql, connectionId, [sentryId])).get(sentryId);
    if (row === undefined || row.gone !== null || row.read_at > askedAt) return;
    const missingSince = row.missing_since ?? askedAt;
    const isGone = askedAt.getTime() - missingSince.getTime() >= SECOND_LOOK_MS;
    await updateSentryIssue(sql, id, {
      missing_since: missingSince,
      read_at: askedAt,
      ...(isGone && { gone: 'deleted', gone_at: askedAt, status_changed_at: askedAt }),
      ...(isGone && row.error_id === null && { decision: 'skipped', why: 'It was deleted in Sentry.' }),
    });
    if (!isGone || row.error_id === null) return;
    await withdrawError(sql, row.error_id, ctx.now());
    await dueReflect(sql, [row.error_id], ctx.now());
    await publish(sql, { kind: 'error', id: row.error_id, tenantId: row.tenant_id });
  });
}

/**
 * The survivor stands for both from now on: it takes the error over, or, where it has one of its own, the one that GitHub has not
 * heard of joins the other; of two that were filed both are compared.
 */
async function noteMerged(
  ctx: ErrorsCtx,
  run: Run,
  merged: SentryIssueRow,
  survivor: SentryIssue,
  askedAt: Date,
): Promise<void> {
  const why = `${merged.short_id ?? merged.sentry_id} was merged into it in Sentry.`;
  await ctx.sql.transaction().execute(async (sql) => {
    const rows = await lockFamilies(sql, run.connection.id, [merged.sentry_id, survivor.id]);
    const [old, heir] = [rows.get(merged.sentry_id), rows.get(survivor.id)];
    if (old === undefined || old.gone === 'merged') return;
    await updateSentryIssue(sql, old.id, {
      gone: 'merged',
      gone_at: askedAt,
      merged_into: survivor.id,
      ...(old.error_id === null && { decision: 'skipped', why: 'It was merged into another one in Sentry.' }),
    });
    const errorIds = [old.error_id, heir?.error_id ?? null].filter((id) => id !== null);
    if (new Set(errorIds).size === 2) await withdrawFirst(sql, errorIds, ctx.now());
    const takesOver = old.error_id !== null && (heir?.error_id ?? null) === null;
    const [now] = await storeSeenIn(sql, ctx, run, [survivor], askedAt, (_issue, known) =>
      known === null || takesOver ? { decision: 'waiting', why, ruleId: old.rule_id } : standing(known),
    );
    const id = now?.id ?? heir?.id;
    if (takesOver && id !== undefined)
      await updateSentryIssue(sql, id, { error_id: old.error_id, decision: 'taken', why, rule_id: old.rule_id });
    await dueReflect(sql, errorIds, ctx.now());
    for (const errorId of errorIds) await publish(sql, { kind: 'error', id: errorId, tenantId: old.tenant_id });
  });
}

async function withdrawFirst(sql: Sql, errorIds: readonly string[], now: Date): Promise<void> {
  for (const id of errorIds) if (await withdrawError(sql, id, now)) return;
}
