import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { openDatabase } from '../src/db/db.ts';
import { peakRssMbOf, rssMbOf } from './memory.ts';
import { readPlainly } from './import-plain.ts';
import { rounded } from './numbers.ts';
import { QUIET, startFake, startHub, until, withDataDir } from './ground.ts';
import type { BenchFake, BenchHub } from './ground.ts';
import type { Truth } from './import-github.ts';

const SIZES = [1000, 20_000];
const LARGE = 100_000;
const KILLED_AT = 20_000;
/** Backfill's places among the reads of one credential. */
const AT_ONCE = 4;
const SAMPLE_MS = 200;
const PAGE = 100;
const DETAILS_PART = 50;

interface LargeFake extends BenchFake {
  large: string;
  id: number;
  latencyMs: number;
  truth: Truth;
}

interface Run {
  state: string;
  message: string | null;
  requests: number;
  started_at: string;
  finished_at: string | null;
}

/**
 * A first import: requests and time beside the fewest possible and beside the plain way, memory of the hub, and the same after
 * the hub was killed in the middle.
 */
export async function importing({ large }: { large: boolean }): Promise<object> {
  const before = loadavg();
  const sizes: object[] = [];
  for (const size of large ? [...SIZES, LARGE] : SIZES) sizes.push(await withLarge(size, imported));
  const killed = await withLarge(KILLED_AT, killedInTheMiddle);
  return { sizes, killed, load_average: [before, loadavg()].map(([minute]) => rounded(minute ?? 0)) };
}

async function withLarge<T>(size: number, work: (fake: LargeFake, dataDir: string) => Promise<T>): Promise<T> {
  const fake = await startFake<LargeFake>('bench/import-github.ts', ['--issues', String(size)]);
  try {
    return await withDataDir(async (dataDir) => work(fake, dataDir));
  } finally {
    await fake.stop();
  }
}

async function imported(fake: LargeFake, dataDir: string): Promise<object> {
  const hub = await startHub(dataDir, fake);
  await sleep(2000); // what it does when it starts is over
  const idleMb = rssMbOf(hub.pid);
  await track(hub, fake);
  const run = await ended(hub, fake);
  const endMb = rssMbOf(hub.pid);
  const maxMb = peakRssMbOf(hub.pid);
  const requests = await requestsFor(fake);
  const missing = await missingFrom(fake, dataDir);
  await hub.stop();
  const plain = await readPlainly(fake, fake.large);
  const least = leastRequests(fake.truth);
  const leastMs = (least * fake.latencyMs) / AT_ONCE;
  const tookMs = Date.parse(run.finished_at ?? '') - Date.parse(run.started_at);
  return {
    ...fake.truth,
    state: run.state,
    missing,
    requests,
    least_requests: least,
    requests_ratio: rounded(requests / least, 3),
    seconds: rounded(tookMs / 1000),
    least_seconds: rounded(leastMs / 1000),
    seconds_ratio: rounded(tookMs / leastMs, 2),
    rss_mb_idle_max_end: [idleMb, maxMb, endMb].map((mb) => rounded(mb, 0)),
    plain_requests: (await requestsFor(fake)) - requests,
    plain_seconds: rounded(plain.ms / 1000),
    times_faster_than_plain: rounded(plain.ms / tookMs),
  };
}

async function killedInTheMiddle(fake: LargeFake, dataDir: string): Promise<object> {
  const first = await startHub(dataDir, fake);
  await track(first, fake);
  const least = leastRequests(fake.truth);
  await until(
    async () => requestsFor(fake),
    (count) => count > least / 2,
  );
  process.kill(first.pid, 'SIGKILL');
  const killedAt = Date.now();
  const before = await requestsFor(fake);
  const hub = await startHub(dataDir, fake);
  const run = await ended(hub, fake);
  const missing = await missingFrom(fake, dataDir);
  await hub.stop();
  const requests = await requestsFor(fake);
  return {
    issues: fake.truth.issues,
    state: run.state,
    missing,
    requests_before_kill: before,
    requests_in_all: requests,
    requests_ratio: rounded(requests / least, 3),
    went_on_after_seconds: rounded((Date.parse(run.started_at) - killedAt) / 1000),
  };
}

async function track(hub: BenchHub, fake: LargeFake): Promise<void> {
  await hub.call('POST', '/api/v1/repositories', { full_name: fake.large });
}

async function ended(hub: BenchHub, fake: LargeFake): Promise<Run> {
  const path = `/api/v1/sync-runs?repository=${fake.large}&kind=import`;
  const runs = await until(
    async () => {
      await sleep(SAMPLE_MS);
      return (await hub.call<{ items: Run[] }>('GET', path)).items;
    },
    ([newest]) => newest !== undefined && newest.finished_at !== null && newest.message !== STOPPED,
  );
  const [run] = runs;
  if (run?.state !== 'done') throw new Error(`the import ended: ${JSON.stringify(run)}`);
  return run;
}

const STOPPED = 'The hub stopped during this run.';

/** What GitHub was asked about the repository; all that is asked by GraphQL is about it. */
async function requestsFor(fake: LargeFake): Promise<number> {
  const requests = (await fake.control('GET', 'requests')) as { path: string }[];
  const starts = [`/repositories/${fake.id}`, `/repos/${fake.large}`, '/graphql'];
  return requests.filter(({ path }) => starts.some((start) => path.startsWith(start))).length;
}

function leastRequests({ issues, pulls, comments, branches }: Truth): number {
  const lists = [issues + pulls, pulls, comments, branches].map((count) => Math.ceil(count / PAGE));
  const facts = ['repository', 'labels', 'milestones', 'collaborators', 'teams'];
  return lists.reduce((sum, count) => sum + count, facts.length) + Math.ceil(pulls / DETAILS_PART);
}

/** How many of each the mirror lacks, counted in its tables; pull requests without their details are lacking. */
async function missingFrom({ truth, large }: LargeFake, dataDir: string): Promise<object> {
  const db = await openDatabase({ databaseUrl: null, dataDir, log: QUIET });
  try {
    const count = async (table: string, more = '') => {
      const { rows } = await db.pool.query<{ n: number }>(
        `select count(*)::int as n from ${table} where repository_id = (select id from repositories where full_name = $1) ${more}`,
        [large],
      );
      return rows[0]?.n ?? 0;
    };
    return {
      issues: truth.issues - (await count('issues')),
      pulls: truth.pulls - (await count('pull_requests', 'and details_at is not null')),
      comments: truth.comments - (await count('comments')),
      branches: truth.branches - (await count('branches')),
    };
  } finally {
    await db.close();
  }
}
