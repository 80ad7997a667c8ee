import { counted } from './run.ts';
import { isAudit } from './compare.ts';
import { etagsMayHold } from './plan.decide.ts';
import { selectFacet } from './repositories.store.ts';
import type { FacetName } from '../db/db.model.ts';
import type { GithubPage, PageAsk } from '../github/github-reads.model.ts';
import type { GithubResult } from '../github/github.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';

export const PAGE_SIZE = 100;
const TRIES_MAX = 3;

/** A page as it was read, and what to ask it with the next time. */
export interface EtagPage {
  url: string;
  etag: string;
}

/** A first import is long, and nobody waits for its end: what others ask goes first (SPEC T4). */
export function priorityOf({ kind }: Pick<Run, 'kind'>): 'live' | 'backfill' {
  return kind === 'import' ? 'backfill' : 'live';
}

interface ReadAll<T> {
  items: T[];
  pages: EtagPage[];
  notModified: boolean;
}

/** Reads a list to its end, or finds that all its pages are as they were. */
export async function readPages<T>(
  ctx: OutsideCtx,
  run: Run,
  facet: FacetName,
  page: (ask: PageAsk) => Promise<GithubResult<GithubPage<T>>>,
): Promise<GithubResult<ReadAll<T>>> {
  const { known } = await knownPages(ctx, run, facet);
  // that GitHub's list did not change says nothing of what stands here, which is what an audit is for
  if (known.length > 0 && !isAudit(run)) {
    const unchanged = await allUnchanged(run, known, page);
    if (!unchanged.ok) return unchanged;
    if (unchanged.value) return { ...unchanged, value: { items: [], pages: known, notModified: true } };
  }
  for (let tried = 1; ; tried += 1) {
    const result = await readOnce(run, page);
    if (!result.ok) return result;
    // something deleted between two pages shifts the rest: one of them is on neither page, and would be taken for deleted too
    const before = result.value.pages.slice(0, -1);
    const steady = before.length === 0 ? null : await allUnchanged(run, before, page);
    if (steady !== null && !steady.ok) return steady;
    if (steady === null || steady.value || tried === TRIES_MAX) return withoutFullEnd(result);
  }
}

async function readOnce<T>(
  run: Run,
  page: (ask: PageAsk) => Promise<GithubResult<GithubPage<T>>>,
): Promise<Extract<GithubResult<ReadAll<T>>, { ok: true }> | Extract<GithubResult<never>, { ok: false }>> {
  const items: T[] = [];
  const pages: EtagPage[] = [];
  let next: string | null = null;
  for (;;) {
    const result: GithubResult<GithubPage<T>> = counted(
      run,
      await page({ priority: priorityOf(run), ...(next === null ? {} : { next }) }),
    );
    if (!result.ok) return result;
    items.push(...result.value.items);
    if (result.value.etag !== null) pages.push({ url: result.value.url, etag: result.value.etag });
    next = result.value.next;
    if (next === null) return { ...result, value: { items, pages, notModified: false } };
  }
}

// after a full last page another one may begin without a change of this one's ETag
function withoutFullEnd<T>(result: Extract<GithubResult<ReadAll<T>>, { ok: true }>): GithubResult<ReadAll<T>> {
  const isFull = result.value.items.length > 0 && result.value.items.length % PAGE_SIZE === 0;
  return isFull ? { ...result, value: { ...result.value, pages: [] } } : result;
}

/** The pages of the last read, as far as asking for them with their ETags is worth it. */
export async function knownPages(
  ctx: OutsideCtx,
  run: Run,
  name: FacetName,
): Promise<{ known: EtagPage[]; hold: boolean }> {
  const facet = await selectFacet(ctx.sql, run.repository.id, name);
  const hold = etagsMayHold(run.connection.credentialKind, facet?.read_at ?? null, ctx.now());
  const pages = facet?.pages ?? [];
  // a server that moved is read anew: under its old address nobody answers, or somebody else
  const isHere = pages.every(({ url }) => originOf(url) === originOf(run.connection.baseUrl));
  return { known: hold && isHere ? pages : [], hold };
}

const originOf = (url: string) => URL.parse(url)?.origin;

/** Whether GitHub answers 304 to all of these pages. */
export async function allUnchanged<T>(
  run: Run,
  known: readonly EtagPage[],
  page: (ask: PageAsk) => Promise<GithubResult<GithubPage<T>>>,
): Promise<GithubResult<boolean>> {
  let last: GithubResult<boolean> = { ok: true, value: true, status: 304, requestId: null, requests: 0 };
  for (const { url, etag } of known) {
    const result = counted(run, await page({ next: url, etag }));
    if (!result.ok) return result;
    last = { ...result, value: result.value.notModified };
    if (!last.value) return last;
  }
  return last;
}
