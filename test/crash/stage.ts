import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { clear, count, noteDeath, settled } from './count.ts';
import { openCell } from './cell.ts';
import { postReport } from './http-reports.ts';
import type { Cell } from './cell.ts';
import type { Moment } from './orders.ts';
import type { Processes, Victim } from './processes.ts';
import type { Tally } from './tally.ts';
import type { TestServer } from '../support/database-server.ts';
import type { Variant } from './variants.ts';

/** How long a process must have lived on after its report was synced: until then it gives its lane back. */
const QUIET_MS = 80;
const ROUNDS_PER_COUNT = 20;

/** A cell at work, with the process that filed the last report: it is the next one to be killed. */
export interface Stage {
  cell: Cell;
  processes: Processes;
  tally: Tally;
  victim: Victim | null;
  sinceCount: number;
}

export async function openStage(server: TestServer, processes: Processes, tally: Tally): Promise<Stage> {
  return { cell: await openCell(server), processes, tally, victim: null, sinceCount: 0 };
}

export async function closeStage(stage: Stage): Promise<void> {
  await countStage(stage);
  await stage.victim?.kill();
  await stage.cell.close();
}

/**
 * One report, and its process killed at the moment given; then a fresh process finishes. Returns how many instants there were
 * when the report was filed before the moment came, else null.
 */
export async function playRound(stage: Stage, variant: Variant, moment: Moment): Promise<number | null> {
  const { cell, tally } = stage;
  await prepare(stage, variant);
  const { victim, handedIn } = variant.cold
    ? await exposeAtStart(stage, variant, moment)
    : await exposeAtWork(stage, variant, moment);
  const filed = await Promise.race([
    handedIn.then(async () => settled(cell, () => victim.isDead())),
    victim.dead.then(() => false),
  ]);
  if (filed) await Promise.race([victim.dead, sleep(QUIET_MS)]);
  const counted = victim.isDead() ? null : await victim.arm(null);
  if (victim.isDead()) {
    await noteDeath(cell, victim, tally);
    await replaceVictim(stage, variant);
    await handedIn;
    await settled(cell);
  }
  cell.fake.faults.clear();
  stage.sinceCount += 1;
  if (stage.sinceCount >= ROUNDS_PER_COUNT) await countStage(stage);
  return counted;
}

async function prepare(stage: Stage, variant: Variant): Promise<void> {
  // a rebuilt hub reads all issues of the repository: there shall be one
  if (variant.key !== undefined) await countStage(stage);
  if (stage.victim?.kind !== variant.kind || stage.victim.isDead()) await replaceVictim(stage, variant);
  await variant.before?.(stage.cell);
  for (const fault of variant.faults) stage.cell.fake.faults.add(fault);
}

interface Exposed {
  victim: Victim;
  /** Resolves when the report is acknowledged. */
  handedIn: Promise<void>;
}

async function exposeAtStart(stage: Stage, variant: Variant, moment: Moment): Promise<Exposed> {
  await stage.victim?.kill();
  await handIn(stage, variant);
  const victim = await stage.processes.start(variant.kind, stage.cell.url, moment);
  stage.victim = victim;
  return { victim, handedIn: Promise.resolve() };
}

async function exposeAtWork(stage: Stage, variant: Variant, moment: Moment): Promise<Exposed> {
  const victim = stage.victim ?? (await replaceVictim(stage, variant));
  await victim.arm(moment);
  return { victim, handedIn: handIn(stage, variant) };
}

async function handIn(stage: Stage, variant: Variant): Promise<void> {
  const { cell } = stage;
  const [place] = cell.places;
  if (place === undefined) throw new Error('the cell has no place');
  const title = variant.key === undefined ? `Report: ${variant.name}` : 'Known to GitHub only';
  if (variant.kind === 'work') return void (await cell.submit(place, title, variant.key));
  const key = randomUUID();
  while (stage.victim === null || (await postReport(cell, stage.victim, place, { title, key })) === null)
    await sleep(30);
}

async function replaceVictim(stage: Stage, variant: Variant): Promise<Victim> {
  await stage.victim?.kill();
  const victim = await stage.processes.start(variant.kind, stage.cell.url, null);
  stage.victim = victim;
  await victim.started;
  return victim;
}

async function countStage(stage: Stage): Promise<void> {
  await count(stage.cell, stage.tally);
  await clear(stage.cell);
  stage.sinceCount = 0;
}
