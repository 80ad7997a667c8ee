import { Kysely, PostgresDialect } from 'kysely';

import { startEmbedded } from './embedded.ts';
import { connectExternal } from './external.ts';
import { openLive } from './live.ts';
import { openPool } from './pool.ts';

import type { Log } from '../lib/log.ts';
import type { Sql } from './db.model.ts';
import type { Live } from './live.ts';
import type { Schema } from './schema.ts';
import type pg from 'pg';

export { publish } from './live.ts';
export type { Live } from './live.ts';
export { hasEmbedded } from './embedded-folder.ts';
export { migrate, schemaVersion } from './migrate.ts';

const POOL_MAX = 10;

/** An open database. */
export interface Database {
  sql: Sql;
  pool: pg.Pool;
  kind: 'embedded' | 'external';
  /** Connection string for others that connect by themselves (pg-boss: `new PgBoss({ connectionString: db.url })`). Holds the password, if any. */
  url: string;
  live: Live;
  /** Ends our connections, and stops the embedded PostgreSQL if no other process uses it. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Null: the embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | null;
  dataDir: string;
  log: Log;
  /** Most connections of the pool; one more is used for live updates. */
  poolMax?: number;
  /** PostgreSQL settings of the embedded server on top of ours. */
  embeddedSettings?: Record<string, string>;
}

/** Opens the database; the schema is brought up to date by `migrate`. Throws `DatabaseProblem` with a sentence for the operator. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const server =
    options.databaseUrl === null
      ? await startEmbedded({ dataDir: options.dataDir, log: options.log, settings: options.embeddedSettings ?? {} })
      : await connectExternal(options.databaseUrl);
  const pool = openPool(server.url, options.log, options.poolMax ?? POOL_MAX);
  const live = openLive(server.url, options.log);
  return {
    sql: sqlOf(pool),
    pool,
    kind: options.databaseUrl === null ? 'embedded' : 'external',
    url: server.url,
    live,
    async close() {
      await live.close();
      await pool.end();
      await server.stop();
    },
  };
}

/** Statements over an existing pool. */
export function sqlOf(pool: pg.Pool): Sql {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/** Runs `work` in a transaction: the caller's if there is one, else a new one that commits when `work` resolves. */
export async function inTransaction<T>(sql: Sql, work: (sql: Sql) => Promise<T>): Promise<T> {
  return sql.isTransaction ? work(sql) : sql.transaction().execute(work);
}
