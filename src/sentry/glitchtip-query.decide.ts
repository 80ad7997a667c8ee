const STATUSES = new Map([
  ['unresolved', 'unresolved'],
  ['resolved', 'resolved'],
  ['ignored', 'ignored'],
  ['archived', 'ignored'],
]);

/** A term with its quotes and brackets, in which spaces stand. */
const TERM = /(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^\s"[])+/gsu;

/**
 * What of a query GlitchTip understands: one `is:` and one `level:`. Any other `key:value` would be an exact tag to it and find
 * nothing (facts 12), so the rest is left out, and whoever asked sifts what comes.
 */
export function glitchtipQuery(query: string): string {
  const terms = query.match(TERM) ?? [];
  const status = terms.map((term) => STATUSES.get(valueOf(term, 'is') ?? '')).find((found) => found !== undefined);
  const levels = terms.map((term) => valueOf(term, 'level')).filter((level) => level !== null);
  const [level] = levels;
  return [
    ...(status === undefined ? [] : [`is:${status}`]),
    ...(level !== undefined && levels.length === 1 && /^[a-z]+$/u.test(level) ? [`level:${level}`] : []),
  ].join(' ');
}

function valueOf(term: string, key: string): string | null {
  const lower = term.toLowerCase();
  return lower.startsWith(`${key}:`) ? lower.slice(key.length + 1).replaceAll('"', '') : null;
}
