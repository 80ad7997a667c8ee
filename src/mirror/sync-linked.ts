import { after, DAY_MS } from '../lib/clock.ts';
import { applyGone, applyIssues } from './apply.ts';
import { counted, countApplied } from './run.ts';
import { keepEtag, longUnseen, mirroredIds, oldestMirrored, touchIssues } from './issues.store.ts';
import { readConversations } from './conversations.ts';
import { refOf } from './read-lists.ts';
import { selectFacet, updateRepository } from './repositories.store.ts';
import { walkSince } from './walk-since.ts';
import type { GithubFailure, GithubIssue, GithubResult } from '../github/github.model.ts';
import type { How } from './apply.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { AppliedItem } from './items.model.ts';
import type { Row, Sql } from '../db/db.model.ts';
import type { Reader, Run } from './repository.model.ts';

/** A mirrored issue that no list has shown for a day is asked for by its number: lists never show deleted or moved ones. */
const UNSEEN_MS = DAY_MS;
const UNSEEN_PER_RUN_MAX = 100;

/** Brings the linked issues of a repository to GitHub's, and nothing else of it. */
export async function syncLinked(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const changed = new Set<number>();
  const failure =
    (await readChanged(ctx, run, changed)) ??
    (await readConversations(ctx, run, changed)) ??
    (await checkUnseen(ctx, run, after(ctx.now(), -UNSEEN_MS)));
  if (failure === null) await updateRepository(ctx.sql, run.repository.id, { synced_at: ctx.now() });
  return failure;
}

async function readChanged(ctx: OutsideCtx, run: Run, changed: Set<number>): Promise<GithubFailure | null> {
  const { repository } = run;
  const known = (await selectFacet(ctx.sql, repository.id, 'issues'))?.watermark ?? null;
  const from = known ?? (await oldestMirrored(ctx.sql, repository.id));
  if (from === null) return null; // nothing is linked yet
  return walkSince<GithubIssue>(
    ctx,
    run,
    {
      facet: 'issues',
      page: (since, ask) =>
        run.github.issuePage(
          refOf(run),
          { state: 'all', sort: 'updated', direction: 'asc', ...(since === null ? {} : { since }) },
          ask,
        ),
      async apply(sql, items, how) {
        const ids = items.filter((issue) => !issue.isPullRequest).map(({ id }) => id);
        const mirrored = await mirroredIds(sql, repository.connection_id, ids);
        const ours = items.filter(({ id }) => mirrored.has(id));
        const applied = await applyIssues(sql, repository, ours, how);
        // after people and issues were locked, in the order that everybody locks them in
        await touchIssues(sql, repository.connection_id, [...mirrored], how.now);
        const news = new Set(applied.filter(({ merge }) => merge === 'apply').map(({ key }) => key));
        for (const { id, number, comments } of ours) if (comments > 0 && news.has(id)) changed.add(number);
        return applied;
      },
    },
    from,
  );
}

/** Asks by number for issues that no run has seen since `before`, with their ETags: an unchanged one costs nothing. */
export async function checkUnseen(ctx: OutsideCtx, run: Run, before: Date): Promise<GithubFailure | null> {
  for (const issue of await longUnseen(ctx.sql, run.repository.id, before, UNSEEN_PER_RUN_MAX)) {
    const failure = await checkIssue(ctx, run, issue);
    if (failure !== null) return failure;
    if (run.ended()) return null;
  }
  return null;
}

/** Who compares what a read by number came to, within the transaction that stores it. */
export interface Watcher<T> {
  read(sql: Sql, applied: readonly AppliedItem[], item: T): Promise<void>;
  /** GitHub has it no more, and that was not known. */
  gone(sql: Sql): Promise<void>;
}

/** Asks for one mirrored issue by its number, and stores what became of it. */
export async function checkIssue(
  ctx: OutsideCtx,
  run: Reader,
  issue: Pick<Row<'issues'>, 'id' | 'number' | 'github_id' | 'etag'>,
  watcher: Watcher<GithubIssue> | null = null,
): Promise<GithubFailure | null> {
  const how: How = { askedAt: ctx.now(), from: 'read', via: run.via, actor: null, now: ctx.now() };
  const answer = await run.github.issue(refOf(run), issue.number, issue.etag ?? undefined);
  counted(run, answer);
  const gone = whyGone(answer, issue.github_id);
  if (gone !== null) {
    const news = await ctx.sql.transaction().execute(async (sql) => {
      const isNews = await applyGone(sql, run.repository, issue.id, gone, { ...how, now: ctx.now() });
      if (isNews) await watcher?.gone(sql);
      return isNews;
    });
    run.counts.checked += 1;
    run.counts[news ? 'updated' : 'unchanged'] += 1;
    return null;
  }
  if (!answer.ok) return answer.failure;
  const { issue: current, etag } = answer.value;
  await ctx.sql.transaction().execute(async (sql) => {
    const applied = current === null ? [] : await applyIssues(sql, run.repository, [current], how);
    countApplied(run, applied);
    if (current !== null) await watcher?.read(sql, applied, current);
    await keepEtag(sql, issue.id, etag, ctx.now());
  });
  if (current === null) run.counts.checked += 1;
  return null;
}

/** Transferred: GitHub redirects to the issue's new place, where it has another id. Converted: the number is a discussion's now. */
export function whyGone(
  answer: GithubResult<{ issue: GithubIssue | null }>,
  githubId: number,
): { why: 'deleted' | 'transferred' | 'not_found'; movedTo: string | null } | null {
  if (answer.ok) {
    const { issue } = answer.value;
    return issue === null || issue.id === githubId ? null : { why: 'transferred', movedTo: issue.url };
  }
  switch (answer.failure.kind) {
    case 'gone':
      return { why: 'deleted', movedTo: null };
    case 'moved':
      return { why: 'transferred', movedTo: null };
    case 'not_found':
      return { why: 'not_found', movedTo: null };
    default:
      return null;
  }
}
