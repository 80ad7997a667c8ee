import type { ColumnType, Generated } from 'kysely';

/*
 * The tables of migrations/0009_sentry.sql, 0010_sentry_answers.sql and 0012_undo.sql; the conventions are those of schema.ts.
 */
type Json<T> = ColumnType<T, string, string>;
type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>;
type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;

export interface SentryConnectionsTable {
  id: string;
  tenant_id: string;
  name: string;
  source: 'settings' | 'environment';
  base_url: string;
  region_url: string | null;
  organization: string;
  organization_id: string | null;
  token_encrypted: string;
  client_secret_encrypted: string | null;
  ca_pem: string | null;
  insecure_tls: Generated<boolean>;
  product: 'sentry' | 'glitchtip' | null;
  version: string | null;
  abilities: JsonWithDefault<Record<string, unknown>>;
  people: JsonWithDefault<Record<string, string>>;
  enabled: Generated<boolean>;
  paused_kind: 'unauthorized' | 'forbidden' | 'not_found' | 'misconfigured' | null;
  paused_message: string | null;
  paused_at: Date | null;
  rest_until: Date | null;
  rest_count: Generated<number>;
  rest_message: string | null;
  checked_at: Date | null;
  probed_at: Date | null;
  hook_at: Date | null;
  reread_due_at: Generated<Date>;
  reread_at: Date | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface SentryRulesTable {
  id: string;
  tenant_id: string;
  sentry_connection_id: string;
  connection_id: string | null;
  name: string;
  position: number;
  enabled: Generated<boolean>;
  query: Generated<string>;
  projects: Generated<string[]>;
  environments: Generated<string[]>;
  levels: Generated<string[]>;
  priorities: Generated<string[]>;
  categories: Generated<string[]>;
  tags: Generated<string[]>;
  events_min: Generated<number>;
  users_min: Generated<number>;
  stats_period: Generated<string>;
  share_key: string | null;
  title_template: string | null;
  body_template: string | null;
  labels: Generated<string[]>;
  assignees: Generated<string[]>;
  milestone: number | null;
  thresholds: Json<Record<'critical' | 'high' | 'medium', { events: number; users: number }>>;
  new_per_hour: Generated<number>;
  personal_data: Generated<boolean>;
  on_closed: Generated<'off' | 'resolve' | 'resolve_in_next_release'>;
  on_not_planned: Generated<'off' | 'archive'>;
  on_resolved: Generated<'off' | 'close' | 'comment'>;
  on_regressed: Generated<'off' | 'reopen' | 'new_issue' | 'comment'>;
  reopen_within_days: Generated<number>;
  on_archived: Generated<'off' | 'label' | 'close'>;
  refresh: Generated<boolean>;
  assign: Generated<'off' | 'to_github' | 'to_sentry' | 'both'>;
  back_link: Generated<boolean>;
  every_seconds: Generated<number>;
  due_at: Generated<Date>;
  watermark: Date | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  rest_cursor: string | null;
  rest_since: Date | null;
}

export interface ErrorsTable {
  id: string;
  tenant_id: string;
  sentry_connection_id: string | null;
  rule_id: string | null;
  share_key: string | null;
  title: string;
  follows: string | null;
  regression: Generated<number>;
  agreed_sentry: string | null;
  agreed_github: string | null;
  agreed_assignees: JsonOrNull<{ sentry: string | null; github: string[] }>;
  agreed_numbers: JsonOrNull<unknown>;
  comment_id: number | null;
  flips: Generated<Date[]>;
  conflict: string | null;
  conflict_at: Date | null;
  reflect_at: Date | null;
  reflected_at: Date | null;
  locked_by: string | null;
  lease_until: Date | null;
  attempts: Generated<number>;
  message: string | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface SentryIssuesTable {
  id: string;
  tenant_id: string;
  sentry_connection_id: string;
  sentry_id: string;
  error_id: string | null;
  rule_id: string | null;
  decision: 'taken' | 'waiting' | 'skipped';
  why: string;
  by_hand: Generated<boolean>;
  short_id: string | null;
  title: string;
  culprit: string | null;
  permalink: string | null;
  level: string;
  status: string;
  substatus: string | null;
  priority: string | null;
  type: string | null;
  issue_type: string | null;
  issue_category: string | null;
  platform: string | null;
  project_id: string;
  project: string;
  project_name: string;
  metadata: JsonWithDefault<Record<string, unknown>>;
  status_details: JsonWithDefault<Record<string, unknown>>;
  assigned_to: string | null;
  assigned_name: string | null;
  count: number;
  user_count: number;
  first_seen: Date | null;
  last_seen: Date | null;
  is_unhandled: boolean | null;
  linked_to: Generated<string[]>;
  event: JsonOrNull<unknown>;
  event_tries: Generated<number>;
  gone: 'deleted' | 'merged' | null;
  gone_at: Date | null;
  missing_since: Date | null;
  merged_into: string | null;
  status_changed_at: Date | null;
  read_at: Date;
  reread_at: Generated<Date>;
  created_at: Generated<Date>;
}

export interface SentryCountsTable {
  sentry_issue_id: string;
  /** UTC, as 2026-11-21; read it with to_char. */
  day: ColumnType<Date, string, string>;
  count: number;
  user_count: number;
}

export interface SentryHintsTable {
  sentry_connection_id: string;
  sentry_id: string;
  resource: string;
  action: string;
  received_at: Generated<Date>;
  run_at: Generated<Date>;
  attempts: Generated<number>;
}

export interface SentryRunsTable {
  id: string;
  tenant_id: string;
  sentry_connection_id: string;
  rule_id: string | null;
  kind: 'rule' | 'reread';
  trigger: 'person' | 'schedule' | 'webhook';
  state: 'running' | 'done' | 'failed';
  started_at: Generated<Date>;
  finished_at: Date | null;
  lease_until: Date;
  requests: Generated<number>;
  seen: Generated<number>;
  taken: Generated<number>;
  waiting: Generated<number>;
  skipped: Generated<number>;
  changed: Generated<number>;
  message: string | null;
}

export interface ReflectionsTable {
  id: string;
  tenant_id: string;
  error_id: string;
  side: 'github' | 'sentry';
  act: string;
  why: string;
  state: 'sending' | 'done' | 'failed' | 'unknown' | 'undone';
  before: JsonOrNull<unknown>;
  after: JsonOrNull<unknown>;
  marker: string | null;
  started_at: Generated<Date>;
  finished_at: Date | null;
  status: number | null;
  request_id: string | null;
  message: string | null;
  undoes: string | null;
}

export interface UndoRunsTable {
  id: string;
  tenant_id: string;
  actor: string;
  actor_name: string;
  scope: Json<Record<string, unknown>>;
  words: string;
  told: number;
  state: 'running' | 'done' | 'stopped';
  locked_by: string | null;
  lease_until: Date | null;
  created_at: Generated<Date>;
  finished_at: Date | null;
}

export interface UndoItemsTable {
  id: string;
  undo_run_id: string;
  position: number;
  error_id: string;
  acts: string[];
  side: 'github' | 'sentry';
  what: string;
  stood: string;
  sets: string;
  state: 'waiting' | 'done' | 'left' | 'failed' | 'stopped';
  message: string | null;
  attempts: Generated<number>;
  run_at: Generated<Date>;
  finished_at: Date | null;
}

export interface SentryReferencesTable {
  connection_id: string;
  github_id: number;
  number: number;
  host: string;
  sentry_id: Generated<string>;
  organization: Generated<string>;
  short_id: Generated<string>;
  trusted: boolean;
  seen_at: Generated<Date>;
  named_at: Generated<Date>;
}

export interface SentryAnswersTable {
  sentry_connection_id: string;
  sentry_id: string;
  answers_as: string | null;
  asked_at: Date;
  missing_since: Date | null;
  project_id: string | null;
  first_seen: Date | null;
  last_seen: Date | null;
}

export interface SentrySchema {
  sentry_connections: SentryConnectionsTable;
  sentry_rules: SentryRulesTable;
  errors: ErrorsTable;
  sentry_issues: SentryIssuesTable;
  sentry_counts: SentryCountsTable;
  sentry_hints: SentryHintsTable;
  sentry_runs: SentryRunsTable;
  reflections: ReflectionsTable;
  undo_runs: UndoRunsTable;
  undo_items: UndoItemsTable;
  sentry_references: SentryReferencesTable;
  sentry_answers: SentryAnswersTable;
}
