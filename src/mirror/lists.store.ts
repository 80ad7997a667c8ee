import { sql as raw } from 'kysely';

import { inTransaction } from '../db/db.ts';
import { amongFew, searchOf, spansOf } from './lists.decide.ts';
import type { RawBuilder } from 'kysely';
import type { ItemFilters, ItemSearch } from './lists.decide.ts';
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
  // an issue that a report is linked to is no external one
  if (ask.reportedBy.length > 0 && ask.source === 'external') return [];
  const newest = ask.after?.updatedAt ?? new Date(ask.now.getTime() + AHEAD_MS);
  // A bitmap that does not fit its memory forgets rows and keeps pages, and the words of all rows on them would be made anew.
  return inTransaction(sql, async (trx) => {
    await raw`set local work_mem = '64MB'`.execute(trx);
    const few = await reportedIds(trx, ask);
    if (few !== null) return findIn(trx, ask, raw`id = any(${few}::uuid[])${andFacts(ask.table, amongFew(search))}`);
    const found: ItemPlace[] = [];
    for (const { facts } of spansOf(newest, ask.since)) {
      const where = raw`${factsOf(ask.table)} && ${facts}::text[]${andFacts(ask.table, search)}`;
      found.push(...(await findIn(trx, { ...ask, limit: ask.limit - found.length }, where, reported(ask))));
      if (found.length >= ask.limit) break;
    }
    return found;
  });
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

// `offset 0`: first the rows of `where`, which an index has, then those of them that stand at the right place and hold `rest`.
// Left to itself the planner walks all rows in their order until enough match, or reads half of another index beside.
async function findIn(
  sql: Sql,
  ask: ItemsAsk,
  where: RawBuilder<unknown>,
  rest: RawBuilder<unknown> = raw``,
): Promise<ItemPlace[]> {
  const { rows } = await raw<ItemPlace>`
    select id, updated_at as "updatedAt" from (
      select * from ${raw.table(ask.table)} where ${where} offset 0) found
     where gone is null and gone_at is null${bounds(ask)}${rest}
     order by updated_at desc, id desc limit ${ask.limit}`.execute(sql);
  return rows;
}

function andFacts(table: ItemsAsk['table'], { facts, words }: ItemSearch): RawBuilder<unknown> {
  if (facts.length === 0 && words === '') return raw``;
  const wanted = words === '' ? raw`` : raw` || tsvector_to_array(to_tsvector('simple', ${words}))`;
  return raw` and ${factsOf(table)} @> (${facts}::text[]${wanted})`;
}

function factsOf(table: ItemsAsk['table']): RawBuilder<unknown> {
  const source = table === 'issues' ? raw`source` : raw`null`;
  return raw`item_facts(tenant_id, repository_id, number, state, ${source}, author, labels, assignees, updated_at, title, body)`;
}

function bounds(ask: ItemsAsk): RawBuilder<unknown> {
  const since = ask.since === null ? raw`` : raw` and updated_at >= ${ask.since}`;
  const after =
    ask.after === null ? raw`` : raw` and (updated_at, id) < (${ask.after.updatedAt}, ${ask.after.id}::uuid)`;
  const draft = ask.draft === null ? raw`` : raw` and draft = ${ask.draft}`;
  return raw`${since}${after}${draft}`;
}

const FEW = 5000;

/** The issues that all of `reportedBy` lead to; null where they are not few, or nobody is named. */
async function reportedIds(sql: Sql, ask: ItemsAsk): Promise<string[] | null> {
  if (ask.reportedBy.length === 0) return null;
  const { rows } = await raw<{ id: string }>`${raw.join(
    ask.reportedBy.map((by) => linkedBy(ask, by)),
    raw` intersect `,
  )} limit ${FEW + 1}`.execute(sql);
  return rows.length > FEW ? null : rows.map(({ id }) => id);
}

function reported(ask: ItemsAsk): RawBuilder<unknown> {
  return raw.join([raw``, ...ask.reportedBy.map((by) => raw`id in (${linkedBy(ask, by)})`)], raw` and `);
}

function linkedBy(ask: ItemsAsk, by: ReportedBy): RawBuilder<unknown> {
  const tenant = ask.tenantId === null ? raw`` : raw` and p.tenant_id = ${ask.tenantId}`;
  return raw`select l.issue_id as id from links l join reports p on p.id = l.source_id
              where l.source_kind = 'report'${tenant} and ${reporterIs(by)}`;
}

function reporterIs(by: ReportedBy): RawBuilder<unknown> {
  if ('kind' in by) return raw`p.reporter_kind = ${by.kind} and p.reporter_id = ${by.id}`;
  return raw`array[lower(p.reporter_id), lower(p.reporter_email), lower(p.reporter_name)] && array[lower(${by.text})]`;
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
