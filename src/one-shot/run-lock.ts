import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';

/** A process as no other one is: its number may be given again, but not with the same start. */
interface Holder {
  /** Names this lock among all that ever were. */
  nonce: string;
  /** Where its number means something: a machine, and on Linux a container. */
  host: string;
  pid: number;
  start: string;
}

const BEAT_MS = 5000;
/** What another machine, or container, has not touched for so long is nobody's: its processes cannot be seen from here. */
const SILENT_MS = 60_000;

export type Locked = { ok: true; release: () => void } | { ok: false; why: string };

/**
 * Locks a path against other runs, on this machine and on others that share the folder. Locks of processes that died are taken
 * over. Throws Node's words when the folder cannot be written.
 */
export function lockPath(path: string): Locked {
  const own: Holder = { nonce: randomUUID(), host: place(), pid: process.pid, start: startOf(process.pid) ?? '' };
  const unfinished = `${path}.${own.nonce}`;
  writeFileSync(unfinished, JSON.stringify(own), { mode: 0o600 });
  try {
    const other = acquire(path, unfinished, 0);
    if (other !== null)
      return { ok: false, why: `Another run (process ${other.pid} on ${other.host.split(' ')[0] ?? ''}) is at work.` };
  } finally {
    rmSync(unfinished, { force: true });
  }
  const beat = setInterval(() => touch(path), BEAT_MS).unref();
  return {
    ok: true,
    release: () => {
      clearInterval(beat);
      if (holderOf(path)?.nonce === own.nonce) rmSync(path, { force: true });
    },
  };
}

/**
 * Null when the lock is ours now, else who has it. The right to replace a dead lock is a lock of its own, named after it: of many
 * that see the same dead one only the first replaces it, and who comes late finds another one there.
 */
function acquire(path: string, own: string, depth: number): Holder | null {
  for (;;) {
    if (linked(own, path)) return null;
    const other = holderOf(path);
    if (other === null) continue; // it was given back in this moment
    if (depth > 3 || isAlive(other, path)) return other;
    const right = `${path}.${other.nonce}.after`;
    const rival = acquire(right, own, depth + 1);
    if (rival !== null) return rival;
    const isStillDead = holderOf(path)?.nonce === other.nonce;
    if (isStillDead) {
      // a name of its own for each: renaming must not take the one that waits away
      linkSync(own, `${own}.${depth}`);
      renameSync(`${own}.${depth}`, path);
    }
    rmSync(right, { force: true });
    if (isStillDead) return null;
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** What a lock says; null when it is gone. A file that says nothing is nobody's. */
function holderOf(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch (error) {
    if (error instanceof SyntaxError) return { nonce: 'nobody', host: place(), pid: 0, start: '' };
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function isAlive({ host, pid, start }: Holder, path: string): boolean {
  if (host === place()) return startOf(pid) === start;
  try {
    return Date.now() - statSync(path).mtimeMs < SILENT_MS;
  } catch {
    return true; // it is changing hands in this moment
  }
}

function place(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** When a process started, in words of the system; null when there is no such process. */
function startOf(pid: number): string | null {
  if (pid <= 0) return null;
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)])
        .toString()
        .trim();
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // the name, the only word in brackets, may hold anything; the start is the 22nd word of all
    const words = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/su, '').trim().split(' ');
    return words[0] === 'Z' ? null : `${boot} ${words[19] ?? ''}`;
  } catch {
    return null;
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // the folder went away: the journal will say so
  }
}
