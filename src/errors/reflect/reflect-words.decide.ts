import { cleanerOf, codeSpan, minuteOf } from '../content/error-text.decide.ts';
import { githubSideOf } from './sides.decide.ts';
import { presentIssues } from './reflect-plan.decide.ts';
import type { Agreement, ErrorCase } from './reflect.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';
import type { SentrySide } from '../errors.model.ts';

/** By which a comment of this hub is found again after its answer was lost. It names no filing. */
export function reflectionMarker(id: string): string {
  return `<!-- throughline reflection ${id} -->`;
}

const LINKS_MAX = 5;

/**
 * What a comment on GitHub tells of Sentry's side, with links; who did it is not known, since people stay out of what is kept.
 * `numbers`: lines that stand below; when it was seen last is one of them.
 */
export function newsOf(subject: ErrorCase, sides: Agreement, marker: string, numbers: readonly string[]): string {
  const issues = presentIssues(subject);
  const named = (issues.length === 0 ? subject.sentryIssues : issues).slice(0, LINKS_MAX).map(linkTo).join(', ');
  const lines =
    githubSideOf(subject.issue) === 'duplicate'
      ? [DUPLICATE]
      : [SIDES[sides.sentry](subject), ...detailsOf(issues, sides.sentry, numbers.length > 0)];
  const text = [`**Sentry:** ${lines.join(' ')}`, ...numbers].join('\n');
  return `${marker}\n${text}\n\n<sub>${named}</sub>\n`;
}

const DUPLICATE = 'This was closed as a duplicate, so nothing is changed in Sentry: there it stays as it is.';

const SIDES: Record<SentrySide, (subject: ErrorCase) => string> = {
  unresolved: () => 'It was set back to unresolved.',
  regressed: () => 'It came back after it was resolved.',
  escalating: () => 'It was archived and now happens more often again.',
  resolved: () => 'It was resolved.',
  auto_resolved: () => 'It was resolved by its age: it has not happened for a while, and nobody acted.',
  ignored: () => 'It was archived.',
  gone: ({ survivor }) =>
    survivor === null
      ? 'It was deleted. This issue is left as it is.'
      : `It was merged into another one, whose issue is ${survivor.repository}#${survivor.number}.`,
};

function detailsOf(issues: readonly SentryIssueRow[], side: SentrySide, isSeenTold: boolean): string[] {
  const [first] = issues;
  if (first === undefined) return [];
  const { status_details: details } = first;
  if (side === 'resolved') {
    if (details['inNextRelease'] === true) return ['It counts as fixed from the next release on.'];
    const release =
      typeof details['inRelease'] === 'string' ? codeSpan(cleanerOf(false)(details['inRelease'], 200)) : null;
    return release === null ? [] : [`It counts as fixed in release ${release}.`];
  }
  if (side === 'ignored')
    return first.substatus === 'archived_until_escalating' ? ['It comes back when it happens more often.'] : [];
  if (side !== 'regressed' && side !== 'escalating') return [];
  return isSeenTold || first.last_seen === null ? [] : [`Last seen ${minuteOf(first.last_seen)}.`];
}

function linkTo({ short_id: shortId, sentry_id: id, permalink }: SentryIssueRow): string {
  const name = shortId !== null && /^[\w.-]{1,100}$/u.test(shortId) ? shortId : id;
  const url = permalink === null ? null : URL.parse(permalink);
  if (url === null || !/^https?:$/u.test(url.protocol)) return name;
  return `[${name}](${url.href.replaceAll('(', '%28').replaceAll(')', '%29')})`;
}
