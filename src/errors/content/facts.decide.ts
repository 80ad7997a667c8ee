import type { KnownSentryIssue } from '../errors.model.ts';
import type { SentryIssue } from '../../sentry/sentry.model.ts';

/** The same few facts of every kind of Sentry issue, as they came: nothing is cleaned or cut yet. */
export interface ErrorFacts {
  /** TypeError, performance_n_plus_one_db_queries, csp, feedback; null where Sentry says nothing of use. */
  type: string | null;
  message: string | null;
  location: string | null;
  category: string;
}

/** Reads what a Sentry issue is about, whatever its kind (facts/sentry.md §4 on metadata). */
export function factsOf(issue: KnownSentryIssue): ErrorFacts {
  const of = (key: string) => textOf(issue.metadata[key]);
  const file = of('filename');
  const inFunction = of('function');
  return {
    type: of('type') ?? kindOf(issue),
    message: of('value') ?? of('message') ?? textOf(issue.event?.message) ?? textOf(issue.event?.subtitle),
    location:
      file === null
        ? (of('location') ?? textOf(issue.culprit))
        : `${file}${inFunction === null ? '' : ` in ${inFunction}`}`,
    category: categoryOf(issue),
  };
}

const SAYS_NOTHING = ['default', 'error', 'generic', 'transaction'];

function kindOf(issue: KnownSentryIssue): string | null {
  return [issue.issueType, issue.type].find((kind) => typeof kind === 'string' && !SAYS_NOTHING.includes(kind)) ?? null;
}

/** Servers that know no categories had errors only, besides what their event types say. */
export function categoryOf(issue: Pick<SentryIssue, 'issueCategory' | 'type'>): string {
  if (issue.issueCategory !== null) return issue.issueCategory;
  if (issue.type === 'feedback') return 'feedback';
  return issue.type === 'transaction' ? 'performance' : 'error';
}

/** A value of Sentry's open records as text, or null for nothing. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
