-- The lists of the mirror: one index answers every combination of filters and words.

-- What an issue or pull request is found by: its words, and each filter's value as a word of its own that begins with "=",
-- which no word of a text does. In one index the rarest of what is asked decides how much is read. `=w:` is the week of
-- updated_at: a list, which shows the newest first, reads week by week and stops when the page is full.
create function item_facts(tenant_id uuid, repository_id uuid, number int, state text, source text, author text,
                           labels jsonb, assignees text[], updated_at timestamptz, title text, body text) returns tsvector
language sql immutable parallel safe cost 1000
as $$
  select array_to_tsvector(array_remove(array[
           '=t:' || tenant_id,
           '=r:' || repository_id,
           '=n:' || number,
           '=s:' || state,
           '=o:' || source,
           '=u:' || lower(author),
           '=w:' || floor(extract(epoch from updated_at at time zone 'UTC') / 604800)::int,
           case when assignees = '{}' then '=a:' end
         ]
         || array(select '=a:' || lower(a) from unnest(assignees) a)
         || array(select '=l:' || lower(l ->> 'name') from jsonb_array_elements(labels) l), null))
      || strip(to_tsvector('simple', left(title || ' ' || coalesce(body, ''), 20000)))
$$;

-- the lists of issues and of pull requests; a short pending list, because every search reads all of it
create index issues_facts on issues using gin (
  item_facts(tenant_id, repository_id, number, state, source, author, labels, assignees, updated_at, title, body)
) with (gin_pending_list_limit = 512) where gone is null and gone_at is null;
create index pull_requests_facts on pull_requests using gin (
  item_facts(tenant_id, repository_id, number, state, null, author, labels, assignees, updated_at, title, body)
) with (gin_pending_list_limit = 512) where gone is null and gone_at is null;
-- their texts lie beside the rows, so that more rows are read at once
alter table issues set (toast_tuple_target = 256);
alter table pull_requests set (toast_tuple_target = 256);

-- what these replace
drop index issues_search;
drop index issues_assignees;
drop index issues_author;
drop index issues_labels;
alter table issues drop column search;

-- how many are open and closed in each repository
create index issues_states on issues (repository_id, state) where gone is null and gone_at is null;
create index pull_requests_states on pull_requests (repository_id, state) where gone is null and gone_at is null;
-- the newest delivery of a repository
create index deliveries_repository on deliveries (connection_id, github_repository_id, received_at desc);
