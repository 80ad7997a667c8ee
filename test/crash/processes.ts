import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';

import { bareEnvironment } from '../support/bare-environment.ts';
import { PLANT_VARIABLE } from './orders.ts';
import type { Moment, Order, Plant, Told } from './orders.ts';

export type ProcessKind = 'work' | 'serve';

export const SECRET = 'the secret key of the crash test';
export const ADMIN_KEY = 'the-admin-key-of-the-crash-test';
/** After the last of these a create that left no trace is sent again. */
export const LOOKUP_SECONDS = '0.05,0.2,0.8';

/** A process of the hub that will not end well. */
export interface Victim {
  kind: ProcessKind;
  pid: number;
  /** Where a `serve` process listens. */
  url: string;
  /** Resolves at its death with the name of the instant it chose itself, or ''. */
  dead: Promise<string>;
  isDead(): boolean;
  /** Resolves when it works, or when it died before that. */
  started: Promise<void>;
  /** Tells it when to die; resolves with the instants counted so far, 0 when it is dead already. */
  arm(moment: Moment | null): Promise<number>;
  kill(): Promise<string>;
}

/** Processes that are loaded and wait for their database. */
export interface Processes {
  start(kind: ProcessKind, databaseUrl: string, moment: Moment | null): Promise<Victim>;
  close(): Promise<void>;
}

/** `lookups`: when an unanswered write is looked for, in seconds; a request of a dead process may be on its way until then. */
export function openProcesses(plant: Plant | null, spares: number, lookups = LOOKUP_SECONDS): Processes {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-crash-'));
  const env = { ...environment(folder, plant), FILING_LOOKUP_SECONDS: lookups };
  const waiting: Record<ProcessKind, ChildProcess[]> = { work: [], serve: [] };
  let isOpen = true;
  const running = new Set<ChildProcess>();
  const load = (kind: ProcessKind) => {
    const child = fork(join(import.meta.dirname, 'worker.ts'), [kind], {
      env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  return {
    async start(kind, databaseUrl, moment) {
      const child = waiting[kind].shift() ?? load(kind);
      // Spares are asked for only by those who use the kind, and made while the one before works.
      const missing = isOpen ? spares - waiting[kind].length : 0;
      for (let index = 0; index < missing; index += 1) waiting[kind].push(load(kind));
      return startVictim(child, kind, databaseUrl, moment);
    },
    async close() {
      isOpen = false;
      const exits = [...running].map(async (child) => once(child, 'exit'));
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(exits);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startVictim(
  child: ChildProcess,
  kind: ProcessKind,
  databaseUrl: string,
  moment: Moment | null,
): Promise<Victim> {
  const port = kind === 'serve' ? await freePort() : 0;
  let words = '';
  child.stdout?.on('data', (bytes: Buffer) => (words += bytes.toString()));
  let isDead = false;
  // 'close' and not 'exit': what it said last must have been read
  const dead = once(child, 'close').then(() => ((isDead = true), words.trim()));
  const heard = (told: Told['told']) =>
    new Promise<Told>((resolve) => {
      const listen = (message: Told) => {
        if (message.told !== told) return;
        child.off('message', listen);
        resolve(message);
      };
      child.on('message', listen);
    });
  // A channel that broke is a process that died, and `dead` says so.
  child.on('error', () => undefined);
  const order = (message: Order) => child.connected && child.send(message, () => undefined);
  const started = Promise.race([heard('started'), dead]).then(() => undefined);
  // Orders wait in the channel until the process is loaded.
  order({ do: 'start', databaseUrl, port, moment });
  return {
    kind,
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    dead,
    isDead: () => isDead,
    started,
    async arm(next) {
      const armed = heard('armed');
      order({ do: 'arm', moment: next });
      const answer = await Promise.race([armed, dead]);
      return typeof answer === 'object' && answer.told === 'armed' ? answer.counted : 0;
    },
    async kill() {
      child.kill('SIGKILL');
      return dead;
    },
  };
}

function environment(folder: string, plant: Plant | null): NodeJS.ProcessEnv {
  return {
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    ...bareEnvironment(),
    DATA_DIR: folder,
    SECRET_KEY: SECRET,
    ADMIN_API_KEY: ADMIN_KEY,
    LEASE_SECONDS: '1',
    CREATE_SPACING_MS: '0',
    LOG_LEVEL: 'error',
    ...(plant === null ? {} : { [PLANT_VARIABLE]: plant }),
  };
}

// Each port is given once: one that a dead process had and another gets would lead reports to the wrong hub. Below the range from
// which the system gives ports to clients.
let nextPort = 10_000 + (process.pid % 1000) * 20;

async function freePort(): Promise<number> {
  for (;;) {
    nextPort = nextPort >= 32_000 ? 10_000 : nextPort + 1;
    if (await isFree(nextPort)) return nextPort;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}
