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

/**
 * Where to split the part with the most pages left, as far as its last page tells of the others; null when none is worth it.
 * `end`: the newest change when the import began.
 */
export function whereToSplit<T extends WalkedSpan>(spans: readonly T[], end: Date): { span: T; at: Date } | null {
  const left = spans
    .map((span) => ({ span, pages: pagesLeft(span, end) }))
    .filter(({ span, pages }) => span.facet !== 'pulls' && pages >= SPLIT_PAGES_MIN)
    .toSorted((a, b) => b.pages - a.pages)[0];
  const from = left?.span.position;
  if (left === undefined || from === null || from === undefined) return null;
  const until = left.span.until ?? end;
  return { span: left.span, at: new Date(Math.floor((from.getTime() + until.getTime()) / 2 / SECOND_MS) * SECOND_MS) };
}

function pagesLeft(span: WalkedSpan, end: Date): number {
  if (span.done_at !== null || span.position === null || span.pageMs === null) return 0;
  const leftMs = (span.until ?? end).getTime() - span.position.getTime();
  return leftMs / Math.max(span.pageMs, SECOND_MS);
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
