import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import manifest from '../package.json' with { type: 'json' };
import { startFakeProcess } from '../test/support/fake-process.ts';
import type { AddressInfo } from 'node:net';
import type { ChildProcess } from 'node:child_process';
import type { FakeProcess } from '../test/support/fake-process.ts';

const ROOT = join(import.meta.dirname, '..');
export const ADMIN_KEY = 'the-admin-key-of-the-bench';
const READY_MS_MAX = 60_000;
/** What `npm start` runs, so that the figures are those of the command people type. */
const START = manifest.scripts.start.split(' ').slice(1);

/** A log of errors only. */
export const QUIET = { error: console.error, warn: () => undefined, info: () => undefined, debug: () => undefined };

/** A hub as an operator starts it, with the embedded PostgreSQL. */
export interface BenchHub {
  url: string;
  pid: number;
  /** From the start of the process until /readyz said yes. */
  readyMs: number;
  call<T>(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<T>;
  /** Ctrl-C; returns how long it took. */
  stop(): Promise<number>;
}

export interface BenchFake extends FakeProcess {
  apiUrl: string;
  repository: string;
}

/** A folder that is gone after `work`. */
export async function withDataDir<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'throughline-bench-'));
  try {
    return await work(dataDir);
  } finally {
    // a killed PostgreSQL may still be writing its last file
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** `program`: another one than `npm start` runs. */
export async function startHub(
  dataDir: string,
  fake: BenchFake | null = null,
  program: readonly string[] = START,
): Promise<BenchHub> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, program, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATA_DIR: dataDir,
      PORT: String(port),
      ADMIN_API_KEY: ADMIN_KEY,
      LOG_LEVEL: 'error',
      CREATE_SPACING_MS: '0',
      ALLOW_PRIVATE_ADDRESSES: 'true',
      ...(fake === null ? {} : { GITHUB_API_URL: fake.apiUrl, GITHUB_TOKEN: fake.token, GITHUB_REPO: fake.repository }),
    },
  });
  // a question that fails leaves no hub behind
  process.once('exit', () => child.kill('SIGINT'));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return {
    url,
    pid: child.pid ?? 0,
    readyMs: performance.now() - startedAt,
    call: async (method, path, body, headers = {}) => answerOf(`${url}${path}`, method, body, headers),
    stop: async () => stopChild(child),
  };
}

/** The fake GitHub in a process of its own, so that it does not share a thread with what is measured. `More`: what its script tells. */
export async function startFake<More = unknown>(
  script = 'test/fakes/github-server.ts',
  args: readonly string[] = [],
): Promise<BenchFake & More> {
  return startFakeProcess<Omit<BenchFake, keyof FakeProcess> & More>(script, args);
}

/** Asks until the answer is good. */
export async function until<T>(ask: () => Promise<T>, isGood: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (isGood(value)) return value;
    await sleep(10);
  }
}

async function answerOf<T>(
  url: string,
  method: string,
  body: object | undefined,
  headers: Record<string, string>,
): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const limit = Date.now() + READY_MS_MAX;
  while (Date.now() < limit && child.exitCode === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return;
    await sleep(5);
  }
  throw new Error('the hub did not become ready');
}

async function stopChild(child: ChildProcess): Promise<number> {
  const startedAt = performance.now();
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  await exit;
  return performance.now() - startedAt;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
