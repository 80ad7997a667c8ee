import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MB = 1_000_000;
const KIB = 1024;
/** What the kernel counts processor time in, on every Linux that matters. */
const TICK_MS = 10;

/** Memory of an idle hub: the resident set of Node, and of PostgreSQL each process's proportional share. Linux only. */
export async function memoryOf(pid: number, dataDir: string): Promise<object> {
  const node = smaps(pid);
  const postgres = postgresPids(dataDir).map((child) => smaps(child).pss);
  const postgresMb = postgres.reduce((sum, value) => sum + value, 0);
  return {
    idle_mb: Math.round(node.rss + postgresMb),
    node_rss_mb: Math.round(node.rss),
    postgres_pss_mb: Math.round(postgresMb),
    postgres_processes: postgres.length,
  };
}

/** Processor time that a process has used. Linux only. */
export function cpuMsOf(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Processor time that the PostgreSQL in a data folder has used, that of its processes which ended meanwhile too. Linux only. */
export function postgresCpuMsOf(dataDir: string): number {
  const ticks = postgresPids(dataDir).flatMap((pid) => statOf(pid).slice(11, 15));
  return ticks.reduce((sum, value) => sum + Number(value), 0) * TICK_MS;
}

/** The resident set of a process now. Linux only. */
export function rssMbOf(pid: number): number {
  return statusOf(pid, 'VmRSS');
}

/** The largest that the resident set of a process ever was. Linux only. */
export function peakRssMbOf(pid: number): number {
  return statusOf(pid, 'VmHWM');
}

/** What stands behind the name in a process's `stat`; nothing once it ended. */
function statOf(pid: number): string[] {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .split(/ \(.*\) /u)[1]
        ?.split(' ') ?? []
    );
  } catch {
    return [];
  }
}

function statusOf(pid: number, name: string): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`^${name}:\\s+(\\d+)`, 'mu').exec(text)?.[1] ?? 0) * KIB) / MB;
}

function smaps(pid: number): { rss: number; pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const of = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+)`, 'mu').exec(text)?.[1] ?? 0) * KIB) / MB;
  return { rss: of('Rss'), pss: of('Pss') };
}

/** The processes of the PostgreSQL in a data folder: the postmaster, which writes its id into it, and its children. */
function postgresPids(dataDir: string): number[] {
  const [file] = globSync('**/postmaster.pid', { cwd: dataDir });
  if (file === undefined) return [];
  const postmaster = Number(readFileSync(join(dataDir, file), 'utf8').split('\n')[0]);
  const children = globSync('/proc/[0-9]*/stat').flatMap((path) => parentAndSelf(path, postmaster));
  return [postmaster, ...children];
}

function parentAndSelf(path: string, parent: number): number[] {
  try {
    const [self = '', rest = ''] = readFileSync(path, 'utf8').split(/ \(.*\) /u);
    return Number(rest.split(' ')[1]) === parent ? [Number(self)] : [];
  } catch {
    return []; // it ended while we looked
  }
}
