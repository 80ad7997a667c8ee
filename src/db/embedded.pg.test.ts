import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client } from 'pg';

import { quiet } from '../../test/support/quiet.ts';
import { scratch } from '../../test/support/scratch.ts';
import { DatabaseProblem } from './db.model.ts';
import { openDatabase } from './db.ts';

import type { Database } from './db.ts';
import type { ChildProcess } from 'node:child_process';
import type { TestContext } from 'node:test';

const FAST = { fsync: 'off' };
const USER_PROGRAM = join(import.meta.dirname, '../../test/support/embedded-user.ts');

test('what was written is there when the hub is started again on the folder', async (t) => {
  const dataDir = folder(t);
  const first = await open(dataDir);
  await first.pool.query('create table kept (n int); insert into kept values (7)');
  await first.close();
  assert.equal(serverPid(dataDir), null);
  const second = await open(dataDir);
  assert.deepEqual((await second.pool.query('select n from kept')).rows, [{ n: 7 }]);
  await second.close();
});

test('a server left by a killed hub is joined by the next one, which stops it at its end', async (t) => {
  const dataDir = folder(t);
  const hub = await startHub(t, dataDir);
  const pid = serverPid(dataDir);
  hub.kill('SIGKILL');
  await once(hub, 'exit');
  const next = await open(dataDir);
  assert.equal(serverPid(dataDir), pid);
  await next.close();
  assert.equal(serverPid(dataDir), null);
});

test('a killed hub that the server has not noticed yet does not keep it', async (t) => {
  const dataDir = folder(t);
  const db = await open(dataDir);
  // such locks belong to one database: that of the guards
  const killed = new Client(String(db.pool.options.connectionString).replace('/throughline?', '/postgres?'));
  await killed.connect();
  await killed.query(
    `select pg_advisory_lock_shared((classid::bigint << 32) | objid::bigint) from pg_locks where locktype = 'advisory'`,
  );
  setTimeout(() => void killed.end(), 150);
  await db.close();
  assert.equal(serverPid(dataDir), null);
});

test('a second hub joins the server, keeps it when the first stops, and the last one stops it', async (t) => {
  const dataDir = folder(t);
  const first = await startHub(t, dataDir);
  const second = await open(dataDir);
  first.kill('SIGTERM');
  await once(first, 'exit');
  assert.equal((await second.pool.query('select 1')).rowCount, 1);
  assert.notEqual(serverPid(dataDir), null);
  await second.close();
  assert.equal(serverPid(dataDir), null);
});

test('hubs started at once on an empty folder share one server', async (t) => {
  const dataDir = folder(t);
  const hubs = await Promise.all([startHub(t, dataDir), startHub(t, dataDir), startHub(t, dataDir)]);
  const db = await open(dataDir);
  const users = await db.pool.query(
    `select count(*) as n from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and granted`,
  );
  assert.deepEqual(users.rows, [{ n: 4 }]);
  for (const hub of hubs) hub.kill('SIGTERM');
  await Promise.all([...hubs.map((hub) => once(hub, 'exit')), db.close()]);
  assert.equal(serverPid(dataDir), null);
});

test('hubs that stop and start on one folder again and again always get a server', async (t) => {
  const dataDir = folder(t);
  const useOften = async () => {
    for (let round = 0; round < 5; round++) {
      const db = await open(dataDir);
      assert.equal((await db.pool.query('select 1')).rowCount, 1);
      await db.close();
    }
  };
  await Promise.all([useOften(), useOften(), useOften()]);
  assert.equal(serverPid(dataDir), null);
});

test('a server that is killed under a running hub is started again', async (t) => {
  const dataDir = folder(t);
  const db = await open(dataDir);
  const pid = serverPid(dataDir) ?? 0;
  process.kill(pid, 'SIGKILL');
  while ((serverPid(dataDir) ?? pid) === pid || !(await answers(db))) await sleep(20);
  await db.close();
  assert.equal(serverPid(dataDir), null);
});

test('a postmaster.pid left by a power cut is ignored, also when another process has the number now', async (t) => {
  const dataDir = folder(t);
  await (await open(dataDir)).close();
  writeFileSync(
    join(dataDir, 'pg/postmaster.pid'),
    `${process.pid}\n${dataDir}/pg\n1700000000\n5432\n/tmp\n\n  1  1\nready   \n`,
  );
  const db = await open(dataDir);
  assert.notEqual(serverPid(dataDir), process.pid);
  await db.close();
});

test('a data folder deeper than a socket path may be long works', async (t) => {
  const dataDir = join(folder(t), 'deep'.repeat(20), 'deeper'.repeat(20));
  const db = await open(dataDir);
  assert.equal((await db.pool.query('select 1')).rowCount, 1);
  await db.close();
});

test('a folder that holds something else is refused in a sentence and left as it is', async (t) => {
  const dataDir = folder(t);
  mkdirSync(join(dataDir, 'pg'));
  writeFileSync(join(dataDir, 'pg/holiday.jpg'), 'sea');
  await assert.rejects(open(dataDir), problem(/is not empty and holds no PostgreSQL database/u));
  assert.equal(readFileSync(join(dataDir, 'pg/holiday.jpg'), 'utf8'), 'sea');
});

test('a folder made by another version of PostgreSQL is refused in a sentence', async (t) => {
  const dataDir = folder(t);
  await (await open(dataDir)).close();
  writeFileSync(join(dataDir, 'pg/PG_VERSION'), '9\n');
  await assert.rejects(open(dataDir), problem(/was made by PostgreSQL 9, and this is PostgreSQL \d+/u));
});

test('a DATA_DIR that is a file is refused in a sentence', async (t) => {
  const file = join(folder(t), 'file');
  writeFileSync(file, '');
  await assert.rejects(open(file), problem(/is not a folder/u));
});

test('a damaged database is refused with the words of PostgreSQL', async (t) => {
  const dataDir = folder(t);
  await (await open(dataDir)).close();
  rmSync(join(dataDir, 'pg/global/pg_control'));
  await assert.rejects(open(dataDir), problem(/did not start on .*pg_control/u));
});

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(scratch(), 'throughline-embedded-'));
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}

/** A database on the folder, without the syncs to disk that only cost time here. */
async function open(dataDir: string): Promise<Database> {
  return openDatabase({ databaseUrl: null, dataDir, log: quiet, embeddedSettings: FAST });
}

async function startHub(t: TestContext, dataDir: string): Promise<ChildProcess> {
  const hub = spawn(process.execPath, [USER_PROGRAM, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => hub.kill('SIGKILL'));
  for await (const line of createInterface({ input: hub.stdout })) {
    assert.match(line, /^postgresql:/u);
    return hub;
  }
  throw new Error('the hub ended before it had joined');
}

function serverPid(dataDir: string): number | null {
  const file = join(dataDir, 'pg/postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : null;
}

async function answers(db: Database): Promise<boolean> {
  return db.pool.query('select 1').then(
    () => true,
    () => false,
  );
}

function problem(words: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof DatabaseProblem && words.test(error.message);
}
