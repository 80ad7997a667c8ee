import { after } from '../../lib/clock.ts';
import { errorIdOf, errorKeyOf, sentryHostOf } from '../file/identity.decide.ts';
import { fileSource, filingOf } from '../../filing/filing.ts';
import { findTenant } from '../../tenants/tenants.ts';
import { holdError, insertReflection, moveSentryIssues } from './reflections.store.ts';
import { insertError, updateError } from '../errors.store.ts';
import { lockSentryIssuesOf } from '../file/withdraw.store.ts';
import { newId } from '../../lib/ids.ts';
import { publish } from '../../db/db.ts';
import { sidesAfter } from './reflect-plan.decide.ts';
import type { ActTrace, ErrorCase, ReflectTurn } from './reflect.model.ts';
import type { ReflectPlan } from './reflect-plan.decide.ts';

/**
 * A regression gets an error of its own, whose issue says what it came back after; the Sentry issues stand for that one from now
 * on. Nothing is said here: the new error is filed like any other, and its id is made so that it is filed once.
 */
export async function openNewIssue(turn: ReflectTurn, plan: ReflectPlan): Promise<'lost' | { trace: ActTrace }> {
  const { ctx, claimed, subject } = turn;
  const { error, rule, connection } = subject;
  const tenant = await findTenant(ctx.sql, { id: error.tenant_id });
  if (tenant === null) return 'lost';
  const id = regressionId(subject, tenant.slug);
  return ctx.sql.transaction().execute(async (sql) => {
    const now = ctx.now();
    // Sentry issues before errors, as everywhere
    await lockSentryIssuesOf(sql, error.id);
    if (!(await holdError(sql, claimed, after(now, ctx.leaseMs)))) return 'lost';
    const { tenant_id, sentry_connection_id, rule_id, share_key, title } = error;
    // the changes of a day are counted over all issues of one error
    const flips = [...error.flips, now];
    const of = { tenant_id, sentry_connection_id, rule_id, share_key, title, follows: error.id, flips };
    const regression = error.regression + 1;
    const agreedSentry = plan.sides.sentry;
    await insertError(sql, { id, ...of, regression, agreed_sentry: agreedSentry, created_at: now, updated_at: now });
    // one that was adopted by its marker is there already, and filed
    await updateError(sql, id, { ...of, regression, reflect_at: now });
    await moveSentryIssues(sql, error.id, id);
    if ((await filingOf(sql, 'error', id)) === null) {
      const item = { kind: 'error', id, tenantSlug: tenant.slug, tenantId: tenant_id, derived: true } as const;
      await fileSource(sql, ctx.keyring, { ...item, connectionId: rule.connectionId ?? connection.id }, now);
    }
    const agreed = sidesAfter(plan.sides, 'new_issue');
    await insertReflection(sql, {
      id: newId(now),
      tenant_id,
      error_id: error.id,
      side: 'github',
      act: 'new_issue',
      why: plan.decision.why,
      state: 'done',
      started_at: now,
      finished_at: now,
      after: JSON.stringify({ error: id }),
    });
    await updateError(sql, error.id, { reflected_at: now, agreed_sentry: agreed.sentry, agreed_github: agreed.github });
    for (const one of [error.id, id]) await publish(sql, { kind: 'error', id: one, tenantId: tenant_id });
    return { trace: {} };
  });
}

// As the first error's id was made, with the count of regressions.
function regressionId({ error, sentryIssues, sentryConnection, connection }: ErrorCase, tenantSlug: string): string {
  const repository = connection.githubRepositoryId ?? connection.repository.toLowerCase();
  const [first] = sentryIssues;
  const of =
    error.share_key === null ? { sentryId: first?.sentry_id ?? '' } : { shareKey: `${repository} ${error.share_key}` };
  return errorIdOf({
    tenantSlug,
    host: sentryHostOf(sentryConnection.baseUrl),
    organizationId: sentryConnection.organizationId ?? sentryConnection.organization,
    key: errorKeyOf(of, error.regression + 1),
  });
}
