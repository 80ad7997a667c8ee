import { loadOn } from './load.ts';
import { rounded } from './numbers.ts';
import { startHub, withDataDir } from './ground.ts';
import type { BenchHub } from './ground.ts';
import type { LoadRequest } from './load.ts';

const CONNECTIONS = 16;
const SECONDS = 10;
/** One key may make 6,000 requests a minute; a busy program has several, or asks for less. */
const KEYS = 20;

/** Reports a second that the HTTP API keeps, beside what the same server answers without any work. */
export async function accepted(): Promise<object> {
  return withDataDir(async (dataDir) => {
    const hub = await startHub(dataDir);
    const keys = await Promise.all(Array.from({ length: KEYS }, async (_, index) => makeKey(hub, index)));
    const posts = keys.map(reportBy);
    await loadOn(hub.url, posts, { connections: CONNECTIONS, seconds: 2 }); // the first ones warm up
    const health = await loadOn(hub.url, [{ method: 'GET', path: '/healthz' }], {
      connections: CONNECTIONS,
      seconds: 5,
    });
    const reports = await loadOn(hub.url, posts, { connections: CONNECTIONS, seconds: SECONDS });
    await hub.stop();
    return {
      reports_per_s: reports.perSecond,
      latency_p50_ms: reports.p50Ms,
      latency_p99_ms: reports.p99Ms,
      kept: reports.ok,
      refused: reports.failed,
      healthz_per_s: health.perSecond,
      ratio_to_healthz: rounded(reports.perSecond / health.perSecond, 3),
      connections: CONNECTIONS,
    };
  });
}

async function makeKey(hub: BenchHub, index: number): Promise<string> {
  const made = await hub.call<{ key: string }>('POST', '/api/v1/api-keys', { name: `bench ${index}` });
  return made.key;
}

function reportBy(key: string): LoadRequest {
  return {
    method: 'POST',
    path: '/api/v1/reports',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'wait=0' },
    body: JSON.stringify({ title: 'The export is empty', description: 'I pressed export and got nothing.' }),
  };
}
