import { invalidField } from './problem.ts';

/** The opaque `next` of a page: where the following page begins. */
export function encodeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts.map(String))).toString('base64url');
}

/** The parts given to `encodeCursor`, null for the first page. Throws a 400 when the text was not made by us. */
export function decodeCursor(cursor: string | undefined, count: number): string[] | null {
  if (cursor === undefined) return null;
  const parts = parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (Array.isArray(parts) && parts.length === count && parts.every((part) => typeof part === 'string')) return parts;
  throw invalidField('cursor', 'This cursor is not one of ours. Leave it out to start from the first page.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
