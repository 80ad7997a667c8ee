-- What the hub wrote to either side of errors is taken back in bulk (SPEC T6), and a list of Sentry that is too long for one run is gone on with.

-- The act that this one takes back: written by a person's wish, so it is itself not among what is taken back in bulk.
alter table reflections add column undoes uuid references reflections on delete set null;
-- what was written since, for a bulk undo; and what took an act back, after a crash
create index reflections_written on reflections (tenant_id, finished_at) where state = 'done' and before is not null;
create index reflections_undoes on reflections (undoes) where undoes is not null;

-- One bulk undo: what was chosen, who wants it, and how far it is. Its own job, which survives a restart.
create table undo_runs (
  id          uuid primary key,
  tenant_id   uuid not null references tenants on delete cascade,
  actor       text not null,                          -- as in audit_events
  actor_name  text not null,
  scope       jsonb not null,                         -- UndoScope in src/errors/undo
  words       text not null,                          -- the same as a sentence
  told        int not null,                           -- acts that only told something: they stay
  state       text not null check (state in ('running', 'done', 'stopped')),
  locked_by   text,
  lease_until timestamptz,
  created_at  timestamptz not null default now(),
  finished_at timestamptz
);
-- one at a time: two that choose the same acts would be in each other's way
create unique index undo_runs_one_at_a_time on undo_runs (tenant_id) where state = 'running';
create index undo_runs_tenant on undo_runs (tenant_id, id);

-- The acts on one thing of one error (its state on GitHub, its person in Sentry, …), which are taken back by one write.
create table undo_items (
  id          uuid primary key,
  undo_run_id uuid not null references undo_runs on delete cascade,
  position    int not null,
  error_id    uuid not null references errors on delete cascade,
  acts        uuid[] not null,                        -- of reflections, the latest first
  side        text not null check (side in ('github', 'sentry')),
  what        text not null,                          -- which thing, in words
  stood       text not null,                          -- how it stood when the undo was asked for
  sets        text not null,                          -- what is set
  state       text not null check (state in ('waiting', 'done', 'left', 'failed', 'stopped')),
  message     text,
  attempts    int not null default 0,
  run_at      timestamptz not null default now(),
  finished_at timestamptz,
  constraint undo_items_position_unique unique (undo_run_id, position)
);
-- the next one of a run; and the errors whose sides are not compared while they wait for theirs
create index undo_items_waiting on undo_items (undo_run_id, position) where state = 'waiting';
create index undo_items_held on undo_items (error_id) where state = 'waiting';

-- The rest of a list that was too long for one run: where it goes on, and how far back it looks.
alter table sentry_rules add column rest_cursor text, add column rest_since timestamptz;
