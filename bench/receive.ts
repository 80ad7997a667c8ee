import { loadavg } from 'node:os';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { cpuMsOf, postgresCpuMsOf } from './memory.ts';
import { postsBy } from './receive-posts.ts';
import { rounded } from './numbers.ts';
import { sendBy } from './receive-senders.ts';
import { startHub, until, withDataDir } from './ground.ts';
import type { BenchHub } from './ground.ts';
import type { Next, Sent } from './receive-senders.ts';
import type { Post } from './receive-posts.ts';

const SENDERS = 200;
const WARM_UP_SECONDS = 2;
const SECONDS = 5;
const BURST = 10_000;
/** Posts a second that neither side is hurried by: 3.6 million an hour, more than GitHub sends to anybody we know of. */
const PACES = [500, 1000];

/**
 * Deliveries a second that are committed before they are answered, beside Probot's receiver, which keeps nothing: the same posts,
 * each server in processes of its own, one after the other. Beside the clock, which tells of the machine's other work too, stands
 * the processor time that each side took for one delivery.
 */
export async function receive(): Promise<object> {
  const before = loadavg();
  const plain = await withProbot(async (url, secret, cpu) => {
    const posts = postsBy(secret);
    await sendBy(SENDERS, url, nextFor(posts, WARM_UP_SECONDS));
    const hurried = await measured(cpu, async () => sendBy(SENDERS, url, nextFor(posts, SECONDS)));
    return { ...hurried, paced: await paced(url, posts) };
  });
  return withDataDir(async (dataDir) => {
    const hub = await startHub(dataDir);
    const { url, secret } = await webhookOf(hub);
    const posts = postsBy(secret);
    const cpu = { server: () => cpuMsOf(hub.pid), database: () => postgresCpuMsOf(dataDir) };
    await sendBy(SENDERS, url, nextFor(posts, WARM_UP_SECONDS));
    const stored = await measured(cpu, async () => sendBy(SENDERS, url, nextFor(posts, SECONDS)));
    await untilApplied(hub);
    const steady = await paced(url, posts);
    await untilApplied(hub);
    const burst = await measured(cpu, async () => sendBy(SENDERS, url, nextOf(posts, BURST, 'burst-')));
    const appliedSeconds = await untilApplied(hub);
    const kept = await countKept(hub, 'burst-');
    await hub.stop();
    return {
      stored: { ...stored, paced: steady },
      burst,
      burst_sent: BURST,
      burst_kept: kept,
      applied_after_burst_s: rounded(appliedSeconds, 2),
      probot: plain,
      ratio_to_probot: rounded(stored.perSecond / plain.perSecond, 2),
      ratio_of_cpu: rounded((stored.serverUs + stored.databaseUs) / plain.serverUs, 2),
      senders: SENDERS,
      load_average: [before, loadavg()].map(([minute]) => rounded(minute ?? 0)),
    };
  });
}

/** Processor time used until now, in milliseconds. */
interface Cpu {
  server: () => number;
  database: () => number;
}

/** With the processor time for one answered delivery: the server's, its database's, the senders'. Unit: microseconds. */
type Measured = Sent & { serverUs: number; databaseUs: number; sendersUs: number };

async function measured({ server, database }: Cpu, work: () => Promise<Sent>): Promise<Measured> {
  const used = () => [server(), database(), cpuMsOf(process.pid)];
  const before = used();
  const sent = await work();
  const [serverUs = 0, databaseUs = 0, sendersUs = 0] = used().map((ms, index) =>
    Math.round(((ms - (before[index] ?? 0)) * 1000) / sent.answered),
  );
  return { ...sent, serverUs, databaseUs, sendersUs };
}

/** How long an answer takes when posts come steadily, by posts a second. */
async function paced(url: string, posts: readonly Post[]): Promise<Record<string, Sent>> {
  const sent: Record<string, Sent> = {};
  for (const pace of PACES) sent[pace] = await sendBy(SENDERS, url, nextOf(posts, pace * SECONDS, `at-${pace}-`), pace);
  return sent;
}

function nextFor(posts: readonly Post[], seconds: number): Next {
  const end = performance.now() + seconds * 1000;
  return (index) => (performance.now() < end ? turn(posts, index, randomUUID()) : null);
}

function nextOf(posts: readonly Post[], count: number, guid: string): Next {
  return (index) => (index < count ? turn(posts, index, guid + index) : null);
}

function turn(posts: readonly Post[], index: number, guid: string): ReturnType<Next> {
  const post = posts[index % posts.length];
  return post === undefined ? null : { post, guid };
}

/** A connection that leads nowhere and is switched off: only receiving is measured. */
async function webhookOf(hub: BenchHub): Promise<{ url: string; secret: string }> {
  const draft = {
    name: 'Bench',
    repository: 'octo/bench',
    token: 'none',
    base_url: 'http://127.0.0.1:9',
    enabled: false,
  };
  const { id } = await hub.call<{ id: string }>('POST', '/api/v1/connections', draft);
  const made = await hub.call<{ secret: string }>('POST', `/api/v1/connections/${id}/webhook-secret`);
  return { url: `${hub.url}/webhooks/github/${id}`, secret: made.secret };
}

/** Waits until no delivery is left to apply; returns how many seconds that took. */
async function untilApplied(hub: BenchHub): Promise<number> {
  const startedAt = performance.now();
  const left = async () => {
    // the question costs the hub time too
    await sleep(100);
    return hub.call<{ items: unknown[] }>('GET', '/api/v1/deliveries?limit=1&state=received');
  };
  await until(left, ({ items }) => items.length === 0);
  return (performance.now() - startedAt) / 1000;
}

async function countKept(hub: BenchHub, guid: string): Promise<number> {
  let count = 0;
  let next: string | null = '';
  while (next !== null) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const page: { items: unknown[]; next: string | null } = await hub.call(
      'GET',
      `/api/v1/deliveries?limit=100&q=${guid}${cursor}`,
    );
    count += page.items.length;
    ({ next } = page);
  }
  return count;
}

async function withProbot<T>(work: (url: string, secret: string, cpu: Cpu) => Promise<T>): Promise<T> {
  const secret = 'a webhook secret of the bench';
  const child = spawn(process.execPath, [join(import.meta.dirname, 'receive-probot.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', WEBHOOK_SECRET: secret },
  });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { port } = JSON.parse(line.toString()) as { port: number };
    return await work(`http://127.0.0.1:${port}/webhooks`, secret, {
      server: () => cpuMsOf(child.pid ?? 0),
      database: () => 0,
    });
  } finally {
    child.kill('SIGINT');
  }
}
