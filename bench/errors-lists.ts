import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { countSentryIssues, fillErrors } from './errors-lists-data.ts';
import { migrate } from '../src/db/db.ts';
import { noting, pidsOf, queued, withDatabase } from './statements.ts';
import { percentile, rounded } from './numbers.ts';
import { questionsOf } from './errors-lists-questions.ts';
import { QUIET } from './ground.ts';
import type { Database } from '../src/db/db.ts';
import type { Question } from './errors-lists-questions.ts';
import type { Statement } from './statements.ts';

const SIZES = { seen: 100_000, errors: 20_000 };
const TURNS = 3;
const PLANS = join(import.meta.dirname, '../docs/bench-plans');
const LIMIT_MS = 50;

/** One question: medians of its turns, without the time that the processes stood in the queue for a processor. */
interface Asked {
  area: string;
  name: string;
  statements: Statement[];
  /** In PostgreSQL, all its statements together: planned and carried out. */
  serverMs: number;
  /** Of the program, from the call to its answer. */
  wholeMs: number;
}

/** Every list and count of the pages about errors, and what their jobs look for, over 100,000 Sentry issues and 20,000 errors. */
export async function errorsLists(): Promise<object> {
  return withDatabase(undefined, async (db) => {
    await migrate(db, QUIET);
    if ((await countSentryIssues(db)) === 0) await fillErrors(db, SIZES);
    const { sql, statements } = noting(db);
    const pids = await pidsOf(db);
    const asked: Asked[] = [];
    for (const question of await questionsOf(sql, db)) asked.push(await askOne(db, pids, statements, question));
    await keep(asked);
    const areas = Map.groupBy(asked, ({ area }) => area);
    return { ...SIZES, ...Object.fromEntries([...areas].map(([area, group]) => [area, figures(group)])) };
  });
}

function figures(asked: readonly Asked[]): object {
  const server = asked.map(({ serverMs }) => serverMs);
  const slowest = asked.toSorted((a, b) => b.serverMs - a.serverMs)[0];
  return {
    questions: asked.length,
    server_p50_ms: rounded(percentile(server, 0.5)),
    server_p95_ms: rounded(percentile(server, 0.95)),
    server_max_ms: rounded(Math.max(...server)),
    slowest: slowest?.name,
    over_50_ms: server.filter((ms) => ms > LIMIT_MS).length,
    whole_p50_ms: rounded(
      percentile(
        asked.map(({ wholeMs }) => wholeMs),
        0.5,
      ),
    ),
    whole_max_ms: rounded(Math.max(...asked.map(({ wholeMs }) => wholeMs))),
  };
}

// What a job changes is taken back.
async function askOne(db: Database, pids: string[], statements: Statement[], question: Question): Promise<Asked> {
  const turns: { whole: number; server: number }[] = [];
  let said: Statement[] = [];
  for (let turn = 0; turn <= TURNS; turn += 1) {
    await db.pool.query('begin');
    statements.length = 0;
    const whole = await without(pids, async () => {
      await question.ask();
      return null;
    });
    await db.pool.query('rollback');
    said = [...statements];
    let server = 0;
    await db.pool.query('begin');
    for (const statement of said) server += await without(pids, async () => explained(db, statement));
    await db.pool.query('rollback');
    // the first warms up
    if (turn > 0) turns.push({ whole, server });
  }
  const median = (numbers: number[]) => percentile(numbers, 0.5);
  const { area, name } = question;
  const serverMs = median(turns.map(({ server }) => server));
  return { area, name, statements: said, serverMs, wholeMs: median(turns.map(({ whole }) => whole)) };
}

/** Milliseconds by the clock, or those that `work` tells of, less the queue. */
async function without(pids: string[], work: () => Promise<number | null>): Promise<number> {
  const before = queued(pids);
  const startedAt = performance.now();
  const told = await work();
  const ms = told ?? performance.now() - startedAt;
  return Math.max(0, ms - (queued(pids) - before));
}

async function explained(db: Database, { sql, parameters }: Statement): Promise<number> {
  const { rows } = await db.pool.query<{ 'QUERY PLAN': [{ 'Planning Time': number; 'Execution Time': number }] }>(
    `explain (analyze, timing off, format json) ${sql}`,
    [...parameters],
  );
  const plan = rows[0]?.['QUERY PLAN'][0];
  return plan === undefined ? 0 : plan['Planning Time'] + plan['Execution Time'];
}

async function keep(asked: readonly Asked[]): Promise<void> {
  await mkdir(PLANS, { recursive: true });
  const lines = asked
    .toSorted((a, b) => b.serverMs - a.serverMs)
    .map(({ area, name, serverMs, wholeMs, statements }) =>
      [rounded(serverMs), rounded(wholeMs), statements.length, area, name].join('\t'),
    );
  const head = 'server_ms\twhole_ms\tstatements\tarea\tquestion';
  await writeFile(join(PLANS, 'errors-lists.tsv'), `${head}\n${lines.join('\n')}\n`);
}
