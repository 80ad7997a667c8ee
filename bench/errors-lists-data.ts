import { fill } from './lists-data.ts';
import type { Database } from '../src/db/db.ts';

/*
 * What a hub that looked at Sentry for years has, made by SQL beside a mirror of 100,000 issues (lists-data.ts): two tenants, three
 * Sentry connections, a dozen rules, 100,000 Sentry issues of which a fifth became errors on GitHub, most others were passed over, and
 * some wait; counts of 14 days for each, a day of idle runs of each rule and a month of busy ones. Rows lie in the order in which
 * they came first; what happened last is elsewhere.
 */
const OTHER_ISSUES = 100_000;

/** How many Sentry issues are there already. */
export async function countSentryIssues(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>('select count(*)::int as n from sentry_issues');
  return rows[0]?.n ?? 0;
}

/** Fills an empty database with so many Sentry issues and errors. */
export async function fillErrors(db: Database, { seen, errors }: { seen: number; errors: number }): Promise<void> {
  await fill(db, OTHER_ISSUES);
  const client = await db.pool.connect();
  try {
    await client.query('select setseed(0.42)');
    await client.query(CONNECTIONS);
    await client.query(ERRORS, [errors]);
    await client.query(FILINGS);
    await client.query(ISSUES);
    await client.query(SENTRY_ISSUES, [seen, errors]);
    await client.query(COUNTS);
    await client.query(RUNS);
    await client.query('vacuum analyze');
  } finally {
    client.release();
  }
}

const CONNECTIONS = `
  create function bench_id(name text) returns uuid language sql immutable as $$
    select overlay(overlay(md5(name) placing '4' from 13) placing '8' from 17)::uuid $$;
  create function bench_event(n bigint, kind text) returns jsonb language sql immutable as $$
    select jsonb_build_object('id', md5(n::text), 'at', null, 'message', null, 'release', 'shop@4.2.0', 'environment', 'production', 'evidence', '[]'::jsonb,
             'tags', '[]'::jsonb, 'subtitle', null, 'personal', '{}'::jsonb, 'exceptions', jsonb_build_array(jsonb_build_object(
               'type', kind, 'value', md5('value' || n), 'handled', false, 'frames', (
                 select jsonb_agg(jsonb_build_object('file', 'src/' || md5(n::text || w) || '.ts', 'function', 'f' || w, 'module', null, 'line', w, 'inApp', true,
                                                     'context', '[]'::jsonb)) from generate_series(1, 40) w)))) $$;
  insert into sentry_connections (id, tenant_id, name, source, base_url, organization, token_encrypted, abilities)
    select gen_random_uuid(), t.id, 'Sentry ' || n, 'settings', 'https://sentry.io', t.slug || n, '', '{"product":"sentry"}'
      from tenants t join generate_series(1, 2) n on t.slug = 'acme' or n = 1;
  insert into sentry_rules (id, tenant_id, sentry_connection_id, connection_id, name, position, enabled, thresholds, due_at)
    select gen_random_uuid(), s.tenant_id, s.id, c.id, s.name || ' rule ' || n, n, n < 4, '{}', now() + n * interval '1 minute'
      from sentry_connections s join connections c on c.tenant_id = s.tenant_id cross join generate_series(1, 4) n;
  create table bench_rules as
    select row_number() over (order by r.sentry_connection_id, r.position) as n, r.id, r.tenant_id, r.sentry_connection_id, r.connection_id
      from sentry_rules r;
`;

/** The first rules take most; in every fortieth both sides wait for something, in every four hundredth a person must decide. */
const ERRORS = `
  insert into errors (id, tenant_id, sentry_connection_id, rule_id, title, agreed_sentry, agreed_github, conflict, conflict_at, reflect_at, attempts, created_at, updated_at)
  select bench_id('error' || e.n), r.tenant_id, r.sentry_connection_id, r.id, 'TypeError: ' || left(t.text, 70), 'unresolved', 'open',
         case when e.n % 400 = 0 then 'Both sides were changed; a person must decide.' end, case when e.n % 400 = 0 then now() end,
         case when e.n % 40 = 0 then now() + (random() - 0.5) * interval '2 minutes' end, case when e.n % 500 = 0 then 2 else 0 end, e.at, e.at
    from (select n, now() - (1 - n::float8 / $1::int) * interval '2 years' as at, ceil(12 * power(random(), 2))::int as rule,
                 ceil(random() * 60000)::int as s from generate_series(1, $1::int) n) e
    join bench_rules r on r.n = greatest(e.rule, 1) join bench_sentences t on t.n = greatest(e.s, 1)
   order by e.n`;

const FILINGS = `
  insert into filings (id, tenant_id, source_kind, source_id, connection_id, state, marker, attempts, creates, derived, run_at, failure_kind, failure_message, created_at, updated_at)
  select gen_random_uuid(), e.tenant_id, 'error', e.id, r.connection_id, s.state, 'marker of ' || e.id, 1, 1, true, e.created_at,
         case s.state when 'failed' then 'refused' end, case s.state when 'failed' then 'GitHub refused it.' end, e.created_at, e.created_at
    from (select *, row_number() over (order by created_at desc) as nth from errors) e join sentry_rules r on r.id = e.rule_id
   cross join lateral (select case when nth % 67 = 0 then 'failed' when nth < 300 then 'pending' when nth < 310 then 'unknown' else 'synced' end as state) s`;

const ISSUES = `
  with filed as (select e.*, f.id as filing_id, f.connection_id, 1000000 + row_number() over (order by e.created_at) as n
                   from errors e join filings f on f.source_kind = 'error' and f.source_id = e.id and f.state = 'synced'),
       made as (
         insert into issues (id, tenant_id, connection_id, repository_id, source, github_id, node_id, github_repository_id, repository, number, url,
                             title, body, state, author, labels, assignees, created_at, updated_at)
         select bench_id('issue' || e.id), e.tenant_id, e.connection_id, r.id, 'linked', e.n, 'I_' || e.n, r.github_id, r.full_name, e.n, r.url || '/issues/' || e.n,
                e.title, e.title, case when random() < 0.7 then 'closed' else 'open' end, 'hub[bot]',
                '[{"id":1,"name":"sentry","color":"ededed"},{"id":2,"name":"bug","color":"ededed"}]', '{}', e.created_at, e.created_at + random() * interval '30 days'
           from filed e join (select distinct on (connection_id) * from bench_repositories order by connection_id, n) r on r.connection_id = e.connection_id
         returning id)
  insert into links (id, tenant_id, source_kind, source_id, filing_id, issue_id, created_at)
  select gen_random_uuid(), e.tenant_id, 'error', e.id, e.filing_id, bench_id('issue' || e.id), e.created_at from filed e where (select count(*) from made) > 0`;

/** Of the first ones each is an error's, some two of one; the rest was passed over or waits for its turn. */
const SENTRY_ISSUES = `
  insert into sentry_issues (id, tenant_id, sentry_connection_id, sentry_id, error_id, rule_id, decision, why, short_id, title, culprit, permalink, level,
                             status, substatus, priority, type, platform, project_id, project, project_name, metadata, count, user_count, first_seen, last_seen,
                             event, gone, gone_at, missing_since, read_at, reread_at, created_at)
  select gen_random_uuid(), r.tenant_id, r.sentry_connection_id, (5000000000 + d.n)::text, i.error_id, case when i.error_id is not null or waits then r.id end,
         case when i.error_id is not null then 'taken' when waits then 'waiting' else 'skipped' end,
         case when i.error_id is null and not waits then 'It has 2 events; the rule wants 10.' else 'The rule took it.' end,
         upper(project) || '-' || upper(to_hex(d.n)), kind || ': ' || left(t.text, 70), 'src/' || split_part(t.text, ' ', 2) || '.ts in ' || split_part(t.text, ' ', 3),
         'https://sentry.io/issues/' || (5000000000 + d.n) || '/', (array['error','error','error','warning','fatal','info'])[1 + d.n % 6],
         case when k < 0.5 then 'unresolved' when k < 0.8 then 'resolved' else 'ignored' end, 'ongoing', 'medium', 'error', 'javascript',
         project, project, initcap(project), jsonb_build_object('type', kind, 'value', left(t.text, 120), 'filename', 'src/app.ts', 'function', 'run'),
         (1 / (0.00001 + random()))::int, (random() * 100)::int, i.at, least(now(), i.at + power(random(), 3) * (now() - i.at)),
         case when i.error_id is not null then bench_event(d.n, kind) end,
         case when d.n % 200 = 0 and i.error_id is not null then 'deleted' end, case when d.n % 200 = 0 and i.error_id is not null then now() end, null,
         now(), now() + (random() * 24 * 60 - 2) * interval '1 minute', i.at
    from (select n, n % 4 = 1 as mine, random() as k, random() < 0.04 as waits, ceil(power(random(), 2) * 40)::int as p, ceil(random() * 60000)::int as s,
                 (array['TypeError','RangeError','Error','ConnectionError'])[1 + n % 4] as kind, now() - (1 - n::float8 / $1::int) * interval '2 years' as at,
                 ceil(12 * power(random(), 2))::int as rule
            from generate_series(1, $1::int) n) d
   cross join lateral (select 'project' || greatest(p, 1) as project) q
   cross join lateral (select d.at, case when mine then bench_id('error' || least(ceil((d.n + 3) / 4.0 / ($1::int / 4.0) * $2::int), $2::int)::int) end as error_id) i
    left join errors e on e.id = i.error_id
    join bench_rules r on (e.id is null and r.n = greatest(d.rule, 1)) or r.id = e.rule_id
    join bench_sentences t on t.n = greatest(s, 1)
   order by d.n`;

const COUNTS = `
  insert into sentry_counts (sentry_issue_id, day, count, user_count)
  select s.id, current_date - d, greatest(1, s.count - d), s.user_count from sentry_issues s cross join generate_series(0, 14) d where s.status = 'unresolved'`;

const RUNS = `
  insert into sentry_runs (id, tenant_id, sentry_connection_id, rule_id, kind, trigger, state, started_at, finished_at, lease_until, requests, seen, taken)
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(r.id::text || g), 1, 3) || 'a' || substr(md5(r.id::text || g), 4, 15))::uuid,
         r.tenant_id, r.sentry_connection_id, r.id, 'rule', 'schedule', 'done', at, at, at, 1, 10, case when g > 1440 then 1 else 0 end
    from bench_rules r cross join generate_series(1, 4000) g
   cross join lateral (select now() - case when g <= 1440 then g * interval '1 minute' else g * interval '10 minutes' end as at) t`;
