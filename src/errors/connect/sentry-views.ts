import { countOfConnections, ruleCounts, selectConnectionNames } from './sentry-counts.store.ts';
import { ruleHealth, sentryHealth } from './sentry-health.decide.ts';
import type { ErrorsCtx, SentryRule as Rule } from '../errors.model.ts';
import type { SentryConnection as Connection } from './sentry-connections.model.ts';
import type { SentryConnection, SentryRule, SentryRun } from '../../contract/sentry.ts';
import type { SentryRunRow } from '../rows.model.ts';

/** What the API shows of a connection; never its token or secret. */
export async function connectionView(ctx: ErrorsCtx, connection: Connection): Promise<SentryConnection> {
  const counts = await countOfConnections(ctx.sql, [connection.id]);
  return viewOf(ctx, connection, counts.get(connection.id));
}

/** The same of several. */
export async function connectionViews(ctx: ErrorsCtx, connections: readonly Connection[]): Promise<SentryConnection[]> {
  const counts = await countOfConnections(
    ctx.sql,
    connections.map(({ id }) => id),
  );
  return connections.map((connection) => viewOf(ctx, connection, counts.get(connection.id)));
}

function viewOf(ctx: ErrorsCtx, connection: Connection, { rules, errors } = { rules: 0, errors: 0 }): SentryConnection {
  return {
    id: connection.id,
    source: connection.source,
    name: connection.name,
    base_url: connection.baseUrl,
    organization: connection.organization,
    ca_pem: connection.caPem,
    insecure_tls: connection.insecureTls,
    people: connection.people,
    enabled: connection.enabled,
    url: organizationUrl(connection),
    product: connection.abilities?.product ?? null,
    version: connection.abilities?.version ?? null,
    scopes: connection.abilities?.scopes ?? null,
    webhook_url: `${ctx.publicUrl}/webhooks/sentry/${connection.id}`,
    has_client_secret: connection.clientSecretEncrypted !== null,
    hook_at: connection.hookAt?.toISOString() ?? null,
    paused:
      connection.pausedAt === null
        ? null
        : { message: connection.pausedMessage ?? 'Sentry refuses the token.', at: connection.pausedAt.toISOString() },
    health: sentryHealth(connection, ctx.now()),
    rules,
    errors,
    checked_at: connection.checkedAt?.toISOString() ?? null,
    updated_at: connection.updatedAt.toISOString(),
  };
}

function organizationUrl({ baseUrl, organization, abilities }: Connection): string {
  const { hostname } = new URL(baseUrl);
  if (hostname === 'sentry.io' || hostname.endsWith('.sentry.io')) return `https://${organization}.sentry.io/issues/`;
  return abilities?.product === 'glitchtip'
    ? `${baseUrl}/${organization}/issues`
    : `${baseUrl}/organizations/${organization}/issues/`;
}

/** What the API shows of rules, in their order. */
export async function ruleViews(
  ctx: ErrorsCtx,
  rules: readonly Rule[],
  connections: readonly Connection[],
): Promise<SentryRule[]> {
  const byId = new Map(connections.map((connection) => [connection.id, connection]));
  const names = await selectConnectionNames(
    ctx.sql,
    rules.flatMap(({ connectionId }) => connectionId ?? []),
  );
  const countsOf = await ruleCounts(
    ctx.sql,
    rules.map(({ id }) => id),
  );
  const views: SentryRule[] = [];
  for (const rule of rules) {
    const connection = byId.get(rule.sentryConnectionId);
    const counted = countsOf.get(rule.id);
    if (connection === undefined || counted === undefined) continue;
    const { last, counts } = counted;
    views.push({
      ...settingsOf(rule),
      id: rule.id,
      repository: names.get(rule.connectionId ?? '') ?? null,
      sentry_connection: connection.name,
      health: ruleHealth(rule, connection, last, counts.waiting, ctx.now()),
      watermark: rule.watermark?.toISOString() ?? null,
      next_run_at: rule.enabled ? rule.dueAt.toISOString() : null,
      last_run: last === null ? null : runView(last),
      counts,
      updated_at: rule.updatedAt.toISOString(),
    });
  }
  return views;
}

/** A rule's settings under the API's names. */
function settingsOf(rule: Rule) {
  return {
    name: rule.name,
    sentry_connection_id: rule.sentryConnectionId,
    connection_id: rule.connectionId,
    position: rule.position,
    enabled: rule.enabled,
    query: rule.query,
    projects: rule.projects,
    environments: rule.environments,
    levels: rule.levels,
    priorities: rule.priorities,
    categories: rule.categories,
    tags: rule.tags,
    events_min: rule.eventsMin,
    users_min: rule.usersMin,
    stats_period: rule.statsPeriod,
    share_key: rule.shareKey,
    title_template: rule.titleTemplate,
    body_template: rule.bodyTemplate,
    labels: rule.labels,
    assignees: rule.assignees,
    milestone: rule.milestone,
    thresholds: rule.thresholds,
    new_per_hour: rule.newPerHour,
    personal_data: rule.personalData,
    on_closed: rule.settings.onClosed,
    on_not_planned: rule.settings.onNotPlanned,
    on_resolved: rule.settings.onResolved,
    on_regressed: rule.settings.onRegressed,
    reopen_within_days: rule.settings.reopenWithinDays,
    on_archived: rule.settings.onArchived,
    refresh: rule.settings.refresh,
    assign: rule.settings.assign,
    back_link: rule.settings.backLink,
    every_seconds: rule.everySeconds,
  };
}

export function runView(run: SentryRunRow): SentryRun {
  const { id, sentry_connection_id, rule_id, kind, trigger, state, message } = run;
  const { requests, seen, taken, waiting, skipped, changed } = run;
  return {
    id,
    sentry_connection_id,
    rule_id,
    kind,
    trigger,
    state,
    message,
    requests,
    seen,
    taken,
    waiting,
    skipped,
    changed,
    started_at: run.started_at.toISOString(),
    finished_at: run.finished_at?.toISOString() ?? null,
  };
}
