import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql as raw } from 'kysely';

import { clear, count, noteDeath, settled } from './count.ts';
import { openCell } from './cell.ts';
import { postReport } from './http-reports.ts';
import type { Cell, Place } from './cell.ts';
import type { Fault } from '../fakes/github-faults.ts';
import type { Processes, ProcessKind, Victim } from './processes.ts';
import type { Tally } from './tally.ts';
import type { TestServer } from '../support/database-server.ts';

/** Two that file, and one that accepts and files. */
const KINDS: readonly ProcessKind[] = ['work', 'work', 'serve'];
const PLACES = 4;
const UNDER_WAY = 8;
const KILLS_PER_COUNT = 30;
const KILL_WAIT_MS_MAX = 350;
const INSTANTS_AHEAD_MAX = 250;

const CREATE = { method: 'POST', path: /\/issues$/u };
const READ = { method: 'GET' };
/** What may go wrong with one request; nothing goes wrong with the rest. */
const WEATHER: readonly { share: number; fault: Fault }[] = [
  { share: 0.15, fault: { match: CREATE, do: 'commit_then_drop' } },
  { share: 0.1, fault: { match: CREATE, do: 'commit_then_502' } },
  { share: 0.08, fault: { match: CREATE, do: '502' } },
  { share: 0.08, fault: { match: CREATE, do: 'drop_before' } },
  { share: 0.08, fault: { match: CREATE, do: 'slow', when: 'before_commit', ms: 120 } },
  { share: 0.08, fault: { match: CREATE, do: 'slow', when: 'after_commit', ms: 120 } },
  { share: 0.04, fault: { match: CREATE, do: 'truncated_json' } },
  { share: 0.05, fault: { match: READ, do: '502' } },
  { share: 0.05, fault: { match: READ, do: 'drop_before' } },
];

interface Storm {
  cell: Cell;
  processes: Processes;
  tally: Tally;
  random: () => number;
  crew: Victim[];
  /** Reports that are being sent over HTTP; each ends when somebody acknowledged it. */
  posting: Set<Promise<void>>;
}

/** Kills processes at random times, several at work at once, until `isEnough`. */
export async function storm(
  server: TestServer,
  processes: Processes,
  tally: Tally,
  options: { random: () => number; isEnough: () => boolean },
): Promise<void> {
  const cell = await openCell(server, PLACES);
  const crew = await Promise.all(KINDS.map(async (kind) => processes.start(kind, cell.url, null)));
  const state: Storm = { cell, processes, tally, random: options.random, crew, posting: new Set() };
  await Promise.all(crew.map(async (victim) => victim.started));
  while (!options.isEnough()) {
    for (let kills = 0; kills < KILLS_PER_COUNT && !options.isEnough(); kills += 1) {
      await handInMore(state);
      await killOne(state);
    }
    await calm(state);
  }
  await Promise.all(state.crew.map(async (victim) => victim.kill()));
  await cell.close();
}

async function handInMore(state: Storm): Promise<void> {
  const { cell } = state;
  const { rows } = await raw<{ waiting: number }>`
    select count(*) as waiting from filings where state in ('pending', 'sending', 'unknown')`.execute(cell.db.sql);
  let missing = UNDER_WAY - (rows[0]?.waiting ?? 0) - state.posting.size;
  for (; missing > 0; missing -= 1) {
    rollWeather(state);
    const place = cell.places[Math.floor(state.random() * cell.places.length)];
    if (place === undefined) return;
    if (state.random() < 0.5) await cell.submit(place, 'Storm, handed in by a program');
    else post(state, place);
  }
}

function post(state: Storm, place: Place): void {
  const report = { title: 'Storm, handed in over HTTP', key: randomUUID() };
  const sending = (async () => {
    for (;;) {
      const server = state.crew.find((victim) => victim.kind === 'serve' && !victim.isDead());
      if (server !== undefined && (await postReport(state.cell, server, place, report)) !== null) return;
      await sleep(30);
    }
  })();
  const watched = sending.finally(() => state.posting.delete(watched));
  state.posting.add(watched);
}

function rollWeather({ cell, random }: Storm): void {
  let roll = random();
  for (const { share, fault } of WEATHER) {
    roll -= share;
    if (roll < 0) return void cell.fake.faults.add(fault);
  }
}

/** Kills one of the crew: half of the time from outside, half of the time at an instant of its own. */
async function killOne(state: Storm): Promise<void> {
  const { cell, crew, random } = state;
  const alive = await holders(state);
  const victim = alive[Math.floor(random() * alive.length)];
  if (victim === undefined) return;
  const waitMs = random() * KILL_WAIT_MS_MAX;
  if (random() < 0.5) {
    await sleep(waitMs);
  } else {
    void victim.arm(1 + Math.floor(random() * INSTANTS_AHEAD_MAX));
    await Promise.race([victim.dead, sleep(KILL_WAIT_MS_MAX * 2)]);
  }
  await victim.kill();
  await noteDeath(cell, victim, state.tally);
  const next = await state.processes.start(victim.kind, cell.url, null);
  crew.splice(crew.indexOf(victim), 1, next);
  await next.started;
}

/** Those of the crew that hold a lane, so that a kill meets somebody at work; all when none does. */
async function holders({ cell, crew }: Storm): Promise<Victim[]> {
  const { rows } = await raw<{ locked_by: string }>`
    select locked_by from lanes where locked_by is not null and lease_until > now()`.execute(cell.db.sql);
  const working = crew.filter((victim) => rows.some((row) => row.locked_by.includes(` ${victim.pid} `)));
  return working.length > 0 ? working : crew;
}

/** The weather clears, everything is finished, and the fake is counted. */
async function calm({ cell, posting, tally }: Storm): Promise<void> {
  cell.fake.faults.clear();
  while (posting.size > 0) await Promise.all(posting);
  await settled(cell);
  await count(cell, tally);
  await clear(cell);
}
