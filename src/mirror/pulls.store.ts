import { sql as raw } from 'kysely';

import { storable } from './storable.decide.ts';
import type { GithubIssue } from '../github/github.model.ts';
import type { GithubPullDetails } from '../github/github-reads.model.ts';
import type { Row, Sql } from '../db/db.model.ts';

/** How much is said in pull requests: only their side as issues counts it. */
export async function countComments(sql: Sql, repositoryId: string, pulls: readonly GithubIssue[]): Promise<void> {
  if (pulls.length === 0) return;
  await raw`update pull_requests p set comments = x.comments
      from unnest(${pulls.map(({ number }) => number)}::int[], ${pulls.map(({ comments }) => comments)}::int[]) as x(number, comments)
     where p.repository_id = ${repositoryId} and p.number = x.number and p.comments <> x.comments`.execute(sql);
}

/** Whether one of these pull requests, each with the time of its last change, is missing or was read before that. */
export async function arePullsBehind(
  sql: Sql,
  repositoryId: string,
  changed: readonly (readonly [number: number, at: Date])[],
): Promise<boolean> {
  if (changed.length === 0) return false;
  const { rows } = await raw`
    select 1 from unnest(${changed.map(([number]) => number)}::int[], ${changed.map(([, at]) => at)}::timestamptz[]) as x(number, at)
      left join pull_requests p on p.repository_id = ${repositoryId} and p.number = x.number
     where p.updated_at is null or p.updated_at < x.at limit 1`.execute(sql);
  return rows.length > 0;
}

/** Says that mergeability and reviews of pull requests are to be read. */
export async function dueDetails(sql: Sql, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await sql.updateTable('pull_requests').set({ details_due_at: at }).where('id', 'in', ids).execute();
}

export async function dueDetailsByNumber(sql: Sql, repositoryId: string, number: number, at: Date): Promise<void> {
  await sql
    .updateTable('pull_requests')
    .set({ details_due_at: at })
    .where('repository_id', '=', repositoryId)
    .where('number', '=', number)
    .execute();
}

/** A push to a base makes GitHub compute the mergeability of its open pull requests anew. */
export async function dueDetailsOfBase(sql: Sql, repositoryId: string, base: string, at: Date): Promise<void> {
  await sql
    .updateTable('pull_requests')
    .set({ details_due_at: at })
    .where('repository_id', '=', repositoryId)
    .where('base_ref', '=', base)
    .where('state', '=', 'open')
    .execute();
}

/** Whoever is due longest first, those behind `last`: of those before it some may still be asked about. */
export async function pullsWithDueDetails(
  sql: Sql,
  repositoryId: string,
  { now, last, limit }: { now: Date; last: { dueAt: Date; id: string } | null; limit: number },
): Promise<Pick<Row<'pull_requests'>, 'id' | 'node_id' | 'number' | 'state' | 'updated_at' | 'details_due_at'>[]> {
  const due = sql
    .selectFrom('pull_requests')
    .select(['id', 'node_id', 'number', 'state', 'updated_at', 'details_due_at'])
    .where('repository_id', '=', repositoryId)
    .where('details_due_at', '<=', now)
    .where('gone_at', 'is', null)
    .orderBy('details_due_at')
    .orderBy('id')
    .limit(limit);
  if (last === null) return due.execute();
  return due.where(raw<boolean>`(details_due_at, id) > (${last.dueAt}, ${last.id}::uuid)`).execute();
}

/** What was read of a pull request, null when GitHub told nothing. `nextAt`: when to ask again, as GitHub still computes. */
export interface ReadDetails {
  id: string;
  details: GithubPullDetails | null;
  dueAt: Date;
  nextAt: Date | null;
}

/** Stores details of many. Those that changed since they were due stay due. */
export async function saveDetails(sql: Sql, read: readonly ReadDetails[], now: Date): Promise<void> {
  const rows = read.map(({ id, details, dueAt, nextAt }) => ({
    id,
    due_at: dueAt,
    next_at: nextAt,
    told: details !== null,
    mergeable: details?.mergeable,
    merge_state: details?.mergeState,
    review_decision: details?.reviewDecision,
    reviews: details?.reviews.toSorted((a, b) => (a.login < b.login ? -1 : 1)),
  }));
  // locked in the order in which others lock them
  await raw`
    with x as (
           select * from jsonb_to_recordset(${storable(rows)}::jsonb) as x(id uuid, due_at timestamptz, next_at timestamptz,
                  told boolean, mergeable text, merge_state text, review_decision text, reviews jsonb)),
         locked as (
           select p.id from pull_requests p where p.id in (select id from x) order by p.github_id for update)
    update pull_requests p
       set mergeable = case when x.told then x.mergeable else p.mergeable end,
           merge_state = case when x.told then x.merge_state else p.merge_state end,
           review_decision = case when x.told then x.review_decision else p.review_decision end,
           reviews = case when x.told then x.reviews else p.reviews end,
           details_at = case when x.told then ${now} else p.details_at end,
           details_due_at = case when p.details_due_at <= x.due_at then x.next_at else p.details_due_at end
      from x join locked on locked.id = x.id
     where p.id = x.id`.execute(sql);
}
