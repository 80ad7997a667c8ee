import * as fc from 'fast-check';

import { histories } from './history.ts';
import { shorter } from './shorter.ts';
import { onServer, urlOfDatabase } from '../support/database-server.ts';
import { play } from './play.ts';
import type { History } from './history.ts';
import type { TestServer } from '../support/database-server.ts';

/** Of so many kinds of failure one history is made shorter; the others are told as they are. */
const SHORTENED_MAX = 4;

/** A history whose mirror did not come to be as GitHub, made shorter as long as it still goes wrong in the same way. */
export interface Found {
  /** Its place among the histories of the seed. */
  index: number;
  /** How many others of the search go wrong in the same way. */
  others: number;
  history: History;
  wrong: string[];
}

export interface Search {
  count: number;
  seed: number;
  lanes: number;
  /** Of a hundred histories, how many are those of a real process that gets SIGKILL. */
  processes: number;
  /** How long a failing history is made shorter. */
  shortenMs: number;
  say?: (played: number) => void;
}

interface Failed {
  index: number;
  history: History;
  wrong: string[];
}

/** Plays the histories of a seed, several at once, each lane in a database of its own; then shortens one of each kind that failed. */
export async function search(
  server: TestServer,
  { count, seed, lanes, processes, shortenMs, say }: Search,
): Promise<Found[]> {
  const waiting = fc
    .sample(histories(processes), { numRuns: count, seed })
    .map((history, index) => ({ history, index }));
  const byKind = new Map<string, Failed[]>();
  let played = 0;
  const lane = async (url: string) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const wrong = await whatGoesWrong(url, next.history);
      if (wrong.length > 0) byKind.set(kindOf(wrong), [...(byKind.get(kindOf(wrong)) ?? []), { ...next, wrong }]);
      played += 1;
      say?.(played);
    }
  };
  const inLanes = async (work: (url: string) => Promise<void>) =>
    void (await Promise.all(
      Array.from({ length: lanes }, async (_, index) => inDatabase(server, `converge_${index}`, work)),
    ));
  await inLanes(lane);
  const kinds = [...byKind].toSorted(([, a], [, b]) => b.length - a.length);
  const found: Found[] = [];
  await inLanes(async (url) => {
    for (let next = kinds.shift(); next !== undefined; next = kinds.shift()) {
      const [kind, [first, ...others]] = next;
      if (first === undefined) continue;
      const place = { index: first.index, others: others.length };
      const short = found.length < SHORTENED_MAX ? await shortened(url, kind, first, shortenMs) : first;
      found.push({ history: short.history, wrong: short.wrong, ...place });
    }
  });
  return found;
}

/** What is wrong in the end, in words; what was thrown counts too. */
async function whatGoesWrong(url: string, history: History): Promise<string[]> {
  try {
    return await play(url, history);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

/** Failures that differ only in who, what number and what text are one kind. */
function kindOf([first]: string[]): string {
  return (first ?? '').replaceAll(/[0-9a-f-]{30,}|"[^"]*"|\[.*?\]|\([^)]*\)|\d+/gu, '').slice(0, 90);
}

async function shortened(
  url: string,
  kind: string,
  failed: Failed,
  ms: number,
): Promise<Pick<Found, 'history' | 'wrong'>> {
  let best: Pick<Found, 'history' | 'wrong'> = failed;
  const until = Date.now() + ms;
  for (let candidates = shorter(best.history); ;) {
    const { value: history, done } = candidates.next();
    if (done === true || Date.now() > until) return best;
    const wrong = await whatGoesWrong(url, history);
    if (wrong.length === 0 || kindOf(wrong) !== kind) continue;
    best = { history, wrong };
    candidates = shorter(history);
  }
}

/** Lends a fresh database with the newest schema. */
export async function inDatabase<T>(server: TestServer, name: string, use: (url: string) => Promise<T>): Promise<T> {
  const full = `${server.prefix}_${name}`;
  await onServer(server, `create database ${full} template ${server.prefix}_template`);
  try {
    return await use(urlOfDatabase(server, full));
  } finally {
    await onServer(server, `drop database ${full} with (force)`);
  }
}
