/*
 * npm run test:converge                                2,000 histories
 * npm run test:converge -- --histories 300 --seed 7
 * npm run test:converge -- --errors                    what is between Sentry and GitHub
 *
 * Random histories of a repository on GitHub, told badly: webhooks lost, doubled, late and out of order, syncs in between, the hub
 * killed. Ends with 1 when a mirror is not field by field as GitHub after its last reconciliation; of errors, when one is filed
 * twice or not at all, when both sides differ in silence, or when what a person wrote was touched.
 */
import { parseArgs } from 'node:util';

import { errorGame, mirrorGame } from './games.ts';
import { search } from './search.ts';
import { startTestServer } from '../support/database-server.ts';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    lanes: { type: 'string', default: '4' },
    errors: { type: 'boolean', default: false },
  },
});
const count = Number(values.histories);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const startedAt = Date.now();
const ground = await startTestServer();
try {
  console.log(`${count} histories${values.errors ? ' of errors' : ''}, seed ${seed}`);
  const say = (played: number) => (played % 100 === 0 ? console.log(`${played} played`) : undefined);
  const asked = { count, seed, lanes: Number(values.lanes), shortenMs: 60_000, say };
  const found = values.errors
    ? await search(ground.server, errorGame(), asked)
    : await search(ground.server, mirrorGame(5), asked);
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
