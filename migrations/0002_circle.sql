-- The circle: connection -> report -> filing -> link -> mirrored issue.

create table connections (
  id                    uuid primary key,
  tenant_id             uuid not null references tenants on delete cascade,
  kind                  text not null check (kind in ('github')),
  name                  text not null,
  source                text not null check (source in ('settings', 'environment')),  -- environment: trusted addresses, not editable here
  base_url              text not null,
  api_version           text not null default '2022-11-28',
  credential_kind       text not null check (credential_kind in ('token')),
  credential_encrypted  text not null,                 -- Fernet
  repository            text not null,                 -- owner/name as last known
  repository_given      text,                          -- environment only: GITHUB_REPO as it was taken over last
  github_repository_id  bigint,                        -- identity, once GitHub told it
  visibility            text check (visibility in ('public', 'private', 'internal')),
  viewer_login          text,                          -- whom the credential acts as
  viewer_id             bigint,
  can_push              boolean,
  default_labels        text[] not null default '{}',
  default_assignees     text[] not null default '{}',
  milestone             int,
  issue_type            text,
  title_template        text,
  body_template         text,
  allow_mentions        boolean not null default false,
  send_personal_data_to_public boolean not null default false,
  import_external       boolean not null default false,
  sync_schedule         text not null default '0 3 * * *',   -- cron, UTC
  sync_due_at           timestamptz,                   -- lock and watermark of the schedule: who moves it on runs the sync
  creations_per_hour    int not null default 140,
  enabled               boolean not null default true,
  paused_kind           text check (paused_kind in ('unauthorized', 'forbidden')),
  paused_message        text,
  paused_request_id     text,
  paused_at             timestamptz,
  rest_until            timestamptz,                   -- GitHub is unreachable or limits us: nothing is tried before
  rest_count            int not null default 0,        -- rests in a row; drives the backoff
  rest_message          text,
  number_known          int not null default 0,        -- the highest issue or pull request number seen in the repository
  adopted_at            timestamptz,                   -- when all markers already in the repository were read
  adopt_cursor          text,                          -- where reading them goes on
  checked_at            timestamptz,                   -- last successful call
  token_expires_at      timestamptz,
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now()
);
-- a tenant's connections
create index connections_tenant on connections (tenant_id);

create table reports (
  id             uuid primary key,
  tenant_id      uuid not null references tenants on delete cascade,
  reporter_kind  text not null check (reporter_kind in ('account', 'host', 'adopted')),
  reporter_id    text not null,
  reporter_email text,
  reporter_name  text,
  title          text not null,
  description    text not null,
  tags           text[] not null default '{}',
  severity       text check (severity in ('low', 'medium', 'high', 'critical')),
  conversation   jsonb,
  context        jsonb not null default '{}',
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now()
);
-- "My issues": one reporter's, newest first
create index reports_reporter on reports (tenant_id, reporter_kind, reporter_id, created_at desc, id desc);
-- "All issues": a tenant's, newest first
create index reports_tenant on reports (tenant_id, created_at desc, id desc);

create table idempotency_keys (
  tenant_id    uuid not null references tenants on delete cascade,
  actor        text not null,
  key          text not null,
  request_hash bytea not null,
  report_id    uuid not null references reports on delete cascade,
  created_at   timestamptz not null default now(),
  primary key (tenant_id, actor, key)
);
-- deleting keys after their day
create index idempotency_keys_created on idempotency_keys (created_at);

create table filings (
  id                uuid primary key,
  tenant_id         uuid not null references tenants on delete cascade,
  source_kind       text not null check (source_kind in ('report')),
  source_id         uuid not null,
  connection_id     uuid references connections on delete set null,  -- null: waiting for a connection
  state             text not null check (state in ('pending', 'sending', 'unknown', 'synced', 'failed')),
  marker            text not null constraint filings_marker_unique unique,
  attempts          int not null default 0,          -- of any kind since the last rest; drives the backoff
  creates           int not null default 0,          -- POSTs that may have reached GitHub
  lookups           int not null default 0,          -- misses since the last unanswered POST
  number_before     int,                             -- highest number known before the last POST
  sent_at           timestamptz,                     -- when the last POST was begun
  sent_title        text,
  bare              boolean not null default false,  -- GitHub refused an assignee, milestone or type: sent without them
  derived           boolean not null default false,  -- the source id comes from an Idempotency-Key, so an issue may exist already
  run_at            timestamptz not null default now(),
  locked_by         text,
  lease_until       timestamptz,
  failure_kind      text,
  failure_message   text,
  request_id        text,
  watch_until       timestamptz,                     -- after a second POST: look for a twin until then
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  synced_at         timestamptz,
  constraint filings_source_unique unique (source_kind, source_id),
  constraint filings_lease check ((locked_by is null) = (lease_until is null)),
  constraint filings_sending_has_lease check (state <> 'sending' or locked_by is not null)
);
-- the worker's next filing of a connection
create index filings_due on filings (connection_id, run_at) where state in ('pending', 'sending', 'unknown');
-- twins to look for after a second POST
create index filings_watched on filings (watch_until) where watch_until is not null;
-- counts per state for the lists and the metrics
create index filings_tenant_state on filings (tenant_id, state);

-- One writer per repository across processes: who holds the lane may POST to it.
create table lanes (
  lane        text primary key,       -- base URL and repository, lower case
  locked_by   text,
  lease_until timestamptz
);

create table filing_attempts (
  id           bigint generated always as identity primary key,
  filing_id    uuid not null references filings on delete cascade,
  kind         text not null check (kind in ('create', 'lookup', 'adopt', 'twin')),
  started_at   timestamptz not null,
  finished_at  timestamptz,
  outcome      text,                   -- the machine's event: created, answer_lost, postponed, refused, found, absent
  status       int,                    -- HTTP status, when there was an answer
  request_id   text,                   -- X-GitHub-Request-Id
  message      text,                   -- GitHub's words, or ours
  next_try_at  timestamptz
);
-- the timeline of one filing
create index filing_attempts_filing on filing_attempts (filing_id, id);

create table issues (
  id                   uuid primary key,
  tenant_id            uuid not null references tenants on delete cascade,
  connection_id        uuid not null references connections on delete cascade,
  source               text not null check (source in ('linked', 'external')),
  github_id            bigint not null,
  node_id              text not null,
  github_repository_id bigint not null,
  repository           text not null,
  number               int not null,
  url                  text not null,
  title                text not null,
  state                text not null check (state in ('open', 'closed')),
  state_reason         text,
  author               text,
  labels               jsonb not null default '[]',    -- [{name, color}]
  assignees            text[] not null default '{}',
  comments             int not null default 0,
  created_at           timestamptz not null,
  updated_at           timestamptz not null,
  closed_at            timestamptz,
  gone                 text check (gone in ('deleted', 'transferred', 'not_found')),
  etag                 text,
  synced_at            timestamptz not null default now(),
  constraint issues_github_unique unique (connection_id, github_id)
);
-- "All issues": filters by label
create index issues_labels on issues using gin (labels jsonb_path_ops);
-- a tenant's external issues, newest first
create index issues_tenant on issues (tenant_id, created_at desc, id desc);

create table links (
  id          uuid primary key,
  tenant_id   uuid not null references tenants on delete cascade,
  source_kind text not null check (source_kind in ('report')),
  source_id   uuid not null,
  filing_id   uuid references filings on delete set null,
  issue_id    uuid not null references issues on delete cascade,
  created_at  timestamptz not null default now(),
  constraint links_source_unique unique (source_kind, source_id)
);
-- the source items of one issue
create index links_issue on links (issue_id);

-- Every change of a mirrored issue (SPEC M6): who is not known from a poll, what and when is.
create table issue_changes (
  id        bigint generated always as identity primary key,
  issue_id  uuid not null references issues on delete cascade,
  at        timestamptz not null,       -- GitHub's updated_at
  seen_at   timestamptz not null default now(),
  field     text not null,
  before    jsonb,
  after     jsonb,
  via       text not null check (via in ('write', 'sync', 'import'))
);
-- the timeline of one issue
create index issue_changes_issue on issue_changes (issue_id, id);

create table sync_runs (
  id            uuid primary key,
  tenant_id     uuid not null references tenants on delete cascade,
  connection_id uuid not null references connections on delete cascade,
  trigger       text not null check (trigger in ('person', 'schedule')),
  state         text not null check (state in ('running', 'done', 'failed')),
  started_at    timestamptz not null default now(),
  finished_at   timestamptz,
  lease_until   timestamptz not null,
  cursor        timestamptz,             -- highest updated_at seen
  imports       boolean not null default false,  -- external issues were read too
  requests      int not null default 0,
  checked       int not null default 0,
  updated       int not null default 0,
  imported      int not null default 0,
  unchanged     int not null default 0,
  errors        jsonb not null default '[]',
  message       text
);
-- one sync of a connection at a time: a second click joins the first
create unique index sync_runs_one_at_a_time on sync_runs (connection_id) where state = 'running';
-- the newest run of a connection
create index sync_runs_connection on sync_runs (connection_id, started_at desc);
