import type { SyncRun } from '../../src/contract/connections.ts';

/** While a run is under way its numbers grow, and nothing tells of each. */
export const RUNNING_MS = 2000;
/** Silence must show as well: what ages is asked for again. */
export const IDLE_MS = 30_000;

/** How soon a list of runs is asked for again. */
export function runsMs(runs: readonly Pick<SyncRun, 'state'>[]): number {
  return runs.some(({ state }) => state === 'running') ? RUNNING_MS : IDLE_MS;
}
