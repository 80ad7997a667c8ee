import { after, DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import { applyComments, applyIssues, applyPulls } from './apply.ts';
import { applyRepositoryFacts } from './repositories.ts';
import { applySome } from './apply-some.ts';
import { walkSince } from './walk-since.ts';
import { commentsOf, readConversations } from './conversations.ts';
import { counted, countApplied } from './run.ts';
import { readDetails } from './read-details.ts';
import { readList, refOf } from './read-lists.ts';
import { saveFacet, selectFacet, selectFacets, updateRepository } from './repositories.store.ts';
import { facetsToRead, mayLackComments } from './plan.decide.ts';
import type {
  GithubComment,
  GithubPage,
  GithubPullRequest,
  GithubRepositoryFacts,
} from '../github/github-reads.model.ts';
import type { GithubFailure, GithubIssue, GithubResult } from '../github/github.model.ts';
import type { Ctx } from '../db/db.model.ts';
import type { How } from './apply.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';

/** Pull requests have no `since`: their list is walked back to this long before the newest change seen. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** How often the short lists are read where an ETag does not make that free (installation tokens, facts 2.5). */
const LISTS_EVERY_MS = DAY_MS;

/**
 * Brings a whole repository to GitHub's by what changed since the last time: the issues' list tells whether anything did, and
 * only then pull requests and comments are asked for. Everything carries the ETag of the last read.
 */
export async function syncWhole(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const startedAt = ctx.now();
  const failed = await readFacts(ctx, run);
  if (failed !== null) return failed;
  const plan = facetsToRead(await selectFacets(ctx.sql, run.repository.id), {
    now: startedAt,
    freeWhenUnchanged: run.connection.credentialKind === 'token',
    everyMs: LISTS_EVERY_MS,
  });
  const before = changesSoFar(run);
  const news = { pull: false };
  const failure =
    (await readIssues(ctx, run, news)) ??
    (news.pull || plan.has('pulls') ? await readPulls(ctx, run) : null) ??
    (changesSoFar(run) > before || news.pull || plan.has('comments') || (await lacksComments(ctx, run))
      ? await readComments(ctx, run)
      : null) ??
    (await readLists(ctx, run, plan)) ??
    (await readDetails(ctx, run));
  if (failure === null && !run.ended()) await updateRepository(ctx.sql, run.repository.id, { synced_at: startedAt });
  return failure;
}

/** Reads only what webhooks said a read must tell; everything else they have brought already. */
export async function syncDirty(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const facets = await selectFacets(ctx.sql, run.repository.id);
  const dirty = new Set(facets.filter(({ dirty_at: dirtyAt }) => dirtyAt !== null).map(({ facet }) => facet));
  const failure =
    (dirty.has('repository') ? await readFacts(ctx, run) : null) ??
    (dirty.has('issues') ? await readIssues(ctx, run, { pull: false }) : null) ??
    (dirty.has('pulls') ? await readPulls(ctx, run) : null) ??
    (dirty.has('comments') ? await readComments(ctx, run) : null) ??
    (await readLists(ctx, run, dirty));
  return failure ?? readDetails(ctx, run);
}

/** What changed in these lists while the first import ran. */
export async function catchUp(
  ctx: OutsideCtx,
  run: Run,
  behind: ReadonlySet<'issues' | 'pulls' | 'comments'>,
): Promise<GithubFailure | null> {
  const startedAt = ctx.now();
  const news = { pull: behind.has('pulls') };
  const failure =
    (behind.has('issues') ? await readIssues(ctx, run, news) : null) ??
    (news.pull ? await readPulls(ctx, run) : null) ??
    (behind.has('comments') ? await readComments(ctx, run) : null) ??
    (await readDetails(ctx, run));
  if (failure === null && !run.ended()) await updateRepository(ctx.sql, run.repository.id, { synced_at: startedAt });
  return failure;
}

async function lacksComments(ctx: OutsideCtx, run: Run): Promise<boolean> {
  const issues = await selectFacet(ctx.sql, run.repository.id, 'issues');
  const comments = await selectFacet(ctx.sql, run.repository.id, 'comments');
  return mayLackComments(issues?.watermark ?? null, comments?.read_at ?? null);
}

function changesSoFar({ counts }: Run): number {
  return counts.imported + counts.updated;
}

/** Reads the repository itself. One that GitHub no longer shows gets its tombstone, and the run ends with the sentence. */
export async function readFacts(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const askedAt = ctx.now();
  const known = (await selectFacet(ctx.sql, run.repository.id, 'repository'))?.pages[0]?.etag ?? null;
  // what was out of sight is there again only when GitHub tells of it, changed or not
  const etag = run.repository.gone === null ? known : null;
  const answer = counted(run, await run.github.repositoryFacts(refOf(run), etag));
  if (!answer.ok) {
    if (answer.failure.kind === 'not_found' || answer.failure.kind === 'gone')
      await updateRepository(ctx.sql, run.repository.id, { gone: 'not_found', gone_at: ctx.now() });
    return answer.failure;
  }
  await storeFacts(ctx, run, answer.value, askedAt);
  return null;
}

/** Stores what GitHub told of the repository itself at `askedAt`, with its ETag. */
export async function storeFacts(
  ctx: Ctx,
  of: Pick<Run, 'repository' | 'via'>,
  { repository, etag }: { repository: GithubRepositoryFacts | null; etag: string | null },
  askedAt: Date,
): Promise<void> {
  const how: How = { askedAt, from: 'read', via: of.via, actor: null, now: ctx.now() };
  await ctx.sql.transaction().execute(async (sql) => {
    if (repository !== null) of.repository = await applyRepositoryFacts(sql, of.repository, repository, how);
    const pages = etag === null ? [] : [{ url: of.repository.url, etag }];
    await saveFacet(sql, of.repository.id, 'repository', { pages: JSON.stringify(pages), read_at: askedAt }, askedAt);
  });
}

async function readIssues(ctx: OutsideCtx, run: Run, news: { pull: boolean }): Promise<GithubFailure | null> {
  const watermark = (await selectFacet(ctx.sql, run.repository.id, 'issues'))?.watermark ?? null;
  return walkSince<GithubIssue>(ctx, run, {
    facet: 'issues',
    page: (since, ask) =>
      run.github.issuePage(
        refOf(run),
        { state: 'all', sort: 'updated', direction: 'asc', ...(since === null ? {} : { since }) },
        ask,
      ),
    apply: (sql, items, how) => applyIssues(sql, run.repository, items, how),
    seen(items) {
      news.pull ||= items.some(
        (issue) => issue.isPullRequest && (watermark === null || issue.updatedAt >= after(watermark, -OVERLAP_MS)),
      );
    },
  });
}

/** Pull requests that changed since the newest change seen; newest first, because GitHub gives no `since` for them. */
export async function readPulls(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const askedAt = ctx.now();
  const watermark = (await selectFacet(ctx.sql, run.repository.id, 'pulls'))?.watermark ?? null;
  const floor = watermark === null ? null : after(watermark, -OVERLAP_MS);
  let newest = watermark;
  let next: string | null = null;
  do {
    const asked = ctx.now();
    const page: GithubResult<GithubPage<GithubPullRequest>> = counted(
      run,
      await run.github.pullPage(refOf(run), { sort: 'updated', direction: 'desc' }, next === null ? {} : { next }),
    );
    if (!page.ok) return page.failure;
    const items: GithubPullRequest[] = page.value.items;
    await storePulls(ctx, run, items, asked);
    const first: GithubPullRequest | undefined = items[0];
    if (first !== undefined && (newest === null || first.updatedAt > newest)) newest = first.updatedAt;
    const last = items.at(-1);
    next = last !== undefined && floor !== null && last.updatedAt < floor ? null : page.value.next;
  } while (next !== null && !run.ended());
  // newest first: what lies below is not known yet
  if (next !== null) return null;
  await saveFacet(ctx.sql, run.repository.id, 'pulls', { watermark: newest, read_at: askedAt }, askedAt);
  return null;
}

async function storePulls(ctx: OutsideCtx, run: Run, pulls: GithubPullRequest[], askedAt: Date): Promise<void> {
  const how: How = { askedAt, from: 'read', via: run.via, actor: null, now: ctx.now() };
  countApplied(
    run,
    await applySome(ctx, run, pulls, { apply: async (sql, some) => applyPulls(sql, run.repository, some, how) }),
  );
}

async function readComments(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  if (commentsOf(run.repository) === 'linked') return readConversations(ctx, run);
  return walkSince<GithubComment>(ctx, run, {
    facet: 'comments',
    page: (since, ask) =>
      run.github.commentPage(
        refOf(run),
        { sort: 'updated', direction: 'asc', ...(since === null ? {} : { since }) },
        ask,
      ),
    apply: (sql, items, how) => applyComments(sql, run.repository, items, how),
  });
}

/** Reads those of the short lists that are in `plan`. */
export async function readLists(ctx: OutsideCtx, run: Run, plan: ReadonlySet<string>): Promise<GithubFailure | null> {
  for (const facet of ['branches', 'labels', 'milestones', 'people', 'teams'] as const) {
    if (!plan.has(facet)) continue;
    const failure = await readList(ctx, run, facet);
    if (failure !== null) return failure;
  }
  return null;
}
