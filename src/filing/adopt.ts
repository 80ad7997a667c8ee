import {
  finishAttempt,
  insertAttempt,
  insertFilingOnce,
  lockFilingByMarker,
  selectLinkedIssue,
  setAdoption,
  updateFiling,
} from './filing.store.ts';
import { learnIssue } from './learn.ts';
import { newId } from '../lib/ids.ts';
import { readMarker } from './marker.decide.ts';
import type { GithubFailure, GithubIssue } from '../github/github.model.ts';
import type { Filing, FilingCtx, Turn } from './filing.model.ts';
import type { Sql } from '../db/db.model.ts';

/**
 * Reads one page of a repository's issues, oldest first, for markers of ours that this database knows nothing of: a hub whose
 * database was lost takes them up again, linked (SPEC F2). What issues of other tools name is noted, too. Resumes at
 * the page where it stopped. Returns the failure that stopped it, or null.
 */
export async function adoptPage(ctx: FilingCtx, turn: Turn): Promise<GithubFailure | null> {
  const cursor = turn.connection.adoptCursor;
  const page = await turn.github.issuePage(
    { fullName: turn.connection.repository },
    { state: 'all', sort: 'created', direction: 'asc' },
    { next: cursor },
  );
  if (!page.ok) return page.failure;
  for (const source of Object.values(ctx.sources)) await source.note?.(ctx.sql, turn.connection, page.value.items);
  for (const issue of page.value.items) await adoptIssue(ctx, turn, issue);
  await setAdoption(ctx.sql, turn.connection, page.value.next, page.value.next === null ? ctx.now() : null);
  return null;
}

async function adoptIssue(ctx: FilingCtx, turn: Turn, issue: GithubIssue): Promise<void> {
  const found = issue.isPullRequest ? null : readMarker(ctx.keyring, issue.body, turn.tenantSlug);
  if (found === null) return;
  const filing = await ctx.sql.transaction().execute(async (sql): Promise<Filing | null> => {
    const known = await lockFilingByMarker(sql, found.marker);
    if (known !== null) return takeBack(sql, turn, known);
    const now = ctx.now();
    await ctx.sources[found.kind].adopt(sql, {
      tenantId: turn.connection.tenantId,
      id: found.id,
      title: issue.title,
      body: issue.body,
      createdAt: issue.createdAt,
    });
    // the report may be submitted again, under its Idempotency-Key, at this very moment
    await insertFilingOnce(sql, {
      id: newId(now),
      tenant_id: turn.connection.tenantId,
      source_kind: found.kind,
      source_id: found.id,
      connection_id: turn.connection.id,
      state: 'pending',
      marker: found.marker,
      derived: true, // never sent before this page is read to its end
      run_at: now,
      created_at: issue.createdAt,
      updated_at: now,
    });
    return lockFilingByMarker(sql, found.marker);
  });
  if (filing === null) return;
  await learnIssue(ctx, turn, filing, issue, 'found', async (sql) => {
    const attemptId = await insertAttempt(sql, filing.id, 'adopt', ctx.now());
    const message = `Adopted: #${issue.number} carries this hub's marker.`;
    await finishAttempt(sql, attemptId, ctx.now(), {
      outcome: 'found',
      status: null,
      requestId: null,
      message,
      nextTryAt: null,
    });
  });
}

/** A filing whose issue was found, if it does not know it: it was never linked, or its connection was removed, and its link with it. */
async function takeBack(sql: Sql, turn: Turn, known: Filing): Promise<Filing | null> {
  if (known.state === 'sending' || (await selectLinkedIssue(sql, known.id)) !== null) return null;
  if (known.connectionId === null) await updateFiling(sql, known.id, { connection_id: turn.connection.id });
  return known;
}
