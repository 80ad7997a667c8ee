-- An issue's parent and its project (SPEC F9): set after the issue is made, each a step of its own that survives a kill.

alter table connections
  add column parent_issue   int,                           -- number of an issue of the same repository
  add column project        text,                          -- address of a Projects v2 board
  add column project_fields jsonb not null default '{}';   -- name of a field there -> its value

-- Each step is one row among the attempts, so that it is told with them.
alter table filing_attempts
  drop constraint filing_attempts_kind_check,
  add constraint filing_attempts_kind_check check (kind in ('create', 'lookup', 'adopt', 'twin', 'parent', 'project'));

-- Where an issue of ours is still to be placed: below its parent, onto its project.
create table placements (
  id          uuid primary key,
  filing_id   uuid not null references filings on delete cascade,
  issue_id    uuid not null references issues on delete cascade,
  kind        text not null check (kind in ('parent', 'project')),
  target      text not null,                               -- as the connection said when the issue was made: number, or address
  fields      jsonb not null default '{}',
  state       text not null constraint placements_state_check check (state in ('pending', 'done', 'failed')),
  attempt_id  bigint not null references filing_attempts on delete cascade,
  attempts    int not null default 0,
  message     text,                                        -- why it is not done, or not wholly
  run_at      timestamptz not null,
  locked_by   text,
  lease_until timestamptz,
  created_at  timestamptz not null,
  finished_at timestamptz,
  constraint placements_issue_unique unique (issue_id, kind)
);
-- what is due
create index placements_due on placements (run_at) where state = 'pending';
-- all of one filing, for its explanation
create index placements_filing on placements (filing_id);
-- the deletion of a filing's attempts
create index placements_attempt on placements (attempt_id);
