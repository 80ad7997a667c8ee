import { after, DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import { applyGone, applySnapshot, applyUnchanged } from './apply.ts';
import { finishRun, lastCursor, saveProgress, startRun } from './sync-runs.store.ts';
import { githubOf, pauseForFailure, refreshConnection } from '../connections/connections.ts';
import { longUnseen, mirroredIds, oldestMirrored } from './mirror.store.ts';
import { newId } from '../lib/ids.ts';
import { publish } from '../db/db.ts';
import { sentenceFor } from '../github/github.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { Github, GithubFailure, GithubIssue } from '../github/github.model.ts';
import type { MirroredIssue } from './mirror.model.ts';
import type { SyncCounts, SyncTrigger } from './sync.model.ts';

/** `since` is asked this much earlier than the newest change seen: equal timestamps and late rows are read again (facts §3.2). */
const OVERLAP_MS = 10 * MINUTE_MS;
/** A mirrored issue that no list has shown for a day is asked for by its number: lists never show deleted or moved ones. */
const UNSEEN_MS = DAY_MS;
const UNSEEN_PER_RUN_MAX = 100;
const ERRORS_MAX = 100;

/**
 * Syncs one connection's linked issues from GitHub (and imports external ones where the setting says so). Returns at once with
 * the run and a promise of its end; when one is under way already, joins it.
 */
export async function startSync(
  ctx: OutsideCtx,
  connection: GithubConnection,
  trigger: SyncTrigger,
): Promise<{ runId: string; joined: boolean; done: Promise<void> }> {
  const { id, joined } = await startRun(ctx.sql, {
    id: newId(ctx.now()),
    tenantId: connection.tenantId,
    connectionId: connection.id,
    trigger,
    imports: connection.importExternal,
    now: ctx.now(),
  });
  if (joined) return { runId: id, joined, done: Promise.resolve() };
  await publish(ctx.sql, { kind: 'sync_run', id, tenantId: connection.tenantId });
  return { runId: id, joined, done: run(ctx, connection, id) };
}

async function run(ctx: OutsideCtx, connection: GithubConnection, runId: string): Promise<void> {
  const counts: SyncCounts = {
    requests: 0,
    checked: 0,
    updated: 0,
    imported: 0,
    unchanged: 0,
    cursor: null,
    errors: [],
  };
  let failure: GithubFailure | null;
  try {
    failure = await syncAll(ctx, connection, runId, counts);
  } catch (error) {
    ctx.log.error({ run: runId, error: error instanceof Error ? error.stack : String(error) }, 'sync: a run failed');
    failure = { kind: 'unexpected', message: 'Throughline failed; the log says how.', status: null, requestId: null };
  }
  const end =
    failure === null
      ? { state: 'done' as const, message: null }
      : { state: 'failed' as const, message: sentenceFor(failure) };
  if (failure !== null) ctx.meter.failed('sync', failure.kind);
  await finishRun(ctx.sql, runId, counts, { ...end, now: ctx.now() });
  if (failure?.kind === 'unauthorized' || failure?.kind === 'forbidden')
    await pauseForFailure(ctx, connection, failure.kind, failure);
  await publish(ctx.sql, { kind: 'sync_run', id: runId, tenantId: connection.tenantId });
  const { errors, cursor: _cursor, ...numbers } = counts;
  ctx.log.info(
    { run: runId, repository: connection.repository, ...numbers, errors: errors.length, state: end.state },
    'sync run ended',
  );
}

async function syncAll(
  ctx: OutsideCtx,
  stored: GithubConnection,
  runId: string,
  counts: SyncCounts,
): Promise<GithubFailure | null> {
  const github = githubOf(ctx, stored);
  if (github === null)
    return {
      kind: 'unauthorized',
      message: 'The stored token cannot be decrypted: put it in again.',
      status: null,
      requestId: null,
    };
  const refreshed = await refreshConnection(ctx, stored, github, true);
  counts.requests += 2;
  if (!refreshed.ok) return refreshed.failure;
  const { connection } = refreshed;
  return (
    (await syncChanged(ctx, connection, github, runId, counts)) ??
    (await syncUnseen(ctx, connection, github, runId, counts))
  );
}

// Everything changed since the newest change seen, oldest first, page by page as GitHub links them.
async function syncChanged(
  ctx: OutsideCtx,
  connection: GithubConnection,
  github: Github,
  runId: string,
  counts: SyncCounts,
): Promise<GithubFailure | null> {
  const cursor = await lastCursor(ctx.sql, connection.id, connection.importExternal);
  counts.cursor = cursor;
  const from = cursor ?? (connection.importExternal ? null : await oldestMirrored(ctx.sql, connection));
  if (from === null && !connection.importExternal) return null; // nothing is linked yet
  const since = from === null ? {} : { since: after(from, -OVERLAP_MS) };
  let next: string | null = null;
  do {
    const page = await github.issuePage(
      { fullName: connection.repository },
      { state: 'all', sort: 'updated', direction: 'asc', ...since },
      { next },
    );
    counts.requests += page.requests;
    if (!page.ok) return page.failure;
    await applyPage(ctx, connection, page.value.items, counts);
    await saveProgress(ctx.sql, runId, counts, ctx.now());
    next = page.value.next;
  } while (next !== null);
  return null;
}

async function applyPage(
  ctx: OutsideCtx,
  connection: GithubConnection,
  issues: GithubIssue[],
  counts: SyncCounts,
): Promise<void> {
  const real = issues.filter((issue) => !issue.isPullRequest);
  const mirrored = await mirroredIds(
    ctx.sql,
    connection.id,
    real.map((issue) => issue.id),
  );
  for (const issue of real) {
    if (mirrored.has(issue.id) || connection.importExternal)
      await applyOne(ctx, connection, issue, mirrored.has(issue.id), counts);
  }
  const newest = issues.reduce<Date | null>(
    (latest, issue) => (latest === null || issue.updatedAt > latest ? issue.updatedAt : latest),
    counts.cursor,
  );
  counts.cursor = newest;
}

// One issue that cannot be applied is named and never stops the others.
async function applyOne(
  ctx: OutsideCtx,
  connection: GithubConnection,
  issue: GithubIssue,
  known: boolean,
  counts: SyncCounts,
): Promise<void> {
  counts.checked += 1;
  try {
    const applied = await ctx.sql
      .transaction()
      .execute(async (sql) =>
        applySnapshot(sql, connection, issue, { via: known ? 'sync' : 'import', source: 'external', now: ctx.now() }),
      );
    if (applied.outcome === 'added') counts.imported += 1;
    else if (applied.outcome === 'changed') counts.updated += 1;
    else counts.unchanged += 1;
  } catch (error) {
    ctx.log.warn({ issue: issue.number, error: String(error) }, 'sync: an issue could not be applied');
    if (counts.errors.length < ERRORS_MAX)
      counts.errors.push({ issue: `#${issue.number}`, message: 'It could not be stored; the log says why.' });
  }
}

// By number, with the stored ETag: an unchanged issue costs nothing of the primary limit.
async function syncUnseen(
  ctx: OutsideCtx,
  connection: GithubConnection,
  github: Github,
  runId: string,
  counts: SyncCounts,
): Promise<GithubFailure | null> {
  const unseen = await longUnseen(ctx.sql, connection, after(ctx.now(), -UNSEEN_MS), UNSEEN_PER_RUN_MAX);
  for (const issue of unseen) {
    const failure = await checkUnseen(ctx, connection, github, issue, counts);
    if (failure !== null) return failure;
    await saveProgress(ctx.sql, runId, counts, ctx.now());
  }
  return null;
}

async function checkUnseen(
  ctx: OutsideCtx,
  connection: GithubConnection,
  github: Github,
  issue: MirroredIssue,
  counts: SyncCounts,
): Promise<GithubFailure | null> {
  const answer = await github.issue({ fullName: connection.repository }, issue.number, issue.etag ?? undefined);
  counts.requests += answer.requests;
  counts.checked += 1;
  if (answer.ok) {
    const current = answer.value.issue;
    if (current === null) await applyUnchanged(ctx, issue);
    // Transferred: GitHub redirects to the issue's new place, where it has another id.
    else if (current.id !== issue.githubId) counts.updated += Number(await applyGone(ctx, issue, 'transferred'));
    else
      await ctx.sql.transaction().execute(async (sql) =>
        applySnapshot(sql, connection, current, {
          via: 'sync',
          source: 'external',
          etag: answer.value.etag,
          now: ctx.now(),
        }),
      );
    return null;
  }
  const { kind } = answer.failure;
  if (kind === 'gone' || kind === 'moved' || kind === 'not_found') {
    const gone = kind === 'gone' ? 'deleted' : kind === 'moved' ? 'transferred' : 'not_found';
    counts.updated += Number(await applyGone(ctx, issue, gone));
    return null;
  }
  return answer.failure;
}
