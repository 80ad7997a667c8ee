import { availableParallelism } from 'node:os';

import { emptyTally, randomFrom } from './tally.ts';
import { openProcesses } from './processes.ts';
import { storm } from './storm.ts';
import { sweepAll } from './sweeps.ts';
import type { Tally } from './tally.ts';
import type { TestServer } from '../support/database-server.ts';

export interface RoundsOptions {
  rounds: number;
  seed: number;
  /** Which share of the rounds goes to the sweep through every instant; the rest are kills at random. */
  sweepShare: number;
  say?: (line: string) => void;
}

const PROGRESS_MS = 10_000;

/** Plays the rounds and counts. The numbers may pass `rounds` a little: a batch is always finished and counted. */
export async function runRounds(server: TestServer, options: RoundsOptions): Promise<Tally> {
  const { rounds, seed, say = () => undefined } = options;
  const tally = emptyTally();
  const processes = openProcesses(null, 2);
  let told = 0;
  const progress = setInterval(() => {
    for (; told < tally.faults.length; told += 1) say(tally.faults[told] ?? '');
    const { kills, reports, faults } = tally;
    say(`${tally.rounds} of ${rounds} rounds, ${kills} kills, ${reports} reports counted, ${faults.length} faults`);
  }, PROGRESS_MS);
  try {
    const cells = 2 * availableParallelism();
    await sweepAll(server, processes, tally, {
      rounds: Math.ceil(rounds * options.sweepShare),
      cells: 2 * cells,
      seed,
      say,
    });
    const random = randomFrom(seed);
    const isEnough = () => tally.rounds >= rounds;
    await Promise.all(Array.from({ length: cells }, async () => storm(server, processes, tally, { random, isEnough })));
  } finally {
    clearInterval(progress);
    await processes.close();
  }
  return tally;
}
