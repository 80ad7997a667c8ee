--! breaking: processes of before know no filings of errors
-- Sentry and GitHub, both ways: connection -> rule -> Sentry issue -> error (the source item) -> filing -> issue, and back.

create table sentry_connections (
  id                   uuid primary key,
  tenant_id            uuid not null references tenants on delete cascade,
  name                 text not null,
  source               text not null check (source in ('settings', 'environment')),  -- environment: trusted addresses, not editable here
  base_url             text not null,                 -- as given: https://sentry.io, https://HOST[/prefix]
  region_url           text,                          -- where Sentry says the organisation lives
  organization         text not null,                 -- slug as last known
  organization_id      text,                          -- identity, once Sentry told it
  token_encrypted      text not null,                 -- Fernet
  client_secret_encrypted text,                       -- of the internal integration: signs its webhooks
  ca_pem               text,                          -- certificates trusted besides the system's
  insecure_tls         boolean not null default false,
  product              text check (product in ('sentry', 'glitchtip')),
  version              text,
  abilities            jsonb not null default '{}',   -- what was found out by asking (Abilities in src/sentry)
  people               jsonb not null default '{}',   -- Sentry's "user:ID", "team:ID" or e-mail -> GitHub login
  enabled              boolean not null default true,
  paused_kind          text check (paused_kind in ('unauthorized', 'forbidden', 'not_found', 'misconfigured')),
  paused_message       text,
  paused_at            timestamptz,
  rest_until           timestamptz,                   -- Sentry is unreachable or limits us: nothing is tried before
  rest_count           int not null default 0,
  rest_message         text,
  checked_at           timestamptz,                   -- last successful call
  probed_at            timestamptz,                   -- when the server was asked what it can do; null: ask anew
  hook_at              timestamptz,                   -- last signed webhook
  reread_due_at        timestamptz not null default now(),  -- lock and schedule of re-reading linked issues: who moves it on does it
  reread_at            timestamptz,                   -- when all open ones were last read
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now()
);
-- a tenant's connections
create index sentry_connections_tenant on sentry_connections (tenant_id);

create table sentry_rules (
  id                   uuid primary key,
  tenant_id            uuid not null references tenants on delete cascade,
  sentry_connection_id uuid not null references sentry_connections on delete cascade,
  connection_id        uuid references connections on delete set null,  -- into whose repository; null: it was removed
  name                 text not null,
  position             int not null,                  -- the first rule that takes an issue has it
  enabled              boolean not null default true,
  query                text not null default 'is:unresolved',
  projects             text[] not null default '{}',  -- slugs; none: all
  environments         text[] not null default '{}',
  levels               text[] not null default '{}',
  priorities           text[] not null default '{}',
  categories           text[] not null default '{}',
  tags                 text[] not null default '{}',  -- key:value
  events_min           int not null default 1,        -- all-time
  users_min            int not null default 0,
  stats_period         text not null default '24h',   -- the first look back; later ones go from the watermark
  share_key            text,                          -- Liquid; Sentry issues with one key share one GitHub issue
  title_template       text,
  body_template        text,
  labels               text[] not null default '{sentry,bug,automated}',
  assignees            text[] not null default '{}',
  milestone            int,
  thresholds           jsonb not null,                -- Thresholds in src/errors: priority labels by all-time counts
  new_per_hour         int not null default 25,
  personal_data        boolean not null default false,-- user, request and the like may leave, to a private repository
  on_closed            text not null default 'resolve' check (on_closed in ('off', 'resolve', 'resolve_in_next_release')),
  on_not_planned       text not null default 'archive' check (on_not_planned in ('off', 'archive')),
  on_resolved          text not null default 'close' check (on_resolved in ('off', 'close', 'comment')),
  on_regressed         text not null default 'reopen' check (on_regressed in ('off', 'reopen', 'new_issue', 'comment')),
  reopen_within_days   int not null default 90,       -- older ones get a new issue linked to the old
  on_archived          text not null default 'label' check (on_archived in ('off', 'label', 'close')),
  refresh              boolean not null default true, -- one comment with the numbers, edited in place; priority label
  assign               text not null default 'both' check (assign in ('off', 'to_github', 'to_sentry', 'both')),
  back_link            boolean not null default true, -- shown on Sentry's side, where the token may
  every_seconds        int not null default 60,
  due_at               timestamptz not null default now(),  -- lock and schedule: who moves it on runs it
  watermark            timestamptz,                   -- every Sentry issue with an event up to here was seen
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now()
);
-- the rules of a connection in their order
create index sentry_rules_connection on sentry_rules (sentry_connection_id, position);
create index sentry_rules_tenant on sentry_rules (tenant_id);

-- The source item: what becomes one GitHub issue. Most errors are one Sentry issue; those of one share key, or merged ones, are one error.
create table errors (
  id                   uuid primary key,              -- made from tenant, Sentry, organisation and key: a lost database finds it again
  tenant_id            uuid not null references tenants on delete cascade,
  sentry_connection_id uuid references sentry_connections on delete cascade,  -- null: adopted by its marker, not seen in Sentry yet
  rule_id              uuid references sentry_rules on delete set null,
  share_key            text,
  title                text not null,                 -- of the Sentry issue that came first
  follows              uuid references errors on delete set null,  -- a regression that got an issue of its own
  regression           int not null default 0,        -- 0, or which regression of the same key this is
  -- what both sides last agreed on (SPEC T5); null before the first agreement
  agreed_sentry        text,                          -- SentrySide in src/errors
  agreed_github        text,                          -- GithubSide in src/errors
  agreed_assignees     jsonb,                         -- {"sentry": "user:9" | null, "github": ["login"]}
  agreed_numbers       jsonb,                         -- what the refreshed comment last said
  comment_id           bigint,                        -- of the comment that is edited in place
  flips                timestamptz[] not null default '{}',  -- when this hub closed, reopened or resolved: too often, and a person is asked
  conflict             text,                          -- why a person must decide
  conflict_at          timestamptz,
  reflect_at           timestamptz,                   -- when both sides are compared next; null: nothing to do
  reflected_at         timestamptz,                   -- the last act
  locked_by            text,
  lease_until          timestamptz,
  attempts             int not null default 0,
  message              text,                          -- the last reflection's trouble, in a sentence
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now()
);
-- the list of errors, newest first
create index errors_tenant on errors (tenant_id, created_at desc, id desc);
-- the reflection that is due
create index errors_reflect on errors (reflect_at) where reflect_at is not null;
-- errors of a rule by their key, of a connection, and the one that an error follows
create index errors_rule on errors (rule_id, share_key);
create index errors_connection on errors (sentry_connection_id);
create index errors_follows on errors (follows) where follows is not null;

-- Sentry's issues as last read, under Sentry's own names. All that a rule looked at are here, so that each can say why it was not taken.
create table sentry_issues (
  id                   uuid primary key,
  tenant_id            uuid not null references tenants on delete cascade,
  sentry_connection_id uuid not null references sentry_connections on delete cascade,
  sentry_id            text not null,
  error_id             uuid references errors on delete set null,
  rule_id              uuid references sentry_rules on delete set null,  -- that took it
  decision             text not null check (decision in ('taken', 'waiting', 'skipped')),  -- waiting: taken, but the run's cap was reached
  why                  text not null,                 -- a sentence
  by_hand              boolean not null default false,-- a person wants it filed: no rule says otherwise, no cap holds it
  short_id             text,
  title                text not null,
  culprit              text,
  permalink            text,
  level                text not null,
  status               text not null,
  substatus            text,
  priority             text,
  type                 text,
  issue_type           text,
  issue_category       text,
  platform             text,
  project_id           text not null,
  project              text not null,                 -- slug
  project_name         text not null,
  metadata             jsonb not null default '{}',
  status_details       jsonb not null default '{}',   -- without people
  assigned_to          text,                          -- user:ID or team:ID
  assigned_name        text,
  count                bigint not null,               -- all-time
  user_count           bigint not null,
  first_seen           timestamptz,
  last_seen            timestamptz,
  is_unhandled         boolean,
  linked_to            text[] not null default '{}',  -- addresses of issues that Sentry's own integrations or others linked
  event                jsonb,                         -- useful parts of the latest event, read before it was filed
  event_tries          int not null default 0,        -- its latest event could not be read: after three it is filed without
  gone                 text check (gone in ('deleted', 'merged')),
  gone_at              timestamptz,
  missing_since        timestamptz,                   -- not found once; gone after a second look
  merged_into          text,
  status_changed_at    timestamptz,                   -- when the change was seen, or when Sentry says it was
  read_at              timestamptz not null,
  reread_at            timestamptz not null default now(),  -- once it is linked: read anew then
  created_at           timestamptz not null default now(),
  constraint sentry_issues_sentry_unique unique (sentry_connection_id, sentry_id)
);
-- an error's Sentry issues
create index sentry_issues_error on sentry_issues (error_id) where error_id is not null;
-- the page of errors: latest seen first; and what waits for the next run of a rule
create index sentry_issues_tenant on sentry_issues (tenant_id, coalesce(last_seen, '-infinity'), id);
create index sentry_issues_seen on sentry_issues (coalesce(last_seen, '-infinity'), id);
create index sentry_issues_waiting on sentry_issues (rule_id, coalesce(last_seen, '-infinity'), id) where decision = 'waiting' and error_id is null;
create index sentry_issues_rule on sentry_issues (rule_id, decision);
-- what was deleted, for the same error that comes again
create index sentry_issues_deleted on sentry_issues (sentry_connection_id, project_id, gone_at) where gone = 'deleted';
-- linked ones in whose place a new one may have come: by their looks, by their time, and by what they were merged into
create index sentry_issues_alike on sentry_issues (sentry_connection_id, md5(title)) where error_id is not null and gone is null;
create index sentry_issues_time on sentry_issues (sentry_connection_id, project_id, first_seen) where error_id is not null and gone is null;
create index sentry_issues_merged on sentry_issues (sentry_connection_id, merged_into) where gone = 'merged';
-- re-reading in batches, the longest due first
create index sentry_issues_reread on sentry_issues (sentry_connection_id, reread_at) where error_id is not null and gone is null;

-- All-time counts by day: the trend is their difference, without a further request.
create table sentry_counts (
  sentry_issue_id uuid not null references sentry_issues on delete cascade,
  day             date not null,
  count           bigint not null,
  user_count      bigint not null,
  primary key (sentry_issue_id, day)
);

-- What a webhook hinted at: read it anew. A second hint before that changes nothing.
create table sentry_hints (
  sentry_connection_id uuid not null references sentry_connections on delete cascade,
  sentry_id            text not null,
  resource             text not null,
  action               text not null,
  received_at          timestamptz not null default now(),
  run_at               timestamptz not null default now(),
  attempts             int not null default 0,
  primary key (sentry_connection_id, sentry_id)
);

create table sentry_runs (
  id                   uuid primary key,
  tenant_id            uuid not null references tenants on delete cascade,
  sentry_connection_id uuid not null references sentry_connections on delete cascade,
  rule_id              uuid references sentry_rules on delete cascade,   -- null: linked issues re-read
  kind                 text not null check (kind in ('rule', 'reread')),
  trigger              text not null check (trigger in ('person', 'schedule', 'webhook')),
  state                text not null check (state in ('running', 'done', 'failed')),
  started_at           timestamptz not null default now(),
  finished_at          timestamptz,
  lease_until          timestamptz not null,
  requests             int not null default 0,
  seen                 int not null default 0,
  taken                int not null default 0,        -- given to filing
  waiting              int not null default 0,        -- carried over by the cap
  skipped              int not null default 0,
  changed              int not null default 0,
  message              text
);
-- one run of a rule, and one re-reading of a connection, at a time
create unique index sentry_runs_one_at_a_time on sentry_runs (sentry_connection_id, coalesce(rule_id, sentry_connection_id)) where state = 'running';
create index sentry_runs_connection on sentry_runs (sentry_connection_id, started_at desc);

-- Each act on either side for an error: the intent is here before anything is said (SPEC T1, T6).
create table reflections (
  id           uuid primary key,
  tenant_id    uuid not null references tenants on delete cascade,
  error_id     uuid not null references errors on delete cascade,
  side         text not null check (side in ('github', 'sentry')),   -- which side is written to
  act          text not null,                          -- ReflectionAct in src/errors
  why          text not null,                          -- a sentence
  state        text not null check (state in ('sending', 'done', 'failed', 'unknown', 'undone')),
  before       jsonb,                                  -- what was there, to take it back
  after        jsonb,
  marker       text,                                   -- of a comment: looked for when the answer was lost
  started_at   timestamptz not null default now(),
  finished_at  timestamptz,
  status       int,
  request_id   text,
  message      text
);
-- the timeline of one error
create index reflections_error on reflections (error_id, id);

-- Issues on GitHub whose text names a Sentry issue: those that older scripts or Sentry itself filed are adopted, not filed again.
create table sentry_references (
  connection_id uuid not null references connections on delete cascade,
  github_id     bigint not null,
  number        int not null,
  host          text not null,                         -- of the permalink, lower case; sentry.io for all its regions
  sentry_id     text not null default '',              -- as the link gives it: a number,
  organization  text not null default '',              -- or by a short id of an organisation, which the link gives by its slug
  short_id      text not null default '',
  trusted       boolean not null,                      -- by its author or label: an issue that merely mentions one is not adopted
  seen_at       timestamptz not null default now(),
  primary key (connection_id, github_id, host, sentry_id, organization, short_id)
);
create index sentry_references_id on sentry_references (connection_id, sentry_id);

-- Errors are filed and linked through the one ledger.
alter table filings drop constraint filings_source_kind_check, add constraint filings_source_kind_check check (source_kind in ('report', 'error'));
alter table links drop constraint links_source_kind_check, add constraint links_source_kind_check check (source_kind in ('report', 'error'));
-- Which walk through a repository's issues this is: a page that an earlier walk read does not move it on.
alter table connections add column adopt_walk int not null default 0;
-- What is in the repositories already is read once more: older issues may name a Sentry issue.
update connections set adopted_at = null, adopt_cursor = null;
