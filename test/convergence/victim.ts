import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';

import { startHub } from './hub.ts';
import type { Hub, HubSurroundings } from './hub.ts';
import type { Order, Told } from './orders.ts';

/** It is killed after so many requests to GitHub at most, and where it asks for less, after this time and more. */
const REQUESTS_MAX = 12;
const ALIVE_MS = 300;

export interface VictimSurroundings extends HubSurroundings {
  secret: string;
  skewMs: number;
  clock: { at: number };
  /** Calls back before each of GitHub's answers. */
  onAnswer(heard: (() => void) | null): void;
}

type Answer = Extract<Told, { told: 'answer' }>;

/** A hub that applies and reads in a process of its own, which SIGKILL ends; posts it takes here. */
export function startVictim(surroundings: VictimSurroundings): Hub {
  const { clock, complain } = surroundings;
  const here = startHub(surroundings);
  const child = fork(join(import.meta.dirname, 'hub-process.ts'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let orders = 0;
  let isDead = false;
  let timer: NodeJS.Timeout | undefined;
  child.on('message', (message: Told) => {
    if (message.told === 'complaint') return complain(message.message);
    clock.at = Math.max(clock.at, message.at);
    const { resolve, reject } = waiting.get(message.id) ?? {};
    waiting.delete(message.id);
    if (message.error === null) resolve?.(message);
    else reject?.(new Error(message.error));
  });
  child.on('exit', () => {
    isDead = true;
    // it may have looked at its clock after the last thing it said
    clock.at += 2000;
    for (const { reject } of waiting.values()) reject(new Error('this hub was killed'));
    waiting.clear();
  });
  child.on('error', () => undefined);
  const order = async (make: (id: number) => Order): Promise<Answer> =>
    new Promise((resolve, reject) => {
      orders += 1;
      waiting.set(orders, { resolve, reject });
      send(child, make(orders));
    });
  send(child, {
    do: 'start',
    databaseUrl: surroundings.databaseUrl,
    secret: surroundings.secret,
    skewMs: surroundings.skewMs,
    at: clock.at,
  });
  const live = () => {
    clearTimeout(timer);
    surroundings.onAnswer(null);
  };
  return {
    ...here,
    run: async (repositoryId, kind) => order((id) => ({ do: 'run', id, at: clock.at, repositoryId, kind })),
    apply: async () => (await order((id) => ({ do: 'apply', id, at: clock.at }))).count,
    clockChanged: () => send(child, { do: 'clock', at: clock.at }),
    dieAt(moment) {
      live();
      if (moment === null) return;
      let left = 1 + (moment % REQUESTS_MAX);
      timer = setTimeout(() => child.kill('SIGKILL'), ALIVE_MS + moment * 2);
      surroundings.onAnswer(() => {
        left -= 1;
        if (left === 0) child.kill('SIGKILL');
      });
    },
    isDead: () => isDead || child.killed,
    async close() {
      live();
      if (!isDead) {
        const exited = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await exited;
      }
      await here.close();
    },
  };
}

function send(child: ChildProcess, message: Order): void {
  if (child.connected) child.send(message, () => undefined);
}
