import { after, SECOND_MS } from '../lib/clock.ts';

/** A part of a list while it is walked: by time of change, but pull requests, which GitHub gives no `since` for, by creation. */
export interface WalkedSpan {
  facet: 'issues' | 'comments' | 'pulls';
  position: Date | null;
  until: Date | null;
  next: string | null;
  done_at: Date | null;
  /** How much time the last page covered; null before the first. */
  pageMs: number | null;
}

/** Where a walk stands after a page. */
export type SpanStep = Pick<WalkedSpan, 'position' | 'next'> & { isDone: boolean };

/** A part is worth a second walker when so many pages of it are left: each split costs up to one page read twice. */
const SPLIT_PAGES_MIN = 5;
/** Items of a page. */
const PAGE = 100;

/** What is left of a part. `even`: its pages, were all of them as dense in time as the last one. */
interface Left<T> {
  span: T;
  from: Date;
  ms: number;
  even: number;
}

/**
 * Where to split the part with the most pages left, so that half of them lie before it; null when none is worth it. `end`: the
 * newest change when the import began; `issuesLeft`: how many issues are not read yet, null where nobody knows.
 */
export function whereToSplit<T extends WalkedSpan>(
  spans: readonly T[],
  end: Date,
  issuesLeft: number | null,
): { span: T; at: Date } | null {
  const left = spans.flatMap((span) => leftOf(span, end));
  const scale = scaleOf(spans, left, issuesLeft);
  const [longest] = left
    .map((one) => ({ ...one, pages: one.even * (one.span.facet === 'issues' ? scale : 1) }))
    .map((one) => ({ ...one, at: new Date(toSecond(one.from.getTime() + one.ms * halfway(one))) }))
    // however much shares a second, it is read in one piece
    .filter(({ pages, from, at }) => pages >= SPLIT_PAGES_MIN && at > from)
    .toSorted((a, b) => b.pages - a.pages);
  return longest === undefined ? null : { span: longest.span, at: longest.at };
}

function toSecond(ms: number): number {
  return Math.floor(ms / SECOND_MS) * SECOND_MS;
}

function leftOf<T extends WalkedSpan>(span: T, end: Date): Left<T>[] {
  const { position: from, pageMs } = span;
  if (span.facet === 'pulls' || span.done_at !== null || from === null || pageMs === null) return [];
  const ms = (span.until ?? end).getTime() - from.getTime();
  return [{ span, from, ms, even: ms / Math.max(pageMs, SECOND_MS) }];
}

/** Lists are denser towards the present: how many times more pages are left than the density of the last ones predicts. */
function scaleOf(spans: readonly WalkedSpan[], left: readonly Left<WalkedSpan>[], issuesLeft: number | null): number {
  const known = left.filter(({ span }) => span.facet === 'issues');
  const walked = spans.filter(({ facet, done_at: doneAt }) => facet === 'issues' && doneAt === null);
  const even = known.reduce((sum, one) => sum + one.even, 0);
  const isTold = issuesLeft !== null && known.length === walked.length && even > 0;
  return isTold ? issuesLeft / PAGE / even : 1;
}

/** The share of the time left in which half of the pages lie, if they grow denser, or thinner, evenly. */
function halfway({ even, pages }: { even: number; pages: number }): number {
  return pages / (even + Math.sqrt(even ** 2 + 2 * (pages - even) * pages));
}

/**
 * How a walk goes on after a page. A cursor in GitHub's link stays where it is whatever is touched meanwhile; page numbers shift
 * (facts 3.2), so without one the next page begins at the last item of this one, unless all of it shares a second or two. In the
 * order of creation nothing shifts.
 */
export function afterPage(
  span: Pick<WalkedSpan, 'facet' | 'position' | 'until'>,
  page: { last: Date | null; next: string | null },
): SpanStep {
  const { last, next } = page;
  if (span.facet === 'pulls') return { position: null, next, isDone: next === null };
  const isDone = next === null || last === null || (span.until !== null && last >= span.until);
  if (isDone) return { position: last ?? span.position, next: null, isDone };
  if (/[?&]after=/u.test(next)) return { position: last, next, isDone };
  const moves = span.position === null || last > span.position;
  return moves ? { position: last, next: null, isDone } : { position: span.position, next, isDone };
}

/** From when on a part is asked for, where no link leads on: whether GitHub means the second itself is told differently (facts 3.2). */
export function sinceOf({ position }: Pick<WalkedSpan, 'position'>): Date | null {
  return position === null ? null : after(position, -SECOND_MS);
}

/** The end of a list that was read so lately need not be read again: it is as fresh as any that is read to its end. */
const FRESH_MS = 5 * SECOND_MS;

/**
 * Whether the parts of a list hold all that GitHub showed a moment ago. What is touched moves to the end of the list: it is missing
 * when the part that reaches to the present had ended before another part came to where it was.
 */
export function isUpToDate(
  parts: readonly (Pick<WalkedSpan, 'until' | 'done_at'> & { askedAt: Date | null })[],
  now: Date,
): boolean {
  const last = parts.find(({ until }) => until === null);
  const lastAsked = last?.askedAt ?? null;
  if (lastAsked === null || now.getTime() - lastAsked.getTime() > FRESH_MS) return false;
  return parts.every((part) => part === last || (part.done_at !== null && part.done_at <= lastAsked));
}
