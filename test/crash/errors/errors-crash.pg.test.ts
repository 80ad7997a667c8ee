import assert from 'node:assert/strict';
import { test } from 'node:test';

import { comeToRest, expireRuns } from './calm.ts';
import { countErrors } from './count.ts';
import { dueNow, ERRORS_LOOKUP_SECONDS, errorsStorm } from './storm.ts';
import { emptyTally, randomFrom } from '../tally.ts';
import { givenServer, startTestServer } from '../../support/database-server.ts';
import { openErrorsWorld } from './world.ts';
import { openProcesses } from '../processes.ts';
import type { ErrorsWorld } from './world.ts';
import type { Moment, Plant } from '../orders.ts';
import type { Processes } from '../processes.ts';
import type { Tally } from '../tally.ts';
import type { TestContext } from 'node:test';
import type { TestServer } from '../../support/database-server.ts';

/* The small part of `npm run test:crash -- --errors`: a short storm, and the faults that a worse hub would have. */
const STORM_ROUNDS = 5;
const COMMENTS = { method: 'POST', path: '/comments$' };

test('two processes killed at random between Sentry and GitHub file each error once, and both sides agree', async (t) => {
  const { server, processes, tally } = await ground(t, null);
  await errorsStorm(server, processes, tally, { random: randomFrom(4), isEnough: () => tally.rounds >= STORM_ROUNDS });
  assert.deepEqual(tally.faults, []);
  assert.ok(tally.counted >= 3, `only ${tally.counted} Sentry issues were counted`);
});

test('killed between its errors and their issues, the next process files what the first one took', async (t) => {
  const tally = await oneDeath(t, null, async (world) => world.sentry.control('POST', 'act', MANY), 'POST /api/repos');
  assert.deepEqual([tally.faults, tally.kills], [[], 1]);
});

test('a hub that keeps an error without its filing is caught', async (t) => {
  const act = async (world: ErrorsWorld) => world.sentry.control('POST', 'act', MANY);
  const tally = await oneDeath(
    t,
    'keeps an error without its filing',
    act,
    'POST /api/repos/acme/webshop/issues asked',
  );
  assert.ok(tally.losses > 0, tally.faults.join('; '));
});

test('a hub that repeats its POST of an error is caught', async (t) => {
  const act = async (world: ErrorsWorld) => world.sentry.control('POST', 'act', MANY);
  const tally = await oneDeath(t, 'repeats its POST', act, 'POST /api/repos/acme/webshop/issues answered');
  assert.ok(tally.duplicates > 0, tally.faults.join('; '));
});

test('a hub that forgets what it was saying is caught', async (t) => {
  const act = async (world: ErrorsWorld) => {
    const issue = await world.sentry.control<{ id: string }>('POST', 'act', { act: 'newIssue', args: [{}] });
    await comeToRest(world);
    // the comment is there and its answer never comes, so the process dies while it waits for it
    await world.github.control('POST', 'faults', { match: COMMENTS, do: 'slow', when: 'after_commit', ms: 3000 });
    await world.sentry.control('POST', 'act', { act: 'setStatus', args: [issue.id, 'resolved'] });
  };
  const tally = await oneDeath(t, 'forgets what it was saying', act, '/comments sent');
  assert.ok(
    tally.faults.some((words) => words.includes('a comment of no act')),
    tally.faults.join('; '),
  );
});

const MANY = { act: 'seedMany', args: [5] };

/** One world, one process that dies at the moment given after `act`, another one that finishes; then everything is counted. */
async function oneDeath(
  t: TestContext,
  plant: Plant | null,
  act: (world: ErrorsWorld) => Promise<unknown>,
  moment: Moment,
): Promise<Tally> {
  const { server, processes, tally } = await ground(t, plant);
  const world = await openErrorsWorld(server);
  try {
    const victim = await processes.start('work', world.url, null);
    await victim.started;
    await act(world);
    await victim.arm(moment);
    await dueNow(world);
    const died = await Promise.race([victim.dead, new Promise<null>((resolve) => setTimeout(resolve, 30_000, null))]);
    assert.ok(died !== null, `no process came to "${moment}"`);
    tally.kills += 1;
    await expireRuns(world);
    await (
      await processes.start('work', world.url, null)
    ).started;
    const restless = await comeToRest(world);
    if (restless !== null) tally.faults.push(`it does not come to rest: ${restless}`);
    await countErrors(world, tally);
    return tally;
  } finally {
    await processes.close();
    await world.close();
  }
}

async function ground(
  t: TestContext,
  plant: Plant | null,
): Promise<{ server: TestServer; processes: Processes; tally: Tally }> {
  const given = givenServer();
  const own = given === null ? await startTestServer() : null;
  const processes = openProcesses(plant, 0, ERRORS_LOOKUP_SECONDS);
  t.after(async () => {
    await processes.close();
    await own?.stop();
  });
  const server = given ?? own?.server;
  assert.ok(server);
  return { server, processes, tally: emptyTally() };
}
