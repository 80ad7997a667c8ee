import { decodeCursor, encodeCursor } from './cursor.ts';
import { invalidField } from './problem.ts';

/** What a part of a cursor looks like; what looks otherwise was not made by us and never reaches a statement. */
export const PART = {
  text: /^[^\0]*$/u,
  number: /^\d{1,15}$/u,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u,
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u,
  instantOrNone: /^(?:-infinity|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/u,
} as const;

/** What the last row of the page before was sorted by, null for the first page. Throws a 400 for another's cursor. */
export function readCursor(cursor: string | undefined, ...parts: RegExp[]): string[] | null {
  const found = decodeCursor(cursor, parts.length);
  if (found === null || parts.every((part, index) => part.test(found[index] ?? ''))) return found;
  throw invalidField('cursor', 'This cursor is not one of ours. Leave it out to start from the first page.');
}

/** A page of rows of which one more than `limit` was read, to know whether there is more. */
export function pageOf<T, View>(
  rows: readonly T[],
  limit: number,
  sortedBy: (row: T) => (string | number)[],
  view: (row: T) => View,
): { items: View[]; next: string | null } {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { items: page.map(view), next: last === undefined ? null : encodeCursor(sortedBy(last)) };
}
