import { openDatabase } from '../src/db/db.ts';
import { QUIET, startFake, startHub, until, withDataDir } from './ground.ts';
import type { BenchFake, BenchHub } from './ground.ts';

interface QuietFake extends BenchFake {
  names: string[];
  app: { app_id: string; installation_id: number; private_key: string };
}

interface Asked {
  requests: number;
  not_modified: number;
  counted: number;
  graphql: number;
}

/**
 * What a round of syncs costs when nothing has changed in 100 tracked repositories: with a token, with an App, and with an App
 * whose token of the last hour has just been replaced, which voids all ETags.
 */
export async function quiet(): Promise<object> {
  return {
    token: await withHub((fake) => ({ token: fake.token }), measured),
    app: await withHub(
      (fake) => ({ app: fake.app }),
      async (hub, fake, dataDir) => {
        const sameToken = await measured(hub, fake);
        await endTokens(fake, dataDir);
        const newToken = await measured(hub, fake);
        return { same_token: sameToken, new_token: newToken };
      },
    ),
  };
}

async function withHub<T>(
  credential: (fake: QuietFake) => object,
  work: (hub: BenchHub, fake: QuietFake, dataDir: string) => Promise<T>,
): Promise<T> {
  const fake = await startFake<QuietFake>('bench/quiet-github.ts');
  try {
    return await withDataDir(async (dataDir) => {
      const hub = await startHub(dataDir);
      const draft = { name: 'Bench', repository: fake.repository, base_url: fake.apiUrl, ...credential(fake) };
      await hub.call('POST', '/api/v1/connections', draft);
      for (const name of fake.names) await hub.call('POST', '/api/v1/repositories', { full_name: name });
      for (const name of fake.names) await imported(hub, name);
      // the first ones learn the ETags of questions that an import does not ask
      await round(hub, fake);
      await round(hub, fake);
      const told = await work(hub, fake, dataDir);
      await hub.stop();
      return told;
    });
  } finally {
    await fake.stop();
  }
}

async function imported(hub: BenchHub, name: string): Promise<void> {
  await until(
    async () => hub.call<{ imported_at: string | null; run: object | null }>('GET', `/api/v1/repositories/${name}`),
    ({ imported_at, run }) => imported_at !== null && run === null,
  );
}

async function round(hub: BenchHub, { names }: QuietFake): Promise<void> {
  for (const name of names) {
    const run = await hub.call<{ state: string }>('POST', `/api/v1/repositories/${name}/sync`, undefined, {
      prefer: 'wait=20',
    });
    if (run.state !== 'done') throw new Error(`the sync of ${name} is ${JSON.stringify(run)}`);
  }
}

async function measured(hub: BenchHub, fake: QuietFake): Promise<Asked> {
  const before = (await requestsOf(fake)).length;
  await round(hub, fake);
  const asked = (await requestsOf(fake)).slice(before);
  const notModified = asked.filter(({ status }) => status === 304).length;
  const graphql = asked.filter(({ path }) => path === '/graphql').length;
  return { requests: asked.length, not_modified: notModified, counted: asked.length - notModified, graphql };
}

async function requestsOf(fake: BenchFake): Promise<{ path: string; status: number }[]> {
  return (await fake.control('GET', 'requests')) as { path: string; status: number }[];
}

/** What the end of the hour does to an App: its token is dead, and what was read is an hour old. */
async function endTokens(fake: QuietFake, dataDir: string): Promise<void> {
  const { tokens } = (await fake.control('GET', 'state')) as { tokens: Record<string, object> };
  for (const token of Object.keys(tokens))
    if (token !== fake.token) await fake.control('POST', 'act', { act: 'revokeToken', args: [token] });
  const db = await openDatabase({ databaseUrl: null, dataDir, log: QUIET });
  await db.pool.query(`update facets set read_at = read_at - interval '1 hour'`);
  await db.close();
}
