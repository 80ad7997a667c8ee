import type { SentryRule, SentryRuleChange, SentryRuleDraft } from '../../src/contract/sentry.ts';

/** The fields of the form: a rule, with texts and empty numbers where a setting may be null. */
export interface RuleValues extends Omit<
  SentryRuleDraft,
  'position' | 'connection_id' | 'share_key' | 'title_template' | 'body_template' | 'milestone'
> {
  /** '' for none yet. */
  connection_id: string;
  share_key: string;
  title_template: string;
  body_template: string;
  milestone: number | '';
}

/** As the contract's defaults; copied, for the contract would bring zod along. */
export const NEW_RULE: RuleValues = {
  name: '',
  sentry_connection_id: '',
  connection_id: '',
  enabled: true,
  query: 'is:unresolved',
  projects: [],
  environments: [],
  levels: [],
  priorities: [],
  categories: [],
  tags: [],
  events_min: 1,
  users_min: 0,
  stats_period: '24h',
  share_key: '',
  title_template: '',
  body_template: '',
  labels: ['sentry', 'bug', 'automated'],
  assignees: [],
  milestone: '',
  thresholds: {
    critical: { events: 100, users: 50 },
    high: { events: 50, users: 20 },
    medium: { events: 10, users: 5 },
  },
  new_per_hour: 25,
  personal_data: false,
  on_closed: 'resolve',
  on_not_planned: 'archive',
  on_resolved: 'close',
  on_regressed: 'reopen',
  reopen_within_days: 90,
  on_archived: 'label',
  refresh: true,
  assign: 'both',
  back_link: true,
  every_seconds: 60,
};

/** The form's fields of a saved rule. */
export function ruleValuesOf(rule: SentryRule): RuleValues {
  const names = Object.keys(NEW_RULE) as (keyof RuleValues)[];
  const same = Object.fromEntries(names.map((name) => [name, rule[name]]));
  return {
    ...NEW_RULE,
    ...same,
    connection_id: rule.connection_id ?? '',
    share_key: rule.share_key ?? '',
    title_template: rule.title_template ?? '',
    body_template: rule.body_template ?? '',
    milestone: rule.milestone ?? '',
  };
}

/** The rule as the API takes it, whole: to save a new one, for a dry run and for a preview. */
export function ruleDraftOf(values: RuleValues): SentryRuleDraft {
  const orNull = (text: string) => (text.trim() === '' ? null : text);
  return {
    ...values,
    name: values.name.trim(),
    stats_period: values.stats_period.trim(),
    connection_id: orNull(values.connection_id),
    share_key: orNull(values.share_key),
    title_template: orNull(values.title_template),
    body_template: orNull(values.body_template),
    milestone: values.milestone === '' ? null : values.milestone,
  };
}

/** Only what was changed: a rule whose search stays as it was goes on where it is. */
export function ruleChangeOf(before: RuleValues, after: RuleValues): SentryRuleChange {
  const old: Record<string, unknown> = ruleDraftOf(before);
  const changed = Object.entries(ruleDraftOf(after)).filter(
    ([name, value]) => JSON.stringify(old[name]) !== JSON.stringify(value),
  );
  return Object.fromEntries(changed);
}

/** The rule as a dry run and a preview take it: as if it were on, and named if it has no name yet. */
export function triedDraftOf(values: RuleValues): SentryRuleDraft {
  const draft = ruleDraftOf(values);
  return { ...draft, enabled: true, name: draft.name === '' ? 'New rule' : draft.name };
}
