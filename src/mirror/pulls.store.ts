import { sql as raw } from 'kysely';

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

export async function pullsWithDueDetails(
  sql: Sql,
  repositoryId: string,
  now: Date,
  limit: number,
): Promise<Pick<Row<'pull_requests'>, 'id' | 'node_id' | 'number' | 'state' | 'updated_at' | 'details_due_at'>[]> {
  return sql
    .selectFrom('pull_requests')
    .select(['id', 'node_id', 'number', 'state', 'updated_at', 'details_due_at'])
    .where('repository_id', '=', repositoryId)
    .where('details_due_at', '<=', now)
    .where('gone_at', 'is', null)
    .orderBy('details_due_at')
    .limit(limit)
    .execute();
}

/** Stores details; `nextAt` when GitHub still computes. A change that came meanwhile keeps them due. */
export async function saveDetails(
  sql: Sql,
  id: string,
  details: GithubPullDetails | null,
  when: { dueAt: Date; nextAt: Date | null; now: Date },
): Promise<void> {
  if (details !== null)
    await sql
      .updateTable('pull_requests')
      .set({
        mergeable: details.mergeable,
        merge_state: details.mergeState,
        review_decision: details.reviewDecision,
        reviews: JSON.stringify(details.reviews.toSorted((a, b) => (a.login < b.login ? -1 : 1))),
        details_at: when.now,
      })
      .where('id', '=', id)
      .execute();
  await sql
    .updateTable('pull_requests')
    .set({ details_due_at: when.nextAt })
    .where('id', '=', id)
    .where('details_due_at', '<=', when.dueAt)
    .execute();
}

export async function pullByNumber(
  sql: Sql,
  repositoryId: string,
  number: number,
): Promise<Row<'pull_requests'> | null> {
  const row = await sql
    .selectFrom('pull_requests')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('number', '=', number)
    .executeTakeFirst();
  return row ?? null;
}
