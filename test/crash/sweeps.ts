import { closeStage, openStage, playRound } from './stage.ts';
import { VARIANTS } from './variants.ts';
import type { Processes } from './processes.ts';
import type { Stage } from './stage.ts';
import type { Tally } from './tally.ts';
import type { TestServer } from '../support/database-server.ts';
import type { Variant } from './variants.ts';

/** One variant being swept: the next instant to die at, until a report is filed before it comes. */
interface Sweep {
  variant: Variant;
  next: number;
  instants: number;
}

export interface SweepOptions {
  /** About how many rounds: with fewer than there are instants, every second, third … instant is taken. */
  rounds: number;
  /** How many cells play at once. */
  cells: number;
  seed: number;
  say: (line: string) => void;
}

/** Kills a process at every instant of every variant, in several cells at once. */
export async function sweepAll(
  server: TestServer,
  processes: Processes,
  tally: Tally,
  options: SweepOptions,
): Promise<void> {
  const stages = await Promise.all(
    Array.from({ length: options.cells }, async () => openStage(server, processes, tally)),
  );
  const sweeps: Sweep[] = [];
  await share(stages, [...VARIANTS], async (stage, variant) => {
    const instants = (await playRound(stage, variant, Infinity)) ?? 0;
    sweeps.push({ variant, next: 0, instants });
  });
  const all = sweeps.reduce((sum, sweep) => sum + sweep.instants, 0);
  const stride = Math.max(1, Math.ceil(all / options.rounds));
  for (const sweep of sweeps) {
    options.say(`${sweep.variant.name}: ${sweep.instants} instants, every ${stride === 1 ? 'one' : `${stride}th`}`);
    sweep.next = 1 + (options.seed % stride);
  }
  await Promise.all(stages.map(async (stage) => workThrough(stage, sweeps, stride)));
  await Promise.all(stages.map(async (stage) => closeStage(stage)));
}

async function workThrough(stage: Stage, sweeps: Sweep[], stride: number): Promise<void> {
  for (let sweep = sweeps[0]; sweep !== undefined; sweep = sweeps[0]) {
    const moment = sweep.next;
    sweep.next += stride;
    const counted = await playRound(stage, sweep.variant, moment);
    // filed before the moment came; small differences from run to run are covered by going on a little
    const isOver = counted !== null && moment > sweep.instants;
    if (isOver && sweeps[0] === sweep) sweeps.shift();
  }
}

async function share<T>(stages: Stage[], tasks: T[], work: (stage: Stage, task: T) => Promise<void>): Promise<void> {
  await Promise.all(
    stages.map(async (stage) => {
      for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) await work(stage, task);
    }),
  );
}
