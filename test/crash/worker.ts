/*
 * A process of the hub for the crash test: `worker.ts work` files, `worker.ts serve` accepts and files. Everything is loaded
 * before the order to start comes, so that the driver can keep some waiting.
 */
import { flushCompileCache } from 'node:module';

import { openHub } from '../../src/cli/hub.ts';
import { plant } from './plants.ts';
import { readConfig } from '../../src/config.ts';
import { startWork } from '../../src/cli/work.ts';
import { watchInstants } from './instants.ts';
import type { Log } from '../../src/lib/log.ts';
import type { Order, StartOrder, Told } from './orders.ts';

const instants = watchInstants();
const kind = process.argv[2];
const serving = kind === 'serve' ? await import('../../src/cli/serve.ts') : null;

/** Only what must never happen is said: the rest is the noise of being killed. */
const log: Log = {
  error: (fields, message) => console.error(message, JSON.stringify(fields)),
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};

// A killed process keeps nothing of what it compiled, and the next one starts as slowly.
flushCompileCache();

process.on('message', (order: Order) => {
  if (order.do === 'start') void start(order);
  else tell({ told: 'armed', counted: instants.arm(order.moment) });
});
process.on('disconnect', () => process.exit(0));
tell({ told: 'ready' });

async function start(order: StartOrder): Promise<void> {
  instants.arm(order.moment);
  const config = readConfig({ ...process.env, DATABASE_URL: order.databaseUrl, PORT: String(order.port) });
  if (serving !== null) {
    const { hub } = await serving.serve(config);
    await hub.db.live.ready();
  } else {
    const hub = await openHub(config, log);
    // what no setting says: a round is not to wait for turns
    Object.assign(hub.ctx, { sentryCallsPerSecond: Infinity });
    await plant(hub.db.sql);
    startWork(hub);
    await hub.db.live.ready();
  }
  tell({ told: 'started' });
}

function tell(message: Told): void {
  process.send?.(message);
}
