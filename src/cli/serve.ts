import { createServer } from 'node:net';
import { styleText } from 'node:util';

import { firstRunLink } from '../accounts/accounts.ts';
import { logOver, openLogger } from './logger.ts';
import { openHub } from './hub.ts';
import { openMetrics } from '../health/health.ts';
import { openServer } from './server.ts';
import { startWork } from './work.ts';
import { untilStopped } from './stop.ts';
import type { Config } from '../config.ts';
import type { Hub } from './hub.ts';

/** A hub that serves and works. */
export interface Served {
  hub: Hub;
  /** Stops in order: no new requests, answers under way, work under way, then the database. */
  stop(): Promise<void>;
}

/** Starts everything in this process: HTTP, filing, schedules. Resolves when it listens. */
export async function serve(given: Config): Promise<Served> {
  const config = given.port === 0 ? await withFreePort(given) : given;
  const logger = openLogger(config.logLevel);
  const metrics = openMetrics(config.metricsPrefix);
  const hub = await openHub(config, logOver(logger), metrics.meter);
  const work = startWork(hub);
  const server = await openServer(hub, logger, metrics, work);
  try {
    await server.listen({ port: config.port, host: config.host });
  } catch (error) {
    await work.stop();
    await hub.close();
    throw error;
  }
  return {
    hub,
    async stop() {
      await server.close();
      await work.stop();
      await hub.close();
    },
  };
}

/** `throughline serve`: until Ctrl-C. Prints the address, and at the first run the one-time admin link. */
export async function serveCommand(config: Config, startedAt: number): Promise<void> {
  const served = await serve(config);
  const { hub } = served;
  const { publicUrl } = hub.config;
  const link = await firstRunLink(hub.ctx, publicUrl);
  console.log(`Throughline is ready at ${styleText('bold', publicUrl)} after ${seconds(startedAt)} s.`);
  if (link !== null)
    console.log(`Nobody is set up yet. Open this link once, within a day, to become the admin:\n\n  ${link}\n`);
  await untilStopped(async () => served.stop());
}

/** `throughline worker`: files and syncs without serving, beside any number of others on one PostgreSQL. */
export async function workerCommand(config: Config, startedAt: number): Promise<void> {
  const hub = await openHub(config, logOver(openLogger(config.logLevel)), openMetrics(config.metricsPrefix).meter);
  const work = startWork(hub);
  console.log(`The worker is ready after ${seconds(startedAt)} s.`);
  await untilStopped(async () => {
    await work.stop();
    await hub.close();
  });
}

// The address is part of links and of what GitHub shows, so it must be known before anything is made.
async function withFreePort(config: Config): Promise<Config> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, config.host, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { ...config, port, publicUrl: config.publicUrl.replace(/:0$/u, `:${port}`) };
}

function seconds(startedAt: number): string {
  return ((Date.now() - startedAt) / 1000).toFixed(2);
}
