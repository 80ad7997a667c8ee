import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/*
 * The tables of migrations/0004_mirror.sql; the conventions are those of schema.ts.
 */
type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>;
type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;

/** A list of a repository that is read with a memory of its own. */
export type FacetName =
  | 'repository'
  | 'issues'
  | 'comments'
  | 'pulls'
  | 'reviews'
  | 'branches'
  | 'labels'
  | 'milestones'
  | 'people'
  | 'teams';

/** What a history row is about. */
export type ItemKind =
  | 'repository'
  | 'issue'
  | 'pull_request'
  | 'comment'
  | 'label'
  | 'milestone'
  | 'branch'
  | 'collaborator'
  | 'team';

export type StoredLabel = { id?: number; name: string; color: string };

export interface RepositoriesTable {
  id: string;
  tenant_id: string;
  connection_id: string;
  host: string;
  github_id: number | null;
  node_id: string | null;
  full_name: string;
  url: string;
  description: string | null;
  visibility: 'public' | 'private' | 'internal' | null;
  default_branch: string | null;
  archived: Generated<boolean>;
  has_issues: Generated<boolean>;
  has_pull_requests: Generated<boolean>;
  can_push: boolean | null;
  can_admin: boolean | null;
  mirrors: 'linked' | 'all';
  comments_of: Generated<'linked' | 'all'>;
  gone: 'deleted' | 'not_found' | null;
  gone_at: Date | null;
  paused_at: Date | null;
  sync_schedule: Generated<string>;
  sync_due_at: Date | null;
  reconcile_due_at: Date | null;
  sample_due_at: Date | null;
  imported_at: Date | null;
  synced_at: Date | null;
  reconciled_at: Date | null;
  failure_kind: string | null;
  failure_message: string | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface RepositoryNamesTable {
  repository_id: string;
  full_name: string;
  until: Generated<Date>;
}

export interface FacetsTable {
  repository_id: string;
  facet: FacetName;
  pages: JsonWithDefault<{ url: string; etag: string }[]>;
  watermark: Date | null;
  dirty_at: Date | null;
  read_at: Date | null;
  missing_permissions: string | null;
  message: string | null;
  told: JsonOrNull<Record<string, string>>;
}

export interface ImportSpansTable {
  id: GeneratedAlways<number>;
  repository_id: string;
  facet: 'issues' | 'comments' | 'pulls';
  position: Date | null;
  until: Date | null;
  next: string | null;
  done_at: Date | null;
}

export interface PullRequestsTable {
  id: string;
  tenant_id: string;
  repository_id: string;
  github_id: number;
  node_id: string;
  number: number;
  url: string;
  title: string;
  body: string | null;
  state: 'open' | 'closed' | 'merged';
  draft: Generated<boolean>;
  author: string | null;
  author_id: number | null;
  head_ref: string;
  head_sha: string;
  head_repository: string | null;
  base_ref: string;
  base_sha: string;
  mergeable: 'mergeable' | 'conflicting' | 'unknown' | null;
  merge_state: string | null;
  review_decision: string | null;
  reviews: JsonWithDefault<{ login: string; state: string }[]>;
  requested_reviewers: Generated<string[]>;
  requested_teams: Generated<string[]>;
  labels: JsonWithDefault<StoredLabel[]>;
  assignees: Generated<string[]>;
  milestone: number | null;
  comments: Generated<number>;
  created_at: Date;
  updated_at: Date;
  closed_at: Date | null;
  merged_at: Date | null;
  gone: 'deleted' | 'not_found' | null;
  gone_at: Date | null;
  details_due_at: Date | null;
  details_at: Date | null;
  read_at: Generated<Date>;
}

export interface CommentsTable {
  id: string;
  tenant_id: string;
  repository_id: string;
  github_id: number;
  node_id: string;
  issue_number: number;
  author: string | null;
  author_id: number | null;
  body: string;
  url: string;
  created_at: Date;
  updated_at: Date;
  gone_at: Date | null;
  read_at: Generated<Date>;
}

export interface LabelsTable {
  id: string;
  repository_id: string;
  github_id: number;
  name: string;
  color: string;
  description: string | null;
  gone_at: Date | null;
  read_at: Date;
}

export interface MilestonesTable {
  id: string;
  repository_id: string;
  github_id: number;
  number: number;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  url: string;
  due_on: Date | null;
  closed_at: Date | null;
  updated_at: Date;
  gone_at: Date | null;
  read_at: Date;
}

export interface BranchesTable {
  id: string;
  repository_id: string;
  name: string;
  sha: string;
  protected: Generated<boolean>;
  committed_at: Date | null;
  gone_at: Date | null;
  read_at: Date;
}

export interface CollaboratorsTable {
  id: string;
  repository_id: string;
  github_id: number;
  login: string;
  role: string;
  email: string | null;
  gone_at: Date | null;
  read_at: Date;
}

export interface TeamsTable {
  id: string;
  repository_id: string;
  github_id: number;
  slug: string;
  name: string;
  permission: string;
  gone_at: Date | null;
  read_at: Date;
}

export interface GithubUsersTable {
  connection_id: string;
  github_id: number;
  login: string;
  read_at: Date;
}

export interface ItemChangesTable {
  id: GeneratedAlways<number>;
  repository_id: string | null;
  item_kind: Generated<ItemKind>;
  item_id: string;
  at: Date;
  seen_at: Generated<Date>;
  field: string;
  before: JsonOrNull<unknown>;
  after: JsonOrNull<unknown>;
  via: 'write' | 'sync' | 'import' | 'webhook' | 'reconcile';
  actor: string | null;
}

export interface DriftTable {
  id: GeneratedAlways<number>;
  repository_id: string;
  run_id: string;
  item_kind: string;
  item: string;
  field: string;
  mirrored: JsonOrNull<unknown>;
  github: JsonOrNull<unknown>;
  found_at: Generated<Date>;
  repaired_at: Date | null;
}

export interface HooksTable {
  id: string;
  tenant_id: string;
  connection_id: string;
  target: string;
  target_kind: 'repository' | 'organization' | 'app';
  github_id: number | null;
  url: string;
  events: string[];
  active: boolean;
  last_code: number | null;
  last_message: string | null;
  pulled_until: Date | null;
  checked_at: Date | null;
  message: string | null;
  created_at: Generated<Date>;
}

export interface DeliveriesTable {
  id: string;
  tenant_id: string;
  connection_id: string;
  guid: string;
  hook_id: number | null;
  event: string;
  action: string | null;
  repository: string | null;
  github_repository_id: number | null;
  sender: string | null;
  came_by: 'post' | 'pull';
  received_at: Generated<Date>;
  payload: Buffer | null;
  pack_id: string | null;
  pack_start: number | null;
  pack_bytes: number | null;
  state: Generated<'received' | 'applied' | 'ignored' | 'failed'>;
  attempts: Generated<number>;
  run_at: Generated<Date>;
  message: string | null;
  applied_at: Date | null;
}

export interface DeliveryPacksTable {
  id: string;
  connection_id: string;
  payloads: Buffer;
  made_at: Generated<Date>;
}

export interface BudgetsTable {
  credential: string;
  resource: string;
  limit: number | null;
  remaining: number | null;
  reset_at: Date | null;
  next_at: Date | null;
  recent: Generated<Date[]>;
  message: string | null;
  updated_at: Generated<Date>;
}

export interface GithubAppsTable {
  id: string;
  tenant_id: string;
  base_url: string;
  code_hash: string;
  connection_id: string;
  webhooks: boolean;
  app_id: string | null;
  slug: string | null;
  name: string | null;
  url: string | null;
  client_id: string | null;
  private_key_encrypted: string | null;
  webhook_secret_encrypted: string | null;
  created_at: Generated<Date>;
}

/** The tables of the mirror by their names in PostgreSQL. */
export interface MirrorSchema {
  repositories: RepositoriesTable;
  repository_names: RepositoryNamesTable;
  facets: FacetsTable;
  import_spans: ImportSpansTable;
  pull_requests: PullRequestsTable;
  comments: CommentsTable;
  labels: LabelsTable;
  milestones: MilestonesTable;
  branches: BranchesTable;
  collaborators: CollaboratorsTable;
  teams: TeamsTable;
  github_users: GithubUsersTable;
  item_changes: ItemChangesTable;
  drift: DriftTable;
  hooks: HooksTable;
  deliveries: DeliveriesTable;
  delivery_packs: DeliveryPacksTable;
  budgets: BudgetsTable;
  github_apps: GithubAppsTable;
}
