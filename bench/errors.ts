import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { cpuMsOf, peakRssMbOf, rssMbOf } from './memory.ts';
import { filePlainly } from './errors-plain.ts';
import { openDatabase } from '../src/db/db.ts';
import { QUIET, startFake, startHub, until, withDataDir } from './ground.ts';
import { rounded } from './numbers.ts';
import { startFakeProcess } from '../test/support/fake-process.ts';
import type { BenchFake, BenchHub } from './ground.ts';
import type { FakeProcess } from '../test/support/fake-process.ts';

const ISSUES = Number(process.env['BENCH_ISSUES'] ?? 10_000);
const PAGE = 100;
const SAMPLE_MS = 250;
/** What `npm start` runs, with another pace towards Sentry. */
const HUB = ['--max-semi-space-size=4', 'bench/errors-hub.ts'];

type BenchSentry = FakeProcess & { organization: string };

interface Run {
  id: string;
  kind: 'rule' | 'reread';
  state: string;
  message: string | null;
  requests: number;
  seen: number;
  taken: number;
  started_at: string;
  finished_at: string | null;
}

/** Many Sentry issues on the first day, the day after when nothing is new, and the re-reading of all: requests beside the fewest possible and beside a plain script. */
export async function errors(): Promise<object> {
  const before = loadavg();
  const [github, sentry] = await Promise.all([startFake(), startFakeProcess<BenchSentry>('test/fakes/sentry.ts')]);
  try {
    await sentry.control('POST', 'act', { act: 'seedMany', args: [ISSUES] });
    const hub = await withDataDir(async (dataDir) => measured(dataDir, sentry, github));
    const plain = await filePlainly(sentry, github);
    return {
      issues: ISSUES,
      ...hub,
      plain_requests: plain.requests,
      plain_seconds: rounded(plain.ms / 1000),
      load_average: [before, loadavg()].map(([minute]) => rounded(minute ?? 0)),
    };
  } finally {
    await Promise.all([github.stop(), sentry.stop()]);
  }
}

async function measured(dataDir: string, sentry: BenchSentry, github: BenchFake): Promise<object> {
  const hub = await startHub(dataDir, github, HUB);
  await sleep(2000); // what it does when it starts is over
  const [idleMb, idleCpuMs] = [rssMbOf(hub.pid), cpuMsOf(hub.pid)];
  const ruleId = await connect(hub, sentry, dataDir);
  const first = await ended(hub, 'rule', 0);
  const [runMb, runCpuMs] = [rssMbOf(hub.pid), cpuMsOf(hub.pid)];
  const [pages, events] = [await asked(sentry, isPage), await asked(sentry, isEvent)];
  const filedMs = await allFiled(github, Date.parse(first.started_at));
  await hub.call('POST', `/api/v1/sentry-rules/${ruleId}/run`);
  const second = await ended(hub, 'rule', Date.parse(first.finished_at ?? ''));
  const reread = await rereadAll(hub, dataDir, sentry);
  const told = {
    first_run: {
      taken: first.taken,
      requests: pages + events,
      pages,
      events,
      ...beside(pages + events, Math.ceil(ISSUES / PAGE) + ISSUES),
      seconds: secondsOf(first),
      cpu_seconds: rounded((runCpuMs - idleCpuMs) / 1000),
      all_filed_after_seconds: rounded(filedMs / 1000),
    },
    second_run: { seen: second.seen, taken: second.taken, requests: second.requests, seconds: secondsOf(second) },
    reread,
    rss_mb_idle_run_max_end: [idleMb, runMb, peakRssMbOf(hub.pid), rssMbOf(hub.pid)].map((mb) => rounded(mb, 0)),
  };
  await hub.stop();
  return told;
}

async function connect(hub: BenchHub, { url, token, organization }: BenchSentry, dataDir: string): Promise<string> {
  const { items } = await hub.call<{ items: { id: string }[] }>('GET', '/api/v1/connections');
  // GitHub's own pace would take days, and the API offers nothing faster
  await inDatabase(dataDir, 'update connections set creations_per_hour = 1000000');
  const connection = await hub.call<{ id: string }>('POST', '/api/v1/sentry-connections', {
    base_url: url,
    organization,
    token,
  });
  const rule = await hub.call<{ id: string }>('POST', '/api/v1/sentry-rules', {
    name: 'All',
    sentry_connection_id: connection.id,
    connection_id: items[0]?.id,
    stats_period: '30d',
    new_per_hour: 100_000,
    every_seconds: 86_400,
    // a plain script shows nothing in Sentry either
    back_link: false,
  });
  return rule.id;
}

/** The run of a kind that started after then, once it has ended well. */
async function ended(hub: BenchHub, kind: Run['kind'], after: number): Promise<Run> {
  const isIt = (run: Run) => run.kind === kind && Date.parse(run.started_at) > after && run.finished_at !== null;
  const runs = await until(
    async () => {
      await sleep(SAMPLE_MS);
      return (await hub.call<{ items: Run[] }>('GET', '/api/v1/sentry-runs')).items;
    },
    (list) => list.some(isIt),
  );
  const run = runs.find(isIt);
  if (run?.state !== 'done') throw new Error(`the run ended: ${JSON.stringify(run)}`);
  return run;
}

async function allFiled(github: BenchFake, since: number): Promise<number> {
  await until(
    async () => {
      await sleep(SAMPLE_MS);
      return github.control<{ method: string; path: string }[]>('GET', 'requests');
    },
    (requests) => requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/issues')).length >= ISSUES,
  );
  return Date.now() - since;
}

/** As though the time to re-read everything had come. */
async function rereadAll(hub: BenchHub, dataDir: string, sentry: BenchSentry): Promise<object> {
  await until(
    async () => {
      await sleep(SAMPLE_MS);
      return hub.call<{ items: Run[] }>('GET', '/api/v1/sentry-runs');
    },
    ({ items }) => items.every(({ finished_at: at }) => at !== null),
  );
  const cpuMs = cpuMsOf(hub.pid);
  const before = await asked(sentry, isBatch);
  const startedAt = Date.now();
  await inDatabase(dataDir, `update sentry_issues set read_at = '2000-01-01', reread_at = '2000-01-01'`);
  await inDatabase(dataDir, 'update sentry_connections set reread_due_at = now()');
  const run = await ended(hub, 'reread', startedAt);
  const requests = (await asked(sentry, isBatch)) - before;
  return {
    seen: run.seen,
    requests,
    ...beside(requests, Math.ceil(ISSUES / PAGE)),
    seconds: secondsOf(run),
    cpu_seconds: rounded((cpuMsOf(hub.pid) - cpuMs) / 1000),
  };
}

async function inDatabase(dataDir: string, statement: string): Promise<void> {
  const db = await openDatabase({ databaseUrl: null, dataDir, log: QUIET });
  await db.pool.query(statement);
  await db.close();
}

interface Asked {
  path: string;
  query: string;
}
const isPage = ({ path, query }: Asked) => path.endsWith('/issues/') && !query.includes('group=');
const isBatch = ({ path, query }: Asked) => path.endsWith('/issues/') && query.includes('group=');
const isEvent = ({ path }: Asked) => /\/issues\/\d+\//u.test(path);

async function asked(sentry: BenchSentry, isOne: (one: Asked) => boolean): Promise<number> {
  return (await sentry.control<Asked[]>('GET', 'requests')).filter(isOne).length;
}

function beside(requests: number, least: number): { least_requests: number; requests_ratio: number } {
  return { least_requests: least, requests_ratio: rounded(requests / least, 3) };
}

function secondsOf({ started_at: from, finished_at: to }: Run): number {
  return rounded((Date.parse(to ?? '') - Date.parse(from)) / 1000);
}
