/*
 * A hub in a process of its own, to be killed. It does what it is told by the process that plays the history.
 */
import { deriveKeyring } from '../../src/lib/keyring.ts';
import { Secret } from '../../src/lib/secret.ts';
import { startHub } from './hub.ts';
import type { Hub } from './hub.ts';
import type { Order, Told } from './orders.ts';

const clock = { at: 0 };
let hub: Hub | null = null;

process.on('message', (order: Order) => {
  clock.at = Math.max(clock.at, order.at);
  if (order.do === 'start') hub = start(order);
  else if (order.do !== 'clock') void carryOut(order);
});
process.on('disconnect', () => process.exit(0));

function start({ databaseUrl, secret, skewMs }: Extract<Order, { do: 'start' }>): Hub {
  return startHub({
    databaseUrl,
    keyring: deriveKeyring([new Secret(secret)]),
    now: () => new Date((clock.at += 1) + skewMs),
    complain: (message) => tell({ told: 'complaint', message }),
  });
}

async function carryOut(order: Extract<Order, { do: 'apply' | 'run' }>): Promise<void> {
  const answer = { told: 'answer' as const, id: order.id, joined: false, count: 0, error: null };
  try {
    if (hub === null) throw new Error('the hub was not started');
    if (order.do === 'apply') tell({ ...answer, count: await hub.apply(), at: clock.at });
    else tell({ ...answer, ...(await hub.run(order.repositoryId, order.kind)), at: clock.at });
  } catch (error) {
    tell({ ...answer, at: clock.at, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function tell(message: Told): void {
  process.send?.(message);
}
