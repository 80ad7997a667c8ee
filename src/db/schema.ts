import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

import type { MirrorSchema, StoredLabel } from './schema-mirror.ts';
import type { PeopleSchema } from './schema-people.ts';
import type { SentrySchema } from './schema-sentry.ts';

/*
 * The tables of `migrations/`, as Kysely sees them. timestamptz is a `Date`, bigint a safe `number` (see pool.ts), bytea a `Buffer`,
 * text[] a `string[]`. jsonb is read parsed and written as JSON text, so that an array is never mistaken for a PostgreSQL array.
 */
type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>;
/** jsonb with a default in the database. */
type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;
/** jsonb that holds names and values: never an array, so it is written as it is. */
type Names = Generated<Record<string, string>>;

export interface ConnectionsTable {
  id: string;
  tenant_id: string;
  kind: 'github';
  name: string;
  source: 'settings' | 'environment';
  base_url: string;
  api_version: Generated<string>;
  credential_kind: 'token' | 'app';
  credential_encrypted: string;
  repository: string;
  repository_given: string | null;
  github_repository_id: number | null;
  visibility: 'public' | 'private' | 'internal' | null;
  viewer_login: string | null;
  viewer_id: number | null;
  can_push: boolean | null;
  default_labels: Generated<string[]>;
  default_assignees: Generated<string[]>;
  milestone: number | null;
  issue_type: string | null;
  parent_issue: number | null;
  project: string | null;
  project_fields: Names;
  title_template: string | null;
  body_template: string | null;
  allow_mentions: Generated<boolean>;
  send_personal_data_to_public: Generated<boolean>;
  import_external: Generated<boolean>;
  sync_schedule: Generated<string>;
  sync_due_at: Date | null;
  creations_per_hour: Generated<number>;
  enabled: Generated<boolean>;
  paused_kind: 'unauthorized' | 'forbidden' | null;
  paused_message: string | null;
  paused_request_id: string | null;
  paused_at: Date | null;
  rest_until: Date | null;
  rest_count: Generated<number>;
  rest_message: string | null;
  number_known: Generated<number>;
  adopted_at: Date | null;
  adopt_cursor: string | null;
  adopt_walk: Generated<number>;
  checked_at: Date | null;
  token_expires_at: Date | null;
  webhook_secret_encrypted: string | null;
  webhook_allow_unsigned: Generated<boolean>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface ReportsTable {
  id: string;
  tenant_id: string;
  reporter_kind: 'account' | 'host' | 'adopted';
  reporter_id: string;
  reporter_email: string | null;
  reporter_name: string | null;
  title: string;
  description: string;
  tags: Generated<string[]>;
  severity: 'low' | 'medium' | 'high' | 'critical' | null;
  conversation: JsonOrNull<{ id: string; transcript: string; url?: string }>;
  context: JsonWithDefault<Record<string, unknown>>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface IdempotencyKeysTable {
  tenant_id: string;
  actor: string;
  key: string;
  request_hash: Buffer;
  report_id: string;
  created_at: Generated<Date>;
}

export interface FilingsTable {
  id: string;
  tenant_id: string;
  source_kind: 'report' | 'error';
  source_id: string;
  connection_id: string | null;
  state: 'pending' | 'sending' | 'unknown' | 'synced' | 'failed';
  marker: string;
  attempts: Generated<number>;
  creates: Generated<number>;
  lookups: Generated<number>;
  number_before: number | null;
  sent_at: Date | null;
  sent_title: string | null;
  bare: Generated<boolean>;
  derived: Generated<boolean>;
  run_at: Generated<Date>;
  locked_by: string | null;
  lease_until: Date | null;
  failure_kind: string | null;
  failure_message: string | null;
  request_id: string | null;
  watch_until: Date | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  synced_at: Date | null;
}

export interface LanesTable {
  lane: string;
  locked_by: string | null;
  lease_until: Date | null;
}

export interface FilingAttemptsTable {
  id: GeneratedAlways<number>;
  filing_id: string;
  kind: 'create' | 'lookup' | 'adopt' | 'twin' | 'parent' | 'project';
  started_at: Date;
  finished_at: Date | null;
  outcome: string | null;
  status: number | null;
  request_id: string | null;
  message: string | null;
  next_try_at: Date | null;
}

export interface PlacementsTable {
  id: string;
  filing_id: string;
  issue_id: string;
  kind: 'parent' | 'project';
  target: string;
  fields: Names;
  state: 'pending' | 'done' | 'failed';
  attempt_id: number;
  attempts: Generated<number>;
  message: string | null;
  run_at: Date;
  locked_by: string | null;
  lease_until: Date | null;
  created_at: Date;
  finished_at: Date | null;
}

export interface IssuesTable {
  id: string;
  tenant_id: string;
  connection_id: string;
  source: Generated<'linked' | 'external'>;
  github_id: number;
  node_id: string;
  github_repository_id: number;
  repository: string;
  number: number;
  url: string;
  title: string;
  state: 'open' | 'closed';
  state_reason: string | null;
  author: string | null;
  labels: JsonWithDefault<StoredLabel[]>;
  assignees: Generated<string[]>;
  comments: Generated<number>;
  created_at: Date;
  updated_at: Date;
  closed_at: Date | null;
  gone: IssueGone | null;
  etag: string | null;
  synced_at: Generated<Date>;
  repository_id: string | null;
  body: string | null;
  author_id: number | null;
  milestone: number | null;
  milestone_title: string | null;
  type: string | null;
  locked: Generated<boolean>;
  reactions: JsonWithDefault<Record<string, number>>;
  gone_at: Date | null;
  moved_to: string | null;
  read_at: Generated<Date>;
}

/** Why GitHub shows an issue no more where it was. */
export type IssueGone = 'deleted' | 'transferred' | 'converted' | 'not_found';

export interface LinksTable {
  id: string;
  tenant_id: string;
  source_kind: 'report' | 'error';
  source_id: string;
  filing_id: string | null;
  issue_id: string;
  created_at: Generated<Date>;
}

export interface SyncRunsTable {
  id: string;
  tenant_id: string;
  connection_id: string;
  repository_id: string | null;
  kind: Generated<'sync' | 'import' | 'reconcile' | 'sample'>;
  trigger: 'person' | 'schedule' | 'webhook' | 'start';
  state: 'running' | 'done' | 'failed';
  started_at: Generated<Date>;
  finished_at: Date | null;
  lease_until: Date;
  cursor: Date | null;
  imports: Generated<boolean>;
  requests: Generated<number>;
  not_modified: Generated<number>;
  total: number | null;
  drift: number | null;
  compared: number | null;
  checked: Generated<number>;
  updated: Generated<number>;
  imported: Generated<number>;
  unchanged: Generated<number>;
  errors: JsonWithDefault<{ issue: string; message: string }[]>;
  message: string | null;
}

/** Views (migrations/0011): reports, issues opened on GitHub, and errors, each with its filing and issue; `report_rows`: the first two. */
export interface ReportRowsView {
  id: string;
  tenant_id: string;
  tenant_slug: string;
  tenant_name: string;
  source: 'report' | 'external' | 'error';
  title: string;
  description: string;
  tags: string[];
  severity: 'low' | 'medium' | 'high' | 'critical' | null;
  reporter_kind: 'account' | 'host' | 'adopted' | null;
  reporter_id: string | null;
  reporter_email: string | null;
  reporter_name: string | null;
  created_at: Date;
  updated_at: Date;
  filing_id: string | null;
  filing_state: 'pending' | 'sending' | 'unknown' | 'synced' | 'failed';
  attempts: number;
  run_at: Date | null;
  failure_kind: string | null;
  failure_message: string | null;
  derived: boolean;
  connection_id: string | null;
  target_repository: string | null;
  target_enabled: boolean | null;
  target_paused: string | null;
  target_adopted_at: Date | null;
  target_rest_until: Date | null;
  target_rest_message: string | null;
  issue_id: string | null;
  issue_number: number | null;
  issue_url: string | null;
  issue_repository: string | null;
  issue_title: string | null;
  issue_state: 'open' | 'closed' | null;
  issue_state_reason: string | null;
  issue_labels: { name: string; color: string }[] | null;
  issue_assignees: string[] | null;
  issue_comments: number | null;
  issue_closed_at: Date | null;
  issue_updated_at: Date | null;
  issue_gone: IssueGone | null;
  /** Of an error, the Sentry issue that names its page; null while none is known. */
  sentry_issue_id: string | null;
}

/** Every table by its name in PostgreSQL. */
export interface Schema extends MirrorSchema, PeopleSchema, SentrySchema {
  report_rows: ReportRowsView;
  reported_rows: ReportRowsView;
  opened_rows: ReportRowsView;
  error_rows: ReportRowsView;
  connections: ConnectionsTable;
  reports: ReportsTable;
  idempotency_keys: IdempotencyKeysTable;
  filings: FilingsTable;
  lanes: LanesTable;
  filing_attempts: FilingAttemptsTable;
  placements: PlacementsTable;
  issues: IssuesTable;
  links: LinksTable;
  sync_runs: SyncRunsTable;
}
