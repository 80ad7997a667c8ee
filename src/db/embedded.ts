import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';

import { DatabaseProblem } from './db.model.ts';
import { findBinaries } from './embedded-binaries.ts';
import {
  checkSocketDir,
  isInitialised,
  openCluster,
  openSocketDir,
  removeLeftovers,
  removeSocketDir,
  runningServer,
  SOCKET_PORT,
  socketDirOf,
} from './embedded-folder.ts';
import { initialise, launch, SERVER_ROLE, stopServer } from './embedded-process.ts';

import type { Log } from '../lib/log.ts';
import type { Cluster, RunningServer } from './embedded-folder.ts';

const DATABASE = 'throughline';
/** Held shared by every hub that uses the server, alone by the one that stops it. Any number, as long as all agree. */
const USERS_LOCK_KEY = 4400_0002;
const JOIN_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 5;
const REJOIN_MS_MAX = 5000;

/** A PostgreSQL of our own in a folder. */
export interface Embedded {
  url: string;
  /** Leaves the server; stops it when no other process uses it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  log: Log;
  /** PostgreSQL settings on top of ours; `fsync: 'off'` also spares the sync after making the folder. */
  settings?: Record<string, string>;
}

interface Membership {
  cluster: Cluster;
  /** Kept over a restart of the server, since pools know it. */
  socketDir: string;
  /** The connection that holds the users' lock. */
  guard: Client;
}

/**
 * Starts PostgreSQL on `dataDir`, or joins the one that already runs there: another hub's, or one left by a killed hub.
 * While joined, a server that dies is started again. Throws `DatabaseProblem`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const member = await join(openCluster(options.dataDir), null, options);
  await createDatabase(member.guard);
  let stopping = false;
  let rejoining: Promise<void> = Promise.resolve();
  const watch = () => {
    member.guard.once('end', () => {
      if (stopping) return;
      options.log.warn({}, 'the embedded PostgreSQL was lost; starting or joining it again');
      rejoining = rejoin(member, options, () => stopping).then(watch);
    });
  };
  watch();
  return {
    url: urlOf(member.socketDir, DATABASE),
    async stop() {
      stopping = true;
      await rejoining;
      await leave(member, options.log);
    },
  };
}

async function join(cluster: Cluster, knownSocketDir: string | null, options: EmbeddedOptions): Promise<Membership> {
  const deadline = Date.now() + JOIN_TIMEOUT_MS;
  for (;;) {
    const server = runningServer(cluster);
    if (server === null) await start(cluster, knownSocketDir, options);
    else if (server.ready) {
      const guard = await takeUsersLock(cluster, server);
      if (guard !== null) return { cluster, socketDir: server.socketDir, guard };
    }
    if (Date.now() > deadline) throw notAnswering(cluster, server);
    await sleep(POLL_MS);
  }
}

async function start(cluster: Cluster, knownSocketDir: string | null, options: EmbeddedOptions): Promise<void> {
  const binDir = findBinaries(cluster.user !== null);
  if (!isInitialised(cluster)) await initialise(cluster, binDir, options.settings?.['fsync'] !== 'off');
  const socketDir = knownSocketDir ?? socketDirOf(cluster);
  openSocketDir(cluster, socketDir);
  removeLeftovers(cluster, socketDir);
  try {
    await launch(cluster, binDir, socketDir, options.settings ?? {});
  } catch (error) {
    removeSocketDir(socketDir);
    throw error;
  }
}

/** Null: the server is going down, or does not answer yet. */
async function takeUsersLock(cluster: Cluster, server: RunningServer): Promise<Client | null> {
  const guard = new Client({
    connectionString: urlOf(server.socketDir, 'postgres'),
    application_name: 'throughline guard',
    connectionTimeoutMillis: 2000,
  });
  guard.on('error', () => undefined); // `end` follows, and tells us
  try {
    checkSocketDir(cluster, server.socketDir);
    await guard.connect();
    // waits while the last user stops the server, and fails when it is down
    await guard.query(`select pg_advisory_lock_shared(${USERS_LOCK_KEY})`);
    return guard;
  } catch (error) {
    await guard.end().catch(() => undefined); // it may never have been connected
    if (error instanceof DatabaseProblem) throw error;
    return null;
  }
}

async function createDatabase(guard: Client): Promise<void> {
  const found = await guard.query('select from pg_database where datname = $1', [DATABASE]);
  if (found.rowCount === 1) return;
  try {
    await guard.query(`create database ${DATABASE}`);
  } catch (error) {
    // 42P04 duplicate_database, 23505 unique_violation: another hub made it in this moment
    if (!(error instanceof Error && 'code' in error && (error.code === '42P04' || error.code === '23505'))) throw error;
  }
}

async function rejoin(member: Membership, options: EmbeddedOptions, isStopping: () => boolean): Promise<void> {
  let said = '';
  for (let delayMs = POLL_MS; !isStopping(); delayMs = Math.min(delayMs * 2, REJOIN_MS_MAX)) {
    try {
      member.guard = (await join(member.cluster, member.socketDir, options)).guard;
      options.log.info({}, 'the embedded PostgreSQL is there again');
      return;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== said) options.log.error({ error: message }, 'the embedded PostgreSQL cannot be started');
      said = message;
      await sleep(delayMs);
    }
  }
}

async function leave(member: Membership, log: Log): Promise<void> {
  if (await isLastUser(member.guard)) {
    // holding the lock alone: whoever wants to join waits until the server is down, and starts it again
    if (await stopServer(member.cluster, STOP_TIMEOUT_MS)) removeSocketDir(member.socketDir);
    else {
      log.warn({ dir: member.cluster.dir }, 'the embedded PostgreSQL did not stop in time and was left running');
    }
  }
  await member.guard.end().catch(() => undefined); // the server may have closed it
}

/** For so long the server may not have noticed that a killed hub is gone. */
const FORGOTTEN_MS = 500;

async function isLastUser(guard: Client): Promise<boolean> {
  try {
    await guard.query(`select pg_advisory_unlock_shared(${USERS_LOCK_KEY})`);
    await guard.query(`set lock_timeout = ${FORGOTTEN_MS}`);
    await guard.query(`select pg_advisory_lock(${USERS_LOCK_KEY})`);
    return true;
  } catch {
    return false; // somebody else is there; or the connection is lost, so the server went down without us
  }
}

function urlOf(socketDir: string, database: string): string {
  return `postgresql:///${database}?${new URLSearchParams({ host: socketDir, port: String(SOCKET_PORT), user: SERVER_ROLE }).toString()}`;
}

function notAnswering(cluster: Cluster, server: RunningServer | null): DatabaseProblem {
  return new DatabaseProblem(
    server === null
      ? `PostgreSQL on ${cluster.dir} ends as soon as it is started. See ${cluster.logFile}.`
      : `A PostgreSQL (process ${server.pid}) already runs on ${cluster.dir} but does not answer. Stop that process, then start again.`,
  );
}
