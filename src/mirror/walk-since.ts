import { after, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { applySome } from './apply-some.ts';
import { counted, countApplied } from './run.ts';
import { saveFacet, selectFacet } from './repositories.store.ts';
import type { AppliedItem } from './items.model.ts';
import type { GithubFailure, GithubResult } from '../github/github.model.ts';
import type { GithubPage, PageAsk } from '../github/github-reads.model.ts';
import type { How } from './apply.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';
import type { Sql } from '../db/db.model.ts';

/** `since` is asked this much earlier than the newest change seen: equal timestamps and late rows are read again (facts §3.2). */
const OVERLAP_MS = 10 * MINUTE_MS;
/** Read so long after the newest change, a list holds every row up to it, whatever the clocks say: no overlap is needed. */
const SETTLED_MS = 30 * MINUTE_MS;

interface Changing {
  number?: number;
  updatedAt: Date;
}

/** A list that GitHub gives by time of change, oldest first. */
export interface SinceList<T extends Changing> {
  facet: 'issues' | 'comments';
  page(since: Date | null, ask: PageAsk): Promise<GithubResult<GithubPage<T>>>;
  apply(sql: Sql, items: readonly T[], how: How): Promise<AppliedItem[]>;
  /** Called with each page before it is applied. */
  seen?(items: readonly T[]): void;
}

/**
 * Reads what changed since the newest change seen, and stores it page by page, each with the watermark it reaches, so that a
 * stop loses nothing. Every page begins at the last item of the one before: an item touched meanwhile moves to the end and
 * shifts the rest, and page numbers would skip one (facts 3.2). `from` is where to begin without a watermark.
 */
export async function walkSince<T extends Changing>(
  ctx: OutsideCtx,
  run: Run,
  list: SinceList<T>,
  from: Date | null = null,
): Promise<GithubFailure | null> {
  const facet = await selectFacet(ctx.sql, run.repository.id, list.facet);
  const watermark = facet?.watermark ?? null;
  const begin = from === null ? null : after(from, -OVERLAP_MS);
  const start = watermark === null ? begin : after(watermark, -overlapMs(watermark, facet?.read_at ?? null));
  const walk: Walk = { since: start, next: null, watermark, askedAt: ctx.now() };
  const etag = facet?.pages[0]?.etag ?? null;
  for (;;) {
    const askedAt = ctx.now();
    const first = walk.next === null && walk.since === start;
    const ask = walk.next === null ? (first && etag !== null ? { etag } : {}) : { next: walk.next };
    const result = counted(run, await list.page(walk.since, ask));
    if (!result.ok) return result.failure;
    const page = result.value;
    if (page.notModified) break;
    list.seen?.(page.items);
    await storePage(ctx, run, list, page, { askedAt, walk });
    // the same question next time: its ETag is worth keeping
    const isStill = first && page.next === null && walk.watermark?.getTime() === watermark?.getTime();
    const pages = isStill && page.etag !== null ? [{ url: page.url, etag: page.etag }] : [];
    if (first) await saveFacet(ctx.sql, run.repository.id, list.facet, { pages: JSON.stringify(pages) });
    if (page.next === null || run.ended()) break;
    advance(walk, page);
  }
  await saveFacet(ctx.sql, run.repository.id, list.facet, { read_at: walk.askedAt, message: null }, walk.askedAt);
  return null;
}

function overlapMs(watermark: Date, readAt: Date | null): number {
  const isSettled = readAt !== null && readAt.getTime() - watermark.getTime() > SETTLED_MS;
  return isSettled ? SECOND_MS : OVERLAP_MS;
}

interface Walk {
  since: Date | null;
  next: string | null;
  watermark: Date | null;
  askedAt: Date;
}

// A page whose items all share a few seconds would come again for ever: then GitHub's own link goes on.
function advance(walk: Walk, page: GithubPage<Changing>): void {
  const last = page.items.at(-1)?.updatedAt ?? null;
  const since = last === null ? null : after(last, -SECOND_MS);
  const moves = since !== null && (walk.since === null || since > walk.since);
  walk.next = moves ? null : page.next;
  if (moves) walk.since = since;
}

async function storePage<T extends Changing>(
  ctx: OutsideCtx,
  run: Run,
  list: SinceList<T>,
  page: GithubPage<T>,
  { askedAt, walk }: { askedAt: Date; walk: Walk },
): Promise<void> {
  const how: How = { askedAt, from: 'read', via: run.via, actor: null, now: ctx.now() };
  const newest = page.items.at(-1)?.updatedAt ?? null;
  if (newest !== null && (walk.watermark === null || newest > walk.watermark)) walk.watermark = newest;
  const applied = await applySome(ctx, run, page.items, {
    apply: async (sql, items) => list.apply(sql, items, how),
    done: async (sql) => saveFacet(sql, run.repository.id, list.facet, { watermark: walk.watermark }),
  });
  countApplied(run, applied);
}
