/**
 * Rows as JSON that PostgreSQL's jsonb takes: it refuses NUL characters and lone surrogates, which somebody's text may hold.
 * NUL is left out, a lone surrogate becomes U+FFFD.
 */
export function storable(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'string' ? clean(value) : value));
}

function clean(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole;
}
