import { channel } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';

import { Client } from 'pg';

import type { Moment } from './orders.ts';

/** Counts the instants of this process and ends it with SIGKILL at the one it was told. */
export interface Instants {
  /** Counts anew; returns how many were counted before. */
  arm(moment: Moment | null): number;
}

/**
 * Everything that one process does to the world outside goes through a statement or a request; between two of them nothing is
 * decided that anybody else could see. So these are all the instants there are to die at: before each statement, when it
 * is on the wire, when its answer is here; and the five steps of each request.
 */
export function watchInstants(): Instants {
  let moment: Moment | null = null;
  let counted = 0;
  let named = { text: '', left: 0 };
  const pass = (name: string) => {
    counted += 1;
    if (typeof moment === 'string' && name.includes(named.text)) named.left -= 1;
    const isNow = typeof moment === 'string' ? named.left === 0 : moment === counted;
    if (!isNow) return;
    writeSync(1, `${name}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
  watchStatements(pass);
  watchRequests(pass);
  return {
    arm(next) {
      const before = counted;
      counted = 0;
      moment = next;
      const [, text = '', times = '1'] = /^(.*?)(?: #(\d+))?$/u.exec(String(next)) ?? [];
      named = { text, left: Number(times) };
      return before;
    },
  };
}

interface Queryable {
  query: (this: Queryable, ...args: unknown[]) => unknown;
}

function watchStatements(pass: (name: string) => void): void {
  const client = Client.prototype as unknown as Queryable; // its overloads cannot be written as one function
  const { query } = client;
  client.query = function watched(this: Queryable, ...args: unknown[]) {
    const name = `sql ${wordsOf(args[0])}`;
    pass(`${name} before`);
    const answer = query.apply(this, args);
    pass(`${name} sent`);
    if (!(answer instanceof Promise)) return answer;
    return answer.finally(() => pass(`${name} answered`));
  };
}

function wordsOf(statement: unknown): string {
  const text = typeof statement === 'string' ? statement : ((statement as { text?: string }).text ?? '');
  return text.replaceAll(/\s+/gu, ' ').trim().slice(0, 60);
}

const STEPS = {
  'undici:request:create': 'asked',
  'undici:client:sendHeaders': 'begun',
  'undici:request:bodySent': 'sent',
  'undici:request:headers': 'answered',
  'undici:request:trailers': 'read',
} as const;

function watchRequests(pass: (name: string) => void): void {
  for (const [name, step] of Object.entries(STEPS))
    channel(name).subscribe((message) => {
      const { request } = message as { request: { method: string; path: string } };
      pass(`${request.method} ${request.path.replace(/\?.*$/u, '')} ${step}`);
    });
}
