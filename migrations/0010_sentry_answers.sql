-- Sentry issues that were merged while this hub knew nothing of them: issues on GitHub still name them by the id they had before.

-- By then the text named it: when its issue had last changed, as it was read first. What was noted before was read by seen_at.
alter table sentry_references add column named_at timestamptz not null default now();
update sentry_references set named_at = seen_at;

-- What Sentry said of an id that an issue on GitHub names and no error has: asked before something is filed that it may stand for.
create table sentry_answers (
  sentry_connection_id uuid not null references sentry_connections on delete cascade,
  sentry_id     text not null,
  answers_as    text,                  -- its own id, or that of the Sentry issue it was merged into; null: nobody answers
  asked_at      timestamptz not null,
  missing_since timestamptz,           -- nobody answered once: only when nobody does some minutes later either it is certain
  project_id    text,                  -- of what answered, as the two times
  first_seen    timestamptz,
  last_seen     timestamptz,
  primary key (sentry_connection_id, sentry_id)
);
-- the ids a Sentry issue had before
create index sentry_answers_as on sentry_answers (sentry_connection_id, answers_as);
