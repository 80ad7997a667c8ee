/*
 * npm run test:converge                                2,000 histories
 * npm run test:converge -- --histories 300 --seed 7
 *
 * Random histories of a repository on GitHub, told badly: webhooks lost, doubled, late and out of order, syncs in between, the hub
 * killed. Ends with 1 when a mirror is not field by field as GitHub after its last reconciliation.
 */
import { parseArgs } from 'node:util';

import { search } from './search.ts';
import { startTestServer } from '../support/database-server.ts';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    lanes: { type: 'string', default: '4' },
  },
});
const count = Number(values.histories);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const startedAt = Date.now();
const ground = await startTestServer();
try {
  console.log(`${count} histories, seed ${seed}`);
  const say = (played: number) => (played % 100 === 0 ? console.log(`${played} played`) : undefined);
  const found = await search(ground.server, {
    count,
    seed,
    lanes: Number(values.lanes),
    processes: 5,
    shortenMs: 60_000,
    say,
  });
  for (const { wrong, history, index, others } of found)
    console.error(
      `${wrong.join('\n')}\nhistory ${index} of seed ${seed}, and ${others} like it\n${JSON.stringify(history)}\n`,
    );
  const seconds = (Date.now() - startedAt) / 1000;
  console.log(`${count} played, ${found.length} kinds of failure, seed ${seed}, ${seconds.toFixed(0)} s`);
  process.exitCode = found.length > 0 ? 1 : 0;
} finally {
  await ground.stop();
}
