import { after, SECOND_MS } from '../lib/clock.ts';
import { patiently } from './patiently.ts';
import { readBranchesFirst, refOf } from './read-lists.ts';
import { saveFacet } from './repositories.store.ts';
import type { GithubExtent } from '../github/github-reads.model.ts';
import type { GithubFailure, GithubResult, IssueListQuery } from '../github/github.model.ts';
import type { Importing } from './import.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';

/**
 * Reads the branches, and with them how much there is to import and until when: the total that a forecast needs, and the time from
 * which on changes are read again at the end.
 */
export async function lookFirst(ctx: OutsideCtx, importing: Importing): Promise<GithubFailure | null> {
  const { run } = importing;
  const askedAt = ctx.now();
  const isKnown = importing.end !== null;
  // lanes without work split the long lists by it: they do not wait for the branches
  const told = ({ newestAt, items }: GithubExtent) => {
    importing.end ??= endBy(ctx, importing, newestAt);
    importing.items = items;
  };
  const branches = await patiently(ctx, run, async () => readBranchesFirst(ctx, run, told));
  if (!branches.ok) return branches.failure;
  const extent = branches.value === null ? await extentByRest(ctx, run) : { ...branches, value: branches.value };
  // a list that is switched off has no end
  if (!extent.ok) return extent.failure.kind === 'gone' ? null : extent.failure;
  run.counts.total = extent.value.items;
  for (const facet of extent.value.empty) {
    importing.empty.add(facet);
    await saveFacet(ctx.sql, run.repository.id, facet, { read_at: askedAt, message: null, missing_permissions: null });
  }
  // without GraphQL their number may be a bound only
  importing.end ??= endBy(ctx, importing, extent.value.newestAt);
  if (!isKnown && importing.end !== null)
    await saveFacet(ctx.sql, run.repository.id, 'repository', { watermark: importing.end });
  return null;
}

/** Pages have been read since the import began: what changed since then may have been the newest change. */
function endBy(ctx: OutsideCtx, { startedAt }: Importing, newestAt: Date | null): Date | null {
  const passedMs = ctx.now().getTime() - startedAt.getTime();
  return newestAt === null ? null : after(newestAt, -Math.ceil(passedMs / SECOND_MS) * SECOND_MS);
}

/** The same without GraphQL. Where a list is too long for a last page the newest number is a bound: there are no more items than that. */
async function extentByRest(ctx: OutsideCtx, run: Run): Promise<GithubResult<GithubExtent>> {
  const newest = await newestBy(ctx, run, 'updated');
  if (!newest.ok) return newest;
  const { items, lastPage } = newest.value;
  const newestAt = items[0]?.updatedAt ?? null;
  if (lastPage !== null) return { ...newest, value: { items: items.length === 0 ? 0 : lastPage, newestAt, empty: [] } };
  const last = await newestBy(ctx, run, 'created');
  return last.ok ? { ...last, value: { items: last.value.items[0]?.number ?? 0, newestAt, empty: [] } } : last;
}

async function newestBy(ctx: OutsideCtx, run: Run, sort: IssueListQuery['sort']) {
  const query = { state: 'all', sort, direction: 'desc' } as const;
  return patiently(ctx, run, async () => run.github.issuePage(refOf(run), query, { perPage: 1, priority: 'backfill' }));
}
