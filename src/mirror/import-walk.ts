import { afterPage, sinceOf } from './import-spans.decide.ts';
import { applyComments, applyIssues, applyPulls } from './apply.ts';
import { applySome } from './apply-some.ts';
import { patiently } from './patiently.ts';
import { readFacts } from './sync-whole.ts';
import { refOf } from './read-lists.ts';
import { saveSpan } from './spans.store.ts';
import type { AppliedItem } from './items.model.ts';
import type { GithubComment, GithubPage, GithubPullRequest, PageAsk } from '../github/github-reads.model.ts';
import type { GithubFailure, GithubIssue, GithubResult } from '../github/github.model.ts';
import type { How } from './apply.ts';
import type { Importing, ImportSpan } from './import.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';
import type { Span } from './spans.store.ts';
import type { Sql } from '../db/db.model.ts';
import type { SpanStep } from './import-spans.decide.ts';

type Item = GithubIssue | GithubPullRequest | GithubComment;

/** Walks a part of a list to its end, page by page, from where it stands. */
export async function walkSpan(
  ctx: OutsideCtx,
  importing: Importing,
  span: ImportSpan,
  goesOn: () => boolean,
): Promise<GithubFailure | null> {
  const { run } = importing;
  let asked: Promise<AskedPage> | null = askPage(ctx, run, span);
  while (asked !== null && goesOn()) {
    const { page, askedAt } = await asked;
    span.askedAt = askedAt;
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
    if (span.facet === 'issues') noteChangedPulls(importing, items as GithubIssue[]);
    await storePage(ctx, run, span, { items, askedAt, step });
  }
  return null;
}

// Their own list was read in the order of creation, and may have passed them before they changed.
function noteChangedPulls({ end, changedPulls }: Importing, issues: readonly GithubIssue[]): void {
  for (const { isPullRequest, number, updatedAt } of issues)
    if (isPullRequest && (end === null || updatedAt >= end)) changedPulls.set(number, updatedAt);
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
