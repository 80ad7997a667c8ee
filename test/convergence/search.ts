import fc from 'fast-check';

import { histories } from './history.ts';
import { onServer, urlOfDatabase } from '../support/database-server.ts';
import { play } from './play.ts';
import type { History } from './history.ts';
import type { TestServer } from '../support/database-server.ts';

/** A history whose mirror did not come to be as GitHub, made as short as it still fails. */
export interface Found {
  seed: number;
  history: History;
  wrong: string[];
}

/** Plays random histories, several at once, each lane in a database of its own. Returns how many were played and what was found. */
export async function search(
  server: TestServer,
  { count, seed, lanes, say }: { count: number; seed: number; lanes: number; say?: (played: number) => void },
): Promise<{ played: number; found: Found[] }> {
  let played = 0;
  const found: Found[] = [];
  const lane = async (index: number) => {
    await inDatabase(server, `converge_${index}`, async (url) => {
      const runs = Math.ceil((count - index) / lanes);
      const result = await fc.check(
        fc.asyncProperty(histories, async (history) => {
          const wrong = await play(url, history);
          played += 1;
          say?.(played);
          if (wrong.length > 0) throw new Error(wrong.join('\n'));
        }),
        { numRuns: runs, seed: seed + index, interruptAfterTimeLimit: 3_600_000 },
      );
      if (!result.failed || result.counterexample === null) return;
      const [history] = result.counterexample;
      found.push({ seed: seed + index, history, wrong: [String((result.errorInstance as Error | null)?.message)] });
    });
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, async (_, index) => lane(index)));
  return { played, found };
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
