/** One piece of a text filter: `label:bug`, `label:"needs triage"`, or a free word. */
export interface FilterPart {
  key: string | null;
  value: string;
}

/** Reads a text filter. Anything that is not a `key:value` of `keys` is a free word, so nothing typed is ever an error. */
export function parseFilter(text: string, keys: readonly string[]): FilterPart[] {
  return piecesOf(text).map((piece) => {
    const key = keys.find((known) => known === keyOf(piece)) ?? null;
    const value = key === null ? piece : piece.slice(key.length + 1);
    return { key, value: value.replaceAll('"', '') };
  });
}

function piecesOf(text: string): string[] {
  return text.match(/(?:[a-z]+:)?"[^"]*"?|\S+/giu) ?? [];
}

function keyOf(piece: string): string {
  return piece.slice(0, Math.max(piece.indexOf(':'), 0)).toLowerCase();
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

/** The text with one key set to a value, or without it when the value is null. The rest stays as it is written. */
export function withFilter(text: string, key: string, value: string | null): string {
  const rest = piecesOf(text).filter((piece) => keyOf(piece) !== key);
  return [...(value === null ? [] : [printFilter([{ key, value }])]), ...rest].join(' ');
}

/** The value that a text gives a key, or null. */
export function filterValue(text: string, key: string): string | null {
  return parseFilter(text, [key]).findLast((part) => part.key === key && part.value !== '')?.value ?? null;
}

/** What a text filter says: the last value of each key, and the free words. */
export function readFilter<Key extends string>(
  text: string,
  keys: readonly Key[],
): { values: Partial<Record<Key, string>>; words: string } {
  const parts = parseFilter(text, keys).filter(({ value }) => value !== '');
  const given = parts.filter(({ key }) => key !== null).map(({ key, value }) => [key, value]);
  const words = parts.filter(({ key }) => key === null).map(({ value }) => value);
  return { values: Object.fromEntries(given) as Partial<Record<Key, string>>, words: words.join(' ') };
}

export interface Completion {
  text: string;
  label: string;
  hint: string | null;
}
/** A key that a filter offers, and the values it may have. */
export interface FilterKey {
  key: string;
  hint: string;
  values: { value: string; hint: string | null }[];
}

/** What may follow what is typed so far: first the keys, then the values of the key being typed. */
export function completions(text: string, keys: readonly FilterKey[], limit = 8): Completion[] {
  const typed = /(?:^|\s)((?:[a-z]+:)?(?:"[^"]*|[^\s"]*))$/iu.exec(text)?.[1] ?? '';
  const before = text.slice(0, text.length - typed.length);
  const colon = typed.indexOf(':');
  const known = keys.find(({ key }) => key === typed.slice(0, Math.max(colon, 0)).toLowerCase());
  if (known === undefined) {
    return keys
      .filter(({ key }) => key.startsWith(typed.toLowerCase()))
      .map(({ key, hint }) => ({ text: `${before}${key}:`, label: `${key}:`, hint }));
  }
  const start = typed
    .slice(colon + 1)
    .replaceAll('"', '')
    .toLowerCase();
  return known.values
    .filter((option) => option.value.toLowerCase().includes(start) || option.hint?.toLowerCase().includes(start))
    .slice(0, limit)
    .map(({ value, hint }) => {
      const label = printFilter([{ key: known.key, value }]);
      return { text: `${before}${label} `, label, hint };
    });
}
