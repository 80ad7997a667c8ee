/*
 * npm run test:crash                      5,000 rounds
 * npm run test:crash -- --rounds 300 --seed 7
 * npm run test:crash -- --errors --rounds 300    what is between Sentry and GitHub, instead of reports
 *
 * Real processes of the hub are killed with SIGKILL, at every instant of a filing and at random, and GitHub is counted: one
 * issue for each report that was accepted. Ends with 1 when there is a duplicate or a loss.
 */
import { parseArgs } from 'node:util';

import { lastLine } from './tally.ts';
import { runRounds } from './run-rounds.ts';
import { startTestServer } from '../support/database-server.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5000' },
    seed: { type: 'string' },
    errors: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const startedAt = Date.now();
const ground = await startTestServer();
try {
  console.log(`${rounds} rounds, seed ${seed}`);
  const tally = await runRounds(ground.server, {
    of: values.errors ? 'errors' : 'reports',
    rounds,
    seed,
    sweepShare: 0.5,
    say: (line) => console.log(line),
  });
  for (const fault of tally.faults) console.error(fault);
  console.log(lastLine(tally, values.errors ? 'Sentry issues' : 'reports', seed, (Date.now() - startedAt) / 1000));
  process.exitCode = tally.faults.length > 0 ? 1 : 0;
} finally {
  await ground.stop();
}
