import assert from 'node:assert/strict';
import { test } from 'node:test';

import { closeStage, openStage, playRound } from './stage.ts';
import { emptyTally, randomFrom } from './tally.ts';
import { givenServer, startTestServer } from '../support/database-server.ts';
import { openProcesses } from './processes.ts';
import { storm } from './storm.ts';
import { VARIANTS } from './variants.ts';
import type { Moment, Plant } from './orders.ts';
import type { Processes } from './processes.ts';
import type { Stage } from './stage.ts';
import type { Tally } from './tally.ts';
import type { TestContext } from 'node:test';
import type { TestServer } from '../support/database-server.ts';
import type { Variant } from './variants.ts';

/* The small part of `npm run test:crash`: the moments that matter most, and a short storm. */
const POST = 'POST /api/repos/acme/webshop/issues';
const MOMENTS: readonly [variant: string, moment: Moment][] = [
  ['accepted over HTTP', 'sql commit before'],
  ['a plain create', 'sql commit sent'],
  ['a plain create', `${POST} asked`],
  ['a plain create', `${POST} sent`],
  ['a plain create', `${POST} answered`],
  ['a plain create', `${POST} read`],
  ['a plain create', 'sql insert into "links"'],
  ['a request that outlives its process', `${POST} sent`],
  ['a lost answer', `GET /api/repos/acme/webshop/issues/`],
  ['absent, and sent again', `GET /api/repos/acme/webshop/issues answered`],
  ['a rebuilt hub that adopts its issue', 'sql insert into "links"'],
  ['accepted over HTTP', 'sql commit sent'],
];
const STORM_ROUNDS = 6;
const STAGES = 3;

test('I5: whatever moment a process is killed at, each accepted report ends with exactly one issue', async (t) => {
  const { server, processes, tally } = await ground(t, null);
  const cases = [...MOMENTS];
  const stages = await Promise.all(Array.from({ length: STAGES }, async () => openStage(server, processes, tally)));
  await Promise.all(
    stages.map(async (stage) => {
      for (let next = takeCase(cases, stage); next !== undefined; next = takeCase(cases, stage)) {
        const [name, moment] = next;
        const counted = await playRound(stage, variantNamed(name), moment);
        // thrown here it would leave the other stages at work
        if (counted !== null) tally.faults.push(`${name}: no process came to "${moment}"`);
      }
      await closeStage(stage);
    }),
  );
  assert.deepEqual(tally.faults, []);
  assert.equal(tally.kills, MOMENTS.length);
});

test('several processes killed at random, while answers get lost, file each accepted report once', async (t) => {
  const { server, processes, tally } = await ground(t, null);
  await storm(server, processes, tally, { random: randomFrom(20), isEnough: () => tally.rounds >= STORM_ROUNDS });
  assert.deepEqual(tally.faults, []);
  assert.ok(tally.counted >= STORM_ROUNDS / 2, `only ${tally.counted} reports were counted`);
});

test('a hub that repeats its POST is caught', async (t) => {
  const tally = await planted(t, 'repeats its POST');
  assert.equal(tally.duplicates, 1);
});

test('a hub that forgets what it was sending is caught', async (t) => {
  const tally = await planted(t, 'forgets what it was sending');
  assert.equal(tally.losses, 1);
});

/** One round with a fault planted in the processes, killed when the request had left: a count that sees nothing sees never. */
async function planted(t: TestContext, plant: Plant): Promise<Tally> {
  const { server, processes, tally } = await ground(t, plant);
  const stage = await openStage(server, processes, tally);
  await playRound(stage, variantNamed('a plain create'), `${POST} sent`);
  await closeStage(stage);
  // the second of two issues may be the one that is known: that counts as a loss too
  assert.ok(tally.faults.length > 0);
  return tally;
}

async function ground(
  t: TestContext,
  plant: Plant | null,
): Promise<{ server: TestServer; processes: Processes; tally: Tally }> {
  const given = givenServer();
  const own = given === null ? await startTestServer() : null;
  // none is loaded before it is needed: what is left over in the end would be a second of work for nothing
  const processes = openProcesses(plant, 0);
  t.after(async () => {
    await processes.close();
    await own?.stop();
  });
  const server = given ?? own?.server;
  assert.ok(server);
  return { server, processes, tally: emptyTally() };
}

/** The next case, better one for the kind of process that is there already. */
function takeCase(cases: [string, Moment][], { victim }: Stage): [string, Moment] | undefined {
  const alike = cases.findIndex(([name]) => variantNamed(name).kind === victim?.kind);
  return cases.splice(Math.max(0, alike), 1)[0];
}

function variantNamed(name: string): Variant {
  const variant = VARIANTS.find((candidate) => candidate.name === name);
  assert.ok(variant, `no variant is called ${name}`);
  return variant;
}
