import type { SentryRule } from './errors.model.ts';
import type { SentryRuleDraft } from '../contract/sentry.ts';

/** A rule as it would be saved, for what is tried before it is. */
export function ruleOfDraft(draft: SentryRuleDraft, tenantId: string, id: string, now: Date): SentryRule {
  return {
    id,
    tenantId,
    sentryConnectionId: draft.sentry_connection_id,
    connectionId: draft.connection_id,
    name: draft.name,
    position: draft.position ?? 0,
    enabled: true,
    query: draft.query,
    projects: draft.projects,
    environments: draft.environments,
    levels: draft.levels,
    priorities: draft.priorities,
    categories: draft.categories,
    tags: draft.tags,
    eventsMin: draft.events_min,
    usersMin: draft.users_min,
    statsPeriod: draft.stats_period,
    shareKey: draft.share_key,
    titleTemplate: draft.title_template,
    bodyTemplate: draft.body_template,
    labels: draft.labels,
    assignees: draft.assignees,
    milestone: draft.milestone,
    thresholds: draft.thresholds,
    newPerHour: draft.new_per_hour,
    personalData: draft.personal_data,
    settings: {
      onClosed: draft.on_closed,
      onNotPlanned: draft.on_not_planned,
      onResolved: draft.on_resolved,
      onRegressed: draft.on_regressed,
      reopenWithinDays: draft.reopen_within_days,
      onArchived: draft.on_archived,
      refresh: draft.refresh,
      assign: draft.assign,
      backLink: draft.back_link,
    },
    everySeconds: draft.every_seconds,
    dueAt: now,
    watermark: null,
    updatedAt: now,
  };
}
