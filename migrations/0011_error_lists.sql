-- The lists of errors: every filter and every count by a few indexes, and errors beside reports in the list of issues.

-- What a Sentry issue is found by: the words of title and culprit (parts of names, as Total of computeTotal, among them), its short
-- id and Sentry's id as a whole; each filter's value as a word of its own that begins with "=", as in item_facts (0005); and the
-- days of its last event, so that a list is read span by span. The program splits what is asked for in the same way.
create function sentry_issue_words(tenant_id uuid, rule_id uuid, error_id uuid, decision text, project text, level text, status text,
                                   last_seen timestamptz, short_id text, sentry_id text, title text, culprit text) returns tsvector
language sql immutable parallel safe cost 10000
as $$
  select array_to_tsvector(array_remove(
           string_to_array(regexp_replace(
             lower((said || ' ' || regexp_replace(said, '([a-z0-9])([A-Z])', '\1 \2', 'g')) collate "C"), '[\s!-/:-@\[-`{-~]+', ' ', 'g'), ' ')
           || array[
             left(lower(coalesce(short_id, '') collate "C"), 100),
             left(lower(sentry_id collate "C"), 100),
             '=t:' || tenant_id,
             coalesce('=r:' || rule_id, ''),
             '=o:' || case when error_id is null then decision else 'taken' end,
             '=p:' || left(project, 100),
             '=l:' || left(level, 100),
             '=s:' || left(status, 100),
             '=d0:' || day,
             '=d1:' || day / 8,
             '=d2:' || day / 64,
             '=d3:' || day / 512
           ], ''))
    from (values (left(title, 500) || ' ' || coalesce(left(culprit, 500), ''),
                  floor(extract(epoch from coalesce(last_seen, 'epoch') at time zone 'UTC') / 86400)::int)) t (said, day)
$$;
-- words in the list of errors. Partial, though every row is in it: without statistics the planner takes any word for a rare one and
-- looks it up here; with them it makes the words of all rows anew to find a common one, which takes seconds.
create index sentry_issues_words on sentry_issues using gin (
  sentry_issue_words(tenant_id, rule_id, error_id, decision, project, level, status, last_seen, short_id, sentry_id, title, culprit)
) with (gin_pending_list_limit = 512) where sentry_id <> '';

-- the list of errors and its counts without words: the filters are columns of the indexes that have its order, so that one without
-- matches, or a count of all, reads no row of the table; they replace those of the order alone
create index sentry_issues_listed on sentry_issues (tenant_id, coalesce(last_seen, '-infinity'), id)
  include (last_seen, error_id, decision, status, level, project, rule_id, sentry_connection_id);
create index sentry_issues_listed_everywhere on sentry_issues (coalesce(last_seen, '-infinity'), id)
  include (tenant_id, last_seen, error_id, decision, status, level, project, rule_id, sentry_connection_id);
-- an error's Sentry issues, and the list where GitHub's side is asked for
create index sentry_issues_linked on sentry_issues (error_id)
  include (id, tenant_id, last_seen, decision, status, level, project, rule_id, sentry_connection_id) where error_id is not null;
drop index sentry_issues_tenant;
drop index sentry_issues_seen;
drop index sentry_issues_error;
-- these read rows of the table all the same where it was not vacuumed since a row of the page changed
alter table sentry_issues set (autovacuum_vacuum_scale_factor = 0.02);

-- filings that are not issues yet, which are few: the states of the list of errors
create index filings_unfiled on filings (tenant_id, state) include (source_id) where source_kind = 'error' and state <> 'synced';
-- errors that wait for a person
create index errors_conflicts on errors (tenant_id) include (id, sentry_connection_id) where conflict is not null;
-- linked issues by number and state, and the errors that lead to them
create index issues_linked on issues (tenant_id, number) include (state, id) where source = 'linked';
create index links_errors on links (issue_id) include (source_id) where source_kind = 'error';

-- what a rule gave to filing in the last hour
create index errors_rule_filed on errors (rule_id, created_at);
-- errors that became an issue and were never compared
create index errors_first_look on errors (id)
  where reflect_at is null and agreed_github is null and conflict is null and rule_id is not null and sentry_connection_id is not null;
-- runs of a rule, the newest first
create index sentry_runs_rule on sentry_runs (rule_id, id);

-- What the list of issues shows, each kind by itself, so that a page of each is read in the order of its own index: reports, issues
-- opened on GitHub itself, and errors. `sentry_issue_id` names the page about an error.
create view reported_rows as
select r.id, r.tenant_id, t.slug as tenant_slug, t.name as tenant_name, 'report'::text as source,
       r.title, r.description, r.tags, r.severity,
       r.reporter_kind, r.reporter_id, r.reporter_email, r.reporter_name,
       r.created_at, greatest(r.updated_at, f.updated_at, i.updated_at) as updated_at,
       f.id as filing_id, f.state as filing_state, f.attempts, f.run_at, f.failure_kind, f.failure_message, f.derived, f.connection_id,
       c.repository as target_repository, c.enabled as target_enabled,
       case when c.paused_at is not null then coalesce(c.paused_message, '') end as target_paused,
       c.adopted_at as target_adopted_at, c.rest_until as target_rest_until, c.rest_message as target_rest_message,
       i.id as issue_id, i.number as issue_number, i.url as issue_url, i.repository as issue_repository, i.title as issue_title,
       i.state as issue_state, i.state_reason as issue_state_reason, i.labels as issue_labels, i.assignees as issue_assignees,
       i.comments as issue_comments, i.closed_at as issue_closed_at, i.updated_at as issue_updated_at, i.gone as issue_gone,
       null::uuid as sentry_issue_id
  from reports r
  join tenants t on t.id = r.tenant_id
  left join filings f on f.source_kind = 'report' and f.source_id = r.id
  left join connections c on c.id = f.connection_id
  left join links l on l.source_kind = 'report' and l.source_id = r.id
  left join issues i on i.id = l.issue_id;

create view opened_rows as
select i.id, i.tenant_id, t.slug as tenant_slug, t.name as tenant_name, 'external'::text as source,
       i.title, ''::text as description, '{}'::text[] as tags, null::text as severity,
       null::text as reporter_kind, i.author as reporter_id, null::text as reporter_email, i.author as reporter_name,
       i.created_at, i.updated_at,
       null::uuid as filing_id, 'synced'::text as filing_state, 0 as attempts, null::timestamptz as run_at, null::text as failure_kind,
       null::text as failure_message, false as derived, i.connection_id,
       i.repository as target_repository, true as target_enabled,
       null::text as target_paused,
       null::timestamptz as target_adopted_at, null::timestamptz as target_rest_until, null::text as target_rest_message,
       i.id as issue_id, i.number as issue_number, i.url as issue_url, i.repository as issue_repository, i.title as issue_title,
       i.state as issue_state, i.state_reason as issue_state_reason, i.labels as issue_labels, i.assignees as issue_assignees,
       i.comments as issue_comments, i.closed_at as issue_closed_at, i.updated_at as issue_updated_at, i.gone as issue_gone,
       null::uuid as sentry_issue_id
  from issues i
  join tenants t on t.id = i.tenant_id
 where i.source = 'external';

-- an error's issue is `linked`: said once more, so that counts by state read an index only
create view error_rows as
select e.id, e.tenant_id, t.slug as tenant_slug, t.name as tenant_name, 'error'::text as source,
       e.title, ''::text as description, '{}'::text[] as tags, null::text as severity,
       null::text as reporter_kind, null::text as reporter_id, null::text as reporter_email, null::text as reporter_name,
       e.created_at, greatest(e.updated_at, f.updated_at, i.updated_at) as updated_at,
       f.id as filing_id, f.state as filing_state, f.attempts, f.run_at, f.failure_kind, f.failure_message, f.derived, f.connection_id,
       c.repository as target_repository, c.enabled as target_enabled,
       case when c.paused_at is not null then coalesce(c.paused_message, '') end as target_paused,
       c.adopted_at as target_adopted_at, c.rest_until as target_rest_until, c.rest_message as target_rest_message,
       i.id as issue_id, i.number as issue_number, i.url as issue_url, i.repository as issue_repository, i.title as issue_title,
       i.state as issue_state, i.state_reason as issue_state_reason, i.labels as issue_labels, i.assignees as issue_assignees,
       i.comments as issue_comments, i.closed_at as issue_closed_at, i.updated_at as issue_updated_at, i.gone as issue_gone,
       (select s.id from sentry_issues s where s.error_id = e.id order by s.gone is not null, s.created_at, s.id limit 1) as sentry_issue_id
  from errors e
  join tenants t on t.id = e.tenant_id
  left join filings f on f.source_kind = 'error' and f.source_id = e.id
  left join connections c on c.id = f.connection_id
  left join links l on l.source_kind = 'error' and l.source_id = e.id
  left join issues i on i.id = l.issue_id and i.source = 'linked';

-- reports and what was opened on GitHub, as before, for processes that know no more
create or replace view report_rows as select * from reported_rows union all select * from opened_rows;
-- how many of those that were opened on GitHub are open and closed
create index issues_opened on issues (tenant_id, state) where source = 'external';
