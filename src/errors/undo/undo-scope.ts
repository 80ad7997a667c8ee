import { after } from '../../lib/clock.ts';
import { notFound } from '../../lib/problem.ts';
import { requireTenantId } from '../../tenants/tenants.ts';
import { selectNextRunAt, selectRunOf } from './undo.store.ts';
import { selectRule } from '../rules/rules.store.ts';
import { selectSentryConnection } from '../connect/sentry-connections.store.ts';
import { scopeWords } from './undo-scope.decide.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Principal } from '../../accounts/accounts.model.ts';
import type { SentryRunRow } from '../rows.model.ts';
import type { UndoRequest } from '../../contract/undo.ts';
import type { UndoScope } from './undo.model.ts';

/** What a request means. Throws a 404 for a rule or run that is not there, or is another tenant's. */
export async function scopeOf(ctx: ErrorsCtx, principal: Principal, asked: UndoRequest): Promise<UndoScope> {
  const now = ctx.now();
  const run = asked.run === undefined ? null : await selectRunOf(ctx.sql, asked.run, principal.tenantId);
  if (asked.run !== undefined && run === null) throw notFound('run');
  const ruleId = asked.rule ?? run?.rule_id ?? null;
  const rule = ruleId === null ? null : await selectRule(ctx.sql, ruleId, principal.tenantId);
  if (ruleId !== null && rule === null) throw notFound('rule');
  const span = run === null ? null : { since: run.started_at, until: await endOf(ctx, run) };
  const since = later(span?.since ?? null, dateOrNull(asked.since));
  const until = earlier(earlier(dateOrNull(asked.until), span?.until ?? null), now) ?? now;
  const connection = run === null ? null : await selectSentryConnection(ctx.sql, run.sentry_connection_id, null);
  return {
    tenantId: rule?.tenantId ?? run?.tenant_id ?? (await requireTenantId(ctx.sql, principal)),
    ruleId,
    sentryConnectionId: run?.sentry_connection_id ?? null,
    since,
    until,
    words: scopeWords({ rule: rule?.name ?? null, connection: connection?.name ?? null, since, until, now }),
  };
}

// what a run finds is carried over after it, so its span goes on until the next one began
async function endOf(ctx: ErrorsCtx, run: SentryRunRow): Promise<Date | null> {
  const next = await selectNextRunAt(ctx.sql, run);
  return next === null ? null : after(next, -1);
}

function dateOrNull(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

function later(a: Date | null, b: Date | null): Date | null {
  return a === null || (b !== null && b > a) ? b : a;
}

function earlier(a: Date | null, b: Date | null): Date | null {
  return a === null || (b !== null && b < a) ? b : a;
}
