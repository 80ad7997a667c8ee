import { isAudit } from './compare.ts';
import { counted, countApplied } from './run.ts';
import {
  branchSnapshot,
  collaboratorSnapshot,
  labelSnapshot,
  milestoneSnapshot,
  teamSnapshot,
} from './snapshots.decide.ts';
import { BRANCHES, COLLABORATORS, LABELS, MILESTONES, TEAMS } from './tables.decide.ts';
import { knownDates, milestoneNumbers, toldSince } from './branches.store.ts';
import { markItemsGone, mergeItems } from './items.store.ts';
import { namesOf } from './drift.store.ts';
import { noteList } from './list-drift.ts';
import { noteUsers } from './users.store.ts';
import { allUnchanged, knownPages, PAGE_SIZE, readPages } from './read-pages.ts';
import type { EtagPage } from './read-pages.ts';
import { dropMilestone, relabel, retitleMilestone, unlabel } from './renames.store.ts';
import { saveFacet } from './repositories.store.ts';
import type { AppliedItem, ItemSnapshot, ItemTable, Stamp } from './items.model.ts';
import type { FacetName, Sql } from '../db/db.model.ts';
import type { GithubFailure, GithubResult, RepositoryRef } from '../github/github.model.ts';
import type { GithubBranchHead, GithubExtent, GithubPage, PageAsk } from '../github/github-reads.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Reader, Run } from './repository.model.ts';

/** The short lists of a repository, each read as a whole. */
export type ListFacet = 'labels' | 'milestones' | 'branches' | 'people' | 'teams';

/**
 * Brings one short list to GitHub's: what is not in it any more gets a tombstone. Asked with the ETags of the last read, so a
 * list that did not change costs nothing of the primary limit. A list that the credential may not see is noted, not an error.
 */
export async function readList(ctx: OutsideCtx, run: Run, facet: ListFacet): Promise<GithubFailure | null> {
  const { repository } = run;
  const r = refOf(run);
  switch (facet) {
    case 'labels':
      return read(
        ctx,
        run,
        facet,
        (ask) => run.github.labelPage(r, ask),
        (items, sql, stamp) => storeLabels(sql, items.map(labelSnapshot), stamp),
      );
    case 'milestones':
      return read(
        ctx,
        run,
        facet,
        (ask) => run.github.milestonePage(r, ask),
        (items, sql, stamp) =>
          storeMilestones(
            sql,
            items.map((item) => milestoneSnapshot(repository, item)),
            stamp,
          ),
      );
    case 'people':
      return read(
        ctx,
        run,
        facet,
        (ask) => run.github.collaboratorPage(r, ask),
        async (items, sql, stamp) => {
          await noteUsers(sql, repository.connection_id, items, stamp);
          return store(sql, COLLABORATORS, items.map(collaboratorSnapshot), stamp);
        },
      );
    case 'teams':
      return read(
        ctx,
        run,
        facet,
        (ask) => run.github.teamPage(r, ask),
        (items, sql, stamp) => store(sql, TEAMS, items.map(teamSnapshot), stamp),
      );
    case 'branches':
    default:
      return readBranches(ctx, run);
  }
}

/**
 * The repository by GitHub's id, which survives renames. By name before the id is known, and where only linked issues are
 * mirrored: there the name was read a moment ago, and a GitHub that knows no addresses by id serves too.
 */
export function refOf({ repository }: Pick<Reader, 'repository'>): RepositoryRef {
  const { github_id: id, full_name: fullName, mirrors } = repository;
  return id === null || mirrors === 'linked' ? { fullName } : { id };
}

async function read<T>(
  ctx: OutsideCtx,
  run: Run,
  facet: ListFacet,
  page: (ask: PageAsk) => Promise<GithubResult<GithubPage<T>>>,
  apply: (items: T[], sql: Sql, stamp: Stamp) => Promise<StoredList>,
): Promise<GithubFailure | null> {
  const askedAt = ctx.now();
  const result = await readPages(ctx, run, facet, page);
  if (!result.ok) return withheld(ctx, run, facet, result.failure, askedAt);
  const { items, pages, notModified } = result.value;
  await ctx.sql.transaction().execute(async (sql) => {
    if (!notModified) await keepList(ctx, sql, run, facet, await apply(items, sql, stampOf(ctx, run, askedAt)));
    await saveFacet(
      sql,
      run.repository.id,
      facet,
      { pages: JSON.stringify(pages), read_at: askedAt, message: null, missing_permissions: null },
      askedAt,
    );
  });
  return null;
}

async function readBranches(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const askedAt = ctx.now();
  const r = refOf(run);
  const { known, hold } = await knownPages(ctx, run, 'branches');
  // a first read goes straight to the heads with their dates; later ones ask for them only when the list changed
  if (known.length > 0 && !isAudit(run)) {
    const unchanged = await allUnchanged(run, known, async (ask) => run.github.branchPage(r, ask));
    if (!unchanged.ok) return withheld(ctx, run, 'branches', unchanged.failure, askedAt);
    if (unchanged.value) {
      await saveFacet(ctx.sql, run.repository.id, 'branches', { read_at: askedAt }, askedAt);
      return null;
    }
  }
  // ETags before heads: a push in between then shows itself the next time. Where this read came too late for the ETags of the one
  // before, so will the next
  const pages = hold ? await branchEtags(run, r) : [];
  const heads = counted(run, await run.github.branchHeads(r, await knownDates(ctx.sql, run.repository.id)));
  if (!heads.ok) return withheld(ctx, run, 'branches', heads.failure, askedAt);
  await storeBranches(ctx, run, heads.value, { pages, askedAt });
  return null;
}

/**
 * Reads all branches for the first time, and with them how much there is of the repository, which `told` hears of first; null
 * where GraphQL, which alone tells that, is not to be had, or the branches are out of sight.
 */
export async function readBranchesFirst(
  ctx: OutsideCtx,
  run: Run,
  told: (extent: GithubExtent) => void,
): Promise<GithubResult<GithubExtent | null>> {
  const askedAt = ctx.now();
  const look = await run.github.firstLook(refOf(run), await knownDates(ctx.sql, run.repository.id), told);
  if (look.ok) {
    await storeBranches(ctx, run, look.value.heads, { pages: [], askedAt });
    return { ...look, value: look.value.extent };
  }
  const failure = await withheld(ctx, run, 'branches', look.failure, askedAt);
  return failure === null ? { ok: true, value: null, status: 200, requestId: null, requests: look.requests } : look;
}

async function storeBranches(
  ctx: OutsideCtx,
  run: Run,
  heads: readonly GithubBranchHead[],
  { pages, askedAt }: { pages: EtagPage[]; askedAt: Date },
): Promise<void> {
  await ctx.sql.transaction().execute(async (sql) => {
    const kept = (await toldSince(sql, run.repository.id, askedAt)) ? [] : pages;
    const stored = await store(sql, BRANCHES, heads.map(branchSnapshot), stampOf(ctx, run, askedAt));
    await keepList(ctx, sql, run, 'branches', stored);
    await saveFacet(
      sql,
      run.repository.id,
      'branches',
      { pages: JSON.stringify(kept), read_at: askedAt, message: null, missing_permissions: null },
      askedAt,
    );
  });
}

async function branchEtags(run: Run, r: RepositoryRef): Promise<EtagPage[]> {
  const pages: EtagPage[] = [];
  let next: string | null = null;
  do {
    const result: GithubResult<GithubPage<unknown>> = counted(
      run,
      await run.github.branchPage(r, next === null ? {} : { next }),
    );
    if (!result.ok || result.value.etag === null) return [];
    if (result.value.next === null && result.value.items.length >= PAGE_SIZE) return [];
    pages.push({ url: result.value.url, etag: result.value.etag });
    next = result.value.next;
  } while (next !== null);
  return pages;
}

/** What came of a list in its table. */
interface StoredList {
  table: ItemTable;
  snapshots: ItemSnapshot[];
  applied: AppliedItem[];
  /** Keys of what the list does not have. */
  gone: (number | string)[];
}

async function keepList(
  ctx: OutsideCtx,
  sql: Sql,
  run: Run,
  facet: FacetName,
  { table, gone, ...stored }: StoredList,
): Promise<void> {
  countApplied(run, stored.applied);
  const outcome = { ...stored, gone: await namesOf(sql, table, run.repository.id, gone) };
  await noteList(ctx, sql, run, { facet, table, outcome });
}

async function store(sql: Sql, table: ItemTable, snapshots: ItemSnapshot[], stamp: Stamp): Promise<StoredList> {
  const applied = await mergeItems(sql, table, snapshots, stamp);
  const gone = await markItemsGone(sql, table, { except: snapshots.map(({ key }) => key) }, stamp);
  return { table, snapshots, applied, gone };
}

async function storeLabels(sql: Sql, snapshots: ItemSnapshot[], stamp: Stamp): Promise<StoredList> {
  const applied = await mergeItems(sql, LABELS, snapshots, stamp);
  const byKey = new Map(snapshots.map((snapshot) => [snapshot.key, snapshot.columns]));
  for (const { key, merge } of applied) {
    const columns = byKey.get(key);
    if (merge === 'apply' && columns !== undefined)
      await relabel(sql, stamp.repositoryId, {
        id: Number(key),
        name: String(columns['name']),
        color: String(columns['color']),
      });
  }
  const gone = await markItemsGone(sql, LABELS, { except: [...byKey.keys()] }, stamp);
  for (const key of gone) await unlabel(sql, stamp, Number(key));
  return { table: LABELS, snapshots, applied, gone };
}

async function storeMilestones(sql: Sql, snapshots: ItemSnapshot[], stamp: Stamp): Promise<StoredList> {
  const applied = await mergeItems(sql, MILESTONES, snapshots, stamp);
  const byKey = new Map(snapshots.map((snapshot) => [snapshot.key, snapshot.columns]));
  for (const { key, merge, changes } of applied) {
    const columns = byKey.get(key);
    if (merge === 'apply' && columns !== undefined && changes.some(({ field }) => field === 'title'))
      await retitleMilestone(sql, stamp.repositoryId, Number(columns['number']), String(columns['title']));
  }
  const gone = await dropMilestones(sql, stamp, [...byKey.keys()]);
  return { table: MILESTONES, snapshots, applied, gone };
}

async function dropMilestones(sql: Sql, stamp: Stamp, kept: (number | string)[]): Promise<(number | string)[]> {
  const gone = await markItemsGone(sql, MILESTONES, { except: kept }, stamp);
  if (gone.length === 0) return gone;
  const rows = await milestoneNumbers(sql, stamp.repositoryId, gone.map(Number));
  for (const number of rows) await dropMilestone(sql, stamp, number);
  return gone;
}

// Such a list needs rights that issues do not: the page names them, the other lists go on.
async function withheld(
  ctx: OutsideCtx,
  run: Run,
  facet: FacetName,
  failure: GithubFailure,
  askedAt: Date,
): Promise<GithubFailure | null> {
  if (failure.kind !== 'forbidden' && failure.kind !== 'not_found' && failure.kind !== 'gone') return failure;
  await saveFacet(
    ctx.sql,
    run.repository.id,
    facet,
    {
      read_at: askedAt,
      message: failure.message,
      missing_permissions: failure.kind === 'forbidden' ? failure.missingPermissions : null,
    },
    askedAt,
  );
  return null;
}

/** What a read at `askedAt` in a run stamps on what it brings. */
export function stampOf(ctx: OutsideCtx, run: Run, askedAt: Date): Stamp {
  return {
    scopeId: run.repository.id,
    repositoryId: run.repository.id,
    askedAt,
    from: 'read',
    via: run.via,
    actor: null,
    now: ctx.now(),
  };
}
