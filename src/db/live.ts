import { Client } from 'pg';
import { sql as raw } from 'kysely';

import type { Log } from '../lib/log.ts';
import type { LiveChange, LiveNotice, Sql } from './db.model.ts';

const CHANNEL = 'throughline';
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5000;

export type Subscriber = (notice: LiveNotice) => void;

/** Hears what `publish` says in any process. Connects at the first subscriber, and again by itself when the connection is lost. */
export interface Live {
  /** Returns how to stop listening. A subscriber must not throw. */
  subscribe(subscriber: Subscriber): () => void;
  /** Resolves once changes are being heard. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Tells every process that something changed. Heard only if and when the caller's transaction commits. */
export async function publish(sql: Sql, change: LiveChange): Promise<void> {
  await raw`select pg_notify(${CHANNEL}, ${JSON.stringify(change)})`.execute(sql);
}

/** Opens the listening side on its own connection: a pooled one would lose its LISTEN. */
export function openLive(url: string, log: Log): Live {
  const subscribers = new Set<Subscriber>();
  const closing = new AbortController();
  let running: Promise<void> | null = null;
  let heard = Promise.withResolvers<void>();

  const tell = (notice: LiveNotice) => {
    for (const subscriber of subscribers) subscriber(notice);
  };
  const start = () =>
    (running ??= listenUntilClosed(url, log, closing.signal, tell, (listening) => {
      if (listening) heard.resolve();
      else heard = Promise.withResolvers<void>();
    }));
  return {
    subscribe(subscriber) {
      subscribers.add(subscriber);
      void start();
      return () => void subscribers.delete(subscriber);
    },
    async ready() {
      void start();
      await heard.promise;
    },
    async close() {
      closing.abort();
      heard.resolve();
      await running;
    },
  };
}

async function listenUntilClosed(
  url: string,
  log: Log,
  closing: AbortSignal,
  tell: Subscriber,
  onState: (listening: boolean) => void,
): Promise<void> {
  let retryMs = RETRY_MS_MIN;
  while (!closing.aborted) {
    const client = new Client({ connectionString: url, application_name: 'throughline live', keepAlive: true });
    const ended = endOf(client, closing);
    try {
      await listen(client, log, tell);
      retryMs = RETRY_MS_MIN;
      // the first time too: what was told while this process was still connecting was missed as well
      tell({ kind: 'reconnected' });
      onState(true);
      await ended;
      onState(false);
    } catch (error) {
      log.warn({ error: String(error), retryMs }, 'live updates: the database does not answer');
    }
    await client.end().catch(() => undefined); // it may be dead already
    if (!closing.aborted) await pause(retryMs, closing);
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
  }
}

async function listen(client: Client, log: Log, tell: Subscriber): Promise<void> {
  client.on('notification', ({ payload }) => {
    const change = parseChange(payload ?? '');
    if (change === null) log.warn({}, 'live updates: a notification that is not ours was ignored');
    else tell(change);
  });
  await client.connect();
  await client.query(`listen ${CHANNEL}`);
}

/** Resolves when the connection is lost or the hub closes. */
function endOf(client: Client, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    client.on('error', () => resolve()); // without a listener a lost connection would end the process
    client.on('end', () => resolve());
    closing.addEventListener('abort', () => resolve(), { once: true });
  });
}

function parseChange(payload: string): LiveChange | null {
  try {
    const change: unknown = JSON.parse(payload);
    return isLiveChange(change) ? change : null;
  } catch {
    return null;
  }
}

// only processes of ours write to the channel of our own database, so the values are not checked further
function isLiveChange(value: unknown): value is LiveChange {
  return typeof value === 'object' && value !== null && 'kind' in value && 'id' in value && 'tenantId' in value;
}

function pause(ms: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    closing.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
