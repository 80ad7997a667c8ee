import { HttpProblem } from '../../lib/problem.ts';
import { lockRules, placeRules } from './rules.store.ts';
import { publish } from '../../db/db.ts';
import { recordAudit } from '../../audit/audit.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Principal } from '../../accounts/accounts.model.ts';

/**
 * Puts all rules of a tenant into another order, at once or not at all. Throws a 409 when one was made or removed since the caller
 * looked: the order would leave it out, or name what is not there.
 */
export async function orderRules(
  ctx: ErrorsCtx,
  principal: Principal,
  tenantId: string,
  ids: readonly string[],
): Promise<void> {
  await ctx.sql.transaction().execute(async (sql) => {
    const rules = await lockRules(sql, tenantId);
    const byId = new Map(rules.map((rule) => [rule.id, rule]));
    const isWhole = ids.length === rules.length && new Set(ids).size === ids.length && ids.every((id) => byId.has(id));
    if (!isWhole)
      throw new HttpProblem(
        409,
        'A rule was made or removed meanwhile, so nothing was moved. Look at the rules again.',
      );
    await placeRules(sql, ids, ctx.now());
    await recordAudit(sql, principal, {
      action: 'sentry_rule.ordered',
      subject: `tenant:${tenantId}`,
      tenantId,
      after: { order: ids.map((id) => byId.get(id)?.name ?? id) },
    });
    for (const id of new Set(rules.map(({ sentryConnectionId }) => sentryConnectionId)))
      await publish(sql, { kind: 'connection', id, tenantId });
  });
}
