import type { Database } from '../src/db/db.ts';

/*
 * A mirror as large hubs have it, made by SQL: two tenants (about 7:3), 20 repositories of very different sizes, a few authors,
 * assignees, labels and words that are everywhere and a long tail of rare ones, and more issues of late than long ago. Rows lie
 * in the order in which they changed last, as an import and the changes after it leave them.
 */
const REPOSITORIES = 20;
const LABELS = 200;
const AUTHORS = 20_000;
const ASSIGNEES = 300;
const WORDS = 30_000;
const SENTENCES = 60_000;
const REPORTERS = 2000;

/** How many issues are there already. */
export async function countIssues(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>('select count(*)::int as n from issues');
  return rows[0]?.n ?? 0;
}

/** Fills an empty database. Indexes are made afterwards, which takes a tenth of the time. */
export async function fill(db: Database, issues: number): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query("set maintenance_work_mem = '512MB'");
    await client.query('select setseed(0.42)');
    await client.query(PLACES);
    await client.query(TEXTS);
    const { rows } = await client.query<{ name: string; def: string }>(INDEXES);
    for (const { name } of rows) await client.query(`drop index ${name}`);
    await client.query(ISSUES, [issues]);
    for (const { def } of rows) await client.query(def);
    await client.query(REPORTS, [REPORTERS]);
    await client.query('vacuum analyze issues');
    await client.query('analyze');
  } finally {
    client.release();
  }
}

const PLACES = `
  insert into tenants (id, slug, name) values (gen_random_uuid(), 'acme', 'Acme'), (gen_random_uuid(), 'zeta', 'Zeta');
  insert into connections (id, tenant_id, name, kind, source, repository, base_url, credential_kind, credential_encrypted)
    select gen_random_uuid(), id, 'GitHub', 'github', 'settings', slug || '/app0', 'https://api.github.com', 'token', '' from tenants;
  insert into repositories (id, tenant_id, connection_id, host, github_id, full_name, url, mirrors)
    select gen_random_uuid(), c.tenant_id, c.id, 'api.github.com', n, t.slug || '/app' || n, 'https://github.com/' || t.slug || '/app' || n, 'all'
      from generate_series(0, ${REPOSITORIES - 1}) n
      join tenants t on t.slug = case when n % 3 = 1 then 'zeta' else 'acme' end
      join connections c on c.tenant_id = t.id;
  create table bench_repositories as
    select row_number() over (order by github_id) as n, id, tenant_id, connection_id, github_id, full_name, url from repositories;
`;

/** Words: the n-th is about 1/n as frequent as the first. */
const TEXTS = `
  create function bench_word(share float8) returns text language sql immutable as $$
    select coalesce((array['crash','error','fix','when','app','page','button','user','fails','update'])[i], 'word' || i)
      from (select ceil(power(${WORDS}::float8, share))::int as i) x $$;
  create table bench_sentences as
    select n, string_agg(bench_word(random()), ' ') as text
      from generate_series(1, ${SENTENCES}) n, generate_series(1, 18) w group by n;
  create unique index on bench_sentences (n);
`;

const INDEXES = `
  select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as def
    from pg_index i left join pg_constraint c on c.conindid = i.indexrelid
   where i.indrelid = 'issues'::regclass and c.oid is null`;

const ISSUES = `
  insert into issues (id, tenant_id, connection_id, repository_id, source, github_id, node_id, github_repository_id, repository, number,
                      url, title, body, state, state_reason, author, labels, assignees, comments, milestone, created_at, updated_at, closed_at)
  select gen_random_uuid(), r.tenant_id, r.connection_id, r.id, case when g.linked < 0.03 then 'linked' else 'external' end, g.n, 'I_' || g.n,
         r.github_id, r.full_name, g.n, r.url || '/issues/' || g.n, initcap(bench_word(g.w1)) || ' ' || bench_word(g.w2) || ' ' || left(a.text, 50),
         a.text || E'.\\n' || b.text || E'.\\n' || c.text || '.',
         case when g.open < 0.05 + 0.4 * g.age * g.age then 'open' else 'closed' end,
         case when g.open < 0.05 + 0.4 * g.age * g.age then null else 'completed' end,
         'author' || ceil(power(${AUTHORS}::float8, g.by)),
         (select coalesce(jsonb_agg(distinct jsonb_build_object('id', l, 'name', 'label' || l, 'color', 'ededed')), '[]')
            from (select ceil(power(${LABELS}::float8, random()))::int as l from generate_series(1, (g.many * 4)::int) where g.n > 0) x),
         case when g.assigned < 0.5 then '{}' else array['person' || ceil(power(${ASSIGNEES}::float8, g.assigned * 2 - 1))] end,
         (g.many * 20)::int, null, g.at - interval '20 days', g.at, null
    from (select n, random() as linked, random() as open, power(random(), 0.6) as age, random() as by, random() as many, random() as assigned,
                 random() as w1, random() as w2, random() as where_, ceil(random() * ${SENTENCES})::int as s1,
                 ceil(random() * ${SENTENCES})::int as s2, ceil(random() * ${SENTENCES})::int as s3
            from generate_series(1, $1::int) n) d
    cross join lateral (select d.*, date_trunc('second', now() - (1 - d.age) * interval '7 years') as at) g
    join bench_repositories r on r.n = ceil(${REPOSITORIES} * power(g.where_, 2.5))::int
    join bench_sentences a on a.n = g.s1 join bench_sentences b on b.n = g.s2 join bench_sentences c on c.n = g.s3
   order by g.at`;

const REPORTS = `
  with linked as (select id, tenant_id, created_at, row_number() over () as n from issues where source = 'linked'),
       made as (
         insert into reports (id, tenant_id, reporter_kind, reporter_id, reporter_name, title, description, created_at)
         select md5(id::text)::uuid, tenant_id, 'host', 'reporter' || ceil(power($1::float8, random())), 'Reporter', 'A report', '', created_at
           from linked returning 1)
  insert into links (id, tenant_id, source_kind, source_id, issue_id)
  select gen_random_uuid(), tenant_id, 'report', md5(id::text)::uuid, id from linked`;
