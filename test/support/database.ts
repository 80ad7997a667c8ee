import { after } from 'node:test';

import { openDatabase } from '../../src/db/db.ts';
import { givenServer, makeDatabase, onServer, startTestServer, urlOfDatabase } from './database-server.ts';
import { quiet } from './quiet.ts';

import type { Database } from '../../src/db/db.ts';
import type { TestServer } from './database-server.ts';
import type { TestContext } from 'node:test';

/** `beforeClose`: who uses it, and must end before it does. */
export interface TestDatabase extends Database {
  beforeClose(end: () => Promise<unknown>): void;
}

let serverOfThisFile: Promise<TestServer> | null = null;
let made = 0;

/**
 * A fresh database with the newest schema, gone when the test ends. `url` lets other processes connect to it.
 * `empty`: without the schema.
 */
export async function testDatabase(
  t: TestContext,
  options: { empty?: boolean; poolMax?: number } = {},
): Promise<TestDatabase> {
  const server = await (serverOfThisFile ??= findServer());
  const name = `${server.prefix}_${process.pid}_${made++}`;
  await makeDatabase(server, name, options.empty);
  const db = await openDatabase({
    databaseUrl: urlOfDatabase(server, name),
    dataDir: '',
    log: quiet,
    poolMax: options.poolMax ?? 5,
  });
  let isOpen = true;
  const users: (() => Promise<unknown>)[] = [];
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await Promise.all(users.map(async (end) => end()));
    await db.close();
  };
  t.after(async () => {
    await close();
    await onServer(server, `drop database ${name} with (force)`);
  });
  return { ...db, close, beforeClose: (end) => users.push(end) };
}

async function findServer(): Promise<TestServer> {
  const given = givenServer();
  if (given !== null) return given;
  // the file is run alone: a server for it only
  const own = await startTestServer();
  stopOwnServer = () => own.stop();
  return own.server;
}

let stopOwnServer: (() => Promise<void>) | null = null;
after(async () => stopOwnServer?.());
