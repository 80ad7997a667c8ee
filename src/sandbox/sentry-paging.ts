import type { SandboxSentryIssue, SandboxSentryState, SandboxSentryWorld } from './sentry-world.model.ts';

export const SENTRY_SORTS = ['date', 'new', 'freq', 'user', 'trends', 'inbox', 'recommended'] as const;
export type SentrySort = (typeof SENTRY_SORTS)[number];

interface Order {
  revision: number;
  sorted: SandboxSentryIssue[];
}
const orders = new WeakMap<SandboxSentryState, Map<SentrySort, Order>>();
const revisions = new WeakMap<SandboxSentryState, number>();

/** Something changed: the orders are made anew when they are next asked for. */
export function disorder(state: SandboxSentryState): void {
  revisions.set(state, (revisions.get(state) ?? 0) + 1);
}

/** All issues that are neither merged nor deleted, in the order asked for. */
export function inOrder({ state }: Pick<SandboxSentryWorld, 'state'>, sort: SentrySort): readonly SandboxSentryIssue[] {
  const kept = orders.get(state) ?? new Map<SentrySort, Order>();
  orders.set(state, kept);
  const revision = revisions.get(state) ?? 0;
  const known = kept.get(sort);
  if (known !== undefined && known.revision === revision) return known.sorted;
  const living = state.issues
    .filter(({ deleted, mergedInto }) => !deleted && mergedInto === null)
    .map((issue) => ({ issue, score: scoreOf(issue, sort) }))
    .sort((a, b) => b.score - a.score || Number(b.issue.id) - Number(a.issue.id))
    .map(({ issue }) => issue);
  kept.set(sort, { revision, sorted: living });
  return living;
}

/** What the order goes by, highest first: milliseconds for date and new. */
export function scoreOf(issue: SandboxSentryIssue, sort: SentrySort): number {
  if (sort === 'new') return issue.firstSeen === null ? 0 : Date.parse(issue.firstSeen);
  if (sort === 'freq') return issue.count;
  if (sort === 'user') return issue.userCount;
  return issue.lastSeen === null ? 0 : Date.parse(issue.lastSeen);
}

/** Where a page begins: at this score, after so many of the same score. */
export interface SentryCursor {
  value: number;
  offset: number;
}

/** Reads `identifier:offset:is_prev`; null: the first page; 'bad': not a cursor. A previous page always begins at the start. */
export function readCursor(text: string | null): SentryCursor | null | 'bad' {
  if (text === null || text === '') return null;
  const parts = /^(?<value>\d+):(?<offset>\d+):(?<previous>[01])$/u.exec(text)?.groups;
  if (parts === undefined) return 'bad';
  return parts['previous'] === '1' ? null : { value: Number(parts['value']), offset: Number(parts['offset']) };
}

/** One page by score and the cursor of the next; null at the end. */
export function pageByScore<T>(
  rows: readonly T[],
  { cursor, limit, score }: { cursor: SentryCursor | null; limit: number; score: (row: T) => number },
): { rows: T[]; next: SentryCursor | null } {
  let start = cursor === null ? 0 : rows.findIndex((row) => score(row) <= cursor.value);
  if (start === -1) start = rows.length;
  start += cursor?.offset ?? 0;
  const after = rows[start + limit];
  const page = rows.slice(start, start + limit);
  if (after === undefined) return { rows: page, next: null };
  const value = score(after);
  const first = rows.findIndex((row) => score(row) <= value);
  return { rows: page, next: { value, offset: start + limit - first } };
}

/** One page of any list by position. */
export function pageByOffset<T>(
  rows: readonly T[],
  cursor: SentryCursor | null,
  limit: number,
): { rows: T[]; next: SentryCursor | null } {
  const start = cursor?.offset ?? 0;
  const next = rows.length > start + limit ? { value: 0, offset: start + limit } : null;
  return { rows: rows.slice(start, start + limit), next };
}

/** The Link header: both relations always, the end told by results="false". */
export function linkHeader(
  url: string,
  query: URLSearchParams,
  { hasPrevious, next, limit }: { hasPrevious: boolean; next: SentryCursor | null; limit: number },
): string {
  const link = (rel: string, cursor: string, results: boolean): string => {
    const params = new URLSearchParams(query);
    params.set('cursor', cursor);
    return `<${url}?${params.toString()}>; rel="${rel}"; results="${String(results)}"; cursor="${cursor}"`;
  };
  const onward = next ?? { value: 0, offset: limit };
  return [
    link('previous', '0:0:1', hasPrevious),
    link('next', `${onward.value}:${onward.offset}:0`, next !== null),
  ].join(', ');
}
