import { Pool } from 'undici';

import { percentile, rounded } from './numbers.ts';

export interface LoadRequest {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  ok: number;
  failed: number;
}

/** Sends the requests in turn over some connections, each as soon as the one before was answered, for some seconds. */
export async function loadOn(
  url: string,
  requests: readonly LoadRequest[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Load> {
  const pool = new Pool(url, { connections });
  const times: number[] = [];
  let failed = 0;
  let next = 0;
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const caller = async () => {
    while (performance.now() < until) {
      const request = requests[next++ % requests.length];
      if (request === undefined) return;
      const askedAt = performance.now();
      const answer = await pool.request(request);
      await answer.body.dump();
      if (answer.statusCode < 300) times.push(performance.now() - askedAt);
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  const tookSeconds = (performance.now() - startedAt) / 1000;
  await pool.close();
  return {
    perSecond: rounded(times.length / tookSeconds),
    p50Ms: rounded(percentile(times, 0.5)),
    p99Ms: rounded(percentile(times, 0.99)),
    ok: times.length,
    failed,
  };
}
