import { sql as raw } from 'kysely';

import type { NewRow, Row, RowChange, Sql } from '../../db/db.model.ts';
import type { SentryRule } from '../errors.model.ts';

/** Rules of a tenant, or of every tenant, in the order in which they are asked. */
export async function selectRules(
  sql: Sql,
  of: { tenantId: string | null; sentryConnectionId?: string },
): Promise<SentryRule[]> {
  let query = sql.selectFrom('sentry_rules').selectAll().orderBy('position').orderBy('created_at').orderBy('id');
  if (of.tenantId !== null) query = query.where('tenant_id', '=', of.tenantId);
  if (of.sentryConnectionId !== undefined) query = query.where('sentry_connection_id', '=', of.sentryConnectionId);
  return (await query.execute()).map(toRule);
}

/** One rule; a wrong tenant's is as missing. `tenantId` null: whatever the tenant. */
export async function selectRule(sql: Sql, id: string, tenantId: string | null): Promise<SentryRule | null> {
  const query = sql.selectFrom('sentry_rules').selectAll().where('id', '=', id);
  const row = await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).executeTakeFirst();
  return row === undefined ? null : toRule(row);
}

/**
 * The rules that are due, in their order; whoever moves the time on runs them. Those of a paused or resting connection wait, and
 * those of `busy` connections until they are not: they stay due.
 */
export async function claimRules(sql: Sql, now: Date, busy: readonly string[]): Promise<SentryRule[]> {
  const { rows } = await raw<Row<'sentry_rules'>>`
    update sentry_rules r set due_at = ${now}::timestamptz + r.every_seconds * interval '1 second'
      from sentry_connections c
     where c.id = r.sentry_connection_id and r.enabled and r.connection_id is not null and r.due_at <= ${now}
       and c.enabled and c.paused_at is null and (c.rest_until is null or c.rest_until <= ${now})
       and c.id <> all (${[...busy]}::uuid[])
    returning r.*`.execute(sql);
  return rows.map(toRule).sort((a, b) => a.position - b.position);
}

/** Lets the rules of a connection run soon: something they may take was hinted at. */
export async function hastenRules(sql: Sql, sentryConnectionId: string, at: Date): Promise<void> {
  await sql
    .updateTable('sentry_rules')
    .set((eb) => ({ due_at: eb.fn<Date>('least', ['due_at', eb.val(at)]) }))
    .where('sentry_connection_id', '=', sentryConnectionId)
    .execute();
}

/**
 * Every Sentry issue with an event up to `watermark` was seen by the rule as it was read, but for the `rest` of its list. Changed
 * meanwhile, it may have to look back further, and another process may have read on: then nothing is kept.
 */
export async function keepLook(
  sql: Sql,
  rule: Pick<SentryRule, 'id' | 'updatedAt' | 'rest'>,
  { watermark, rest }: { watermark: Date; rest: SentryRule['rest'] },
): Promise<void> {
  await sql
    .updateTable('sentry_rules')
    .set({ watermark, rest_cursor: rest?.cursor ?? null, rest_since: rest?.since ?? null })
    .where('id', '=', rule.id)
    .where('updated_at', '=', rule.updatedAt)
    .where('rest_cursor', 'is not distinct from', rule.rest?.cursor ?? null)
    .execute();
}

export async function insertRule(sql: Sql, row: NewRow<'sentry_rules'>): Promise<SentryRule> {
  return toRule(await sql.insertInto('sentry_rules').values(row).returningAll().executeTakeFirstOrThrow());
}

export async function updateRule(sql: Sql, id: string, changes: RowChange<'sentry_rules'>): Promise<SentryRule> {
  const query = sql.updateTable('sentry_rules').set(changes).where('id', '=', id).returningAll();
  return toRule(await query.executeTakeFirstOrThrow());
}

/** The rules of a tenant, which nobody else changes or removes before the transaction ends. */
export async function lockRules(sql: Sql, tenantId: string): Promise<SentryRule[]> {
  const rows = await sql
    .selectFrom('sentry_rules')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(toRule);
}

/** Puts rules at the places that they have in `ids`; those that stood there already are left alone. */
export async function placeRules(sql: Sql, ids: readonly string[], now: Date): Promise<void> {
  await raw`
    update sentry_rules r set position = o.place - 1, due_at = ${now}, updated_at = ${now}
      from unnest(${[...ids]}::uuid[]) with ordinality o (id, place)
     where r.id = o.id and r.position <> o.place - 1`.execute(sql);
}

/** What waited for a rule waits for none, also what a person wanted filed; `why` says so. Other rules may take it. */
export async function releaseWaiting(sql: Sql, ruleId: string, why: string): Promise<void> {
  await sql
    .updateTable('sentry_issues')
    .set({ decision: 'skipped', why, rule_id: null, by_hand: false })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('sentry_issues as w')
        .select('w.id')
        .where('w.rule_id', '=', ruleId)
        .where('w.decision', '=', 'waiting')
        // as lockSentryIssues
        .orderBy('w.sentry_id')
        .forUpdate(),
    )
    .execute();
}

export async function deleteRuleRow(sql: Sql, id: string): Promise<void> {
  await sql.deleteFrom('sentry_rules').where('id', '=', id).execute();
}

/** What waits without a repository, which its rule did not have or lost, goes to the one that the rule has now. */
export async function giveTargets(sql: Sql): Promise<void> {
  await raw`
    update filings f set connection_id = c.id
      from errors e join sentry_rules r on r.id = e.rule_id join connections c on c.id = r.connection_id
     where f.connection_id is null and f.source_kind = 'error' and f.state = 'pending' and e.id = f.source_id`.execute(
    sql,
  );
}

/** The repository's issues are read once more for markers and for those that older tools filed; what is derived waits for that. */
export async function readIssuesAnew(sql: Sql, connectionId: string): Promise<void> {
  await sql
    .updateTable('connections')
    .set((eb) => ({ adopted_at: null, adopt_cursor: null, adopt_walk: eb('adopt_walk', '+', 1) }))
    .where('id', '=', connectionId)
    .execute();
}

function toRule(row: Row<'sentry_rules'>): SentryRule {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    sentryConnectionId: row.sentry_connection_id,
    connectionId: row.connection_id,
    name: row.name,
    position: row.position,
    enabled: row.enabled,
    query: row.query,
    projects: row.projects,
    environments: row.environments,
    levels: row.levels,
    priorities: row.priorities,
    categories: row.categories,
    tags: row.tags,
    eventsMin: row.events_min,
    usersMin: row.users_min,
    statsPeriod: row.stats_period,
    shareKey: row.share_key,
    titleTemplate: row.title_template,
    bodyTemplate: row.body_template,
    labels: row.labels,
    assignees: row.assignees,
    milestone: row.milestone,
    thresholds: row.thresholds,
    newPerHour: row.new_per_hour,
    personalData: row.personal_data,
    settings: {
      onClosed: row.on_closed,
      onNotPlanned: row.on_not_planned,
      onResolved: row.on_resolved,
      onRegressed: row.on_regressed,
      reopenWithinDays: row.reopen_within_days,
      onArchived: row.on_archived,
      refresh: row.refresh,
      assign: row.assign,
      backLink: row.back_link,
    },
    everySeconds: row.every_seconds,
    dueAt: row.due_at,
    watermark: row.watermark,
    rest:
      row.rest_cursor === null || row.rest_since === null ? null : { cursor: row.rest_cursor, since: row.rest_since },
    updatedAt: row.updated_at,
  };
}
