/** What a list of issues or pull requests is asked for. Texts are compared without regard to case. */
export interface ItemFilters {
  /** null: of all tenants. */
  tenantId: string | null;
  repositoryId: string | null;
  state: string | null;
  source: 'linked' | 'external' | null;
  labels: string[];
  /** `''`: nobody is assigned. */
  assignee: string | null;
  author: string | null;
  q: string;
}

/** A search in the terms of `item_facts` (migrations/0005): `facts` is a tsquery, `words` is plain text. */
export interface ItemSearch {
  facts: string | null;
  words: string;
  /** Nothing but a tenant or a repository is asked for: rows in their order are the answer. */
  isPlain: boolean;
}

const WORDS_MAX = 10;
const NUMBER = /^#?(\d{1,9})$/u;

/** The filters as a search of the one index that has them all. */
export function searchOf(filters: ItemFilters): ItemSearch {
  const words = filters.q
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, WORDS_MAX);
  const numbers = words.map((word) => NUMBER.exec(word)?.[1]).filter((digits) => digits !== undefined);
  const scope = filters.repositoryId === null ? fact('t', filters.tenantId) : fact('r', filters.repositoryId);
  const asked = [
    ...fact('s', filters.state),
    ...fact('o', filters.source),
    ...fact('a', filters.assignee),
    ...fact('u', filters.author),
    ...filters.labels.flatMap((label) => fact('l', label)),
    // the number of the issue, or in its words
    ...numbers.map((digits) => `(${quoted(`=n:${Number(digits)}`)} | ${quoted(digits)})`),
  ];
  const text = words.filter((word) => !NUMBER.test(word)).join(' ');
  const facts = [...scope, ...asked];
  return {
    facts: facts.length === 0 ? null : facts.join(' & '),
    words: text,
    isPlain: asked.length === 0 && text === '' && scope.length > 0,
  };
}

/** Weeks since 1970, as `=w:` counts them. */
export function weekOf(at: Date): number {
  return Math.floor(at.getTime() / WEEK_MS);
}

/** A span of weeks, the newest first; `first` null: and everything before. */
export interface Weeks {
  first: number | null;
  last: number;
  /** As a tsquery; null where the weeks are too many to be named. */
  facts: string | null;
}

const WEEK_MS = 7 * 24 * 3600 * 1000;
/** A dense list is full after the first, a rare find is in few rows anyway: each span is three times as long as all before it. */
const SPANS = [1, 3, 12, 48, 192];

/** The spans in which a list is read, from the newest on; none that lies before `since` as a whole. */
export function spansOf(newest: Date, since: Date | null): Weeks[] {
  const oldest = since === null ? Number.NEGATIVE_INFINITY : weekOf(since);
  const spans: Weeks[] = [];
  let last = weekOf(newest);
  for (const length of SPANS) {
    const first = last - length + 1;
    const weeks = Array.from({ length }, (_, back) => quoted(`=w:${last - back}`));
    spans.push({ first, last, facts: `(${weeks.join(' | ')})` });
    last = first - 1;
  }
  spans.push({ first: null, last, facts: null });
  return spans.filter((span) => span.last >= oldest);
}

/** The first instant after a week. */
export function endOfWeek(week: number): Date {
  return new Date((week + 1) * WEEK_MS);
}

function fact(kind: string, value: string | null): string[] {
  return value === null ? [] : [quoted(`=${kind}:${value}`)];
}

/** A lexeme taken as it is, whatever characters it has. */
function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
