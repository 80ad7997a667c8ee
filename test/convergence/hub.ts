import { applyClaimed } from '../../src/deliveries/apply.ts';
import { claimDeliveries } from '../../src/deliveries/deliveries.store.ts';
import { deliveryApplier, startRepositoryRun } from '../../src/mirror/mirror.ts';
import { NO_METER } from '../../src/lib/meter.ts';
import { openPool } from '../../src/db/pool.ts';
import { openReceiver } from '../../src/deliveries/deliveries.ts';
import { quiet } from '../support/quiet.ts';
import { sqlOf } from '../../src/db/db.ts';
import type { DeliveriesCtx, Receiver } from '../../src/deliveries/deliveries.model.ts';
import type { Keyring } from '../../src/lib/keyring.ts';
import type { Log } from '../../src/lib/log.ts';
import type { Pool, PoolClient } from 'pg';

const CONNECTIONS = 5;
const AT_ONCE = 8;
const LEASE_MS = 10 * 60_000;
const PAYLOAD_BYTES_MAX = 1024 * 1024;

/** One process of the hub: what it has in memory ends with it, and its connections to the database end all at once. */
export interface Hub {
  ctx: DeliveriesCtx;
  receiver: Receiver;
  run(repositoryId: string, kind: 'sync' | 'dirty' | 'reconcile'): Promise<{ joined: boolean }>;
  /** Applies what is due; returns how many that were. */
  apply(): Promise<number>;
  query(statement: string, values: unknown[]): Promise<Record<string, unknown>[]>;
  /** It dies at this statement from now on; null: never. */
  dieAt(statement: number | null): void;
  isDead(): boolean;
  /** The stage's clock was moved. */
  clockChanged(): void;
  close(): Promise<void>;
}

export interface HubSurroundings {
  databaseUrl: string;
  keyring: Keyring;
  now: () => Date;
  /** What it logs as an error or a warning. */
  complain: (message: string) => void;
}

export function startHub({ databaseUrl, keyring, now, complain }: HubSurroundings): Hub {
  const life = mortal(openPool(databaseUrl, quiet, CONNECTIONS), now);
  const say: Log['error'] = (fields, message) => {
    if (!life.isDead()) complain(`${message} ${JSON.stringify(fields)}`);
  };
  const ctx: DeliveriesCtx = {
    sql: sqlOf(life.sqlPool),
    now,
    log: { ...quiet, error: say, warn: say },
    meter: NO_METER,
    keyring,
    allowPrivateAddresses: true,
    createSpacingMs: 0,
    publicUrl: 'https://hub.example',
  };
  const receiver = openReceiver(ctx, () => () => undefined);
  const applier = deliveryApplier(ctx);
  return {
    ctx,
    receiver,
    async run(repositoryId, kind) {
      const [run, trigger] = kind === 'dirty' ? (['sync', 'webhook'] as const) : ([kind, 'schedule'] as const);
      const started = await startRepositoryRun(ctx, repositoryId, run, trigger);
      if (started === null) throw new Error('the repository is not mirrored any more');
      await started.done;
      return { joined: started.joined };
    },
    async apply() {
      let count = 0;
      for (;;) {
        const claim = { now: now(), limit: AT_ONCE, leaseMs: LEASE_MS, payloadBytesMax: PAYLOAD_BYTES_MAX };
        const claimed = await claimDeliveries(ctx.sql, claim);
        if (claimed.length === 0) return count;
        count += claimed.length;
        const ends = await Promise.allSettled(claimed.map(async (one) => applyClaimed(ctx, applier, one)));
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
      }
    },
    async query(statement, values) {
      const { rows } = await life.pool.query<Record<string, unknown>>(statement, values);
      return rows;
    },
    dieAt: life.dieAt,
    isDead: life.isDead,
    clockChanged: () => undefined,
    async close() {
      receiver.close();
      await life.end();
    },
  };
}

function mortal(pool: Pool, now: () => Date) {
  const clients = new Set<PoolClient>();
  let left = Number.POSITIVE_INFINITY;
  let isDead = false;
  const die = () => {
    isDead = true;
    for (const client of clients) streamOf(client).destroy();
  };
  pool.on('connect', (client) => {
    clients.add(client);
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      left -= 1;
      if (left <= 0 && !isDead) die();
      return query(...byStageClock(args, now));
    }) as typeof client.query;
  });
  pool.on('remove', (client) => clients.delete(client));
  // Kysely asks for its connections by a promise
  const connect = pool.connect.bind(pool);
  const sqlPool = {
    connect: async () => {
      if (isDead) throw new Error('this hub is dead');
      return connect();
    },
    end: async () => pool.end(),
  };
  return {
    pool,
    sqlPool: sqlPool as unknown as Pool,
    isDead: () => isDead,
    dieAt: (statement: number | null) => void (left = statement ?? Number.POSITIVE_INFINITY),
    end: async () => pool.end(),
  };
}

/** What is asked of the clock that all processes share is answered by the stage's: the database's own goes on by itself. */
function byStageClock([text, ...rest]: unknown[], now: () => Date): unknown[] {
  if (typeof text !== 'string' || !text.includes('clock_timestamp()')) return [text, ...rest];
  return [text.replaceAll('clock_timestamp()', `timestamptz '${now().toISOString()}'`), ...rest];
}

function streamOf(client: PoolClient): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}
