import { DAY_MS, HOUR_MS } from '../../lib/clock.ts';
import { termsOf } from './query-terms.decide.ts';
import type { Abilities, IssueQuery } from '../../sentry/sentry.model.ts';
import type { SentryRule } from '../errors.model.ts';

/**
 * What a server is asked for a rule; `query` is always there, since an absent one means something else to each. Sentry gets the rule's own query and, as terms of their own, its levels,
 * priorities, categories and tags. GlitchTip takes an unknown `key:value` for a tag that nothing has, so it gets `is:` and
 * `level:` only (facts/sentry.md §12). Whatever is left out here, and whatever the server did not understand, `decideRule`
 * judges again. Thresholds are not sent: an issue below them is seen, and says why it was not taken.
 * `abilities` null: not asked yet, so nothing is sent that some server may refuse.
 */
export function queryOf(
  rule: Pick<SentryRule, 'query' | 'levels' | 'priorities' | 'categories' | 'tags' | 'projects' | 'environments'>,
  abilities: Abilities | null,
): Omit<IssueQuery, 'since'> {
  const query = abilities?.product === 'glitchtip' ? glitchtipQuery(rule) : sentryQuery(rule, abilities);
  return { query, projects: rule.projects, environments: rule.environments };
}

function sentryQuery(
  rule: Pick<SentryRule, 'query' | 'levels' | 'priorities' | 'categories' | 'tags'>,
  abilities: Abilities | null,
): string {
  const listed = (key: string, values: readonly string[]) => {
    if (values.length === 0 || (values.length > 1 && abilities?.advancedSearch !== true)) return [];
    return [`${key}:${values.length === 1 ? quoted(values[0] ?? '') : `[${values.map(quoted).join(', ')}]`}`];
  };
  return [
    ...(rule.query.trim() === '' ? [] : [rule.query.trim()]),
    ...listed('level', rule.levels),
    ...(abilities?.hasPriority === true ? listed('issue.priority', rule.priorities) : []),
    ...(abilities?.hasSubstatus === true ? listed('issue.category', rule.categories) : []),
    ...rule.tags.flatMap((tag) => tagTerm(tag)),
  ].join(' ');
}

function glitchtipQuery(rule: Pick<SentryRule, 'query' | 'levels'>): string {
  const [level, ...others] = rule.levels;
  const understood = termsOf(rule.query).filter(
    ({ key, negated, values }) => !negated && values.length === 1 && (key === 'is' || key === 'level'),
  );
  const terms = understood.map(({ key, values }) => `${key ?? ''}:${quoted(values[0] ?? '')}`);
  const named = understood.some(({ key }) => key === 'level');
  return [
    ...new Set([...terms, ...(level === undefined || others.length > 0 || named ? [] : [`level:${quoted(level)}`])]),
  ].join(' ');
}

function tagTerm(tag: string): string[] {
  const { key, value } = tagOf(tag);
  // `is` and `has` are words of the search whatever tags there are
  return /^(?!(?:is|has)$)[\w.-]+$/iu.test(key) && value !== '' ? [`${key}:${quoted(value)}`] : [];
}

/** A rule's tag, written as key:value; a value may hold colons. */
export function tagOf(tag: string): { key: string; value: string } {
  const at = tag.indexOf(':');
  return at === -1 ? { key: tag.trim(), value: '' } : { key: tag.slice(0, at).trim(), value: tag.slice(at + 1).trim() };
}

/** A value as one word of the query, whatever is in it: nothing can end the term and begin another one. */
function quoted(value: string): string {
  if (/^[\w.@/+-]+$/u.test(value)) return value;
  // oxlint-disable-next-line no-control-regex -- removing control characters is the point
  const line = value.replace(/[\u0000-\u001f\u007f]+/gu, ' ');
  return `"${line.replaceAll(/["\\*]/gu, '\\$&')}"`;
}

const UNIT_MS: Record<string, number> = { h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

/** How long a rule's period is, written as 24h, 14d or 12w. */
export function periodMs(period: string): number {
  return Number.parseInt(period, 10) * (UNIT_MS[period.slice(-1)] ?? HOUR_MS);
}
