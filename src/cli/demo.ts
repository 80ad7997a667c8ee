import { join } from 'node:path';
import { styleText } from 'node:util';

import { connectionsOf } from '../connections/connections.ts';
import { ensureDemoData } from './demo-data.ts';
import { readConfig } from '../config.ts';
import { seedSandbox, SANDBOX_REPOSITORY, SANDBOX_TOKEN, startSandboxGithub } from '../sandbox/sandbox.ts';
import { serve } from './serve.ts';
import { signInLink } from '../accounts/accounts.ts';
import { startSync } from '../mirror/mirror.ts';
import { untilStopped } from './stop.ts';
import type { Config } from '../config.ts';
import type { Hub } from './hub.ts';

const SANDBOX_PORT = 4401;
/** Somebody's click on the sandbox reaches the hub after this pause, so that several clicks are one sync. */
const NEWS_MS = 300;

/**
 * `throughline demo`: a hub with a GitHub of its own on loopback and believable data, kept in DATA_DIR/demo. Needs no account and
 * no network; never touches DATABASE_URL. Prints one URL that opens signed in.
 */
export async function demoCommand(env: NodeJS.ProcessEnv, startedAt: number): Promise<void> {
  const news = { heard: (): void => undefined };
  const own = readConfig({ ...env, DATABASE_URL: '', GITHUB_TOKEN: '', GITHUB_REPO: '' });
  const dataDir = join(own.dataDir, 'demo');
  const sandbox = await startOnFreePort({
    host: own.host,
    statePath: join(dataDir, 'github.json'),
    seed: seedSandbox,
    hooks: { issueChanged: () => news.heard() },
  });
  const config: Config = readConfig({
    LOG_LEVEL: 'warn',
    CREATE_SPACING_MS: '0',
    ...env,
    DATABASE_URL: '',
    DATA_DIR: dataDir,
    GITHUB_API_URL: sandbox.apiUrl,
    GITHUB_TOKEN: SANDBOX_TOKEN,
    GITHUB_REPO: SANDBOX_REPOSITORY,
  });
  try {
    await runDemo(config, { sandbox, dataDir, startedAt, news });
  } finally {
    await sandbox.close();
  }
}

interface Demo {
  sandbox: Awaited<ReturnType<typeof startSandboxGithub>>;
  dataDir: string;
  startedAt: number;
  news: { heard: () => void };
}

async function runDemo(config: Config, { sandbox, dataDir, startedAt, news }: Demo): Promise<void> {
  const served = await serve(config);
  const { hub } = served;
  const accountId = await ensureDemoData(hub, sandbox.world);
  news.heard = syncSoon(hub);
  news.heard();
  const link = await signInLink(hub.ctx, hub.config.publicUrl, accountId);
  console.log(
    [
      `The demo is ready after ${((Date.now() - startedAt) / 1000).toFixed(2)} s. Open this to be signed in:`,
      '',
      `  ${styleText('bold', link)}`,
      '',
      `Its GitHub: ${sandbox.url}/${SANDBOX_REPOSITORY} (close, label or comment there as somebody else would)`,
      `Its data:   ${dataDir} (delete the folder to begin anew)`,
    ].join('\n'),
  );
  await untilStopped(async () => {
    news.heard = () => undefined;
    await served.stop();
  });
}

async function startOnFreePort(
  options: Parameters<typeof startSandboxGithub>[0],
): ReturnType<typeof startSandboxGithub> {
  try {
    return await startSandboxGithub({ ...options, port: SANDBOX_PORT });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return startSandboxGithub({ ...options, port: 0 });
  }
}

// The sandbox lives in this process and says when something changed, as a webhook will.
function syncSoon(hub: Hub): () => void {
  let timer: NodeJS.Timeout | null = null;
  const sync = async () => {
    timer = null;
    for (const connection of await connectionsOf(hub.ctx.sql, null)) {
      const { done } = await startSync(hub.ctx, connection, 'schedule');
      await done;
    }
  };
  return () => {
    timer ??= setTimeout(
      () => void sync().catch((error: unknown) => hub.ctx.log.warn({ error: String(error) }, 'demo: a sync failed')),
      NEWS_MS,
    );
  };
}
