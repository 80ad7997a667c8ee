-- The lists of the mirror: one index answers every combination of filters and words.

-- What an issue or pull request is found by: its words (its number among them), and each filter's value as a word of its own
-- that begins with "=", which no word of a text does. In one index the rarest of what is asked decides how much is read.
-- `=d0:` is the day of updated_at, `=d1:` to `=d3:` spans of 8, 64 and 512 days: a list, which shows the newest first, is read
-- span by span and stops when its page is full. An array and not a tsvector: GIN intersects it many times faster. Small letters are made of A to Z
-- only, so that every database and the program that asks make the same of a name.
create function item_facts(tenant_id uuid, repository_id uuid, number int, state text, source text, author text,
                           labels jsonb, assignees text[], updated_at timestamptz, title text, body text) returns text[]
language sql immutable parallel safe cost 10000
as $$
  select array_remove(array[
           '=t:' || tenant_id,
           '=r:' || repository_id,
           '=s:' || state,
           '=o:' || source,
           '=u:' || lower(author collate "C"),
           case when assignees = '{}' then '=a:' end,
           number::text
         ]
         || array(select '=a:' || lower(a collate "C") from unnest(assignees) a)
         || array(select '=l:' || lower(l ->> 'name' collate "C") from jsonb_array_elements(labels) l)
         || array(select '=d' || level || ':' || floor(extract(epoch from updated_at at time zone 'UTC') / (86400 * power(8, level)))::int
                    from generate_series(0, 3) level), null)
      || tsvector_to_array(to_tsvector('simple', left(title || ' ' || coalesce(body, ''), 20000)))
$$;

-- the lists of issues and of pull requests; a short pending list, because every search reads all of it. Not partial: the
-- planner believes only the statistics of a whole index, and without them it reads rows in the wrong order.
create index issues_facts on issues using gin (
  item_facts(tenant_id, repository_id, number, state, source, author, labels, assignees, updated_at, title, body)
) with (gin_pending_list_limit = 512);
create index pull_requests_facts on pull_requests using gin (
  item_facts(tenant_id, repository_id, number, state, null, author, labels, assignees, updated_at, title, body)
) with (gin_pending_list_limit = 512);
-- their texts lie beside the rows, so that more rows are read at once
alter table issues set (toast_tuple_target = 256);
alter table pull_requests set (toast_tuple_target = 256);

-- what these replace
drop index issues_labels;

-- whose reports an issue is linked to, by id, e-mail or name
create index reports_reporter_names on reports using gin (
  (array[lower(reporter_id), lower(reporter_email), lower(reporter_name)])
);
-- how many are open and closed in each repository
create index issues_states on issues (repository_id, state) where gone is null and gone_at is null;
create index pull_requests_states on pull_requests (repository_id, state) where gone is null and gone_at is null;
-- the newest delivery of a repository
create index deliveries_repository on deliveries (connection_id, github_repository_id, received_at desc);
-- failed deliveries, which are few among many
create index deliveries_failed on deliveries (tenant_id, received_at desc, id desc) where state = 'failed';
