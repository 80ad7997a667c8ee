import { after, HOUR_MS } from '../lib/clock.ts';
import { applyIssues, applyPulls } from './apply.ts';
import { auditor, checkPull } from './check-item.ts';
import { checkIssue, checkUnseen, syncLinked } from './sync-linked.ts';
import { findingsOf } from './drift.decide.ts';
import { countCompared, note, walk } from './compare.ts';
import { patiently } from './patiently.ts';
import { presentNumbers } from './drift.store.ts';
import { readConversations } from './conversations.ts';
import { refOf } from './read-lists.ts';
import { selectFacet, updateRepository } from './repositories.store.ts';
import { catchUp, readFacts, readLists } from './sync-whole.ts';
import type { GithubFailure, GithubIssue } from '../github/github.model.ts';
import type { GithubPullRequest } from '../github/github-reads.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';

/** Finds what the lists of linked issues cannot show: each that was not seen in the last hour is asked for by its number. */
export async function reconcileLinked(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const failure = (await syncLinked(ctx, run)) ?? (await checkUnseen(ctx, run, after(ctx.now(), -HOUR_MS)));
  if (failure === null) await updateRepository(ctx.sql, run.repository.id, { reconciled_at: ctx.now() });
  return failure;
}

const LISTS: ReadonlySet<string> = new Set(['branches', 'labels', 'milestones', 'people', 'teams']);
const ITEMS = new Set(['issues', 'pulls', 'comments'] as const);

/**
 * Compares all of a repository with GitHub (SPEC M4, T3): the short lists, then every issue and pull request by the lists, those
 * that no list shows by their number, and conversations whose count differs. What stood wrong without being news is drift: noted
 * and repaired. The sync comes after: it would repair, unnoticed, what changed lately. The lists come before, because a label that was
 * deleted changes issues without touching them.
 */
export async function reconcileWhole(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  Object.assign(run.counts, { drift: 0, compared: 0 });
  const startedAt = ctx.now();
  const failure =
    (await readFacts(ctx, run)) ??
    (await readLists(ctx, run, LISTS)) ??
    (await compareIssues(ctx, run, startedAt)) ??
    (await comparePulls(ctx, run, startedAt)) ??
    (await catchUp(ctx, run, ITEMS)) ??
    (await readConversations(ctx, run));
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
  countCompared(run, seen.size);
  for (const { id, number, github_id } of await presentNumbers(ctx.sql, 'issues', run.repository.id, startedAt)) {
    if (run.ended()) return null;
    if (seen.has(github_id)) continue;
    const watcher = auditor(ctx, run, { kind: 'issue', github_id, number }, known);
    const issue = { id, number, github_id, etag: null };
    const failed = await patiently(ctx, run, async () => checkIssue(ctx, run, issue, watcher));
    if (failed !== null) return failed;
    countCompared(run, 1);
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
  countCompared(run, seen.size);
  for (const pull of await presentNumbers(ctx.sql, 'pull_requests', run.repository.id, startedAt)) {
    if (run.ended()) return null;
    if (seen.has(pull.github_id)) continue;
    const failed = await patiently(ctx, run, async () => checkPull(ctx, run, pull, known));
    if (failed !== null) return failed;
    countCompared(run, 1);
  }
  return null;
}
