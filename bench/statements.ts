import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Kysely, PostgresDialect } from 'kysely';

import { openDatabase } from '../src/db/db.ts';
import { QUIET } from './ground.ts';
import type { Database } from '../src/db/db.ts';
import type { Schema } from '../src/db/schema.ts';
import type { Sql } from '../src/db/db.model.ts';

export interface Statement {
  sql: string;
  parameters: readonly unknown[];
  ms: number;
}

/** A database with one connection: of TEST_DATABASE_URL, else an embedded one in `kept`, else one that is gone after `work`. */
export async function withDatabase<T>(kept: string | undefined, work: (db: Database) => Promise<T>): Promise<T> {
  const url = process.env['TEST_DATABASE_URL'];
  const dataDir = url === undefined ? (kept ?? (await mkdtemp(join(tmpdir(), 'throughline-bench-')))) : '';
  const db = await openDatabase({ databaseUrl: url ?? null, dataDir, log: QUIET, poolMax: 1 });
  try {
    return await work(db);
  } finally {
    await db.close();
    if (url === undefined && kept === undefined) await rm(dataDir, { recursive: true, force: true });
  }
}

/** What the program speaks SQL through, and each statement it said. */
export function noting(db: Database): { sql: Sql; statements: Statement[] } {
  const statements: Statement[] = [];
  const sql: Sql = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: db.pool }),
    log({ query, queryDurationMillis: ms }) {
      statements.push({ sql: query.sql, parameters: query.parameters, ms });
    },
  });
  return { sql, statements };
}

/** This process and the one that serves its connection. */
export async function pidsOf(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  return ['self', ...rows.map(({ pid }) => String(pid))];
}

/** Milliseconds that processes waited for a processor so far, as Linux counts them; 0 elsewhere. */
export function queued(pids: readonly string[]): number {
  return pids.reduce((sum, pid) => sum + queuedOf(pid), 0);
}

function queuedOf(pid: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
