import * as fc from 'fast-check';

import { onServer, urlOfDatabase } from '../support/database-server.ts';
import type { TestServer } from '../support/database-server.ts';

/** Of so many kinds of failure one history is made shorter; the others are told as they are. */
const SHORTENED_MAX = 4;

/** What is played: its histories, how one is played to its end, and what is a little less than one. */
export interface Game<H> {
  histories: fc.Arbitrary<H>;
  /** Says in words what is wrong at the end. */
  play(databaseUrl: string, history: H): Promise<string[]>;
  shorter(history: H): Iterator<H>;
}

/** A history that did not end as it must, made shorter as long as it still goes wrong in the same way. */
export interface Found<H> {
  /** Its place among the histories of the seed. */
  index: number;
  /** How many others of the search go wrong in the same way. */
  others: number;
  history: H;
  wrong: string[];
}

export interface Search {
  count: number;
  seed: number;
  lanes: number;
  /** How long a failing history is made shorter. */
  shortenMs: number;
  say?: (played: number) => void;
}

interface Failed<H> {
  index: number;
  history: H;
  wrong: string[];
}

/** Plays the histories of a seed, several at once, each lane in a database of its own; then shortens one of each kind that failed. */
export async function search<H>(
  server: TestServer,
  game: Game<H>,
  { count, seed, lanes, shortenMs, say }: Search,
): Promise<Found<H>[]> {
  const waiting = fc.sample(game.histories, { numRuns: count, seed }).map((history, index) => ({ history, index }));
  const byKind = new Map<string, Failed<H>[]>();
  let played = 0;
  const lane = async (url: string) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const wrong = await whatGoesWrong(game, url, next.history);
      if (wrong.length > 0) byKind.set(kindOf(wrong), [...(byKind.get(kindOf(wrong)) ?? []), { ...next, wrong }]);
      played += 1;
      say?.(played);
    }
  };
  const inLanes = async (work: (url: string) => Promise<void>) =>
    void (await Promise.all(
      Array.from({ length: lanes }, async (_, index) => inDatabase(server, `converge_${process.pid}_${index}`, work)),
    ));
  await inLanes(lane);
  const kinds = [...byKind].toSorted(([, a], [, b]) => b.length - a.length);
  const found: Found<H>[] = [];
  await inLanes(async (url) => {
    for (let next = kinds.shift(); next !== undefined; next = kinds.shift()) {
      const [kind, [first, ...others]] = next;
      if (first === undefined) continue;
      const place = { index: first.index, others: others.length };
      const short = found.length < SHORTENED_MAX ? await shortened(game, url, kind, first, shortenMs) : first;
      found.push({ history: short.history, wrong: short.wrong, ...place });
    }
  });
  return found;
}

/** What is wrong in the end, in words; what was thrown counts too. */
async function whatGoesWrong<H>(game: Game<H>, url: string, history: H): Promise<string[]> {
  try {
    return await game.play(url, history);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

/** Failures that differ only in who, what number and what text are one kind. */
function kindOf([first]: string[]): string {
  return (first ?? '').replaceAll(/[0-9a-f-]{30,}|"[^"]*"|\[.*?\]|\([^)]*\)|\d+/gu, '').slice(0, 90);
}

async function shortened<H>(
  game: Game<H>,
  url: string,
  kind: string,
  failed: Failed<H>,
  ms: number,
): Promise<Pick<Found<H>, 'history' | 'wrong'>> {
  let best: Pick<Found<H>, 'history' | 'wrong'> = failed;
  const until = Date.now() + ms;
  for (let candidates = game.shorter(best.history); ;) {
    const { value: history, done } = candidates.next();
    if (done === true || Date.now() > until) return best;
    const wrong = await whatGoesWrong(game, url, history);
    if (wrong.length === 0 || kindOf(wrong) !== kind) continue;
    best = { history, wrong };
    candidates = game.shorter(history);
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
