import { sql as raw } from 'kysely';

import type { ErrorSearch } from './error-search.decide.ts';
import type { RawBuilder } from 'kysely';
import type { Sql } from '../db/db.model.ts';

/** Which rows: all that are given must hold. */
export interface ErrorsFilter {
  tenantId: string | null;
  sentryStatus: string | null;
  issueState: 'open' | 'closed' | null;
  rule: string | null;
  connection: string | null;
  /** The mirrored issue on GitHub. */
  issue: string | null;
  project: string | null;
  level: string | null;
  /** Of the issue on GitHub. */
  number: number | null;
  search: ErrorSearch | null;
}

/** How many rows of a filter are in each state; those in conflict are in another one, too. */
export interface ErrorCounts {
  pending: number;
  synced: number;
  failed: number;
  waiting: number;
  skipped: number;
  conflict: number;
}

export interface ErrorPlace {
  lastSeen: string;
  id: string;
}

/** Words that more rows have than this are not counted: each of the rows would have to be read. */
const COUNTED_MAX = 10_000;

/** Where the rows of a page are: by their last event, the latest first. */
export async function findErrors(
  sql: Sql,
  filter: ErrorsFilter,
  page: { state: keyof ErrorCounts | null; after: ErrorPlace | null; limit: number },
): Promise<string[]> {
  const { state, after, limit } = page;
  const where = raw.join(
    [
      ...conditionsOf(filter),
      ...(state === null ? [] : [statesOf(filter)[state]]),
      ...(after === null
        ? []
        : [raw`(coalesce(s.last_seen, '-infinity'), s.id) < (${after.lastSeen}::timestamptz, ${after.id}::uuid)`]),
    ],
    raw` and `,
  );
  const found: string[] = [];
  for (const from of filter.search?.spans.map(withWords) ?? [raw`sentry_issues s`]) {
    const { rows } = await raw<{ id: string }>`
      select s.id from ${from} where ${where}
       order by coalesce(s.last_seen, '-infinity') desc, s.id desc limit ${limit - found.length}`.execute(sql);
    found.push(...rows.map(({ id }) => id));
    if (found.length >= limit) break;
  }
  return found;
}

/** Counts the rows of a filter; null where its words are in too many to count them at once. */
export async function countErrors(sql: Sql, filter: ErrorsFilter): Promise<ErrorCounts | null> {
  const where = raw.join(conditionsOf(filter), raw` and `);
  const from =
    filter.search === null
      ? raw`sentry_issues s where ${where}`
      : raw`(select s.error_id, s.decision from ${withWords(filter.search.whole)} where ${where} limit ${COUNTED_MAX + 1}) s`;
  const { pending, failed, skipped, conflict } = statesOf(filter);
  // what is filed and what waits follows from the others
  const { rows } = await raw<Omit<ErrorCounts, 'synced' | 'waiting'> & { all: number; linked: number }>`
    select count(*)::int as "all", count(s.error_id)::int as linked, count(*) filter (where ${skipped})::int as skipped,
           count(*) filter (where ${pending})::int as pending, count(*) filter (where ${failed})::int as failed,
           count(*) filter (where ${conflict})::int as conflict
      from ${from}`.execute(sql);
  const [found] = rows;
  if (found === undefined || (filter.search !== null && found.all > COUNTED_MAX)) return null;
  const { all, linked: ofErrors, ...counts } = found;
  return {
    ...counts,
    synced: ofErrors - counts.pending - counts.failed,
    waiting: all - ofErrors - counts.skipped,
  };
}

// `offset 0`: first the rows that the index of words has, then those of them that hold all else
function withWords(query: string): RawBuilder<unknown> {
  return raw`(
    select * from sentry_issues
     where sentry_id <> '' and sentry_issue_words(
             tenant_id, rule_id, error_id, decision, project, level, status, last_seen, short_id, sentry_id, title, culprit) @@ ${query}::tsquery
    offset 0) s`;
}

function conditionsOf(filter: ErrorsFilter): RawBuilder<unknown>[] {
  const leadsTo = (issue: RawBuilder<unknown>) =>
    raw`s.error_id is not null and ${isOneOf(filter, raw`select l.source_id from links l where l.source_kind = 'error' and ${issue}`)}`;
  return [
    raw`true`,
    ...(filter.tenantId === null ? [] : [raw`s.tenant_id = ${filter.tenantId}`]),
    ...(filter.sentryStatus === null ? [] : [raw`s.status = ${filter.sentryStatus}`]),
    ...(filter.rule === null ? [] : [raw`s.rule_id = ${filter.rule}`]),
    ...(filter.connection === null ? [] : [raw`s.sentry_connection_id = ${filter.connection}`]),
    ...(filter.project === null ? [] : [raw`s.project = ${filter.project}`]),
    ...(filter.level === null ? [] : [raw`s.level = ${filter.level}`]),
    ...(filter.issue === null ? [] : [leadsTo(raw`l.issue_id = ${filter.issue}`)]),
    ...(filter.number === null ? [] : [leadsTo(linked(filter, raw`i.number = ${filter.number}`))]),
    ...(filter.issueState === null ? [] : [leadsTo(linked(filter, raw`i.state = ${filter.issueState}`))]),
  ];
}

/** Each state as a condition; the few filings that are not issues yet are looked up once, all others are. */
function statesOf(filter: ErrorsFilter): Record<keyof ErrorCounts, RawBuilder<unknown>> {
  const ofTenant = filter.tenantId === null ? raw`` : raw` and tenant_id = ${filter.tenantId}`;
  const unfiled = (states: RawBuilder<unknown>) =>
    raw`select source_id from filings where source_kind = 'error' and state <> 'synced'${states}${ofTenant}`;
  return {
    pending: isOneOf(filter, unfiled(raw` and state <> 'failed'`)),
    synced: raw`s.error_id is not null and s.error_id not in (${unfiled(raw``)})`,
    failed: isOneOf(filter, unfiled(raw` and state = 'failed'`)),
    waiting: raw`s.error_id is null and s.decision <> 'skipped'`,
    skipped: raw`s.error_id is null and s.decision = 'skipped'`,
    conflict: isOneOf(filter, raw`select id from errors where conflict is not null${ofTenant}`),
  };
}

// The planner takes any word for a rare one, and would look each of its rows up beside: `is true` lets it make a table of all once.
function isOneOf({ search }: ErrorsFilter, errors: RawBuilder<unknown>): RawBuilder<unknown> {
  return raw`(s.error_id in (${errors}))${search === null ? raw`` : raw` is true`}`;
}

function linked({ tenantId }: ErrorsFilter, holds: RawBuilder<unknown>): RawBuilder<unknown> {
  const ofTenant = tenantId === null ? raw`` : raw` and i.tenant_id = ${tenantId}`;
  return raw`l.issue_id in (select i.id from issues i where i.source = 'linked'${ofTenant} and ${holds})`;
}
