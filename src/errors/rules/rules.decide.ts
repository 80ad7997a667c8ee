import { categoryOf } from '../content/facts.decide.ts';
import { grouped } from '../content/error-text.decide.ts';
import { holds, termsOf } from './query-terms.decide.ts';
import { tagOf } from './sentry-query.decide.ts';
import type { Abilities } from '../../sentry/sentry.model.ts';
import type { RuleVerdict, SentryRule } from '../errors.model.ts';
import type { SentryIssueToJudge } from './query-terms.decide.ts';

type Product = Abilities['product'] | null;
/** Why a rule does not take an issue, in a sentence; null: this is no reason. */
type Check = (rule: SentryRule, issue: SentryIssueToJudge, product: Product) => string | null;

/**
 * Whether a rule takes a Sentry issue, and why (SPEC S2, T1). All that the server was asked is judged here once more, since
 * servers pass over what they do not know. What only events tell (environment, tags) is left to Sentry, whose search looks at
 * all of them; for other servers it is held against the latest event, once that was read: ask again then.
 * `abilities` are those of the server whose answer it was; null: not asked yet.
 * That a rule has no repository at the moment is no reason: what it takes waits for one, or for another rule that takes it too.
 */
export function decideRule(
  rule: SentryRule,
  issue: SentryIssueToJudge,
  abilities: Pick<Abilities, 'product'> | null,
): RuleVerdict {
  for (const check of CHECKS) {
    const why = check(rule, issue, abilities?.product ?? null);
    if (why !== null) return { takes: false, why };
  }
  return {
    takes: true,
    why: `Taken by the rule “${rule.name}”: seen ${times(issue.count)}${byUsers(issue.userCount)}.`,
  };
}

/**
 * The rule that has a Sentry issue: the first one by position that takes it, or null. `why` is its sentence, or of each rule
 * why not; `passed` are the rules that were asked before and did not take it.
 */
export function decideWho(
  rules: readonly SentryRule[],
  issue: SentryIssueToJudge,
  abilities: Pick<Abilities, 'product'> | null,
): { rule: SentryRule | null; why: string; passed: { rule: SentryRule; why: string }[] } {
  const passed: { rule: SentryRule; why: string }[] = [];
  for (const rule of rules.toSorted((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))) {
    const verdict = decideRule(rule, issue, abilities);
    if (verdict.takes) return { rule, why: verdict.why, passed };
    passed.push({ rule, why: verdict.why });
  }
  const [only] = passed;
  if (only === undefined) return { rule: null, why: 'There is no rule that could take it.', passed };
  const why = passed.length === 1 ? only.why : passed.map(({ rule, why: said }) => `${rule.name}: ${said}`).join(' ');
  return { rule: null, why, passed };
}

const isOn: Check = (rule) => (rule.enabled ? null : `The rule “${rule.name}” is switched off.`);

const stays: Check = (_, { status }) => {
  if (status === 'pending_deletion') return 'It is being deleted in Sentry.';
  return status === 'pending_merge' ? 'It is being merged into another one in Sentry.' : null;
};

const queryHolds: Check = (rule, issue, product) => {
  for (const term of termsOf(rule.query)) {
    const verdict = holds(term, issue, product === 'glitchtip');
    if (verdict === false)
      return term.key === 'is'
        ? `It is ${issue.substatus ?? issue.status}; the rule’s query wants ${term.raw}.`
        : `The rule’s query wants ${term.raw}, which does not hold.`;
    if (verdict === null && product === 'glitchtip' && !waitsForEvent(term.key, issue))
      return `GlitchTip cannot search for ${term.raw}, and the issue does not tell: take it out of the rule’s query.`;
  }
  return null;
};

// what may be a tag is told by the event
function waitsForEvent(key: string | null, issue: SentryIssueToJudge): boolean {
  return (
    (issue.event ?? null) === null && key !== null && !['is', 'age', 'firstseen', 'lastseen', 'timesseen'].includes(key)
  );
}

const isOfProject: Check = ({ projects }, { project }) =>
  oneOf(projects, project.slug) || projects.includes(project.id)
    ? null
    : `It is of the project ${project.slug}; the rule takes ${listed(projects)}.`;

const hasLevel: Check = ({ levels }, { level }) =>
  oneOf(levels, level) ? null : `Its level is ${level}; the rule takes ${listed(levels)}.`;

const hasPriority: Check = ({ priorities }, { priority }) => {
  if (priorities.length === 0) return null;
  if (priority === null) return `Sentry gave it no priority; the rule takes ${listed(priorities)}.`;
  return oneOf(priorities, priority) ? null : `Its priority is ${priority}; the rule takes ${listed(priorities)}.`;
};

const hasCategory: Check = ({ categories }, issue) =>
  oneOf(categories, categoryOf(issue))
    ? null
    : `Its category is ${categoryOf(issue)}; the rule takes ${listed(categories)}.`;

const isOfEnvironment: Check = ({ environments }, { event }, product) => {
  const own = event?.environment ?? null;
  if (product === 'sentry' || own === null || oneOf(environments, own)) return null;
  return `Its latest event is of the environment ${own}; the rule takes ${listed(environments)}.`;
};

const hasTags: Check = ({ tags }, { event }, product) => {
  if (product === 'sentry' || event === undefined || event === null) return null;
  const missing = tags.find((tag) => {
    const { key, value } = tagOf(tag);
    return !event.tags.some((own) => own.key === key && (value === '' || own.value === value));
  });
  return missing === undefined ? null : `Its latest event has no tag ${missing}, which the rule wants.`;
};

const hasEvents: Check = ({ eventsMin }, { count }) =>
  // what is there was seen, though an odd count may be 0
  count >= eventsMin || eventsMin <= 1 ? null : `Seen ${times(count)}; the rule wants ${grouped(eventsMin)}.`;

const hasUsers: Check = ({ usersMin }, { userCount }, product) => {
  if (userCount >= usersMin) return null;
  if (product === 'glitchtip') return `GlitchTip counts no users; the rule wants ${grouped(usersMin)}.`;
  return `Seen by ${grouped(userCount)} ${userCount === 1 ? 'user' : 'users'}; the rule wants ${grouped(usersMin)}.`;
};

const CHECKS: readonly Check[] = [
  isOn,
  stays,
  queryHolds,
  isOfProject,
  hasLevel,
  hasPriority,
  hasCategory,
  isOfEnvironment,
  hasTags,
  hasEvents,
  hasUsers,
];

function oneOf(wanted: readonly string[], own: string): boolean {
  return wanted.length === 0 || wanted.some((word) => word.toLowerCase() === own.toLowerCase());
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${grouped(count)} times`;
}

function byUsers(userCount: number): string {
  return userCount === 0 ? '' : ` by ${grouped(userCount)} ${userCount === 1 ? 'user' : 'users'}`;
}
