import { after, HOUR_MS } from '../lib/clock.ts';
import { applyIssues, applyPulls } from './apply.ts';
import { checkIssue, checkUnseen, syncLinked } from './sync-linked.ts';
import { findingsOf } from './drift.decide.ts';
import { markItemsGone } from './items.store.ts';
import { note, walk } from './compare.ts';
import { patiently } from './patiently.ts';
import { presentNumbers } from './drift.store.ts';
import { PULLS } from './tables.decide.ts';
import { readConversations } from './conversations.ts';
import { refOf, stampOf } from './read-lists.ts';
import { selectFacet, updateRepository } from './repositories.store.ts';
import { syncWhole } from './sync-whole.ts';
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
  for (const issue of await presentNumbers(ctx.sql, 'issues', run.repository.id, startedAt)) {
    if (run.ended()) return null;
    if (seen.has(issue.github_id)) continue;
    const before = run.counts.updated;
    const failed = await patiently(ctx, run, async () => checkIssue(ctx, run, { ...issue, etag: null }));
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
    if (run.ended()) return null;
    if (seen.has(pull.github_id)) continue;
    const askedAt = ctx.now();
    const answer = await patiently(ctx, run, async () => run.github.pull(r, pull.number));
    if (answer.ok) continue;
    if (answer.failure.kind !== 'not_found' && answer.failure.kind !== 'gone') return answer.failure;
    await markItemsGone(ctx.sql, PULLS, { keys: [pull.github_id] }, stampOf(ctx, run, askedAt));
    await noteGone(ctx, run, 'pull_request', pull.number);
  }
  return null;
}

async function noteGone(ctx: OutsideCtx, run: Run, kind: string, number: number): Promise<void> {
  await note(ctx, ctx.sql, run, [{ kind, item: `#${number}`, field: 'gone', mirrored: false, github: true }]);
}
