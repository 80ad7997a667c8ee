import { setTimeout as sleep } from 'node:timers/promises';

import { cpuMsOf, memoryOf } from './memory.ts';
import { percentile, rounded } from './numbers.ts';
import { startHub, withDataDir } from './ground.ts';

const STARTS = 5;
const IDLE_MS = 10_000;

/** Start on an empty folder and on a used one, memory when idle, and stop, each as the median of some starts. */
export async function start(): Promise<object> {
  const fresh: number[] = [];
  const warm: number[] = [];
  const cpu: number[] = [];
  const stops: number[] = [];
  let memory: object = {};
  for (let round = 0; round < STARTS; round += 1)
    await withDataDir(async (dataDir) => {
      const first = await startHub(dataDir);
      fresh.push(first.readyMs);
      stops.push(await first.stop());
      const later = await startHub(dataDir);
      warm.push(later.readyMs);
      cpu.push(cpuMsOf(later.pid));
      if (round === STARTS - 1) {
        await sleep(IDLE_MS);
        memory = await memoryOf(later.pid, dataDir);
      }
      stops.push(await later.stop());
    });
  return {
    fresh_ready_ms: rounded(percentile(fresh, 0.5), 0),
    fresh_slowest_ms: rounded(Math.max(...fresh), 0),
    warm_ready_ms: rounded(percentile(warm, 0.5), 0),
    warm_slowest_ms: rounded(Math.max(...warm), 0),
    // tells a slow program from a busy machine
    warm_node_cpu_ms: rounded(percentile(cpu, 0.5), 0),
    stop_ms: rounded(percentile(stops, 0.5), 0),
    ...memory,
    starts: STARTS,
  };
}
