import { GraphQLError } from 'graphql';

/** One object of an answer: values, or functions of the field's arguments that give them. */
export type Node = Record<string, unknown>;

/** The arguments that every connection has. */
export interface PageArgs {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** A list that is read by pages. */
export interface Paged<T> {
  length: number;
  at(place: number): T;
  cursor(item: T, place: number): string;
  /** Where the item of a cursor stands, or would stand; null when the cursor is not one of this list's. */
  placeOf(cursor: string): { place: number; after: number } | null;
  node(item: T): Node;
  /** What an edge has besides cursor and node. */
  edge?(item: T): Node;
}

/** A page as GitHub's connections show it. Nodes are made only when they are asked for. */
export function connectionOf<T>(list: Paged<T>, args: PageArgs): Node {
  const [from, to] = rangeOf(list, args);
  const places = Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
  const cursorAt = (place: number): string => list.cursor(list.at(place), place);
  const node = (place: number): Node => list.node(list.at(place));
  return {
    totalCount: list.length,
    nodes: () => places.map(node),
    edges: () =>
      places.map((place) => ({
        ...list.edge?.(list.at(place)),
        cursor: cursorAt(place),
        node: () => node(place),
      })),
    pageInfo: () => ({
      hasNextPage: to < list.length,
      hasPreviousPage: from > 0,
      startCursor: places.length === 0 ? null : cursorAt(from),
      endCursor: places.length === 0 ? null : cursorAt(to - 1),
    }),
  };
}

function rangeOf<T>(list: Paged<T>, { first, last, after, before }: PageArgs): [from: number, to: number] {
  let from = typeof after === 'string' ? placed(list, after).after : 0;
  let to = typeof before === 'string' ? placed(list, before).place : list.length;
  if (typeof first === 'number') to = Math.min(to, from + first);
  else if (typeof last === 'number') from = Math.max(from, to - last);
  return [from, Math.max(from, to)];
}

function placed<T>(list: Paged<T>, cursor: string): { place: number; after: number } {
  const found = list.placeOf(cursor);
  if (found !== null) return found;
  throw new GraphQLError(`\`${cursor}\` does not appear to be a valid cursor.`, {
    extensions: { type: 'INVALID_CURSOR_ARGUMENTS' },
  });
}

/** A short list in the order it has, its cursors the places. */
export function listConnection<T>(items: readonly T[], node: (item: T) => Node, args: PageArgs): Node {
  return connectionOf(listOf(items, node), args);
}

/** A short list as something that is read by pages. */
export function listOf<T>(items: readonly T[], node: (item: T) => Node): Paged<T> {
  return {
    length: items.length,
    at: (place) => items[place] as T,
    cursor: (_, place) => encodeCursor(place),
    placeOf(cursor) {
      const place = decodeCursor(cursor);
      return typeof place === 'number' ? { place, after: place + 1 } : null;
    },
    node,
  };
}

export function encodeCursor(key: unknown): string {
  return Buffer.from(`cursor:v2:${JSON.stringify(key)}`).toString('base64');
}

export function decodeCursor(cursor: string): unknown {
  const text = Buffer.from(cursor, 'base64').toString('utf8');
  if (!text.startsWith('cursor:v2:')) return null;
  try {
    return JSON.parse(text.slice('cursor:v2:'.length));
  } catch {
    return null;
  }
}
