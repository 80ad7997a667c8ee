import { spansOf } from '../mirror/lists.decide.ts';

/** The filters of the errors that `sentry_issue_words` (migrations/0011) has as words. */
export interface WordFilters {
  tenantId: string | null;
  rule: string | null;
  project: string | null;
  level: string | null;
  sentryStatus: string | null;
  /** `taken`: it has an error. */
  decision: 'taken' | 'waiting' | 'skipped' | null;
}

/** What a person typed: words to find, and the number of an issue on GitHub. */
export interface Typed {
  words: string[];
  number: number | null;
}

/** A search of all time, and the same for spans of time, the newest first. */
export interface ErrorSearch {
  whole: string;
  spans: string[];
}

const WORDS_MAX = 10;
/** As `sentry_issue_words` cuts them. */
const CUT = 100;
/** Of ASCII, as there: whatever else is a letter. */
const BETWEEN_WORDS = /[\s!-/:-@[-`{-~]+/u;

/** Reads the text of the filter: `#12` is the number of an issue on GitHub. */
export function readTyped(text: string): Typed {
  const typed = text.split(/[\s\0]+/u).filter((word) => word !== '');
  const number = typed.map((word) => /^#(\d{1,9})$/u.exec(word)?.[1]).findLast((digits) => digits !== undefined);
  return {
    words: typed.filter((word) => !/^#\d{1,9}$/u.test(word)).slice(0, WORDS_MAX),
    number: number === undefined ? null : Number(number),
  };
}

/**
 * The search for errors that have all of the words, each perhaps only begun; null where nothing of them can be searched for. A
 * word with signs in it may be a short id as a whole, or several words beside each other.
 */
export function searchOf(words: readonly string[], filters: WordFilters, newest: Date): ErrorSearch | null {
  const asked = words.map(queryOf).filter((query) => query !== '');
  if (asked.length === 0) return null;
  const facts = [
    ...fact('t', filters.tenantId),
    ...fact('r', filters.rule),
    ...fact('p', filters.project),
    ...fact('l', filters.level),
    ...fact('s', filters.sentryStatus),
    ...fact('o', filters.decision),
  ];
  const whole = [...facts, ...asked].join(' & ');
  return { whole, spans: daysOf(newest).map((days) => `(${days.map(quoted).join(' | ')}) & ${whole}`) };
}

// Two weeks, four months, and all that is older: the begun word is looked up for each of them anew.
function daysOf(newest: Date): string[][] {
  const [days = [], weeks = [], months = [], ...older] = spansOf(newest, null).map(({ facts }) => facts);
  return [[...days, ...weeks], months, older.flat()].filter((span) => span.length > 0);
}

function queryOf(word: string): string {
  const small = lower(word);
  const parts = small.split(BETWEEN_WORDS).filter((part) => part !== '');
  const last = parts.pop();
  if (last === undefined) return '';
  const beside = [...parts.map(quoted), begun(last)].join(' & ');
  return small === last ? beside : `(${begun(small.slice(0, CUT))} | (${beside}))`;
}

function fact(kind: string, value: string | null): string[] {
  return value === null ? [] : [quoted(`=${kind}:${value.slice(0, CUT)}`)];
}

function lower(word: string): string {
  return word.replaceAll(/[A-Z]+/gu, (letters) => letters.toLowerCase());
}

function begun(word: string): string {
  return `${quoted(word)}:*`;
}

function quoted(word: string): string {
  return `'${word.replaceAll('\\', String.raw`\\`).replaceAll("'", "''")}'`;
}
