import { availableParallelism } from 'node:os';

import { emptyTally, randomFrom } from './tally.ts';
import { ERRORS_LOOKUP_SECONDS, errorsStorm } from './errors/storm.ts';
import { openProcesses } from './processes.ts';
import { storm } from './storm.ts';
import { sweepAll } from './sweeps.ts';
import type { Tally } from './tally.ts';
import type { TestServer } from '../support/database-server.ts';

export interface RoundsOptions {
  /** What is killed at: the filing of reports, or everything between Sentry and GitHub. */
  of: 'reports' | 'errors';
  rounds: number;
  seed: number;
  /** Of reports: which share of the rounds goes to the sweep through every instant; the rest are kills at random. */
  sweepShare: number;
  say?: (line: string) => void;
}

const PROGRESS_MS = 10_000;

/** Plays the rounds and counts. The numbers may pass `rounds` a little: a batch is always finished and counted. */
export async function runRounds(server: TestServer, options: RoundsOptions): Promise<Tally> {
  const { rounds, seed, say = () => undefined } = options;
  const tally = emptyTally();
  const processes = openProcesses(null, 2, options.of === 'errors' ? ERRORS_LOOKUP_SECONDS : undefined);
  let told = 0;
  const progress = setInterval(() => {
    for (; told < tally.faults.length; told += 1) say(tally.faults[told] ?? '');
    const { kills, counted, faults } = tally;
    say(`${tally.rounds} of ${rounds} rounds, ${kills} kills, ${counted} counted, ${faults.length} faults`);
  }, PROGRESS_MS);
  try {
    const cells = 2 * availableParallelism();
    const random = randomFrom(seed);
    const isEnough = () => tally.rounds >= rounds;
    const played = { random, isEnough };
    if (options.of === 'errors') {
      await Promise.all(
        Array.from({ length: availableParallelism() }, async () => errorsStorm(server, processes, tally, played)),
      );
      return tally;
    }
    await sweepAll(server, processes, tally, {
      rounds: Math.ceil(rounds * options.sweepShare),
      cells: 2 * cells,
      seed,
      say,
    });
    await Promise.all(Array.from({ length: cells }, async () => storm(server, processes, tally, played)));
  } finally {
    clearInterval(progress);
    await processes.close();
  }
  return tally;
}
