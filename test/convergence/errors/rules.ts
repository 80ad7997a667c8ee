import { SentryRuleDraft } from '../../../src/contract/sentry.ts';
import type { SentryRuleChange } from '../../../src/contract/sentry.ts';

/** How a history's two rules begin. */
export interface RuleSettings {
  onRegressed: 'reopen' | 'new_issue';
  onArchived: 'label' | 'close';
  newPerHour: number;
  /** Without it nothing in Sentry tells which issue on GitHub is whose. */
  backLink: boolean;
}

const RULE_CHANGES = {
  switchOff: { enabled: false },
  switchOn: { enabled: true },
  share: { share_key: '{{ culprit }}' },
  shareNothing: { share_key: null },
  neverResolve: { on_closed: 'off' },
  resolve: { on_closed: 'resolve' },
  onlyTell: { on_resolved: 'comment' },
  close: { on_resolved: 'close' },
  openNew: { on_regressed: 'new_issue' },
  reopen: { on_regressed: 'reopen' },
  leaveArchived: { on_archived: 'off' },
  wantTwo: { events_min: 2 },
  wantOne: { events_min: 1 },
  fewAnHour: { new_per_hour: 1 },
} as const satisfies Record<string, SentryRuleChange>;

export type RuleChangeName = keyof typeof RULE_CHANGES;
export const RULE_CHANGE_NAMES = Object.keys(RULE_CHANGES) as RuleChangeName[];

/** What a person changes in a rule. */
export function ruleChange(name: RuleChangeName): SentryRuleChange {
  return RULE_CHANGES[name];
}

/** One rule files each error of `shop-web` by itself; the other lets those of `api` share an issue for each culprit. */
export function ruleDrafts(
  { onRegressed, onArchived, newPerHour, backLink }: RuleSettings,
  into: { sentry_connection_id: string; connection_id: string },
): [SentryRuleDraft, SentryRuleDraft] {
  const both = {
    ...into,
    on_regressed: onRegressed,
    on_archived: onArchived,
    new_per_hour: newPerHour,
    back_link: backLink,
    // a history is shorter, so whatever the hub forgot is looked for again
    stats_period: '300d',
  };
  return [
    SentryRuleDraft.parse({ ...both, name: 'Single', projects: ['shop-web'], position: 0 }),
    SentryRuleDraft.parse({
      ...both,
      name: 'Sharing',
      projects: ['api'],
      share_key: '{{ culprit }}',
      position: 1,
    }),
  ];
}
