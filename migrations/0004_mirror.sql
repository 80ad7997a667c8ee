--! breaking
-- The mirror of whole repositories, webhooks, and budgets shared by all processes.

create table repositories (
  id                   uuid primary key,
  tenant_id            uuid not null references tenants on delete cascade,
  connection_id        uuid not null references connections on delete cascade,
  host                 text not null,                  -- of the connection's base URL: ids are one GitHub's own
  github_id            bigint,                         -- identity; null until GitHub told it
  node_id              text,
  full_name            text not null,                  -- owner/name as last known
  url                  text not null,
  description          text,
  visibility           text check (visibility in ('public', 'private', 'internal')),
  default_branch       text,
  archived             boolean not null default false,
  has_issues           boolean not null default true,
  has_pull_requests    boolean not null default true,
  can_push             boolean,
  can_admin            boolean,
  mirrors              text not null check (mirrors in ('linked', 'all')),  -- all: tracked
  comments_of          text not null default 'all' check (comments_of in ('linked', 'all')),  -- of a tracked one; else only of linked issues
  gone                 text check (gone in ('deleted', 'not_found')),
  gone_at              timestamptz,
  paused_at            timestamptz,                    -- a person paused reading it
  sync_schedule        text not null default '0 * * * *',    -- cron, UTC
  sync_due_at          timestamptz,                    -- lock and watermark of the schedule
  reconcile_due_at     timestamptz,
  imported_at          timestamptz,                    -- when the first import was complete
  synced_at            timestamptz,                    -- when the mirror last agreed with GitHub's lists
  reconciled_at        timestamptz,                    -- when it was last compared in full
  failure_kind         text,                           -- why the last run ended early; null after a good one
  failure_message      text,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  constraint repositories_github_unique unique (connection_id, github_id)
);
-- a tenant tracks a repository once, whatever the connection
create unique index repositories_tracked on repositories (tenant_id, host, github_id) where mirrors = 'all';
-- by name, old ones among them: owner/name of a request
create index repositories_name on repositories (tenant_id, lower(full_name));

-- Names a repository had before: a request by an old name is answered with the new one.
create table repository_names (
  repository_id uuid not null references repositories on delete cascade,
  full_name     text not null,                         -- lower case
  until         timestamptz not null default now(),
  primary key (repository_id, full_name)
);

-- What is read of a repository, each list with its own memory.
create table facets (
  repository_id uuid not null references repositories on delete cascade,
  facet         text not null check (facet in ('repository', 'issues', 'comments', 'pulls', 'reviews', 'branches', 'labels', 'milestones', 'people', 'teams')),
  pages         jsonb not null default '[]',           -- [{url, etag}] of the last full read: all 304 means unchanged
  watermark     timestamptz,                           -- highest updated_at seen, never this machine's clock
  dirty_at      timestamptz,                           -- a webhook told of a change that only a read can show
  read_at       timestamptz,
  missing_permissions text,                            -- X-Accepted-GitHub-Permissions, where GitHub refuses the list
  message       text,                                  -- why it cannot be read
  primary key (repository_id, facet)
);
-- the lists that wait to be read again
create index facets_dirty on facets (dirty_at) where dirty_at is not null;

-- Parts of a first import: each walks one span of time, and goes on at the page where it stopped.
create table import_spans (
  id            bigint generated always as identity primary key,
  repository_id uuid not null references repositories on delete cascade,
  facet         text not null check (facet in ('issues', 'comments', 'pulls')),
  position      timestamptz,                           -- everything before it is stored; null: from the beginning
  until         timestamptz,                           -- where the next span begins; null: to the end
  next          text,                                  -- GitHub's own link to the next page
  done_at       timestamptz
);
-- the spans of one import
create index import_spans_repository on import_spans (repository_id, facet);

alter table issues
  add column repository_id   uuid references repositories on delete cascade,
  add column body            text,
  add column author_id       bigint,
  add column milestone       int,
  add column milestone_title text,
  add column type            text,
  add column locked          boolean not null default false,
  add column reactions       jsonb not null default '{}',   -- {"+1": 2, …}, only what is not 0
  add column gone_at         timestamptz,
  add column moved_to        text,                           -- where a transferred or converted issue is now
  add column read_at         timestamptz not null default '-infinity',  -- when the snapshot that stands was asked for
  alter column source set default 'external',
  drop constraint issues_gone_check,
  add constraint issues_gone_check check (gone in ('deleted', 'transferred', 'converted', 'not_found'));
-- the lists of one repository, and its numbers
create index issues_updated on issues (repository_id, updated_at desc, id desc);
create index issues_number on issues (repository_id, number);
-- a tenant's issues, last changed first
create index issues_tenant_updated on issues (tenant_id, updated_at desc, id desc);

create table pull_requests (
  id                  uuid primary key,
  tenant_id           uuid not null references tenants on delete cascade,
  repository_id       uuid not null references repositories on delete cascade,
  github_id           bigint not null,                 -- of the pull request, not of its issue
  node_id             text not null,
  number              int not null,
  url                 text not null,
  title               text not null,
  body                text,
  state               text not null check (state in ('open', 'closed', 'merged')),
  draft               boolean not null default false,
  author              text,
  author_id           bigint,
  head_ref            text not null,
  head_sha            text not null,
  head_repository     text,                            -- null: the fork was deleted
  base_ref            text not null,
  base_sha            text not null,
  mergeable           text check (mergeable in ('mergeable', 'conflicting', 'unknown')),
  merge_state         text,                            -- GitHub's mergeable_state, an open set
  review_decision     text,                            -- approved, changes_requested, review_required
  reviews             jsonb not null default '[]',     -- [{login, state}], the latest of each person
  requested_reviewers text[] not null default '{}',
  requested_teams     text[] not null default '{}',
  labels              jsonb not null default '[]',
  assignees           text[] not null default '{}',
  milestone           int,
  comments            int not null default 0,          -- conversation, as its issue counts them
  created_at          timestamptz not null,
  updated_at          timestamptz not null,
  closed_at           timestamptz,
  merged_at           timestamptz,
  gone                text check (gone in ('deleted', 'not_found')),
  gone_at             timestamptz,
  details_due_at      timestamptz,                     -- mergeability and reviews are to be read
  details_at          timestamptz,
  read_at             timestamptz not null default '-infinity',
  constraint pull_requests_github_unique unique (repository_id, github_id)
);
create index pull_requests_updated on pull_requests (repository_id, updated_at desc, id desc);
create index pull_requests_number on pull_requests (repository_id, number);
-- whose details are to be read
create index pull_requests_details on pull_requests (repository_id, details_due_at) where details_due_at is not null;

create table comments (
  id            uuid primary key,
  tenant_id     uuid not null references tenants on delete cascade,
  repository_id uuid not null references repositories on delete cascade,
  github_id     bigint not null,
  node_id       text not null,
  issue_number  int not null,                          -- of an issue or a pull request
  author        text,
  author_id     bigint,
  body          text not null,
  url           text not null,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  gone_at       timestamptz,
  read_at       timestamptz not null default '-infinity',
  constraint comments_github_unique unique (repository_id, github_id)
);
-- the conversation of one issue
create index comments_issue on comments (repository_id, issue_number, created_at);

create table labels (
  id            uuid primary key,
  repository_id uuid not null references repositories on delete cascade,
  github_id     bigint not null,
  name          text not null,
  color         text not null,
  description   text,
  gone_at       timestamptz,
  read_at       timestamptz not null,
  constraint labels_github_unique unique (repository_id, github_id)
);

create table milestones (
  id            uuid primary key,
  repository_id uuid not null references repositories on delete cascade,
  github_id     bigint not null,
  number        int not null,
  title         text not null,
  description   text,
  state         text not null check (state in ('open', 'closed')),
  url           text not null,
  due_on        timestamptz,
  closed_at     timestamptz,
  updated_at    timestamptz not null,
  gone_at       timestamptz,
  read_at       timestamptz not null,
  constraint milestones_github_unique unique (repository_id, github_id)
);

create table branches (
  id            uuid primary key,
  repository_id uuid not null references repositories on delete cascade,
  name          text not null,
  sha           text not null,
  protected     boolean not null default false,
  committed_at  timestamptz,                           -- committer date of the head commit
  gone_at       timestamptz,
  read_at       timestamptz not null,
  constraint branches_name_unique unique (repository_id, name)
);

create table collaborators (
  id            uuid primary key,
  repository_id uuid not null references repositories on delete cascade,
  github_id     bigint not null,                       -- of the person
  login         text not null,
  role          text not null,                         -- role_name: admin, maintain, write, triage, read or a custom one
  email         text,                                  -- where public
  gone_at       timestamptz,
  read_at       timestamptz not null,
  constraint collaborators_github_unique unique (repository_id, github_id)
);

create table teams (
  id            uuid primary key,
  repository_id uuid not null references repositories on delete cascade,
  github_id     bigint not null,
  slug          text not null,
  name          text not null,
  permission    text not null,
  gone_at       timestamptz,
  read_at       timestamptz not null,
  constraint teams_github_unique unique (repository_id, github_id)
);

-- Whom GitHub showed under which login: a rename tells no issue.
create table github_users (
  connection_id uuid not null references connections on delete cascade,
  github_id     bigint not null,
  login         text not null,
  read_at       timestamptz not null,
  primary key (connection_id, github_id)
);

-- Every change of anything mirrored: what, from, to, and who where it is known.
alter table issue_changes rename to item_changes;
alter table item_changes rename column issue_id to item_id;
alter table item_changes
  drop constraint issue_changes_issue_id_fkey,
  drop constraint issue_changes_via_check,
  add column repository_id uuid references repositories on delete cascade,
  add column item_kind text not null default 'issue' check (item_kind in ('repository', 'issue', 'pull_request', 'comment', 'label', 'milestone', 'branch', 'collaborator', 'team')),
  add column actor text,
  add constraint item_changes_via_check check (via in ('write', 'sync', 'import', 'webhook', 'reconcile'));
alter index issue_changes_issue rename to item_changes_item;
-- what happened in one repository, newest first
create index item_changes_repository on item_changes (repository_id, id desc);

alter table sync_runs
  add column repository_id uuid references repositories on delete cascade,
  add column kind text not null default 'sync' check (kind in ('sync', 'import', 'reconcile')),
  add column not_modified int not null default 0,      -- of the requests: answered 304, free of the primary limit
  add column total int,                                -- items there are to read, for the progress of an import
  add column drift int,                                -- reconcile: what was wrong
  drop constraint sync_runs_trigger_check,
  add constraint sync_runs_trigger_check check (trigger in ('person', 'schedule', 'webhook', 'start'));
-- no process of the version before may go on beside this one, so none of its runs is under way
update sync_runs set state = 'failed', finished_at = now(), message = 'The hub stopped during this run.' where state = 'running';
drop index sync_runs_one_at_a_time;
-- one sync of a repository at a time, beside its first import: a second click joins the first
create unique index sync_runs_one_at_a_time on sync_runs (repository_id, (kind = 'import')) where state = 'running';
-- the runs of a repository, newest first
create index sync_runs_repository on sync_runs (repository_id, id desc);

-- What a reconciliation or audit found wrong (SPEC T3), each repaired in the same run.
create table drift (
  id            bigint generated always as identity primary key,
  repository_id uuid not null references repositories on delete cascade,
  run_id        uuid not null references sync_runs on delete cascade,
  item_kind     text not null,
  item          text not null,                         -- as #12, or a branch's name
  field         text not null,
  mirrored      jsonb,
  github        jsonb,
  found_at      timestamptz not null default now(),
  repaired_at   timestamptz
);
create index drift_repository on drift (repository_id, id desc);

alter table connections
  add column webhook_secret_encrypted text,            -- Fernet
  add column webhook_allow_unsigned boolean not null default false,
  drop constraint connections_credential_kind_check,
  add constraint connections_credential_kind_check check (credential_kind in ('token', 'app'));

-- Webhooks that the hub made or found, and how they fare.
create table hooks (
  id             uuid primary key,
  tenant_id      uuid not null references tenants on delete cascade,
  connection_id  uuid not null references connections on delete cascade,
  target         text not null,                        -- owner/name, an organisation's login, or app
  target_kind    text not null check (target_kind in ('repository', 'organization', 'app')),
  github_id      bigint,                               -- GitHub's hook id; null for an app's only one
  url            text not null,
  events         text[] not null,
  active         boolean not null,
  last_code      int,                                  -- GitHub's last_response
  last_message   text,
  pulled_until   timestamptz,                          -- deliveries up to here were compared with ours
  checked_at     timestamptz,
  message        text,                                 -- what a person should know or do
  created_at     timestamptz not null default now(),
  constraint hooks_github_unique unique (connection_id, target, github_id)
);

create table deliveries (
  id             uuid primary key,
  tenant_id      uuid not null references tenants on delete cascade,
  connection_id  uuid not null references connections on delete cascade,
  guid           text not null,                        -- X-GitHub-Delivery: the same for all hooks and on redelivery
  hook_id        bigint,
  event          text not null,
  action         text,
  repository     text,                                 -- full name as the payload says
  github_repository_id bigint,
  sender         text,
  came_by        text not null check (came_by in ('post', 'pull')),
  received_at    timestamptz not null default now(),
  payload        bytea not null,                       -- the raw JSON
  state          text not null default 'received' check (state in ('received', 'applied', 'ignored', 'failed')),
  attempts       int not null default 0,
  run_at         timestamptz not null default now(),
  message        text,                                 -- what it did, why it was ignored, how it failed
  applied_at     timestamptz,
  constraint deliveries_guid_unique unique (connection_id, guid)
);
-- payloads of 8 to 20 kB, rows a second: pglz 5,000, LZ4 10,000 (where PostgreSQL was built with it), as they are 8,000
do $$ begin
  alter table deliveries alter column payload set compression lz4;
exception when feature_not_supported then
  alter table deliveries alter column payload set storage external;
end $$;
-- what waits to be applied
create index deliveries_due on deliveries (run_at) where state = 'received';
-- the page of deliveries, newest first
create index deliveries_tenant on deliveries (tenant_id, received_at desc, id desc);

-- What all processes know of a credential's limits (SPEC T4).
create table budgets (
  credential     text not null,                        -- address and a hash of the credential
  resource       text not null,                        -- core, graphql, search, writes, creation, block
  "limit"        int,
  remaining      int,
  reset_at       timestamptz,
  next_at        timestamptz,                          -- writes, creation: the next free instant
  recent         timestamptz[] not null default '{}',  -- creation: those of the last hour
  message        text,
  updated_at     timestamptz not null default now(),
  primary key (credential, resource)
);

-- GitHub Apps made here from a manifest. The row is there before the code is exchanged: that is tried once.
create table github_apps (
  id                       uuid primary key,
  tenant_id                uuid not null references tenants on delete cascade,
  base_url                 text not null,
  code_hash                text not null,              -- of GitHub's code, which it takes once
  connection_id            uuid not null,              -- which the first connection gets: the App's webhook names it
  webhooks                 boolean not null,           -- the App was made with a webhook to this hub
  app_id                   text,                       -- null until GitHub told
  slug                     text,
  name                     text,
  url                      text,
  client_id                text,
  private_key_encrypted    text,                       -- Fernet
  webhook_secret_encrypted text,                       -- Fernet
  created_at               timestamptz not null default now(),
  constraint github_apps_code_unique unique (code_hash)
);
