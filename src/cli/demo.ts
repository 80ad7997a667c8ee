import { join } from 'node:path';
import { styleText } from 'node:util';

import { connectDemoSentry } from './demo-sentry.ts';
import { connectionsOf } from '../connections/connections.ts';
import { ensureDemoData } from './demo-data.ts';
import { makeHook } from '../deliveries/deliveries.ts';
import { readConfig } from '../config.ts';
import { SYSTEM } from '../accounts/accounts.model.ts';
import {
  SANDBOX_REPOSITORY,
  SANDBOX_TOKEN,
  seedSandbox,
  seedSandboxSentry,
  startSandboxGithub,
  startSandboxSentry,
} from '../sandbox/sandbox.ts';
import { serve } from './serve.ts';
import { signInLink } from '../accounts/accounts.ts';
import { startSync } from '../mirror/mirror.ts';
import { untilStopped } from './stop.ts';
import type { Config } from '../config.ts';
import type { Hub } from './hub.ts';

const GITHUB_PORT = 4401;
const SENTRY_PORT = 4402;

/**
 * `throughline demo`: a hub with a GitHub and a Sentry of its own on loopback and believable data, kept in DATA_DIR/demo. Needs no
 * account and no network; never touches DATABASE_URL. Prints one URL that opens signed in.
 */
export async function demoCommand(env: NodeJS.ProcessEnv, startedAt: number): Promise<void> {
  const own = readConfig({ ...env, ...NOTHING_OUTSIDE });
  const dataDir = join(own.dataDir, 'demo');
  const { host } = own;
  const sandbox = await onFreePort(GITHUB_PORT, (port) =>
    startSandboxGithub({ host, port, statePath: join(dataDir, 'github.json'), seed: seedSandbox }),
  );
  const sentry = await onFreePort(SENTRY_PORT, (port) =>
    startSandboxSentry({ host, port, statePath: join(dataDir, 'sentry.json'), seed: seedSandboxSentry }),
  );
  const config: Config = readConfig({
    LOG_LEVEL: 'warn',
    CREATE_SPACING_MS: '0',
    ...env,
    ...NOTHING_OUTSIDE,
    DATA_DIR: dataDir,
    GITHUB_API_URL: sandbox.apiUrl,
    GITHUB_TOKEN: SANDBOX_TOKEN,
    GITHUB_REPO: SANDBOX_REPOSITORY,
  });
  try {
    await runDemo(config, { sandbox, sentry, dataDir, startedAt });
  } finally {
    await Promise.all([sandbox.close(), sentry.close()]);
  }
}

/** What an environment may name of the world outside: the demo touches none of it. */
const NOTHING_OUTSIDE = { DATABASE_URL: '', GITHUB_TOKEN: '', GITHUB_REPO: '', SENTRY_TOKEN: '', SENTRY_ORG: '' };

interface Demo {
  sandbox: Awaited<ReturnType<typeof startSandboxGithub>>;
  sentry: Awaited<ReturnType<typeof startSandboxSentry>>;
  dataDir: string;
  startedAt: number;
}

async function runDemo(config: Config, { sandbox, sentry, dataDir, startedAt }: Demo): Promise<void> {
  const served = await serve(config);
  const { hub } = served;
  const accountId = await ensureDemoData(hub, sandbox.world);
  await mirrorSandbox(hub);
  await connectDemoSentry(hub, { sentry, github: sandbox });
  const link = await signInLink(hub.ctx, hub.config.publicUrl, accountId);
  console.log(
    [
      `The demo is ready after ${((Date.now() - startedAt) / 1000).toFixed(2)} s. Open this to be signed in:`,
      '',
      `  ${styleText('bold', link)}`,
      '',
      `Its GitHub: ${sandbox.url}/${SANDBOX_REPOSITORY} (close, label or comment there as somebody else would)`,
      `Its Sentry: ${sentry.url} (let an error happen there, resolve or archive it)`,
      `Its data:   ${dataDir} (delete the folder to begin anew)`,
    ].join('\n'),
  );
  await untilStopped(async () => served.stop());
}

/** On the usual port, so that its address stays the same; on any other when that is taken. */
async function onFreePort<T>(usual: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(usual);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return start(0);
  }
}

// As a new user would: the whole repository is mirrored, and a webhook brings what changes there within a moment.
async function mirrorSandbox({ ctx }: Hub): Promise<void> {
  const [connection] = await connectionsOf(ctx.sql, null);
  if (connection === undefined) throw new Error('the demo has no connection');
  const { done } = await startSync(ctx, connection, 'start');
  void done;
  const { id: connectionId, repository: fullName, githubRepositoryId: id } = connection;
  await makeHook(ctx, SYSTEM, { connectionId, fullName, id }, 'repository').catch((error: unknown) =>
    ctx.log.warn({ error: String(error) }, 'demo: the webhook could not be made; it polls instead'),
  );
}
