import { connectionById } from '../../connections/connections.ts';
import { deleteRuleRow, insertRule, readIssuesAnew, releaseWaiting, selectRules, updateRule } from './rules.store.ts';
import { invalidField } from '../../lib/problem.ts';
import { newId } from '../../lib/ids.ts';
import { publish } from '../../db/db.ts';
import { recordAudit } from '../../audit/audit.ts';
import { selectSentryConnection } from '../connect/sentry-connections.store.ts';
import { templateError } from '../../filing/filing.ts';
import type { ErrorsCtx, SentryRule } from '../errors.model.ts';
import type { Principal } from '../../accounts/accounts.model.ts';
import type { SentryRuleChange, SentryRuleDraft } from '../../contract/sentry.ts';

/**
 * Makes a rule; it first runs at once. The repository's issues are read once more for those that older tools filed: until that is
 * done nothing of it is sent. Throws a 400 that names what cannot be used.
 */
export async function createRule(
  ctx: ErrorsCtx,
  principal: Principal,
  tenantId: string,
  draft: SentryRuleDraft,
): Promise<SentryRule> {
  await checkRule(ctx, tenantId, draft);
  const others = await selectRules(ctx.sql, { tenantId });
  const now = ctx.now();
  return ctx.sql.transaction().execute(async (sql) => {
    const made = await insertRule(sql, {
      ...draft,
      id: newId(now),
      tenant_id: tenantId,
      position: draft.position ?? Math.max(0, ...others.map(({ position }) => position + 1)),
      thresholds: JSON.stringify(draft.thresholds),
      due_at: now,
      created_at: now,
      updated_at: now,
    });
    if (draft.connection_id !== null) await readIssuesAnew(sql, draft.connection_id);
    const subject = `sentry_rule:${made.id}`;
    await recordAudit(sql, principal, { action: 'sentry_rule.created', subject, tenantId, after: draft });
    await publish(sql, { kind: 'connection', id: made.sentryConnectionId, tenantId });
    return made;
  });
}

/**
 * Changes a rule; a wider query looks back as far as a new rule would. What it filed already stays its own; what waited for it on
 * another Sentry connection waits no more.
 */
export async function changeRule(
  ctx: ErrorsCtx,
  principal: Principal,
  rule: SentryRule,
  change: SentryRuleChange,
): Promise<SentryRule> {
  await checkRule(ctx, rule.tenantId, change);
  const { thresholds, ...settings } = change;
  const now = ctx.now();
  const looksElsewhere = LOOKS.some((name) => change[name] !== undefined);
  const isNewTarget = typeof change.connection_id === 'string' && change.connection_id !== rule.connectionId;
  return ctx.sql.transaction().execute(async (sql) => {
    const row = await updateRule(sql, rule.id, {
      ...settings,
      ...(thresholds !== undefined && { thresholds: JSON.stringify(thresholds) }),
      ...(looksElsewhere && { watermark: null, rest_cursor: null, rest_since: null }),
      due_at: now,
      updated_at: now,
    });
    if (isNewTarget && typeof change.connection_id === 'string') await readIssuesAnew(sql, change.connection_id);
    if (row.sentryConnectionId !== rule.sentryConnectionId)
      await releaseWaiting(sql, rule.id, 'The rule that took it looks at another Sentry connection now.');
    const { tenantId } = rule;
    const subject = `sentry_rule:${rule.id}`;
    await recordAudit(sql, principal, { action: 'sentry_rule.updated', subject, tenantId, after: change });
    await publish(sql, { kind: 'connection', id: row.sentryConnectionId, tenantId });
    return row;
  });
}

/** What decides which Sentry issues are looked at. */
const LOOKS = [
  'query',
  'projects',
  'environments',
  'levels',
  'priorities',
  'categories',
  'tags',
  'events_min',
  'users_min',
  'stats_period',
  'sentry_connection_id',
] as const;

/** Removes a rule. What it filed stays linked; that is reflected, and what waited for it is filed, only once another rule takes it. */
export async function deleteRule(ctx: ErrorsCtx, principal: Principal, rule: SentryRule): Promise<void> {
  await ctx.sql.transaction().execute(async (sql) => {
    await releaseWaiting(sql, rule.id, 'The rule that took it was removed.');
    await deleteRuleRow(sql, rule.id);
    const { tenantId } = rule;
    const before = { name: rule.name, query: rule.query };
    const subject = `sentry_rule:${rule.id}`;
    await recordAudit(sql, principal, { action: 'sentry_rule.deleted', subject, tenantId, before });
    await publish(sql, { kind: 'connection', id: rule.sentryConnectionId, tenantId });
  });
}

/** Refuses what could never work, before it is saved: another tenant's connections, templates that Liquid cannot read. */
export async function checkRule(ctx: ErrorsCtx, tenantId: string, rule: SentryRuleChange): Promise<void> {
  const { sentry_connection_id: sentryId, connection_id: targetId } = rule;
  if (sentryId !== undefined && (await selectSentryConnection(ctx.sql, sentryId, tenantId)) === null)
    throw invalidField('sentry_connection_id', 'There is no such Sentry connection.');
  if (typeof targetId === 'string' && (await connectionById(ctx.sql, targetId))?.tenantId !== tenantId)
    throw invalidField('connection_id', 'There is no such GitHub connection.');
  for (const field of ['title_template', 'body_template', 'share_key'] as const) {
    const template = rule[field];
    const wrong = typeof template === 'string' ? templateError(template) : null;
    if (wrong !== null) throw invalidField(field, `Liquid cannot read it: ${wrong}`);
  }
  const noValue = rule.tags?.find((tag) => !/^[\w.-]+:.+/u.test(tag));
  if (noValue !== undefined) throw invalidField('tags', `Write “${noValue}” as key:value.`);
}
