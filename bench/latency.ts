import { postIssue } from './filed.ts';
import { startFake, startHub, withDataDir } from './ground.ts';
import { percentile, rounded } from './numbers.ts';
import type { BenchFake, BenchHub } from './ground.ts';

const REPORTS = 100;
/** What the fake takes for itself, as GitHub would. */
const SERVICE_MS = 100;

/** What a person waits for besides GitHub: a report with `wait` against a plain POST, in turns on the same fake. */
export async function latency(): Promise<object> {
  const fake = await startFake();
  try {
    return await withDataDir(async (dataDir) => {
      const hub = await startHub(dataDir, fake);
      await report(hub, 'First, to warm up');
      await fake.control('POST', 'faults', {
        do: 'slow',
        ms: SERVICE_MS,
        times: null,
        match: { method: 'POST', path: '/issues$' },
      });
      const { reports, plain } = await inTurns(hub, fake);
      await hub.stop();
      return {
        added_p50_ms: rounded(percentile(reports, 0.5) - SERVICE_MS),
        added_p99_ms: rounded(percentile(reports, 0.99) - SERVICE_MS),
        plain_added_p50_ms: rounded(percentile(plain, 0.5) - SERVICE_MS),
        plain_added_p99_ms: rounded(percentile(plain, 0.99) - SERVICE_MS),
        ratio_to_plain_p50: rounded(percentile(reports, 0.5) / percentile(plain, 0.5), 3),
        service_ms: SERVICE_MS,
        reports: REPORTS,
      };
    });
  } finally {
    await fake.stop();
  }
}

async function inTurns(hub: BenchHub, fake: BenchFake): Promise<{ reports: number[]; plain: number[] }> {
  const reports: number[] = [];
  const plain: number[] = [];
  for (let index = 0; index < REPORTS; index += 1) {
    plain.push(await timed(async () => postIssue(fake, `Plain ${index}`)));
    reports.push(await timed(async () => report(hub, `Waited for ${index}`)));
  }
  return { reports, plain };
}

async function report(hub: BenchHub, title: string): Promise<void> {
  const answer = await hub.call<{ state: string }>(
    'POST',
    '/api/v1/reports',
    { title, description: 'Text' },
    { prefer: 'wait=30' },
  );
  if (answer.state !== 'synced') throw new Error(`the report is ${answer.state}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
