import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { DatabaseProblem } from './db.model.ts';
import {
  diskFull,
  folderProblem,
  isInitialised,
  majorVersion,
  makePrivateDir,
  notWritable,
  runningServer,
  SOCKET_PORT,
} from './embedded-folder.ts';

import type { Cluster } from './embedded-folder.ts';
import type { ChildProcess, StdioOptions } from 'node:child_process';

/** The role that owns everything; the socket folder's rights are the password. */
export const SERVER_ROLE = 'throughline';
const LOG_BYTES_MAX = 10_000_000;
const POLL_MS = 5;
const HOUR_MS = 3_600_000;

/** Small when idle, since it lives beside the hub on somebody's own machine. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '',
  port: String(SOCKET_PORT),
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '32MB',
  huge_pages: 'off',
  jit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '1',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
/** PostgreSQL 18 would keep three processes for reading ahead. */
const SETTINGS_SINCE_18: Record<string, string> = { io_method: 'sync' };

/** Locales in order of preference: code point order and Unicode case rules, as far as the server and the system have them. */
const LOCALES = [
  ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
  ['--locale=C.UTF-8', '--lc-collate=C'],
  ['--locale=C'],
];

/** Makes the cluster in a folder beside it and renames it: a half-made one is never mistaken for one. */
export async function initialise(cluster: Cluster, binDir: string, sync: boolean): Promise<void> {
  const unfinished = `${cluster.dir}.new.${randomUUID()}`;
  try {
    removeUnfinished(cluster);
    makePrivateDir(unfinished, cluster.user);
    await initdb(cluster, unfinished, binDir, sync);
    renameSync(unfinished, cluster.dir);
  } catch (error) {
    if (!isInitialised(cluster)) throw folderProblem(cluster.dataDir, error); // else another starter was quicker
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Starters that were killed leave their half-made folder; one that is being made is younger than an hour. */
function removeUnfinished(cluster: Cluster): void {
  for (const name of readdirSync(cluster.dataDir).filter((entry) => entry.startsWith('pg.new.'))) {
    const dir = join(cluster.dataDir, name);
    if (Date.now() - statSync(dir).mtimeMs > HOUR_MS) rmSync(dir, { recursive: true, force: true });
  }
}

async function initdb(cluster: Cluster, dir: string, binDir: string, sync: boolean): Promise<void> {
  let output = '';
  for (const locale of LOCALES) {
    const args = ['-U', SERVER_ROLE, '--auth=trust', '--encoding=UTF8', '--no-instructions', ...locale];
    const result = await runInitdb(cluster, join(binDir, 'initdb'), dir, sync ? args : [...args, '--no-sync']);
    if (result.code === 0) return;
    output = result.output;
    if (!/unrecognized|invalid locale|locale name/iu.test(output)) break;
    for (const entry of readdirSync(dir)) rmSync(join(dir, entry), { recursive: true, force: true });
  }
  throw problemFromOutput(cluster, output);
}

async function runInitdb(
  cluster: Cluster,
  file: string,
  dir: string,
  args: string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawnOn(cluster, file, dir, args, 'pipe');
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(spawnProblem(file, error)));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/**
 * Starts a server on the folder and waits until it is ready, or until it ended because another starter was quicker.
 * The server outlives this process, so that Ctrl-C reaches only the hub, which drains first.
 */
export async function launch(
  cluster: Cluster,
  binDir: string,
  socketDir: string,
  extra: Record<string, string>,
): Promise<void> {
  const log = openLog(cluster);
  const logStart = fstatSync(log).size;
  const file = join(binDir, 'postgres');
  const child = spawnOn(cluster, file, cluster.dir, settingArguments(cluster, socketDir, extra), log);
  child.unref();
  closeSync(log);
  const end: { reason: 'none' | 'exit' | Error } = { reason: 'none' };
  child.on('error', (error) => (end.reason = error));
  child.on('exit', () => (end.reason = 'exit'));
  while (end.reason === 'none') {
    if (runningServer(cluster)?.ready === true) return;
    await sleep(POLL_MS);
  }
  if (end.reason instanceof Error) throw spawnProblem(file, end.reason);
  const output = readFileSync(cluster.logFile).subarray(logStart).toString();
  const wasLate =
    /lock file .* already exists|pre-existing shared memory block|could not create lock file .*\.s\.PGSQL.*: No such file/u.test(
      output,
    );
  if (!wasLate && runningServer(cluster) === null) throw problemFromOutput(cluster, output);
}

/**
 * Starts a program of PostgreSQL on a data folder, as the cluster's user. That user may not be allowed to walk to the folder
 * (a checkout in root's home): then we open it, and the child comes to it through the open file without walking.
 */
function spawnOn(cluster: Cluster, file: string, dir: string, args: string[], output: 'pipe' | number): ChildProcess {
  const opened = cluster.user !== null && existsSync('/proc/self/fd') ? openSync(dir, 'r') : null;
  const stdio: StdioOptions = opened === null ? ['ignore', output, output] : ['ignore', output, output, opened];
  try {
    const all = ['-D', opened === null ? dir : '/proc/self/fd/3', ...args];
    return spawn(file, all, {
      cwd: '/',
      env: serverEnv(),
      stdio,
      detached: typeof output === 'number',
      ...cluster.user,
    });
  } finally {
    if (opened !== null) closeSync(opened);
  }
}

/** Stops the server at once but cleanly, and waits until it is gone. False: it did not stop in time. */
export async function stopServer(cluster: Cluster, timeoutMs: number): Promise<boolean> {
  const pid = runningServer(cluster)?.pid;
  if (pid === undefined) return true;
  process.kill(pid, 'SIGINT'); // PostgreSQL's "fast" stop
  const deadline = Date.now() + timeoutMs;
  while (runningServer(cluster)?.pid === pid) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function settingArguments(cluster: Cluster, socketDir: string, extra: Record<string, string>): string[] {
  const since18 = majorVersion(cluster) >= 18 ? SETTINGS_SINCE_18 : {};
  const settings = { ...SETTINGS, ...since18, unix_socket_directories: `"${socketDir}"`, ...extra };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Nothing of the hub's environment: it holds secrets, and PG* variables would change the server. */
function serverEnv(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function openLog(cluster: Cluster): number {
  try {
    mkdirSync(cluster.dataDir, { recursive: true });
    if (existsSync(cluster.logFile) && statSync(cluster.logFile).size > LOG_BYTES_MAX)
      renameSync(cluster.logFile, `${cluster.logFile}.1`);
    const log = openSync(cluster.logFile, 'a', 0o600);
    if (cluster.user !== null) fchownSync(log, cluster.user.uid, cluster.user.gid); // root may be here only once
    return log;
  } catch (error) {
    throw folderProblem(cluster.dataDir, error);
  }
}

function spawnProblem(file: string, error: Error): DatabaseProblem {
  return new DatabaseProblem(
    `PostgreSQL could not be started (${file}: ${error.message}). Set DATABASE_URL to a PostgreSQL server, or EMBEDDED_PG_BIN to a folder with postgres and initdb that run here.`,
    { cause: error },
  );
}

function problemFromOutput(cluster: Cluster, output: string): DatabaseProblem {
  const version =
    /initialized by PostgreSQL version (?<was>\S+), which is not compatible with this version (?<is>\d+)/u.exec(
      output,
    )?.groups;
  if (version !== undefined) {
    return new DatabaseProblem(
      `The database folder ${cluster.dir} was made by PostgreSQL ${version['was']}, and this is PostgreSQL ${version['is']}. Set EMBEDDED_PG_BIN to the programs of PostgreSQL ${version['was']}, or DATA_DIR to another folder.`,
    );
  }
  if (/No space left on device|Disk quota exceeded/u.test(output))
    return new DatabaseProblem(diskFull(cluster.dataDir));
  if (/Permission denied|Read-only file system|Operation not permitted/u.test(output))
    return new DatabaseProblem(notWritable(cluster.dataDir));
  const words =
    output.split('\n').findLast((line) => /FATAL|PANIC|error/iu.test(line)) ?? output.trim().split('\n').at(-1) ?? '';
  return new DatabaseProblem(
    `PostgreSQL did not start on ${cluster.dir}: ${words.trim()} (more in ${cluster.logFile})`,
  );
}
