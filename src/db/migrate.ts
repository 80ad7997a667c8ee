import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DatabaseProblem } from './db.model.ts';

import type { Log } from '../lib/log.ts';
import type pg from 'pg';

const MIGRATIONS_DIR = join(import.meta.dirname, '../../migrations');
/** Any number, as long as every version of Throughline uses the same. */
const LOCK_KEY = 4400_0001;
const BREAKING_LINE = '--! breaking';

interface Migration {
  version: number;
  name: string;
  /** Older code must not run beside it. */
  breaking: boolean;
  text: string;
}

/**
 * Brings the schema up to date. Safe to call from several starting processes at once: each file is applied once.
 * Throws `DatabaseProblem` when the schema has a breaking migration this code does not know.
 */
export async function migrate(db: { pool: pg.Pool }, log: Log, dir: string = MIGRATIONS_DIR): Promise<void> {
  const known = readMigrations(dir);
  const client = await db.pool.connect();
  try {
    const applied = await readApplied(client);
    refuseOldCode(known, applied);
    const versions = new Set(applied.map((row) => row.version));
    for (const migration of known) {
      if (!versions.has(migration.version)) await apply(client, migration, log);
    }
  } finally {
    client.release();
  }
}

/**
 * Which migration was applied last (0: none), and which is the newest this code knows. Changes nothing. Throws `DatabaseProblem`
 * when the schema has a breaking migration this code does not know.
 */
export async function schemaVersion(db: { pool: pg.Pool }): Promise<{ applied: number; newest: number }> {
  const known = readMigrations(MIGRATIONS_DIR);
  const client = await db.pool.connect();
  try {
    const applied = await readApplied(client);
    refuseOldCode(known, applied);
    return { applied: Math.max(0, ...applied.map((row) => row.version)), newest: known.at(-1)?.version ?? 0 };
  } finally {
    client.release();
  }
}

/** The migrations of a folder in order; their files are named `0001_what.sql`. */
function readMigrations(dir: string): Migration[] {
  const migrations = readdirSync(dir)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const match = /^(?<version>\d{4})_(?<name>\w+)\.sql$/u.exec(file);
      if (match?.groups === undefined) throw new Error(`migration ${file} is not named like 0001_what.sql`);
      const text = readFileSync(join(dir, file), 'utf8');
      return {
        version: Number(match.groups['version']),
        name: match.groups['name'] ?? '',
        breaking: text.startsWith(BREAKING_LINE),
        text,
      };
    });
  const twice = migrations.find((migration, index) => migration.version === migrations[index - 1]?.version);
  if (twice !== undefined) throw new Error(`two migrations have the number ${twice.version}`);
  return migrations;
}

async function readApplied(client: pg.PoolClient): Promise<{ version: number; breaking: boolean }[]> {
  const table = await client.query<{ there: boolean }>(`select to_regclass('schema_migrations') is not null as there`);
  if (table.rows[0]?.there !== true) return [];
  const applied = await client.query<{ version: number; breaking: boolean }>(
    'select version, breaking from schema_migrations',
  );
  return applied.rows;
}

function refuseOldCode(known: Migration[], applied: { version: number; breaking: boolean }[]): void {
  const newest = known.at(-1)?.version ?? 0;
  const breaking = Math.max(0, ...applied.filter((row) => row.breaking).map((row) => row.version));
  if (breaking <= newest) return;
  throw new DatabaseProblem(
    `The database was changed by a newer version of Throughline (schema ${breaking}; this version knows up to ${newest}). Start the newer version, or restore a backup made before the update.`,
  );
}

async function apply(client: pg.PoolClient, migration: Migration, log: Log): Promise<void> {
  await client.query('begin');
  try {
    // another starter may hold it; when we get it, the file may have been applied
    await client.query(`select pg_advisory_xact_lock(${LOCK_KEY})`);
    await client.query(
      'create table if not exists schema_migrations (version int primary key, name text not null, breaking boolean not null, applied_at timestamptz not null default now())',
    );
    const inserted = await client.query(
      'insert into schema_migrations (version, name, breaking) values ($1, $2, $3) on conflict do nothing',
      [migration.version, migration.name, migration.breaking],
    );
    const isNew = inserted.rowCount === 1;
    if (isNew) await client.query(migration.text);
    await client.query('commit');
    if (isNew) log.info({ version: migration.version, name: migration.name }, 'migration applied');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
