import { sql as raw } from 'kysely';

import { endOfWeek, searchOf, spansOf } from './lists.decide.ts';
import type { RawBuilder } from 'kysely';
import type { ItemFilters, ItemSearch, Weeks } from './lists.decide.ts';
import type { Row, Sql } from '../db/db.model.ts';

/** Whose issues: those a report is linked to that the named person filed, or that this text names. */
export type ReportedBy = { kind: 'account' | 'host'; id: string } | { text: string };

export interface ItemsAsk extends ItemFilters {
  table: 'issues' | 'pull_requests';
  since: Date | null;
  /** Of pull requests. */
  draft: boolean | null;
  /** All that hold: the caller's own reports, and a filter. */
  reportedBy: ReportedBy[];
  /** The row the page starts after. */
  after: ItemPlace | null;
  limit: number;
  now: Date;
}

export interface ItemPlace {
  updatedAt: Date;
  id: string;
}

/** GitHub's clock may be ahead of ours. */
const AHEAD_MS = 24 * 3600 * 1000;

/** Where the rows of a page are: last changed first, at most `limit`. */
export async function findItems(sql: Sql, ask: ItemsAsk): Promise<ItemPlace[]> {
  const search = searchOf(ask);
  if (search.isPlain && ask.reportedBy.length === 0) return walk(sql, ask);
  const found: ItemPlace[] = [];
  const newest = ask.after?.updatedAt ?? new Date(ask.now.getTime() + AHEAD_MS);
  for (const span of spansOf(newest, ask.since)) {
    found.push(...(await findIn(sql, ask, search, span, ask.limit - found.length)));
    if (found.length >= ask.limit) break;
  }
  return found;
}

/** Nothing to look for: the rows in the order of an index. */
async function walk(sql: Sql, ask: ItemsAsk): Promise<ItemPlace[]> {
  const scope = ask.repositoryId === null ? raw`tenant_id = ${ask.tenantId}` : raw`repository_id = ${ask.repositoryId}`;
  const { rows } = await raw<ItemPlace>`
    select id, updated_at as "updatedAt" from ${raw.table(ask.table)}
     where ${scope} and gone is null and gone_at is null${bounds(ask)}
     order by updated_at desc, id desc limit ${ask.limit}`.execute(sql);
  return rows;
}

// `offset 0` keeps the planner from walking all rows in their order until enough match
async function findIn(sql: Sql, ask: ItemsAsk, search: ItemSearch, span: Weeks, limit: number): Promise<ItemPlace[]> {
  const older = span.first === null ? raw` and updated_at < ${endOfWeek(span.last)}` : raw``;
  const { rows } = await raw<ItemPlace>`
    select id, "updatedAt" from (
      select id, updated_at as "updatedAt" from ${raw.table(ask.table)}
       where gone is null and gone_at is null${matches(ask.table, search, span)}${bounds(ask)}${older}${reported(ask)}
      offset 0) found
     order by "updatedAt" desc, id desc limit ${limit}`.execute(sql);
  return rows;
}

function matches(table: ItemsAsk['table'], search: ItemSearch, span: Weeks): RawBuilder<unknown> {
  const facts = [search.facts, span.facts].filter((part) => part !== null).join(' & ');
  const parts = [
    // PostgreSQL itself makes small letters of both sides, as its locale would have them
    ...(facts === '' ? [] : [raw`lower(${facts})::tsquery`]),
    ...(search.words === '' ? [] : [raw`plainto_tsquery('simple', ${search.words})`]),
  ];
  if (parts.length === 0) return raw``;
  const source = table === 'issues' ? raw`source` : raw`null`;
  return raw` and item_facts(tenant_id, repository_id, number, state, ${source}, author, labels, assignees, updated_at, title, body)
         @@ (${raw.join(parts, raw` && `)})`;
}

function bounds(ask: ItemsAsk): RawBuilder<unknown> {
  const since = ask.since === null ? raw`` : raw` and updated_at >= ${ask.since}`;
  const after =
    ask.after === null ? raw`` : raw` and (updated_at, id) < (${ask.after.updatedAt}, ${ask.after.id}::uuid)`;
  const draft = ask.draft === null ? raw`` : raw` and draft = ${ask.draft}`;
  return raw`${since}${after}${draft}`;
}

function reported(ask: ItemsAsk): RawBuilder<unknown> {
  const conditions = ask.reportedBy.map(
    (by) => raw` and id in (
         select l.issue_id from links l join reports p on p.id = l.source_id
          where l.source_kind = 'report'${ask.tenantId === null ? raw`` : raw` and p.tenant_id = ${ask.tenantId}`}
            and ${reporterIs(by)})`,
  );
  return conditions.length === 0 ? raw`` : raw.join(conditions, raw``);
}

function reporterIs(by: ReportedBy): RawBuilder<unknown> {
  if ('kind' in by) return raw`p.reporter_kind = ${by.kind} and p.reporter_id = ${by.id}`;
  const text = by.text.toLowerCase();
  const pattern = `%${text.replaceAll(/[\\%_]/gu, (character) => `\\${character}`)}%`;
  return raw`(lower(p.reporter_id) = ${text} or lower(p.reporter_email) = ${text} or p.reporter_name ilike ${pattern})`;
}

export type IssueRow = Row<'issues'> & { full_name: string };

/** The issues of a page, in its order. */
export async function selectIssues(sql: Sql, places: readonly Pick<ItemPlace, 'id'>[]): Promise<IssueRow[]> {
  if (places.length === 0) return [];
  const rows = await sql
    .selectFrom('issues as i')
    .leftJoin('repositories as r', 'r.id', 'i.repository_id')
    .selectAll('i')
    .select((eb) => eb.fn.coalesce('r.full_name', 'i.repository').as('full_name'))
    .where(
      'i.id',
      'in',
      places.map(({ id }) => id),
    )
    .execute();
  return inOrder(places, rows);
}

export type PullRow = Row<'pull_requests'> & { full_name: string; milestone_title: string | null };

/** The pull requests of a page, in its order. */
export async function selectPulls(sql: Sql, places: readonly Pick<ItemPlace, 'id'>[]): Promise<PullRow[]> {
  if (places.length === 0) return [];
  const rows = await sql
    .selectFrom('pull_requests as p')
    .innerJoin('repositories as r', 'r.id', 'p.repository_id')
    .leftJoin('milestones as m', (join) =>
      join.onRef('m.repository_id', '=', 'p.repository_id').onRef('m.number', '=', 'p.milestone'),
    )
    .selectAll('p')
    .select(['r.full_name', 'm.title as milestone_title'])
    .where(
      'p.id',
      'in',
      places.map(({ id }) => id),
    )
    .execute();
  return inOrder(places, rows);
}

function inOrder<T extends { id: string }>(places: readonly { id: string }[], rows: T[]): T[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return places.map(({ id }) => byId.get(id)).filter((row) => row !== undefined);
}

/** The reports that issues are linked to; only those of `reporter` where one is given. */
export async function linkedReports(
  sql: Sql,
  issueIds: readonly string[],
  reporter: { kind: 'account' | 'host'; id: string } | null,
): Promise<{ issueId: string; id: string; title: string }[]> {
  if (issueIds.length === 0) return [];
  let query = sql
    .selectFrom('links as l')
    .innerJoin('reports as p', 'p.id', 'l.source_id')
    .select(['l.issue_id as issueId', 'p.id', 'p.title'])
    .where('l.source_kind', '=', 'report')
    .where('l.issue_id', 'in', issueIds)
    .orderBy('l.created_at');
  if (reporter !== null)
    query = query.where('p.reporter_kind', '=', reporter.kind).where('p.reporter_id', '=', reporter.id);
  return query.execute();
}
