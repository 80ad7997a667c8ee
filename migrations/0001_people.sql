-- Tenants, people, and the ways they prove who they are.

create table tenants (
  id          uuid primary key,
  slug        text not null constraint tenants_slug_unique unique constraint tenants_slug_shape check (slug ~ '^[a-z0-9][a-z0-9-]{0,38}$'),
  name        text not null,
  title_prefix text not null default '',
  created_at  timestamptz not null default now()
);

create table accounts (
  id            uuid primary key,
  email         text not null,
  name          text not null,
  password_hash text,
  system_admin  boolean not null default false,
  disabled_at   timestamptz,
  created_at    timestamptz not null default now()
);
-- sign-in looks people up by e-mail, whatever the case it is typed in
create unique index accounts_email_unique on accounts (lower(email));

create table memberships (
  tenant_id  uuid not null references tenants on delete cascade,
  account_id uuid not null references accounts on delete cascade,
  role       text not null check (role in ('reporter', 'admin')),
  created_at timestamptz not null default now(),
  primary key (tenant_id, account_id)
);
-- the tenants of one account
create index memberships_account on memberships (account_id);

create table sessions (
  token_hash   bytea primary key,
  account_id   uuid not null references accounts on delete cascade,
  tenant_id    uuid references tenants on delete cascade,
  created_at   timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at   timestamptz not null,
  ip           text,
  user_agent   text
);
-- deleting expired sessions
create index sessions_expires on sessions (expires_at);

-- Links that work once: the first admin's set-up, an invitation, a password reset, the demo's signed-in URL.
create table one_time_links (
  token_hash bytea primary key,
  purpose    text not null check (purpose in ('setup', 'password', 'sign_in')),
  account_id uuid references accounts on delete cascade,
  tenant_id  uuid references tenants on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz
);

create table api_keys (
  id           uuid primary key,
  tenant_id    uuid references tenants on delete cascade,   -- null: a system admin's key
  name         text not null,
  key_hash     bytea not null constraint api_keys_hash_unique unique,
  key_start    text not null,                               -- the first characters, to recognise it by
  role         text not null check (role in ('reporter', 'admin', 'system_admin')),
  created_by   text not null,
  created_at   timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at   timestamptz,
  constraint api_keys_scope check ((role = 'system_admin') = (tenant_id is null))
);
-- an admin's list of the tenant's keys
create index api_keys_tenant on api_keys (tenant_id);

-- Host apps that sign tokens for their own users (SPEC I3).
create table token_signers (
  id               uuid primary key,
  tenant_id        uuid not null references tenants on delete cascade,
  name             text not null,
  issuer           text not null,
  audience         text not null,
  method           text not null check (method in ('HS256', 'JWKS')),
  secret_encrypted text,
  jwks_url         text,
  created_at       timestamptz not null default now(),
  constraint token_signers_issuer_unique unique (issuer, audience),
  constraint token_signers_key check ((method = 'HS256') = (secret_encrypted is not null) and (method = 'JWKS') = (jwks_url is not null))
);
-- an admin's list of the tenant's signers
create index token_signers_tenant on token_signers (tenant_id);

-- Failed sign-ins, by e-mail and by address; rows are deleted after a success or a quiet day.
create table sign_in_failures (
  subject       text primary key,
  failures      int not null,
  blocked_until timestamptz not null,
  updated_at    timestamptz not null default now()
);

create table audit_events (
  id           bigint generated always as identity primary key,
  at           timestamptz not null default now(),
  tenant_id    uuid references tenants on delete set null,
  actor        text not null,     -- 'account:<id>', 'api_key:<id>', 'host:<signer>:<sub>', 'system'
  actor_name   text not null,
  ip           text,
  action       text not null,     -- 'connection.updated', 'report.created', ...
  subject      text not null,     -- 'report:<id>', 'connection:<id>', ...
  before       jsonb,
  after        jsonb
);
-- an admin's audit page: newest first within a tenant
create index audit_events_tenant on audit_events (tenant_id, id desc);
-- the history of one subject
create index audit_events_subject on audit_events (subject, id desc);
-- append-only: no update or delete but by the clean-up of a deleted tenant
create function audit_events_are_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.tenant_id is not null and new.tenant_id is null
     and (to_jsonb(new) - 'tenant_id') = (to_jsonb(old) - 'tenant_id') then
    return new;
  end if;
  raise exception 'audit_events is append-only';
end $$;
create trigger audit_events_append_only before update or delete on audit_events
  for each row execute function audit_events_are_append_only();
