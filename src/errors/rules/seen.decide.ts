import { decideRule } from './rules.decide.ts';
import { holds, termsOf } from './query-terms.decide.ts';
import type { Abilities, SentryIssue } from '../../sentry/sentry.model.ts';
import type { Decision, SentryIssueRow } from '../rows.model.ts';
import type { SentryRule } from '../errors.model.ts';

/** Whose word counts for the issues of a connection: its rules that can file, in their order, and what their server can do. */
export interface Judges {
  usable: readonly SentryRule[];
  abilities: Abilities | null;
}

/** Whether a rule is run at all: switched on, with a repository. What waits for one that cannot file is free for the others. */
export function canFile({ enabled, connectionId }: SentryRule): boolean {
  return enabled && connectionId !== null;
}

/**
 * What a rule makes of an issue that its search brought. One that a rule before it has waits for that one; an error that lost its
 * rule goes to the first that takes its issue.
 */
export function decideFound(
  rule: SentryRule,
  { usable, abilities }: Judges,
  issue: SentryIssue,
  known: SentryIssueRow | null,
): Decision {
  const stands = known === null ? null : standing(known);
  if (stands !== null && (isSettled(known, usable) || isBefore(stands, rule, usable))) return stands;
  const verdict = decideRule(rule, issue, abilities);
  if (verdict.takes) return takenBy(rule, verdict.why, known);
  const isLinked = known !== null && known.error_id !== null;
  const waitsElsewhere = stands?.decision === 'waiting' && stands.ruleId !== rule.id;
  if (stands !== null && (isLinked || waitsElsewhere)) return stands;
  return { decision: 'skipped', why: `${rule.name}: ${verdict.why}`, ruleId: null };
}

/**
 * What the rules make of an issue that was read by its id; null: it stays unknown. A rule that wants what only Sentry's search
 * can tell takes by its search alone, and neither does one after it before that.
 */
export function decideRead(
  { usable, abilities }: Judges,
  issue: SentryIssue,
  known: SentryIssueRow | null,
): Decision | null {
  const stands = known === null ? null : standing(known);
  if (isSettled(known, usable)) return stands;
  for (const rule of usable) {
    if (stands?.decision === 'waiting' && stands.ruleId === rule.id) return stands;
    const verdict = decideRule(rule, issue, abilities);
    if (verdict.takes) return tellsAll(rule, issue, abilities) ? takenBy(rule, verdict.why, known) : stands;
  }
  return stands;
}

/** What was decided before. */
export function standing({ decision, why, rule_id: ruleId }: SentryIssueRow): Decision {
  return { decision, why, ruleId };
}

// it has an error and a rule, or a person wants it filed by a rule that can
function isSettled(known: SentryIssueRow | null, usable: readonly SentryRule[]): boolean {
  if (known === null) return false;
  if (known.error_id !== null) return known.rule_id !== null;
  return known.by_hand && usable.some(({ id }) => id === known.rule_id);
}

function isBefore({ decision, ruleId }: Decision, rule: SentryRule, usable: readonly SentryRule[]): boolean {
  if (decision !== 'waiting' || ruleId === rule.id) return false;
  const holder = usable.find(({ id }) => id === ruleId);
  return holder !== undefined && holder.position <= rule.position;
}

function takenBy(rule: SentryRule, why: string, known: SentryIssueRow | null): Decision {
  return known !== null && known.error_id !== null
    ? { ...standing(known), ruleId: rule.id }
    : { decision: 'waiting', why, ruleId: rule.id };
}

function tellsAll(rule: SentryRule, issue: SentryIssue, abilities: Abilities | null): boolean {
  // what is left there is held against the latest event before it is filed
  if (abilities?.product === 'glitchtip') return true;
  const isOfEvents = rule.environments.length > 0 || rule.tags.length > 0;
  return !isOfEvents && termsOf(rule.query).every((term) => holds(term, issue, false) !== null);
}
