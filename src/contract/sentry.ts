import { z } from 'zod';

import { HEALTH_WORDS } from './connections.ts';

const At = z.iso.datetime();
const Words = (max: number) => z.array(z.string().trim().min(1).max(200)).max(max);

const connectionSettings = {
  name: z.string().trim().min(1).max(100),
  base_url: z
    .url({ protocol: /^https?$/u })
    .max(500)
    .describe('https://sentry.io, a region, or the address of a self-hosted Sentry or GlitchTip.'),
  organization: z.string().trim().min(1).max(100).describe('Slug.'),
  ca_pem: z.string().max(200_000).nullable().describe('Certificates trusted besides the system’s.'),
  insecure_tls: z.boolean().describe('Check no certificate at all. Anybody on the way can then read the token.'),
  people: z
    .record(z.string().min(1).max(254), z.string().trim().min(1).max(100))
    .describe('Sentry’s user:ID, team:ID or e-mail → GitHub login.'),
  enabled: z.boolean(),
};
const Token = z.string().trim().min(1).max(2000);

export const SentryConnectionDraft = z.strictObject({
  ...connectionSettings,
  name: connectionSettings.name.default('Sentry'),
  base_url: connectionSettings.base_url.default('https://sentry.io'),
  ca_pem: connectionSettings.ca_pem.default(null),
  insecure_tls: connectionSettings.insecure_tls.default(false),
  people: connectionSettings.people.default({}),
  enabled: connectionSettings.enabled.default(true),
  token: Token,
  client_secret: Token.optional().describe('Of the internal integration: signs its webhooks.'),
});
export type SentryConnectionDraft = z.infer<typeof SentryConnectionDraft>;
export const SentryConnectionChange = z
  .strictObject({ ...connectionSettings, token: Token, client_secret: Token.nullable() })
  .partial();
export type SentryConnectionChange = z.infer<typeof SentryConnectionChange>;

const Health = z.object({
  word: z.enum(HEALTH_WORDS),
  reason: z.string(),
  since: At.nullable(),
  fix: z.string().nullable(),
});

export const SentryConnection = z.object({
  id: z.uuid(),
  source: z.enum(['settings', 'environment']),
  ...connectionSettings,
  url: z.string().describe('Where people see the organisation.'),
  product: z.enum(['sentry', 'glitchtip']).nullable(),
  version: z.string().nullable(),
  scopes: z.array(z.string()).nullable(),
  webhook_url: z.string(),
  has_client_secret: z.boolean(),
  hook_at: At.nullable().describe('The last signed webhook.'),
  paused: z.object({ message: z.string(), at: At }).nullable(),
  health: Health,
  rules: z.int(),
  errors: z.int().describe('Errors that became issues.'),
  checked_at: At.nullable(),
  updated_at: At,
});
export type SentryConnection = z.infer<typeof SentryConnection>;

export const SentryConnectionTest = z.strictObject({
  base_url: connectionSettings.base_url.default('https://sentry.io'),
  organization: connectionSettings.organization,
  token: Token,
  ca_pem: connectionSettings.ca_pem.default(null),
  insecure_tls: connectionSettings.insecure_tls.default(false),
});
export const SentryCheck = z.object({
  name: z.enum([
    'address',
    'certificate',
    'product',
    'token',
    'organization',
    'scopes',
    'projects',
    'write',
    'webhook',
    'clock',
  ]),
  ok: z.boolean(),
  severity: z.enum(['ok', 'warning', 'error']),
  text: z.string(),
  fix: z.string().nullable(),
});
export const SentryConnectionTestResult = z.object({
  ok: z.boolean(),
  product: z.enum(['sentry', 'glitchtip']).nullable(),
  version: z.string().nullable(),
  scopes: z.array(z.string()).nullable(),
  region_url: z.string().nullable(),
  projects: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string() })),
  checks: z.array(SentryCheck),
});
export type SentryConnectionTestResult = z.infer<typeof SentryConnectionTestResult>;

const Threshold = z.strictObject({ events: z.int().min(0), users: z.int().min(0) });
const rule = {
  name: z.string().trim().min(1).max(100),
  sentry_connection_id: z.uuid(),
  connection_id: z.uuid().nullable().describe('The GitHub connection into whose repository is filed.'),
  position: z.int().min(0).max(1000).describe('The first rule that takes an issue has it.'),
  enabled: z.boolean(),
  query: z.string().max(2000),
  projects: Words(100),
  environments: Words(50),
  levels: Words(10),
  priorities: Words(5),
  categories: Words(20),
  tags: Words(20).describe('As key:value.'),
  events_min: z.int().min(1),
  users_min: z.int().min(0),
  stats_period: z
    .string()
    .regex(/^\d{1,4}[hdw]$/u, 'Write it as 24h, 14d or 12w.')
    .describe('How far the first look goes back.'),
  share_key: z
    .string()
    .max(500)
    .nullable()
    .describe('Liquid, as {{ culprit }}: Sentry issues with one key share one GitHub issue.'),
  title_template: z.string().max(2000).nullable().describe('Liquid; null: the default.'),
  body_template: z.string().max(50_000).nullable().describe('Liquid; null: the default.'),
  labels: Words(20),
  assignees: Words(10),
  milestone: z.int().min(1).nullable(),
  thresholds: z.strictObject({ critical: Threshold, high: Threshold, medium: Threshold }),
  new_per_hour: z
    .int()
    .min(1)
    .max(100_000)
    .describe('At most so many new issues an hour; the rest is carried over, the latest first.'),
  personal_data: z.boolean().describe('User and request may leave, into a repository that is not public.'),
  on_closed: z.enum(['off', 'resolve', 'resolve_in_next_release']),
  on_not_planned: z.enum(['off', 'archive']),
  on_resolved: z.enum(['off', 'close', 'comment']),
  on_regressed: z.enum(['off', 'reopen', 'new_issue', 'comment']),
  reopen_within_days: z.int().min(0).max(3650),
  on_archived: z.enum(['off', 'label', 'close']),
  refresh: z.boolean(),
  assign: z.enum(['off', 'to_github', 'to_sentry', 'both']),
  back_link: z.boolean(),
  every_seconds: z.int().min(30).max(86_400),
};
export const DEFAULT_RULE_LABELS = ['sentry', 'bug', 'automated'];
export const SentryRuleDraft = z.strictObject({
  ...rule,
  position: rule.position.optional().describe('Default: after the others.'),
  enabled: rule.enabled.default(true),
  query: rule.query.default('is:unresolved'),
  projects: rule.projects.default([]),
  environments: rule.environments.default([]),
  levels: rule.levels.default([]),
  priorities: rule.priorities.default([]),
  categories: rule.categories.default([]),
  tags: rule.tags.default([]),
  events_min: rule.events_min.default(1),
  users_min: rule.users_min.default(0),
  stats_period: rule.stats_period.default('24h'),
  share_key: rule.share_key.default(null),
  title_template: rule.title_template.default(null),
  body_template: rule.body_template.default(null),
  labels: rule.labels.default(DEFAULT_RULE_LABELS),
  assignees: rule.assignees.default([]),
  milestone: rule.milestone.default(null),
  thresholds: rule.thresholds.default({
    critical: { events: 100, users: 50 },
    high: { events: 50, users: 20 },
    medium: { events: 10, users: 5 },
  }),
  new_per_hour: rule.new_per_hour.default(25),
  personal_data: rule.personal_data.default(false),
  on_closed: rule.on_closed.default('resolve'),
  on_not_planned: rule.on_not_planned.default('archive'),
  on_resolved: rule.on_resolved.default('close'),
  on_regressed: rule.on_regressed.default('reopen'),
  reopen_within_days: rule.reopen_within_days.default(90),
  on_archived: rule.on_archived.default('label'),
  refresh: rule.refresh.default(true),
  assign: rule.assign.default('both'),
  back_link: rule.back_link.default(true),
  every_seconds: rule.every_seconds.default(60),
});
export type SentryRuleDraft = z.infer<typeof SentryRuleDraft>;
export const SentryRuleChange = z.strictObject(rule).partial();
export type SentryRuleChange = z.infer<typeof SentryRuleChange>;

export const SentryRun = z.object({
  id: z.uuid(),
  sentry_connection_id: z.uuid(),
  rule_id: z.uuid().nullable(),
  kind: z.enum(['rule', 'reread']),
  trigger: z.enum(['person', 'schedule', 'webhook']),
  state: z.enum(['running', 'done', 'failed']),
  started_at: At,
  finished_at: At.nullable(),
  requests: z.int(),
  seen: z.int(),
  taken: z.int().describe('Given to filing.'),
  waiting: z.int().describe('Carried over by the cap.'),
  skipped: z.int(),
  changed: z.int(),
  message: z.string().nullable(),
});
export type SentryRun = z.infer<typeof SentryRun>;

export const SentryRule = z.object({
  id: z.uuid(),
  ...rule,
  repository: z.string().nullable(),
  sentry_connection: z.string().describe('Its name.'),
  health: Health,
  watermark: At.nullable().describe('Every Sentry issue with an event up to here was seen.'),
  next_run_at: At.nullable(),
  last_run: SentryRun.nullable(),
  counts: z.object({ taken: z.int(), waiting: z.int(), skipped: z.int() }),
  updated_at: At,
});
export type SentryRule = z.infer<typeof SentryRule>;

/** The order in which rules are asked, all of them at once. */
export const SentryRulesOrder = z.strictObject({
  ids: z.array(z.uuid()).min(1).max(1000).describe('Of every rule of the tenant.'),
});

export const DryRunRequest = z.strictObject({
  rule: SentryRuleDraft.describe('As it would be saved.'),
  rule_id: z.uuid().optional().describe('The saved rule it stands for, so that it is not in its own way.'),
  days: z.int().min(1).max(90).default(14),
});
export const SentryIssueFacts = z.object({
  id: z.string(),
  short_id: z.string().nullable(),
  title: z.string(),
  culprit: z.string().nullable(),
  url: z.string().nullable(),
  level: z.string(),
  status: z.string(),
  substatus: z.string().nullable(),
  priority: z.string().nullable(),
  category: z.string().nullable(),
  project: z.string(),
  count: z.int().describe('All-time.'),
  user_count: z.int(),
  first_seen: At.nullable(),
  last_seen: At.nullable(),
  assigned_to: z.string().nullable(),
});
export const DryRun = z.object({
  days: z.int(),
  requests: z.int(),
  complete: z.boolean().describe('False: there are more than were looked at.'),
  totals: z.object({ filed: z.int(), waiting: z.int(), shared: z.int(), known: z.int(), skipped: z.int() }),
  items: z.array(
    z.object({
      issue: SentryIssueFacts,
      verdict: z
        .enum(['file', 'wait', 'share', 'known', 'skip'])
        .describe('wait: later, by the cap, or once Sentry was asked first; `why` says which.'),
      why: z.string(),
      repository: z.string().nullable(),
      title: z.string().nullable().describe('Of the issue that would be filed.'),
      labels: z.array(z.string()),
    }),
  ),
});
export type DryRun = z.infer<typeof DryRun>;

export const RulePreviewRequest = z.strictObject({
  rule: SentryRuleDraft,
  sentry_issue: z
    .string()
    .max(200)
    .optional()
    .describe('Number or short id; default: the latest that the query finds.'),
});
export const RulePreview = z.object({
  issue: SentryIssueFacts,
  title: z.string(),
  body: z.string().describe('Markdown as GitHub gets it.'),
  labels: z.array(z.string()),
});
export type RulePreview = z.infer<typeof RulePreview>;
