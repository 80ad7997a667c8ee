import { after, MINUTE_MS } from '../lib/clock.ts';
import { commentsOf } from './conversations.ts';
import { deleteSpans, insertSpan, selectSpans } from './spans.store.ts';
import { catchUp, readFacts } from './sync-whole.ts';
import { isUpToDate } from './import-spans.decide.ts';
import { saveFacet, selectFacet, updateRepository } from './repositories.store.ts';
import { walkAll } from './import-lanes.ts';
import { arePullsBehind } from './pulls.store.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { Importing, ImportSpan } from './import.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';
import type { Span } from './spans.store.ts';

type Facet = Span['facet'];

/**
 * Reads a whole repository for the first time, whatever its size: pages are stored as they come, several at once, each with how
 * far its part of the list has come in the same transaction. Stopped anywhere, it goes on at those pages. What changed while it
 * ran is read at its end, unless the last pages have just told.
 */
export async function importRepository(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const failed = (await wasReadJustNow(ctx, run)) ? null : await readFacts(ctx, run);
  if (failed !== null) return failed;
  const importing = await begin(ctx, run);
  const failure = await walkAll(ctx, importing);
  if (failure !== null || run.ended()) return failure;
  const behind = await listsBehind(ctx, importing);
  await complete(ctx, importing);
  return catchUp(ctx, run, behind);
}

// Whoever tracks a repository reads it first.
async function wasReadJustNow(ctx: OutsideCtx, { repository }: Run): Promise<boolean> {
  const readAt = (await selectFacet(ctx.sql, repository.id, 'repository'))?.read_at ?? null;
  return readAt !== null && repository.gone === null && readAt > after(ctx.now(), -MINUTE_MS);
}

async function begin(ctx: OutsideCtx, run: Run): Promise<Importing> {
  const { id } = run.repository;
  const end = (await selectFacet(ctx.sql, id, 'repository'))?.watermark ?? null;
  const { spans, isResumed } = await ctx.sql.transaction().execute(async (sql) => {
    const stored = await selectSpans(sql, id);
    if (stored.length > 0 && end !== null) return { spans: stored, isResumed: true };
    // nobody knows what changed since the first of them was read
    await deleteSpans(sql, id);
    const facets: Facet[] = ['issues', 'pulls'];
    if (commentsOf(run.repository) === 'all') facets.push('comments');
    const made: Span[] = [];
    for (const facet of facets)
      made.push(await insertSpan(sql, { repository_id: id, facet, position: null, until: null }));
    return { spans: made, isResumed: false };
  });
  const walked: ImportSpan[] = spans.map((span) => ({ ...span, pageMs: null, askedAt: null }));
  return {
    run,
    startedAt: ctx.now(),
    isResumed,
    spans: walked,
    end,
    items: null,
    empty: new Set(),
    changedPulls: new Map(),
  };
}

/** The lists whose end may lie behind GitHub. What a stop made the import forget is read anew. */
async function listsBehind(ctx: OutsideCtx, importing: Importing): Promise<Set<Facet>> {
  const { run, isResumed, spans, end, changedPulls } = importing;
  const isBehind = (facet: Facet) =>
    isResumed ||
    !isUpToDate(
      spans.filter((span) => span.facet === facet),
      ctx.now(),
    );
  const behind = new Set((['issues', 'comments'] as const).filter(isBehind));
  const changed = [...changedPulls].filter(([, at]) => end === null || at >= end);
  return (await arePullsBehind(ctx.sql, run.repository.id, changed)) ? new Set([...behind, 'pulls']) : behind;
}

async function complete(ctx: OutsideCtx, { run, end, startedAt, spans }: Importing): Promise<void> {
  const { id } = run.repository;
  await ctx.sql.transaction().execute(async (sql) => {
    const left = (await selectSpans(sql, id)).filter(({ done_at: doneAt }) => doneAt === null);
    if (left.length > 0) throw new Error(`the import has ${left.length} parts left that nobody walks`);
    for (const facet of ['issues', 'pulls', 'comments'] as const) {
      const last = spans.find((span) => span.facet === facet && span.until === null);
      await saveFacet(sql, id, facet, { watermark: end ?? startedAt, read_at: last?.askedAt ?? startedAt });
    }
    await deleteSpans(sql, id);
    await updateRepository(sql, id, { imported_at: ctx.now() });
  });
  // the total was a bound where GitHub gives no count
  run.counts.total = run.counts.checked;
}
