import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DatabaseProblem } from './db.model.ts';
import { isReachableByAll } from './embedded-binaries.ts';

/** Longest path of a unix socket, on the strictest system (macOS: 104 bytes with the closing NUL). */
const SOCKET_PATH_BYTES_MAX = 103;
export const SOCKET_PORT = 5432;
const SOCKET_NAME = `.s.PGSQL.${SOCKET_PORT}`;

/** The user PostgreSQL runs as; it refuses to run as root. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** The folder of one embedded PostgreSQL. */
export interface Cluster {
  dataDir: string;
  /** PostgreSQL's own data folder. */
  dir: string;
  logFile: string;
  /** Null: it runs as we do. */
  user: ServerUser | null;
}

/** What `postmaster.pid` says of the server on a folder. */
export interface RunningServer {
  pid: number;
  socketDir: string;
  port: number;
  ready: boolean;
}

/** Makes the data folder and looks at who owns what in it. */
export function openCluster(dataDir: string): Cluster {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const real = realpathSync(dataDir);
    const dir = join(real, 'pg');
    const cluster = { dataDir: real, dir, logFile: join(real, 'postgres.log'), user: userFor(dir) };
    refuseForeignFolder(cluster);
    return cluster;
  } catch (error) {
    throw folderProblem(dataDir, error);
  }
}

/** Whether there is a cluster; an empty folder counts as none. */
export function isInitialised(cluster: Cluster): boolean {
  return existsSync(join(cluster.dir, 'PG_VERSION'));
}

/** Whether an embedded database was ever made in this data folder. */
export function hasEmbedded(dataDir: string): boolean {
  return existsSync(join(dataDir, 'pg', 'PG_VERSION'));
}

export function majorVersion(cluster: Cluster): number {
  return Number(readFileSync(join(cluster.dir, 'PG_VERSION'), 'utf8'));
}

function refuseForeignFolder(cluster: Cluster): void {
  if (!existsSync(cluster.dir)) return;
  const uid = process.geteuid?.();
  const owner = lstatSync(cluster.dir).uid;
  if (uid !== 0 && owner !== uid) {
    throw new DatabaseProblem(
      `The database folder ${cluster.dir} belongs to another user (uid ${owner}). Start Throughline as the user who started it first, or set DATA_DIR to a folder of yours.`,
    );
  }
  if (!isInitialised(cluster) && readdirSync(cluster.dir).length > 0) {
    throw new DatabaseProblem(
      `The folder ${cluster.dir} is not empty and holds no PostgreSQL database. Move it away, or set DATA_DIR to another folder.`,
    );
  }
}

/** Root's PostgreSQL runs as the folder's owner, or as nobody; everybody else's as themselves. */
function userFor(dir: string): ServerUser | null {
  if (process.geteuid?.() !== 0) return null;
  if (existsSync(dir)) {
    const { uid, gid } = lstatSync(dir);
    if (uid !== 0) return { uid, gid };
  }
  return userNamed('nobody') ?? userNamed('postgres') ?? { uid: 65_534, gid: 65_534 };
}

function userNamed(name: string): ServerUser | null {
  const line = existsSync('/etc/passwd')
    ? readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .find((entry) => entry.startsWith(`${name}:`))
    : undefined;
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
}

/** Makes a folder that the server's user owns and nobody else may enter; it appears complete or not at all. */
export function makePrivateDir(dir: string, user: ServerUser | null): void {
  const unfinished = `${dir}.${randomUUID()}`;
  mkdirSync(unfinished, { mode: 0o700 });
  try {
    if (user !== null) chownSync(unfinished, user.uid, user.gid);
    renameSync(unfinished, dir);
  } catch (error) {
    rmdirSync(unfinished);
    throw error;
  }
}

/** The server that runs on the folder, or null. A `postmaster.pid` left by a crash or a power cut counts as null. */
export function runningServer(cluster: Cluster): RunningServer | null {
  const server = readPidFile(cluster);
  return server !== null && isServerOf(cluster, server.pid) ? server : null;
}

function readPidFile(cluster: Cluster): RunningServer | null {
  const text = readOrNull(join(cluster.dir, 'postmaster.pid'));
  // pid, data folder, start time, port, socket folder, listen address, shared memory key, status
  const [pid, , , port, socketDir, , , status] = text?.split('\n') ?? [];
  if (pid === undefined || pid === '') return null;
  return { pid: Number(pid), port: Number(port), socketDir: socketDir ?? '', ready: status?.trim() === 'ready' };
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function isServerOf(cluster: Cluster, pid: number): boolean {
  try {
    if (existsSync('/proc/self/cwd')) return readlinkSync(`/proc/${pid}/cwd`) === cluster.dir; // a server works in its data folder
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // no such process, or one of another user: its number was given anew after a restart of the machine
  }
}

/**
 * Removes what a killed server left, because PostgreSQL refuses to start when another process got the old one's number meanwhile
 * (usual in containers, where numbers are small). Call only when `runningServer` is null.
 */
export function removeLeftovers(cluster: Cluster, socketDir: string): void {
  for (const file of [join(cluster.dir, 'postmaster.pid'), join(socketDir, `${SOCKET_NAME}.lock`)]) {
    const pid = Number(readOrNull(file)?.split('\n')[0]);
    if (Number.isInteger(pid) && pid > 0 && !isServerOf(cluster, pid)) rmSync(file, { force: true });
  }
}

/** A short folder for the unix socket: the data folder's own path may be too long for one. */
export function socketDirOf(cluster: Cluster): string {
  const uid = cluster.user?.uid ?? process.geteuid?.() ?? 0;
  const hash = createHash('sha256').update(cluster.dir).digest('hex').slice(0, 10);
  return join(socketParent(cluster), `throughline-${uid}-${hash}`);
}

/** Makes the socket folder if it is not there. */
export function openSocketDir(cluster: Cluster, dir: string): void {
  try {
    if (!existsSync(dir)) makePrivateDir(dir, cluster.user);
  } catch (error) {
    if (!existsSync(dir)) throw folderProblem(dir, error);
  }
  checkSocketDir(cluster, dir);
}

/** Removes the socket folder of a stopped server, unless another starter has begun to use it. */
export function removeSocketDir(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // not empty: in use again
  }
}

function socketParent(cluster: Cluster): string {
  const parent = tmpdir();
  const isShort =
    Buffer.byteLength(join(parent, `throughline-4294967295-0123456789/${SOCKET_NAME}`)) <= SOCKET_PATH_BYTES_MAX;
  return isShort && (cluster.user === null || isReachableByAll(parent)) ? parent : '/tmp';
}

/** Refuses a folder that another user of the machine could have put there to pose as the database. */
export function checkSocketDir(cluster: Cluster, dir: string): void {
  const found = lstatSync(dir);
  const uid = cluster.user?.uid ?? process.geteuid?.();
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return;
  throw new DatabaseProblem(
    `The socket folder ${dir} was made by another user or is open to others. Remove it and start again.`,
  );
}

/** Turns a failure of the file system into a sentence that names the folder. */
export function folderProblem(dir: string, error: unknown): unknown {
  if (error instanceof DatabaseProblem) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const sentence = sentenceForCode(dir, code);
  return sentence === null ? error : new DatabaseProblem(sentence, { cause: error });
}

function sentenceForCode(dir: string, code: string): string | null {
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(dir);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return notWritable(dir);
  if (code === 'ENOTDIR' || code === 'EEXIST') return `${dir} is not a folder. Set DATA_DIR to a folder.`;
  return null;
}

export function diskFull(dir: string): string {
  return `The disk that holds ${dir} is full. Make room and start again; nothing that was accepted is lost.`;
}

export function notWritable(dir: string): string {
  return `The folder ${dir} cannot be written by this user. Give the user the right to, or set DATA_DIR to another folder.`;
}
