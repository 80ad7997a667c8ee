/** What is wrong with one text of a request. */
export interface BadText {
  field: string;
  message: string;
}

/**
 * The first text, key or value, that could not be stored: PostgreSQL keeps no NUL, UTF-8 knows no lone surrogate. Null when all
 * is well. `value` is anything JSON can say.
 */
export function findBadText(value: unknown, field = ''): BadText | null {
  if (typeof value === 'string') return badText(value, field);
  if (Array.isArray(value)) return firstOf(value.entries(), field);
  if (value === null || typeof value !== 'object') return null;
  return firstOf(Object.entries(value), field);
}

function firstOf(entries: Iterable<[string | number, unknown]>, field: string): BadText | null {
  for (const [key, inner] of entries) {
    const name = field === '' ? String(key) : `${field}.${key}`;
    const bad = (typeof key === 'string' ? badText(key, field) : null) ?? findBadText(inner, name);
    if (bad !== null) return bad;
  }
  return null;
}

function badText(value: string, field: string): BadText | null {
  if (value.includes('\u0000')) return { field, message: 'Remove the NUL character (U+0000).' };
  return value.isWellFormed() ? null : { field, message: 'This is not valid Unicode text.' };
}
