import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { Client } from 'pg';

import { openDatabase, migrate } from '../../src/db/db.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { quiet } from './quiet.ts';
import { scratch } from './scratch.ts';

/** The server of the whole run, as JSON: set by test/run.ts for the test files. */
const VARIABLE = 'THROUGHLINE_TEST_SERVER';

/** Speed instead of safety: what tests write is thrown away. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
};

/** A PostgreSQL with a migrated template database, as told to the test files by environment. */
export interface TestServer {
  adminUrl: string;
  /** All databases of this run begin with it; the template is this and `_template`. */
  prefix: string;
  kind: 'embedded' | 'external';
}

/** Starts an embedded PostgreSQL in a temporary folder, or takes the one of `TEST_DATABASE_URL`, and makes the template. */
export async function startTestServer(): Promise<{ server: TestServer; stop(): Promise<void> }> {
  const prefix = `throughline_test_${randomBytes(4).toString('hex')}`;
  const external = process.env['TEST_DATABASE_URL'];
  if (external !== undefined && external !== '') {
    const server: TestServer = { adminUrl: external, prefix, kind: 'external' };
    await makeTemplate(server);
    return { server, stop: () => dropAll(server) };
  }
  const dataDir = await mkdtemp(join(scratch(), 'throughline-test-'));
  const removeDir = () => rm(dataDir, { recursive: true, force: true });
  const embedded = await startEmbedded({ dataDir, log: quiet, settings: SETTINGS }).catch(async (error: unknown) => {
    await removeDir();
    throw error;
  });
  const server: TestServer = { adminUrl: embedded.url, prefix, kind: 'embedded' };
  await makeTemplate(server);
  return { server, stop: () => embedded.stop().then(removeDir) };
}

/** Tells the processes started from now on which server to use. */
export function giveServer(server: TestServer): void {
  process.env[VARIABLE] = JSON.stringify(server);
}

/** The server of the run, or null when the file is run alone. */
export function givenServer(): TestServer | null {
  const text = process.env[VARIABLE];
  if (text === undefined) return null;
  const server: TestServer = JSON.parse(text);
  return server;
}

/** Runs one statement on the server's own database. */
export async function onServer(server: TestServer, statement: string): Promise<void> {
  const client = new Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Makes a database with the newest schema, or without any. */
export async function makeDatabase(server: TestServer, name: string, empty = false): Promise<void> {
  const template = empty ? 'template0' : `${server.prefix}_template`;
  // copying files is three times faster than copying through the log, where nothing waits for the disk
  const strategy = server.kind === 'embedded' ? 'strategy file_copy' : '';
  await onServer(server, `create database ${name} template ${template} ${strategy}`);
}

/** The address of another database of the same server. */
export function urlOfDatabase(server: TestServer, database: string): string {
  return server.adminUrl.replace(/^(?<start>postgres(?:ql)?:\/\/[^/]*\/)[^?]*/u, `$<start>${database}`);
}

async function makeTemplate(server: TestServer): Promise<void> {
  const name = `${server.prefix}_template`;
  await onServer(server, `create database ${name}`);
  const db = await openDatabase({ databaseUrl: urlOfDatabase(server, name), dataDir: '', log: quiet });
  await migrate(db, quiet);
  await db.close();
}

async function dropAll(server: TestServer): Promise<void> {
  const client = new Client({ connectionString: server.adminUrl });
  await client.connect();
  const found = await client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [server.prefix],
  );
  for (const { datname } of found.rows) await client.query(`drop database if exists ${datname} with (force)`);
  await client.end();
}
