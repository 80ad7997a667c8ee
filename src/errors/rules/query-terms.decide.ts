import { categoryOf, textOf } from '../content/facts.decide.ts';
import type { SentryEvent, SentryIssue } from '../../sentry/sentry.model.ts';

/** A Sentry issue as a list gives it, or with its latest event once that was read. */
export type SentryIssueToJudge = SentryIssue & { event?: SentryEvent | null };

/** One term of a Sentry query: `is:unresolved`, `!level:[info, debug]`, `"free text"`. All of them must hold. */
export interface QueryTerm {
  /** As it stands in the query. */
  raw: string;
  negated: boolean;
  /** Lower case; null: free text. */
  key: string | null;
  values: string[];
}

// key, then a list, a quoted text, or a word
const TERM = /(!?)(?:(tags\[[^\]]*\]|[\w.-]+):(?=\S))?(\[[^\]]*\]|"(?:\\.|[^"\\])*"?|[^\s"]+)/gu;

/** The terms of a query. Sentry's grammar for issues knows no `OR` and no parentheses (facts/sentry.md §3). */
export function termsOf(query: string): QueryTerm[] {
  return [...query.matchAll(TERM)].map(([raw, bang = '', key, value = '']) => ({
    raw,
    negated: bang === '!',
    key: key === undefined ? null : key.toLowerCase(),
    values: key !== undefined && value.startsWith('[') ? listOf(value) : [unquoted(value)],
  }));
}

function listOf(value: string): string[] {
  const inside = value.replace(/^\[|\]$/gu, '');
  return [...inside.matchAll(/"(?:\\.|[^"\\])*"?|[^,"]+/gu)].map(([item]) => unquoted(item.trim())).filter(Boolean);
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.replace(/^"|"$/gu, '').replaceAll(/\\(.)/gu, '$1') : value;
}

/**
 * Whether a term holds for an issue, judged here; null where that cannot be told from the issue. `everything` false: only
 * what is surely judged as Sentry does it; true: as well as can be, for a server that was not asked about the term.
 */
export function holds(term: QueryTerm, issue: SentryIssueToJudge, everything: boolean): boolean | null {
  const found =
    (everything ? (judgeFreely(term, issue) ?? judgeSurely(term, issue)) : judgeSurely(term, issue)) ?? null;
  return found === null ? null : found !== term.negated;
}

function judgeSurely({ key, values }: QueryTerm, issue: SentryIssueToJudge): boolean | null {
  if (key === 'is') return judgeIs(values[0] ?? '', issue);
  const own = key === null ? undefined : SURE[key]?.(issue);
  return own === undefined || own === null ? null : values.some((value) => matches(own, value));
}

const SURE: Record<string, ((issue: SentryIssueToJudge) => string | null) | undefined> = {
  level: (issue) => issue.level,
  'issue.priority': (issue) => issue.priority,
  priority: (issue) => issue.priority,
  'issue.category': categoryOf,
  'issue.type': (issue) => issue.issueType,
};

const STATUSES: Record<string, string | undefined> = {
  unresolved: 'unresolved',
  resolved: 'resolved',
  ignored: 'ignored',
  archived: 'ignored',
  muted: 'ignored',
};
const SUBSTATUSES = [
  'new',
  'ongoing',
  'escalating',
  'regressed',
  'archived_until_escalating',
  'archived_until_condition_met',
  'archived_forever',
];

function judgeIs(word: string, issue: SentryIssueToJudge): boolean | null {
  const status = STATUSES[word];
  if (status !== undefined) return (STATUSES[issue.status] ?? issue.status) === status;
  // of its own accord `new` becomes `ongoing` between two looks, so only the others are held against what is known now
  if (SUBSTATUSES.includes(word)) return issue.substatus === null ? null : issue.substatus === word;
  if (word === 'assigned') return issue.assignedTo !== null;
  return word === 'unassigned' ? issue.assignedTo === null : null;
}

function judgeFreely({ key, values }: QueryTerm, issue: SentryIssueToJudge): boolean | null {
  if (key === null) return contains([issue.title, issue.culprit, textOf(issue.metadata['value'])], values);
  if (key === 'title') return contains([issue.title], values);
  if (key === 'message') return contains([issue.title, textOf(issue.metadata['value'])], values);
  if (key === 'project') return [issue.project.slug, issue.project.id].some((own) => values.includes(own));
  if (key === 'platform') return issue.platform !== null && values.includes(issue.platform);
  if (key === 'timesseen' || key === 'times_seen') return compares(issue.count, values[0] ?? '');
  if (key in SURE || key === 'is' || issue.event === undefined || issue.event === null) return null;
  const { tags } = issue.event;
  if (key === 'has') return tags.some((tag) => values.includes(tag.key));
  const name = /^tags\[(.*)\]$/u.exec(key)?.[1] ?? key;
  const own = tags.filter((tag) => tag.key.toLowerCase() === name);
  // a key that is no tag of the event may be one of Sentry's own words, as `age`
  return own.length === 0 ? null : own.some((tag) => values.some((value) => matches(tag.value, value)));
}

function contains(texts: (string | null)[], values: readonly string[]): boolean {
  return texts.some((text) => text !== null && values.some((value) => matches(text, `*${value}*`)));
}

function compares(count: number, value: string): boolean | null {
  const [, sign = '', digits] = /^([<>]=?)?(\d+)$/u.exec(value) ?? [];
  if (digits === undefined) return null;
  const wanted = Number(digits);
  if (sign === '') return count === wanted;
  if (sign.endsWith('=') && count === wanted) return true;
  return sign.startsWith('>') ? count > wanted : count < wanted;
}

/** Whether a text is what a pattern says, whatever its case; `*` stands for anything. No regular expression: its time is bounded. */
function matches(text: string, pattern: string): boolean {
  const [own, parts] = [text.toLowerCase(), pattern.toLowerCase().split('*')];
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return own === first;
  if (!own.startsWith(first) || !own.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = own.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= own.length - last.length;
}
