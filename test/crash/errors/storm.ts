import { setTimeout as sleep } from 'node:timers/promises';
import { sql as raw } from 'kysely';

import { actOnBothSides } from './acts.ts';
import { comeToRest, expireRuns } from './calm.ts';
import { countErrors } from './count.ts';
import { openErrorsWorld } from './world.ts';
import type { ErrorsWorld } from './world.ts';
import type { Processes, Victim } from '../processes.ts';
import type { Tally } from '../tally.ts';
import type { TestServer } from '../../support/database-server.ts';

/** A comment is looked for twice before it is said again: long enough for a request of a dead process to arrive on a busy machine. */
export const ERRORS_LOOKUP_SECONDS = '0.05,1.5,3';
/** Two at once, each a hub without pages. */
const CREW = 2;
const KILLS_PER_COUNT = 12;
const COUNTS_PER_WORLD = 4;
const ACTS_MAX = 6;
const KILL_WAIT_MS_MAX = 900;
const INSTANTS_AHEAD_MAX = 400;

/** What may go wrong with requests of one round; `path` as the source of a regular expression. */
const GITHUB_WEATHER = [
  { share: 0.2, fault: { match: { method: 'POST', path: '/issues$' }, do: 'commit_then_drop' } },
  { share: 0.1, fault: { match: { method: 'POST', path: '/issues$' }, do: 'commit_then_502' } },
  { share: 0.1, fault: { match: { method: 'POST', path: '/issues$' }, do: 'slow', when: 'before_commit', ms: 120 } },
  { share: 0.2, fault: { match: { method: 'POST', path: '/comments$' }, do: 'commit_then_drop' } },
  { share: 0.1, fault: { match: { method: 'POST', path: '/comments$' }, do: 'slow', when: 'before_commit', ms: 120 } },
  { share: 0.2, fault: { match: { method: 'PATCH' }, do: 'commit_then_502' } },
  { share: 0.2, fault: { match: { method: 'GET' }, do: '502' } },
] as const;
const SENTRY_WEATHER = [
  { share: 0.2, fault: { match: { method: 'PUT' }, do: 'commit_then_drop' } },
  { share: 0.1, fault: { match: { method: 'PUT' }, do: 'commit_then_502' } },
  { share: 0.2, fault: { match: { method: 'GET', path: '/issues/$' }, do: 'short_page' } },
  { share: 0.2, fault: { match: { method: 'GET', path: '/issues/$' }, do: 'shift_rows' } },
  { share: 0.2, fault: { match: { method: 'GET', path: '/issues/$' }, do: 'empty_page' } },
  { share: 0.2, fault: { match: { method: 'GET' }, do: 'drop_before' } },
  { share: 0.1, fault: { match: { method: 'GET' }, do: 'internal_error' } },
  { share: 0.1, fault: { match: { method: 'GET', path: '/events/' }, do: 'slow', ms: 150 } },
] as const;

interface Storm {
  world: ErrorsWorld;
  processes: Processes;
  tally: Tally;
  random: () => number;
  crew: Victim[];
}

/** Kills processes at random instants of rules' runs, filing and reflection, two at work at once, until `isEnough`. */
export async function errorsStorm(
  server: TestServer,
  processes: Processes,
  tally: Tally,
  { random, isEnough }: { random: () => number; isEnough: () => boolean },
): Promise<void> {
  while (!isEnough()) {
    const world = await openErrorsWorld(server);
    const crew = await Promise.all(Array.from({ length: CREW }, async () => processes.start('work', world.url, null)));
    const storm: Storm = { world, processes, tally, random, crew };
    await Promise.all(crew.map(async (victim) => victim.started));
    try {
      for (let counts = 0; counts < COUNTS_PER_WORLD && !isEnough(); counts += 1) {
        for (let kills = 0; kills < KILLS_PER_COUNT && !isEnough(); kills += 1) await round(storm);
        const restless = await comeToRest(world);
        if (restless !== null) tally.faults.push(`it does not come to rest: ${restless}`);
        await countErrors(world, tally);
      }
    } finally {
      await Promise.all(storm.crew.map(async (victim) => victim.kill()));
      await world.close();
    }
  }
}

/** Some acts on both sides, some faults on the way, everything due, and one process dies of it. */
async function round(storm: Storm): Promise<void> {
  const { world, random } = storm;
  await actOnBothSides(world, random, 1 + Math.floor(random() * ACTS_MAX));
  for (const { share, fault } of GITHUB_WEATHER)
    if (random() < share) await world.github.control('POST', 'faults', fault);
  for (const { share, fault } of SENTRY_WEATHER)
    if (random() < share) await world.sentry.control('POST', 'faults', fault);
  await dueNow(world);
  await killOne(storm);
  await expireRuns(world);
}

/** The times of the schedules have come, and what was read is old. */
export async function dueNow({ ctx }: ErrorsWorld): Promise<void> {
  await raw`update sentry_rules set due_at = now()`.execute(ctx.sql);
  await raw`update sentry_issues set read_at = read_at - interval '2 days', reread_at = '2000-01-01'
    where id in (select id from sentry_issues for update skip locked)`.execute(ctx.sql);
  await raw`update sentry_connections set reread_due_at = now(), rest_until = null`.execute(ctx.sql);
  await raw`update connections set sync_due_at = now(), rest_until = null`.execute(ctx.sql);
}

async function killOne({ world, processes, tally, random, crew }: Storm): Promise<void> {
  const victim = crew[Math.floor(random() * crew.length)];
  if (victim === undefined) return;
  const waitMs = random() * KILL_WAIT_MS_MAX;
  if (random() < 0.5) await sleep(waitMs);
  else {
    void victim.arm(1 + Math.floor(random() * INSTANTS_AHEAD_MAX));
    await Promise.race([victim.dead, sleep(KILL_WAIT_MS_MAX * 2)]);
  }
  const name = await victim.kill();
  await noteDeath(world, victim, tally, name);
  const next = await processes.start('work', world.url, null);
  crew.splice(crew.indexOf(victim), 1, next);
  await next.started;
}

/** Notes a death: whether anything of errors was under way. */
async function noteDeath({ ctx }: ErrorsWorld, victim: Victim, tally: Tally, name: string): Promise<void> {
  const mine = `% ${victim.pid} %`;
  const { rows } = await raw<{ busy: number; sending: number }>`
    select (select count(*) from sentry_runs where state = 'running')
           + (select count(*) from filings where state <> 'synced')
           + (select count(*) from errors where locked_by like ${mine} and lease_until > now()) as busy,
           (select count(*) from filings where state = 'sending' and locked_by like ${mine})
           + (select count(*) from reflections r join errors e on e.id = r.error_id where r.state = 'sending' and e.locked_by like ${mine})
           as sending`.execute(ctx.sql);
  const [found] = rows;
  tally.kills += 1;
  if (found !== undefined && found.busy > 0) tally.rounds += 1;
  if (found !== undefined && found.sending > 0) tally.insideSending += 1;
  if (name !== '') tally.instants.add(name.replaceAll(/\d+/gu, 'N'));
}
