import type { SandboxAnswer, SandboxIssue } from './sandbox.model.ts';
import { refusal } from './sandbox-answers.ts';

const PAGE_SIZE_DEFAULT = 30;
const PAGE_SIZE_MAX = 100;
/** From here on GitHub refuses page numbers on the issues list. */
const PAGED_ITEMS_MAX = 10_000;

export interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

/** `per_page` as GitHub reads it: above 100 is cut to 100; 0, negative or no number at all gives 30. */
export function pageSize(query: URLSearchParams): number {
  const wanted = Number(query.get('per_page') ?? PAGE_SIZE_DEFAULT);
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, PAGE_SIZE_MAX) : PAGE_SIZE_DEFAULT;
}

function pageNumber(query: URLSearchParams): number {
  const wanted = Number(query.get('page') ?? 1);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : 1;
}

/** Classic pages with prev, next, last and first in `Link`. `address` is the list's own address, by repository id. */
export function pageByNumber<T>(all: readonly T[], query: URLSearchParams, address: string): Page<T> {
  const size = pageSize(query);
  const page = pageNumber(query);
  const last = Math.max(1, Math.ceil(all.length / size));
  const to = (number: number): string => withQuery(address, query, { page: String(number) });
  const links = [
    ...(page > 1 ? [`<${to(page - 1)}>; rel="prev"`] : []),
    ...(page < last ? [`<${to(page + 1)}>; rel="next"`, `<${to(last)}>; rel="last"`] : []),
    ...(page > 1 ? [`<${to(1)}>; rel="first"`] : []),
  ];
  return {
    items: all.slice((page - 1) * size, page * size),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

/** The order of an issues list: a key per issue, ties by number. */
export interface IssueOrder {
  key: (issue: SandboxIssue) => string | number;
  descending: boolean;
}

/** Compares two issues in the list's order; the number makes it total. */
export function compareIssues(order: IssueOrder, a: SandboxIssue, b: SandboxIssue): number {
  return compareKeys(order, [order.key(a), a.number], [order.key(b), b.number]);
}

type CursorKey = [key: string | number, number: number];

function compareKeys(order: IssueOrder, a: CursorKey, b: CursorKey): number {
  const sign = order.descending ? -1 : 1;
  if (a[0] !== b[0]) return a[0] < b[0] ? -sign : sign;
  return (a[1] - b[1]) * sign;
}

/**
 * The issues list turned to cursors: `next` carries both `after` and `page`, there is no `last`, and a page number that
 * leads to 10,000 items or beyond is refused with 422. `sorted` is the whole filtered list in `order`.
 */
export function pageByCursor(
  sorted: readonly SandboxIssue[],
  order: IssueOrder,
  at: { query: URLSearchParams; address: string },
): Page<SandboxIssue> | SandboxAnswer {
  const size = pageSize(at.query);
  const page = pageNumber(at.query);
  const start = startOfPage(sorted, order, { query: at.query, size, page });
  if (start === 'too_deep') {
    return refusal(
      422,
      'Pagination with the page parameter is not supported for large datasets, please use cursor based pagination (after/before)',
    );
  }
  if (start === 'bad_cursor') return refusal(422, 'The cursor is not valid.');
  const items = sorted.slice(start.from, start.to);
  const last = items.at(-1);
  if (last === undefined || start.to >= sorted.length) return { items, headers: {} };
  const after = encodeCursor([order.key(last), last.number]);
  const next = withQuery(at.address, at.query, { before: null, after, page: String(page + 1) });
  return { items, headers: { link: `<${next}>; rel="next"` } };
}

function startOfPage(
  sorted: readonly SandboxIssue[],
  order: IssueOrder,
  wanted: { query: URLSearchParams; size: number; page: number },
): { from: number; to: number } | 'too_deep' | 'bad_cursor' {
  const cursor = wanted.query.get('after') ?? wanted.query.get('before');
  if (cursor === null) {
    if (wanted.page > 1 && wanted.page * wanted.size >= PAGED_ITEMS_MAX) return 'too_deep';
    return { from: (wanted.page - 1) * wanted.size, to: wanted.page * wanted.size };
  }
  const key = decodeCursor(cursor);
  if (key === null) return 'bad_cursor';
  if (wanted.query.has('after')) {
    const from = firstAfter(sorted, order, key);
    return { from, to: from + wanted.size };
  }
  const to = firstAfter(sorted, order, key) - 1;
  return { from: Math.max(0, to - wanted.size), to: Math.max(0, to) };
}

function firstAfter(sorted: readonly SandboxIssue[], order: IssueOrder, key: CursorKey): number {
  const index = sorted.findIndex((issue) => compareKeys(order, [order.key(issue), issue.number], key) > 0);
  return index === -1 ? sorted.length : index;
}

function encodeCursor(key: CursorKey): string {
  return Buffer.from(`cursor:v2:${JSON.stringify(key)}`).toString('base64');
}

function decodeCursor(text: string): CursorKey | null {
  const match = /^cursor:v2:(?<json>\[.+\])$/.exec(Buffer.from(text, 'base64').toString('utf8'));
  if (match?.groups?.['json'] === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(match.groups['json']);
    if (!Array.isArray(parsed) || typeof parsed[1] !== 'number') return null;
    return typeof parsed[0] === 'string' || typeof parsed[0] === 'number' ? [parsed[0], parsed[1]] : null;
  } catch {
    return null;
  }
}

function withQuery(address: string, query: URLSearchParams, changes: Record<string, string | null>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return `${address}?${next.toString()}`;
}
