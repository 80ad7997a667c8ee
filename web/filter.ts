import type { ReportFilter } from './api/queries.ts';

/** One piece of a text filter: `label:bug`, `label:"needs triage"`, or a free word. */
export interface FilterPart {
  key: FilterKey | null;
  value: string;
}

export const FILTER_KEYS = ['state', 'is', 'label', 'reporter', 'tenant'] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/** Words that `is:` knows, and what each asks of the API. */
const IS: Record<string, ReportFilter> = {
  received: { state: 'pending' },
  checking: { state: 'unknown' },
  filed: { state: 'synced' },
  failed: { state: 'failed' },
  reported: { source: 'report' },
  external: { source: 'external' },
  mine: { mine: 'true' },
};
export const IS_WORDS = Object.keys(IS);
export const STATE_WORDS = ['open', 'closed'] as const;

/** Reads a text filter. Anything that is not a known `key:value` is a free word, so nothing typed is ever an error. */
export function parseFilter(text: string): FilterPart[] {
  const pieces = text.match(/(?:[a-z]+:)?"[^"]*"?|\S+/giu) ?? [];
  return pieces.map((piece) => {
    const colon = piece.indexOf(':');
    const key = FILTER_KEYS.find((known) => known === piece.slice(0, colon).toLowerCase()) ?? null;
    if (colon < 1 || key === null) return { key: null, value: piece.replaceAll('"', '') };
    return { key, value: piece.slice(colon + 1).replaceAll('"', '') };
  });
}

/** Writes a filter back as text; values with spaces are quoted. */
export function printFilter(parts: readonly FilterPart[]): string {
  return parts
    .filter((part) => part.value !== '')
    .map(({ key, value }) => {
      const word = /\s/u.test(value) ? `"${value}"` : value;
      return key === null ? word : `${key}:${word}`;
    })
    .join(' ');
}

/** The text with one key set to a value, or without it when the value is null. Free words stay. */
export function withFilter(text: string, key: FilterKey, value: string | null): string {
  const parts = parseFilter(text).filter((part) => part.key !== key);
  return printFilter(value === null ? parts : [{ key, value }, ...parts]);
}

/** The value that a text gives a key, or null. */
export function filterValue(text: string, key: FilterKey): string | null {
  return parseFilter(text).findLast((part) => part.key === key && part.value !== '')?.value ?? null;
}

/** What a text filter asks of the API. A later word of the same kind wins. */
export function queryOfFilter(text: string): ReportFilter {
  const query: ReportFilter = {};
  const words: string[] = [];
  for (const { key, value } of parseFilter(text)) {
    if (value === '') continue;
    if (key === null) words.push(value);
    else if (key === 'is') Object.assign(query, IS[value.toLowerCase()]);
    else if (key !== 'state') query[key] = value;
    else if (value === 'open' || value === 'closed') query.issue_state = value;
  }
  if (words.length > 0) query.q = words.join(' ');
  return query;
}

export interface Completion {
  text: string;
  label: string;
  hint: string | null;
}
export interface CompletionSource {
  labels: { name: string; count: number }[];
  reporters: { id: string; name: string; count: number }[];
  tenants: { slug: string; name: string; count: number }[];
}

const KEY_HINTS: Record<FilterKey, string> = {
  state: 'open or closed on GitHub',
  is: 'received, checking, filed, failed, …',
  label: 'a label of the issue',
  reporter: 'who reported it',
  tenant: 'whose it is',
};

/** What may follow what is typed so far: first the keys, then the values of the key being typed. */
export function completions(text: string, source: CompletionSource, limit = 8): Completion[] {
  const typed = /(?:^|\s)((?:[a-z]+:)?(?:"[^"]*|[^\s"]*))$/iu.exec(text)?.[1] ?? '';
  const before = text.slice(0, text.length - typed.length);
  const colon = typed.indexOf(':');
  const key = FILTER_KEYS.find((known) => known === typed.slice(0, Math.max(colon, 0)).toLowerCase());
  if (key === undefined) return keyCompletions(before, typed, source);
  const start = typed
    .slice(colon + 1)
    .replaceAll('"', '')
    .toLowerCase();
  return valuesOf(key, source)
    .filter((option) => option.value.toLowerCase().includes(start) || option.hint?.toLowerCase().includes(start))
    .slice(0, limit)
    .map((option) => ({
      text: `${before}${printFilter([{ key, value: option.value }])} `,
      label: printFilter([{ key, value: option.value }]),
      hint: option.hint,
    }));
}

function keyCompletions(before: string, typed: string, source: CompletionSource): Completion[] {
  return FILTER_KEYS.filter(
    (key) => key.startsWith(typed.toLowerCase()) && (key !== 'tenant' || source.tenants.length > 1),
  ).map((key) => ({
    text: `${before}${key}:`,
    label: `${key}:`,
    hint: KEY_HINTS[key],
  }));
}

function valuesOf(key: FilterKey, source: CompletionSource): { value: string; hint: string | null }[] {
  if (key === 'state') return STATE_WORDS.map((value) => ({ value, hint: null }));
  if (key === 'is') return IS_WORDS.map((value) => ({ value, hint: null }));
  if (key === 'label') return source.labels.map(({ name, count }) => ({ value: name, hint: String(count) }));
  if (key === 'reporter') return source.reporters.map(({ id, name }) => ({ value: id, hint: name }));
  return source.tenants.map(({ slug, name }) => ({ value: slug, hint: name }));
}
