import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { IssuesQuery } from '../src/contract/mirror-queries.ts';
import { listRoutes } from '../src/mirror/lists.routes.ts';
import { migrate } from '../src/db/db.ts';
import { countIssues, fill } from './lists-data.ts';
import { noting, pidsOf, queued, withDatabase } from './statements.ts';
import { percentile, rounded } from './numbers.ts';
import { QUIET } from './ground.ts';
import type { Call } from '../src/accounts/routes.model.ts';
import type { Database } from '../src/db/db.ts';
import type { Statement } from './statements.ts';

/** How many there are; fewer for a first look. */
const ISSUES = Number(process.env['BENCH_ISSUES'] ?? 1_000_000);
/** A folder to keep the filled database in between runs; TEST_DATABASE_URL names a server instead. */
const KEPT = process.env['BENCH_LISTS_DIR'];
const DRAWS = Number(process.env['BENCH_DRAWS'] ?? 30);
const PLANS = join(import.meta.dirname, '../docs/bench-plans');
const LIMIT_MS = 50;
/** Lists of ids are cut. */
const PLAN_LINE_MAX = 300;

type Query = Record<string, string>;
interface Asked {
  /** The filters; a first page and the page after it are of the same. */
  combination: string;
  query: Query;
  ms: number;
  /** Of it the time that PostgreSQL and this process were ready to run and other programs had the processors. */
  queuedMs: number;
  found: number;
  statements: Statement[];
}

/** The issue list over a million issues: every combination of its filters, with and without words, first and second pages. */
export async function lists(): Promise<object> {
  return withDatabase(KEPT, async (db) => {
    await migrate(db, QUIET);
    if ((await countIssues(db)) === 0) await fill(db, ISSUES);
    const asked = await askAll(db);
    await keepPlans(db, asked);
    return {
      issues: await countIssues(db),
      combinations: summaries(asked, clockMs).length,
      asked: asked.length,
      by_the_clock: figures(asked, clockMs),
      without_waiting_for_a_processor: figures(asked, ownMs),
    };
  });
}

const clockMs = ({ ms }: Asked): number => ms;
const ownMs = ({ ms, queuedMs }: Pick<Asked, 'ms' | 'queuedMs'>): number => Math.max(0, ms - queuedMs);

function figures(asked: readonly Asked[], timeOf: (one: Asked) => number): object {
  const times = asked.map(timeOf);
  const combinations = summaries(asked, timeOf);
  return {
    p50_ms: rounded(percentile(times, 0.5)),
    p95_ms: rounded(percentile(times, 0.95)),
    p99_ms: rounded(percentile(times, 0.99)),
    max_ms: rounded(Math.max(...times)),
    questions_over_50_ms: times.filter((ms) => ms > LIMIT_MS).length,
    combinations_with_p95_over_50_ms: combinations.filter(({ p95 }) => p95 > LIMIT_MS).length,
    worst_combination: combinations[0],
  };
}

async function askAll(db: Database): Promise<Asked[]> {
  const { sql, statements } = noting(db);
  const routes = listRoutes({ sql, now: () => new Date(), log: QUIET });
  const drawn = await draws(db);
  const pids = await pidsOf(db);
  const ask = async (combination: string, query: Query, call: Call): Promise<Asked & { next: string | null }> => {
    statements.length = 0;
    const queuedAt = queued(pids);
    const startedAt = performance.now();
    const args = { query: IssuesQuery.parse(query), params: undefined, headers: undefined, body: undefined };
    const page = await routes.listIssues(call, args);
    const ms = performance.now() - startedAt;
    return {
      combination,
      query,
      ms,
      queuedMs: queued(pids) - queuedAt,
      found: page.items.length,
      statements: [...statements],
      next: page.next,
    };
  };
  const asked: Asked[] = [];
  for (const draw of drawn.slice(0, 20)) await ask('warm', draw.query, draw.call);
  for (let bits = 0; bits < 2 ** FILTERS.length; bits += 1) {
    const names = FILTERS.filter((_, index) => (bits & (1 << index)) !== 0);
    const combination = names.join('+') || 'nothing';
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const { query: all, call } = drawn[(bits * DRAWS + draw) % drawn.length] ?? { query: {}, call: NOBODY };
      const query = Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
      const first = await ask(combination, query, call);
      asked.push(first);
      if (first.next !== null) asked.push(await ask(combination, { ...query, cursor: first.next }, call));
    }
  }
  return asked;
}

const FILTERS = ['repository', 'state', 'label', 'assignee', 'author', 'reporter', 'source', 'q', 'updated_since'];
const NOBODY = { principal: { role: 'admin', tenantId: null, reporter: null } } as Call;

/** Values as people ask: half of them all of one issue, so that something is found; half at random, mostly of the common ones. */
async function draws(db: Database): Promise<{ query: Query; call: Call }[]> {
  const { rows } = await db.pool.query<Query & { tenant: string }>(DRAWN);
  return rows.map(({ tenant, ...query }) => ({
    query,
    call: { ...NOBODY, principal: { ...NOBODY.principal, tenantId: tenant } },
  }));
}

const DRAWN = `
  select i.tenant_id as tenant, i.repository, i.state, case when own then coalesce(i.labels->0->>'name', 'label1') else 'label' || ceil(power(200::float8, random())) end as label,
         case when own then coalesce(i.assignees[1], 'none') when random() < 0.2 then 'none' else 'person' || ceil(power(300::float8, random())) end as assignee,
         case when own then i.author else 'author' || ceil(power(20000::float8, random())) end as author,
         'reporter' || ceil(power(2000::float8, random())) as reporter,
         case when random() < 0.1 then 'linked' else 'external' end as source,
         case when own then split_part(i.body, ' ', 3) || ' ' || split_part(i.body, ' ', 7)
              when random() < 0.1 then '#' || i.number
              when random() < 0.5 then bench_word(random()) else bench_word(random()) || ' ' || bench_word(random()) end as q,
         to_char(i.updated_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as updated_since
    from (select *, random() < 0.5 as own from issues tablesample bernoulli (0.5)) i
   order by random() limit 2000`;

interface Summary {
  combination: string;
  asked: number;
  p50: number;
  p95: number;
  max: number;
}

/** Each combination for itself, the slowest first. */
function summaries(asked: readonly Asked[], timeOf: (one: Asked) => number): Summary[] {
  const groups = Map.groupBy(asked, ({ combination }) => combination);
  return [...groups]
    .map(([combination, group]) => {
      const times = group.map(timeOf);
      return {
        combination,
        asked: times.length,
        p50: rounded(percentile(times, 0.5)),
        p95: rounded(percentile(times, 0.95)),
        max: rounded(Math.max(...times)),
      };
    })
    .toSorted((a, b) => b.p95 - a.p95);
}

/** The table of all combinations, and how PostgreSQL did the slowest. */
async function keepPlans(db: Database, asked: readonly Asked[]): Promise<void> {
  await mkdir(PLANS, { recursive: true });
  const byClock = new Map(summaries(asked, clockMs).map((one) => [one.combination, one]));
  const lines = summaries(asked, ownMs).map(({ combination, asked: n, p50, p95, max }) =>
    [p95, p50, max, byClock.get(combination)?.p95, n, combination].join('\t'),
  );
  const head = 'p95_ms\tp50_ms\tmax_ms\tp95_by_the_clock_ms\tasked\tcombination';
  await writeFile(join(PLANS, 'lists.tsv'), `${head}\n${lines.join('\n')}\n`);
  const slowest = asked.toSorted((a, b) => ownMs(b) - ownMs(a)).slice(0, 5);
  const plans = [];
  await db.pool.query("set work_mem = '64MB'");
  for (const { query, found, statements, ...took } of slowest) {
    plans.push(`# ${rounded(ownMs(took))} ms, ${found} found: ${JSON.stringify(query)}`);
    for (const { sql, parameters, ms } of statements.filter((one) => /^\s*select/u.test(one.sql))) {
      const { rows } = await db.pool.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers) ${sql}`, [
        ...parameters,
      ]);
      plans.push(`## ${rounded(ms)} ms`, ...rows.map((row) => row['QUERY PLAN'].slice(0, PLAN_LINE_MAX)), '');
    }
  }
  await writeFile(join(PLANS, 'lists-slowest.txt'), `${plans.join('\n')}\n`);
}
