import { after, HOUR_MS } from '../lib/clock.ts';
import { applyComments, applyIssues, applyPulls } from './apply.ts';
import { applySome } from './walk-since.ts';
import { checkIssue, checkUnseen, syncLinked } from './sync-linked.ts';
import { COMMENTS, PULLS } from './tables.decide.ts';
import { counted } from './run.ts';
import { findingsOf } from './drift.decide.ts';
import { insertFindings, miscountedConversations, presentComments, presentNumbers } from './drift.store.ts';
import { markItemsGone } from './items.store.ts';
import { refOf, stampOf } from './read-lists.ts';
import { selectFacet, updateRepository } from './repositories.store.ts';
import { syncWhole } from './sync-whole.ts';
import type { AppliedItem, Finding } from './items.model.ts';
import type { GithubComment, GithubPage, GithubPullRequest, PageAsk } from '../github/github-reads.model.ts';
import type { GithubFailure, GithubIssue, GithubResult } from '../github/github.model.ts';
import type { How } from './apply.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';
import type { Sql } from '../db/db.model.ts';

/** Finds what the lists of linked issues cannot show: each that was not seen in the last hour is asked for by its number. */
export async function reconcileLinked(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const failure = (await syncLinked(ctx, run)) ?? (await checkUnseen(ctx, run, after(ctx.now(), -HOUR_MS)));
  if (failure === null) await updateRepository(ctx.sql, run.repository.id, { reconciled_at: ctx.now() });
  return failure;
}

/**
 * Compares all of a repository with GitHub (SPEC M4, T3), after a sync: every issue and pull request by the lists, those that no
 * list shows by their number, conversations whose count differs. What stood wrong without being news is drift: noted and
 * repaired.
 */
export async function reconcileWhole(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  run.counts.drift = 0;
  const startedAt = ctx.now();
  const failure =
    (await syncWhole(ctx, run)) ??
    (await compareIssues(ctx, run, startedAt)) ??
    (await comparePulls(ctx, run, startedAt)) ??
    (await compareConversations(ctx, run));
  if (failure === null && !run.ended())
    await updateRepository(ctx.sql, run.repository.id, { reconciled_at: startedAt });
  return failure;
}

async function compareIssues(ctx: OutsideCtx, run: Run, startedAt: Date): Promise<GithubFailure | null> {
  const known = (await selectFacet(ctx.sql, run.repository.id, 'issues'))?.watermark ?? startedAt;
  const seen = new Set<number>();
  const r = refOf(run);
  const failure = await walk<GithubIssue>(ctx, run, {
    page: async (ask) => run.github.issuePage(r, { state: 'all', sort: 'created', direction: 'asc' }, ask),
    async store(sql, issues, how) {
      for (const issue of issues) if (!issue.isPullRequest) seen.add(issue.id);
      const applied = await applyIssues(sql, run.repository, issues, how);
      await note(ctx, sql, run, findingsOf('issue', applied, issues, known));
      return applied;
    },
  });
  if (failure !== null || run.ended()) return failure;
  for (const issue of await presentNumbers(ctx.sql, 'issues', run.repository.id, startedAt)) {
    if (seen.has(issue.github_id)) continue;
    const before = run.counts.updated;
    const failed = await checkIssue(ctx, run, { ...issue, etag: null });
    if (failed !== null) return failed;
    if (run.counts.updated > before) await noteGone(ctx, run, 'issue', issue.number);
  }
  return null;
}

async function comparePulls(ctx: OutsideCtx, run: Run, startedAt: Date): Promise<GithubFailure | null> {
  const known = (await selectFacet(ctx.sql, run.repository.id, 'pulls'))?.watermark ?? startedAt;
  const seen = new Set<number>();
  const r = refOf(run);
  const failure = await walk<GithubPullRequest>(ctx, run, {
    page: async (ask) => run.github.pullPage(r, { sort: 'created', direction: 'asc' }, ask),
    async store(sql, pulls, how) {
      for (const pull of pulls) seen.add(pull.id);
      const applied = await applyPulls(sql, run.repository, pulls, how);
      await note(ctx, sql, run, findingsOf('pull_request', applied, pulls, known));
      return applied;
    },
  });
  if (failure !== null || run.ended()) return failure;
  for (const pull of await presentNumbers(ctx.sql, 'pull_requests', run.repository.id, startedAt)) {
    if (seen.has(pull.github_id)) continue;
    const askedAt = ctx.now();
    const answer = counted(run, await run.github.pull(r, pull.number));
    if (answer.ok) continue;
    if (answer.failure.kind !== 'not_found' && answer.failure.kind !== 'gone') return answer.failure;
    await markItemsGone(ctx.sql, PULLS, { keys: [pull.github_id] }, stampOf(ctx, run, askedAt));
    await noteGone(ctx, run, 'pull_request', pull.number);
  }
  return null;
}

async function compareConversations(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  for (const number of await miscountedConversations(ctx.sql, run.repository.id)) {
    const failure = await compareConversation(ctx, run, number);
    if (failure !== null || run.ended()) return failure;
  }
  return null;
}

/** Reads one conversation as a whole: comments that GitHub has no more get their tombstone. */
export async function compareConversation(ctx: OutsideCtx, run: Run, number: number): Promise<GithubFailure | null> {
  const askedAt = ctx.now();
  const seen = new Set<number>();
  const failure = await walk<GithubComment>(ctx, run, {
    page: async (ask) => run.github.issueCommentPage(refOf(run), number, ask),
    async store(sql, comments, how) {
      for (const comment of comments) seen.add(comment.id);
      const applied = await applyComments(sql, run.repository, comments, how);
      await note(ctx, sql, run, findingsOf('comment', applied, comments, askedAt));
      return applied;
    },
  });
  if (failure !== null) return failure.kind === 'not_found' || failure.kind === 'gone' ? null : failure;
  await ctx.sql.transaction().execute(async (sql) => {
    const lost = (await presentComments(sql, run.repository.id, number)).filter((id) => !seen.has(id));
    const gone = await markItemsGone(sql, COMMENTS, { keys: lost }, stampOf(ctx, run, askedAt));
    await note(
      ctx,
      sql,
      run,
      gone.map((id) => ({ kind: 'comment', item: `#${number}`, field: 'gone', mirrored: id, github: null })),
    );
  });
  return null;
}

interface Walk<T> {
  page(ask: PageAsk): Promise<GithubResult<GithubPage<T>>>;
  store(sql: Sql, items: readonly T[], how: How): Promise<AppliedItem[]>;
}

async function walk<T extends object>(
  ctx: OutsideCtx,
  run: Run,
  { page, store }: Walk<T>,
): Promise<GithubFailure | null> {
  let next: string | null = null;
  do {
    const askedAt = ctx.now();
    const answer: GithubResult<GithubPage<T>> = counted(
      run,
      await page({ priority: 'backfill', ...(next === null ? {} : { next }) }),
    );
    if (!answer.ok) return answer.failure;
    const how: How = { askedAt, from: 'read', via: run.via, actor: null, now: ctx.now() };
    await applySome(ctx, run, answer.value.items, async (some) =>
      ctx.sql.transaction().execute(async (sql) => store(sql, some, how)),
    );
    run.counts.checked += answer.value.items.length;
    next = answer.value.next;
  } while (next !== null && !run.ended());
  return null;
}

async function note(ctx: OutsideCtx, sql: Sql, run: Run, findings: readonly Finding[]): Promise<void> {
  if (run.kind !== 'reconcile') return;
  run.counts.drift = (run.counts.drift ?? 0) + findings.length;
  await insertFindings(sql, { repositoryId: run.repository.id, runId: run.id, now: ctx.now() }, findings);
}

async function noteGone(ctx: OutsideCtx, run: Run, kind: string, number: number): Promise<void> {
  await note(ctx, ctx.sql, run, [{ kind, item: `#${number}`, field: 'gone', mirrored: false, github: true }]);
}
