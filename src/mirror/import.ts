import { setTimeout as sleep } from 'node:timers/promises';

import { afterPage, sinceOf, whereToSplit } from './import-spans.decide.ts';
import { applyComments, applyIssues, applyPulls } from './apply.ts';
import { applySome } from './apply-some.ts';
import { commentsOf } from './conversations.ts';
import { deleteSpans, insertSpan, saveSpan, selectSpans, shortenSpan } from './spans.store.ts';
import { catchUp, readFacts } from './sync-whole.ts';
import { patiently } from './patiently.ts';
import { readDetails } from './read-details.ts';
import { readList, refOf } from './read-lists.ts';
import { saveFacet, selectFacet, updateRepository } from './repositories.store.ts';
import type { AppliedItem } from './items.model.ts';
import type { GithubFailure, GithubIssue, GithubResult } from '../github/github.model.ts';
import type { GithubComment, GithubPage, GithubPullRequest, PageAsk } from '../github/github-reads.model.ts';
import type { How } from './apply.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';
import type { Span } from './spans.store.ts';
import type { Sql } from '../db/db.model.ts';
import type { SpanStep, WalkedSpan } from './import-spans.decide.ts';

/** Pages of one import that are read at the same time; the planner leaves room for live work (SPEC T4). */
const LANES = 4;
const LISTS = ['branches', 'labels', 'milestones', 'people', 'teams'] as const;

type ImportSpan = Span & WalkedSpan;
type Item = GithubIssue | GithubPullRequest | GithubComment;

/**
 * Reads a whole repository for the first time, whatever its size: pages are stored as they come, several at once, each with how
 * far its part of the list has come in the same transaction. Stopped anywhere, it goes on at those pages. What changed while it
 * ran is read at its end.
 */
export async function importRepository(ctx: OutsideCtx, run: Run): Promise<GithubFailure | null> {
  const failed = await readFacts(ctx, run);
  if (failed !== null) return failed;
  const begun = await begin(ctx, run);
  if ('failure' in begun) return begun.failure;
  const { spans, end } = begun;
  const failure = await walkAll(ctx, run, spans, end);
  if (failure !== null || run.ended()) return failure;
  const details = await patiently(ctx, run, async () => readDetails(ctx, run));
  if (details !== null || run.ended()) return details;
  await complete(ctx, run, end);
  return catchUp(ctx, run);
}

async function complete(ctx: OutsideCtx, run: Run, end: Date): Promise<void> {
  const { id } = run.repository;
  await ctx.sql.transaction().execute(async (sql) => {
    const left = (await selectSpans(sql, id)).filter(({ done_at: doneAt }) => doneAt === null);
    if (left.length > 0) throw new Error(`the import has ${left.length} parts left that nobody walks`);
    for (const facet of ['issues', 'pulls', 'comments'] as const)
      await saveFacet(sql, id, facet, { watermark: end, read_at: ctx.now() });
    await deleteSpans(sql, id);
    await updateRepository(sql, id, { imported_at: ctx.now() });
  });
}

/** The parts to walk, and GitHub's time of the newest change when the import first began. Both outlive a stop. */
async function begin(
  ctx: OutsideCtx,
  run: Run,
): Promise<{ spans: ImportSpan[]; end: Date } | { failure: GithubFailure }> {
  const { id } = run.repository;
  const newest = await patiently(ctx, run, async () =>
    run.github.issuePage(refOf(run), { state: 'all', sort: 'updated', direction: 'desc' }, { perPage: 1 }),
  );
  if (!newest.ok && newest.failure.kind !== 'gone') return newest;
  run.counts.total = newest.ok ? newest.value.lastPage : null;
  const began = (await selectFacet(ctx.sql, id, 'repository'))?.watermark ?? null;
  const end = began ?? (newest.ok ? newest.value.items[0]?.updatedAt : null) ?? ctx.now();
  const spans = await ctx.sql.transaction().execute(async (sql) => {
    await saveFacet(sql, id, 'repository', { watermark: end });
    const stored = await selectSpans(sql, id);
    if (stored.length > 0) return stored;
    const made: Span[] = [];
    const all = commentsOf(run.repository) === 'all';
    for (const facet of ['issues', 'pulls', ...(all ? (['comments'] as const) : [])] as const)
      made.push(await insertSpan(sql, { repository_id: id, facet, position: null, until: null }));
    return made;
  });
  return { spans: spans.map((span) => ({ ...span, pageMs: null })), end };
}

/** Walks all parts with a few lanes; a lane without a part takes half of the longest one. */
async function walkAll(ctx: OutsideCtx, run: Run, spans: ImportSpan[], end: Date): Promise<GithubFailure | null> {
  const waiting = spans.filter(({ done_at: doneAt }) => doneAt === null);
  const lists: (typeof LISTS)[number][] = [...LISTS];
  const walking = new Set<ImportSpan>();
  let failure: GithubFailure | null = null;
  let thrown: { error: unknown } | null = null;
  const goesOn = () => failure === null && thrown === null && !run.ended();
  // read after the wait: another lane may have failed meanwhile
  const note = (ended: GithubFailure | null) => (failure ??= ended);

  const nextSpan = async (): Promise<ImportSpan | null> => {
    const free = waiting.shift();
    if (free !== undefined) return free;
    const split = whereToSplit([...walking], end);
    return split === null ? null : splitSpan(ctx, run, split);
  };
  const lane = async () => {
    while (goesOn()) {
      const span = await nextSpan();
      const list = span === null ? lists.shift() : undefined;
      if (span !== null) {
        walking.add(span);
        note(await walkSpan(ctx, run, span, goesOn));
        walking.delete(span);
      } else if (list !== undefined) note(await patiently(ctx, run, async () => readList(ctx, run, list)));
      else if (walking.size === 0) return;
      else await sleep(20); // somebody's part may become worth splitting
    }
  };
  // a lane that throws ends the others after their page; none goes on behind a run that has ended
  const guarded = async () => lane().catch((error: unknown) => (thrown ??= { error }));
  await Promise.all(Array.from({ length: LANES }, guarded));
  rethrow(thrown);
  return failure;
}

function rethrow(thrown: { error: unknown } | null): void {
  if (thrown !== null) throw thrown.error;
}

async function splitSpan(ctx: OutsideCtx, run: Run, { span, at }: { span: ImportSpan; at: Date }): Promise<ImportSpan> {
  const { id, facet, until } = span;
  span.until = at; // before anything is awaited: the lane that walks it must stop there
  const made = await ctx.sql.transaction().execute(async (sql) => {
    await shortenSpan(sql, id, at);
    return insertSpan(sql, { repository_id: run.repository.id, facet, position: at, until });
  });
  return { ...made, pageMs: null };
}

async function walkSpan(
  ctx: OutsideCtx,
  run: Run,
  span: ImportSpan,
  goesOn: () => boolean,
): Promise<GithubFailure | null> {
  let asked: Promise<AskedPage> | null = askPage(ctx, run, span);
  while (asked !== null && goesOn()) {
    const { page, askedAt } = await asked;
    if (!page.ok && page.failure.kind === 'invalid' && span.next !== null && span.position !== null) {
      span.next = null; // GitHub no longer knows its own link, as after a long stop: the time of change leads on
      asked = askPage(ctx, run, span);
      continue;
    }
    if (!page.ok) {
      // a list that is switched off has no pages; where the repository itself is out of sight nothing was read to its end
      const failure = isWithheld(page.failure) ? await readFacts(ctx, run) : page.failure;
      if (failure !== null) return failure;
    }
    const { items, next } = page.ok ? page.value : NO_PAGE;
    span.pageMs = coveredMs(items);
    const step = afterPage(span, { last: items.at(-1)?.updatedAt ?? null, next });
    // the next page is on its way while this one is stored
    asked = step.isDone ? null : askPage(ctx, run, { ...span, ...step });
    await storePage(ctx, run, span, { items, askedAt, step });
  }
  return null;
}

type Place = Pick<Span, 'facet' | 'position' | 'next'>;

interface AskedPage {
  askedAt: Date;
  page: GithubResult<Pick<GithubPage<Item>, 'items' | 'next'>>;
}

const NO_PAGE: Pick<GithubPage<Item>, 'items' | 'next'> = { items: [], next: null };

function askPage(ctx: OutsideCtx, run: Run, span: Place): Promise<AskedPage> {
  const askedAt = ctx.now();
  const asked = patiently(ctx, run, async () => pageOf(run, span)).then((page) => ({ askedAt, page }));
  asked.catch(() => undefined); // nobody waits for it when the page before cannot be stored
  return asked;
}

// A repository without issues, or without pull requests, refuses their list.
function isWithheld({ kind }: GithubFailure): boolean {
  return kind === 'gone' || kind === 'not_found';
}

function coveredMs(items: readonly Item[]): number | null {
  const [first, last] = [items[0]?.updatedAt, items.at(-1)?.updatedAt];
  return first === undefined || last === undefined ? null : last.getTime() - first.getTime();
}

async function storePage(
  ctx: OutsideCtx,
  run: Run,
  span: ImportSpan,
  { items, askedAt, step }: { items: readonly Item[]; askedAt: Date; step: SpanStep },
): Promise<void> {
  const how: How = { askedAt, from: 'read', via: run.via, actor: null, now: ctx.now() };
  const place = { position: step.position, next: step.next, done_at: step.isDone ? how.now : null };
  const stored = await applySome(ctx, run, items, {
    apply: async (sql, some) => apply(sql, run, span, some, how),
    done: async (sql) => saveSpan(sql, { ...span, ...place }),
  });
  Object.assign(span, place);
  count(run, span, items, stored);
}

async function pageOf(run: Run, span: Place): Promise<GithubResult<GithubPage<Item>>> {
  const ask: PageAsk = { priority: 'backfill', ...(span.next === null ? {} : { next: span.next }) };
  const from = sinceOf(span);
  const since = from === null ? {} : { since: from };
  const r = refOf(run);
  if (span.facet === 'pulls') return run.github.pullPage(r, { sort: 'created', direction: 'asc' }, ask);
  if (span.facet === 'comments') return run.github.commentPage(r, { sort: 'updated', direction: 'asc', ...since }, ask);
  return run.github.issuePage(r, { state: 'all', sort: 'updated', direction: 'asc', ...since }, ask);
}

async function apply(sql: Sql, run: Run, span: ImportSpan, items: readonly Item[], how: How): Promise<AppliedItem[]> {
  const { repository } = run;
  if (span.facet === 'pulls') return applyPulls(sql, repository, items as GithubPullRequest[], how);
  if (span.facet === 'comments') return applyComments(sql, repository, items as GithubComment[], how);
  return applyIssues(sql, repository, items as GithubIssue[], how);
}

// The issues' list names pull requests too, so it is the measure of progress; the other lists bring what hangs on it.
function count(run: Run, span: ImportSpan, items: readonly Item[], applied: readonly AppliedItem[]): void {
  if (span.facet === 'issues') run.counts.checked += items.length;
  for (const { merge } of applied)
    run.counts[merge === 'insert' ? 'imported' : merge === 'apply' ? 'updated' : 'unchanged'] += 1;
}
