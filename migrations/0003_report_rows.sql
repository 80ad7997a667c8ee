-- What the lists show: reports with their filing, connection and issue, and issues that were opened on GitHub itself.

create view report_rows as
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
       i.comments as issue_comments, i.closed_at as issue_closed_at, i.updated_at as issue_updated_at, i.gone as issue_gone
  from reports r
  join tenants t on t.id = r.tenant_id
  left join filings f on f.source_kind = 'report' and f.source_id = r.id
  left join connections c on c.id = f.connection_id
  left join links l on l.source_kind = 'report' and l.source_id = r.id
  left join issues i on i.id = l.issue_id
union all
select i.id, i.tenant_id, t.slug, t.name, 'external',
       i.title, '', '{}'::text[], null,
       null, i.author, null, i.author,
       i.created_at, i.updated_at,
       null, 'synced', 0, null, null, null, false, i.connection_id,
       i.repository, true, null, null, null, null,
       i.id, i.number, i.url, i.repository, i.title,
       i.state, i.state_reason, i.labels, i.assignees,
       i.comments, i.closed_at, i.updated_at, i.gone
  from issues i
  join tenants t on t.id = i.tenant_id
 where i.source = 'external';
