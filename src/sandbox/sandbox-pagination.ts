import type { SandboxAnswer, SandboxIssue } from './sandbox.model.ts';
import type { IndexKey } from './sandbox-index.ts';
import { refusal } from './sandbox-answers.ts';

const PAGE_SIZE_DEFAULT = 30;
const PAGE_SIZE_MAX = 100;
/** From here on GitHub refuses page numbers on the issues list. */
const PAGED_ITEMS_MAX = 10_000;
/** Up to here it says which page is the last. */
const LAST_ITEMS_MAX = 1000;

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
  /** Which index is in this order; null: none, it is sorted for the request. */
  index: IndexKey | null;
  key: (issue: SandboxIssue) => string | number;
  descending: boolean;
}

/** Compares two issues in the list's order; the number makes it total. */
export function compareIssues(order: IssueOrder, a: SandboxIssue, b: SandboxIssue): number {
  return compareKeys([order.key(a), a.number], [order.key(b), b.number]) * (order.descending ? -1 : 1);
}

type CursorKey = [key: string | number, number: number];

function compareKeys(a: CursorKey, b: CursorKey): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] - b[1];
}

/** What a list is made of: issues in ascending order, of which only those that pass `keep` are shown. */
export interface IssueSource {
  ascending: readonly SandboxIssue[];
  keep: (issue: SandboxIssue) => boolean;
}

/**
 * The issues list turned to cursors: `next` carries both `after` and `page`; `last` is there only for up to 1,000 items, and a page
 * number that leads to 10,000 items or beyond is refused with 422. Walks no further than the page needs.
 */
export function pageByCursor(
  source: IssueSource,
  order: IssueOrder,
  list: { query: URLSearchParams; address: string },
): Page<SandboxIssue> | SandboxAnswer {
  const size = pageSize(list.query);
  const page = pageNumber(list.query);
  const start = startOfPage(source, order, { query: list.query, size, page });
  if (start === 'too_deep') {
    return refusal(
      422,
      'Pagination with the page parameter is not supported for large datasets, please use cursor based pagination (after/before)',
    );
  }
  if (start === 'bad_cursor') return refusal(422, 'The cursor is not valid.');
  const found = [...take(walk(source, order, start.position), start.skip, start.count + 1)];
  const items = found.slice(0, start.count);
  const last = items.at(-1);
  if (last === undefined || found.length <= start.count) return { items, headers: {} };
  const after = encodeCursor([order.key(last), last.number]);
  const next = withQuery(list.address, list.query, { before: null, after, page: String(page + 1) });
  const links = [`<${next}>; rel="next"`, ...lastLink(source, order, { ...list, size })];
  return { items, headers: { link: links.join(', ') } };
}

function lastLink(
  source: IssueSource,
  order: IssueOrder,
  list: { query: URLSearchParams; address: string; size: number },
): string[] {
  const total = [...take(walk(source, order, 0), 0, LAST_ITEMS_MAX + 1)].length;
  if (total > LAST_ITEMS_MAX) return [];
  const page = String(Math.ceil(total / list.size));
  return [`<${withQuery(list.address, list.query, { before: null, after: null, page })}>; rel="last"`];
}

interface Start {
  position: number;
  skip: number;
  count: number;
}

function startOfPage(
  source: IssueSource,
  order: IssueOrder,
  wanted: { query: URLSearchParams; size: number; page: number },
): Start | 'too_deep' | 'bad_cursor' {
  const after = wanted.query.get('after');
  const before = wanted.query.get('before');
  if (after === null && before === null) {
    if (wanted.page > 1 && wanted.page * wanted.size >= PAGED_ITEMS_MAX) return 'too_deep';
    return { position: 0, skip: (wanted.page - 1) * wanted.size, count: wanted.size };
  }
  const key = decodeCursor(after ?? before ?? '');
  if (key === null) return 'bad_cursor';
  const position = positionAfter(source, order, key);
  if (after !== null) return { position, skip: 0, count: wanted.size };
  return pageBefore(source, order, { position, key, size: wanted.size });
}

/** The page that ends just before the cursor's own issue. */
function pageBefore(
  source: IssueSource,
  order: IssueOrder,
  { position, key, size }: { position: number; key: CursorKey; size: number },
): Start {
  const previous = at(source, order, position - 1);
  const isIn = previous !== undefined && compareKeys([order.key(previous), previous.number], key) === 0;
  let [start, count] = [isIn ? position - 1 : position, 0];
  while (start > 0 && count < size) {
    start -= 1;
    const issue = at(source, order, start);
    if (issue !== undefined && source.keep(issue)) count += 1;
  }
  return { position: start, skip: 0, count };
}

/** Positions count in the order of the list: 0 is the first item shown. */
function at({ ascending }: IssueSource, { descending }: IssueOrder, position: number): SandboxIssue | undefined {
  return ascending[descending ? ascending.length - 1 - position : position];
}

function* walk(source: IssueSource, order: IssueOrder, from: number): Generator<SandboxIssue> {
  for (let position = from; position < source.ascending.length; position += 1) {
    const issue = at(source, order, position);
    if (issue !== undefined && source.keep(issue)) yield issue;
  }
}

function* take<T>(items: Iterable<T>, skip: number, count: number): Generator<T> {
  let place = 0;
  for (const item of items) {
    if (place >= skip + count) return;
    if (place >= skip) yield item;
    place += 1;
  }
}

/** The position behind the key, found by halving. */
function positionAfter({ ascending }: IssueSource, order: IssueOrder, key: CursorKey): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const issue = ascending[middle];
    const sign = issue === undefined ? 0 : compareKeys([order.key(issue), issue.number], key);
    if (sign < 0 || (sign === 0 && !order.descending)) low = middle + 1;
    else high = middle;
  }
  return order.descending ? ascending.length - low : low;
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

/** An address of the same list with other parameters; null takes one away. */
export function withQuery(address: string, query: URLSearchParams, changes: Record<string, string | null>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return `${address}?${next.toString()}`;
}
