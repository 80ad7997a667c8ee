/** What a list of issues or pull requests is asked for. Letters A to Z are compared without regard to case. */
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

/** A search in the terms of `item_facts` (migrations/0005): all of `facts`, and all words of the plain text `words`. */
export interface ItemSearch {
  facts: string[];
  words: string;
  /** Nothing but a tenant or a repository is asked for: rows in their order are the answer. */
  isPlain: boolean;
}

const WORDS_MAX = 10;

/** The filters as a search of the one index that has them all. */
export function searchOf(filters: ItemFilters): ItemSearch {
  const words = filters.q
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, WORDS_MAX)
    // the number of an item is one of its words
    .map((word) => word.replace(/^#(?=\d+$)/u, ''))
    .join(' ');
  const scope = filters.repositoryId === null ? fact('t', filters.tenantId) : fact('r', filters.repositoryId);
  const asked = [
    ...fact('s', filters.state),
    ...fact('o', filters.source),
    ...fact('a', filters.assignee),
    ...fact('u', filters.author),
    ...filters.labels.flatMap((label) => fact('l', label)),
  ];
  return {
    facts: [...scope, ...asked],
    words,
    isPlain: asked.length === 0 && words === '' && scope.length > 0,
  };
}

/**
 * The same search where the issues are known that reports of the tenant lead to: they are the tenant's, and linked. That they are
 * linked still makes the search of whatever else is asked a short one.
 */
export function amongFew({ facts, ...search }: ItemSearch): ItemSearch {
  const asked = facts.filter((one) => !one.startsWith('=t:'));
  const isMore = search.words !== '' || asked.some((one) => one !== '=o:linked');
  return { ...search, facts: isMore ? asked : [] };
}

/** A part of all time, which ends before `until`. `facts`: any of them says that an item is in it. */
export interface TimeSpan {
  until: Date;
  facts: string[];
}

const DAY_MS = 24 * 3600 * 1000;
/** How many spans of a level make one of the next: 1, 8, 64, 512 days. */
const TIMES = 8;
const LEVELS = 3;

/**
 * The spans in which a list is read, from the newest on, each about eight times as long as all before it: a dense list is full
 * after the first, and what is rare is in few rows anyway. None that lies before `since` as a whole.
 */
export function spansOf(newest: Date, since: Date | null): TimeSpan[] {
  const today = Math.floor(newest.getTime() / DAY_MS);
  const spans: TimeSpan[] = [{ until: startOf(today + 1, 0), facts: [day(today, 0), day(today - 1, 0)] }];
  let block = today - 2;
  for (let level = 0; level < LEVELS; level += 1) {
    // to the end of the span of the next level, and one whole of those
    const rest = (block + 1) % TIMES;
    const whole = Math.floor((block + 1) / TIMES) - 1;
    const parts = Array.from({ length: rest }, (_, back) => day(block - back, level));
    spans.push({ until: startOf(block + 1, level), facts: [...parts, day(whole, level + 1)] });
    block = whole - 1;
  }
  const older = Array.from({ length: block + 1 }, (_, back) => day(block - back, LEVELS));
  spans.push({ until: startOf(block + 1, LEVELS), facts: older });
  return since === null ? spans : spans.filter(({ until }) => until > since);
}

function startOf(block: number, level: number): Date {
  return new Date(block * TIMES ** level * DAY_MS);
}

function day(block: number, level: number): string {
  return `=d${level}:${block}`;
}

function fact(kind: string, value: string | null): string[] {
  return value === null ? [] : [`=${kind}:${value.replaceAll(/[A-Z]+/gu, (letters) => letters.toLowerCase())}`];
}
