import { HttpProblem, notFound } from '../lib/problem.ts';
import { dueReflect, updateSentryIssue } from './read/sentry-issues.store.ts';
import { filingOf, retryFiling } from '../filing/filing.ts';
import { hastenRules, selectRules } from './rules/rules.store.ts';
import { publish } from '../db/db.ts';
import { recordAudit } from '../audit/audit.ts';
import { selectErrorRow } from './error-rows.store.ts';
import { updateError } from './errors.store.ts';
import type { ErrorsCtx } from './errors.model.ts';
import type { Principal } from '../accounts/accounts.model.ts';

/** A person wants it tried now: a filing that waits or was refused, or both sides compared anew, which ends a conflict. */
export async function retryError(ctx: ErrorsCtx, principal: Principal, id: string): Promise<void> {
  const row = await selectErrorRow(ctx.sql, id, principal.tenantId);
  if (row === null) throw notFound('error');
  const { error_id: errorId, tenant_id: tenantId } = row;
  if (errorId === null) throw new HttpProblem(409, 'It was not taken by a rule: file it instead.');
  await ctx.sql.transaction().execute(async (sql) => {
    const now = ctx.now();
    const filing = await filingOf(sql, 'error', errorId);
    if (filing !== null) await retryFiling(sql, filing.id, now);
    await updateError(sql, errorId, { conflict: null, conflict_at: null, message: null, attempts: 0, flips: [] });
    await dueReflect(sql, [errorId], now);
    await recordAudit(sql, principal, { action: 'error.retried', subject: `error:${errorId}`, tenantId });
    await publish(sql, { kind: 'error', id: errorId, tenantId });
  });
}

/** A person wants one filed that no rule took, or that waits its turn: by its own rule, else by the first of its connection. */
export async function fileByHand(ctx: ErrorsCtx, principal: Principal, id: string): Promise<void> {
  const row = await selectErrorRow(ctx.sql, id, principal.tenantId);
  if (row === null) throw notFound('error');
  if (row.error_id !== null) throw new HttpProblem(409, 'It is an issue already, or on its way.');
  if (row.gone !== null) throw new HttpProblem(409, 'It is gone in Sentry.');
  const rules = await selectRules(ctx.sql, { tenantId: row.tenant_id, sentryConnectionId: row.sentry_connection_id });
  const usable = rules.filter((rule) => rule.enabled && rule.connectionId !== null);
  const rule = usable.find((one) => one.id === row.rule_id) ?? usable[0];
  if (rule === undefined)
    throw new HttpProblem(409, 'No rule of its connection is switched on: make one that says where to file.');
  await ctx.sql.transaction().execute(async (sql) => {
    const now = ctx.now();
    const why = `${principal.name} wants it filed.`;
    await updateSentryIssue(sql, row.id, { decision: 'waiting', why, rule_id: rule.id, by_hand: true });
    await hastenRules(sql, row.sentry_connection_id, now);
    const subject = `sentry_issue:${row.id}`;
    await recordAudit(sql, principal, { action: 'error.filed_by_hand', subject, tenantId: row.tenant_id });
  });
}
