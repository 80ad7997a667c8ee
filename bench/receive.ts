import { createHmac, randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Pool } from 'undici';

import examples from '@octokit/webhooks-examples' with { type: 'json' };

import { percentile, rounded } from './numbers.ts';
import { startHub, withDataDir } from './ground.ts';
import type { BenchHub } from './ground.ts';

const SENDERS = 200;
const SECONDS = 5;
const BURST = 10_000;
const SMALL_BYTES = 12 * 1024;
const LARGE_BYTES = 100 * 1024;
/** One in so many payloads is a large one. */
const LARGE_EVERY = 20;

/**
 * Deliveries a second that are committed before they are answered, beside Probot's receiver, which keeps nothing: the same posts,
 * each server in a process of its own, one after the other.
 */
export async function receive(): Promise<object> {
  const before = loadavg();
  const plain = await withProbot(async (url, secret) => sendFor(`${url}/webhooks`, postsBy(secret), SECONDS));
  return withDataDir(async (dataDir) => {
    const hub = await startHub(dataDir);
    const { url, secret } = await webhookOf(hub);
    const posts = postsBy(secret);
    await sendFor(url, posts, 1); // the first ones warm up
    const stored = await sendFor(url, posts, SECONDS);
    const burst = await sendMany(url, posts, BURST);
    const kept = await countKept(hub, 'burst-');
    await hub.stop();
    return {
      stored_per_s: stored.perSecond,
      answer_p50_ms: stored.p50Ms,
      answer_p99_ms: stored.p99Ms,
      refused: stored.failed + burst.failed,
      burst_sent: BURST,
      burst_kept: kept,
      burst_per_s: burst.perSecond,
      burst_p99_ms: burst.p99Ms,
      probot_answered_per_s: plain.perSecond,
      probot_p50_ms: plain.p50Ms,
      probot_p99_ms: plain.p99Ms,
      ratio_to_probot: rounded(stored.perSecond / plain.perSecond, 2),
      senders: SENDERS,
      load_average: [before, loadavg()].map(([minute]) => rounded(minute ?? 0)),
    };
  });
}

interface Post {
  headers: Record<string, string>;
  body: string;
}

/** Makes posts as GitHub does: an issue opened, most of about 12 kB, some of 100 kB. */
function postsBy(secret: string): (guid: string, index: number) => Post {
  const [small, large] = [bodyOf(SMALL_BYTES), bodyOf(LARGE_BYTES)].map((body) => ({
    body,
    signature: `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }));
  return (guid, index) => {
    const chosen = index % LARGE_EVERY === 0 ? large : small;
    return {
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/bench',
        'x-github-event': 'issues',
        'x-github-delivery': guid,
        'x-hub-signature-256': chosen?.signature ?? '',
      },
      body: chosen?.body ?? '',
    };
  };
}

function bodyOf(bytes: number): string {
  const events = examples as unknown as { name: string; examples: { action?: string; issue?: object }[] }[];
  const opened = events.find(({ name }) => name === 'issues')?.examples.find(({ action }) => action === 'opened');
  const withText = (text: string) => JSON.stringify({ ...opened, issue: { ...opened?.issue, body: text } });
  const words = 'It happened again after the last release, see the log. ';
  return withText(words.repeat(Math.ceil(Math.max(0, bytes - withText('').length) / words.length)));
}

interface Sent {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  failed: number;
}

async function sendFor(url: string, postOf: (guid: string, index: number) => Post, seconds: number): Promise<Sent> {
  const until = performance.now() + seconds * 1000;
  return send(url, (index) => (performance.now() < until ? postOf(randomUUID(), index) : null));
}

async function sendMany(url: string, postOf: (guid: string, index: number) => Post, count: number): Promise<Sent> {
  return send(url, (index) => (index < count ? postOf(`burst-${index}`, index) : null));
}

/** All senders at once, each with its next post as soon as the one before was answered, until there is none. */
async function send(url: string, nextOf: (index: number) => Post | null): Promise<Sent> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: SENDERS });
  const times: number[] = [];
  let failed = 0;
  let index = 0;
  const startedAt = performance.now();
  const sender = async () => {
    for (let post = nextOf(index++); post !== null; post = nextOf(index++)) {
      const askedAt = performance.now();
      const answer = await pool.request({ method: 'POST', path: pathname, ...post });
      await answer.body.dump();
      if (answer.statusCode < 300) times.push(performance.now() - askedAt);
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  const tookSeconds = (performance.now() - startedAt) / 1000;
  await pool.close();
  return {
    perSecond: rounded(times.length / tookSeconds),
    p50Ms: rounded(percentile(times, 0.5)),
    p99Ms: rounded(percentile(times, 0.99)),
    failed,
  };
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

async function withProbot<T>(work: (url: string, secret: string) => Promise<T>): Promise<T> {
  const secret = 'a webhook secret of the bench';
  const child = spawn(process.execPath, [join(import.meta.dirname, 'receive-probot.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', WEBHOOK_SECRET: secret },
  });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { port } = JSON.parse(line.toString()) as { port: number };
    return await work(`http://127.0.0.1:${port}`, secret);
  } finally {
    child.kill('SIGINT');
  }
}
