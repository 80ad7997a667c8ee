import { auditor, checkComment, checkPull } from './check-item.ts';
import { checkIssue } from './sync-linked.ts';
import { countCompared } from './compare.ts';
import { drawItems } from './drift.store.ts';
import { patiently } from './patiently.ts';
import { selectFacet } from './repositories.store.ts';
import type { DrawnItem } from './drift.store.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';

type Known = Record<DrawnItem['kind'], Date>;

/**
 * Compares mirrored items drawn at random with GitHub (SPEC T3), each read by its number, field by field. What stood wrong is
 * noted and repaired as in a comparison in full. A sample sees what is wrong or gone, never what is missing.
 */
export async function auditSample(ctx: OutsideCtx, run: Run, size: number): Promise<GithubFailure | null> {
  const known = await readUntil(ctx, run);
  const items = await drawItems(ctx.sql, run.repository.id, size);
  Object.assign(run.counts, { drift: 0, compared: 0, total: items.length });
  for (const item of items) {
    if (run.ended()) return null;
    const failure = await patiently(ctx, run, async () => look(ctx, run, item, known));
    if (failure !== null) return failure;
    countCompared(run, 1);
  }
  return null;
}

async function look(ctx: OutsideCtx, run: Run, item: DrawnItem, known: Known): Promise<GithubFailure | null> {
  const until = known[item.kind];
  switch (item.kind) {
    case 'pull_request':
      return checkPull(ctx, run, item, until);
    case 'comment':
      return checkComment(ctx, run, item, until);
    case 'issue':
    default:
      return checkIssue(ctx, run, { ...item, etag: null }, auditor(ctx, run, item, until));
  }
}

// What GitHub changed since is news, which the next sync brings. Comments of linked issues have no list of their own.
async function readUntil(ctx: OutsideCtx, run: Run): Promise<Known> {
  const { id, synced_at: syncedAt } = run.repository;
  const of = async (facet: 'issues' | 'pulls' | 'comments') => (await selectFacet(ctx.sql, id, facet))?.watermark;
  const never = new Date(0);
  return {
    issue: (await of('issues')) ?? never,
    pull_request: (await of('pulls')) ?? never,
    comment: (await of('comments')) ?? syncedAt ?? never,
  };
}
