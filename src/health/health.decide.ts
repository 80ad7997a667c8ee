import { DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import { ended } from '../lib/sentence.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { Health } from '../contract/connections.ts';
import type { Repository } from '../contract/mirror.ts';

type Direction = Health['directions'][number];

/** A filing that waits longer than this, without a reason of its own, is late. */
const FILING_LATE_MS = 2 * MINUTE_MS;
const DISK_LOW_BYTES = 500 * 1024 * 1024;
const DISK_FULL_BYTES = 50 * 1024 * 1024;
const CLOCK_TOLERANCE_MS = 2 * MINUTE_MS;

/** Filing of one connection in one word, and why (SPEC T2). */
export function filingHealth(
  c: GithubConnection,
  queue: { waiting: number; oldestAt: Date } | null,
  now: Date,
): Direction {
  const base = {
    connection_id: c.id,
    direction: 'filing' as const,
    name: `Reports → ${c.repository}`,
    since: null,
    fix: null,
  };
  const waiting = queue?.waiting ?? 0;
  const kept = waiting === 0 ? '' : ` ${waiting} ${waiting === 1 ? 'report is' : 'reports are'} kept.`;
  if (!c.enabled) return { ...base, word: 'off', reason: `The connection is switched off.${kept}` };
  if (c.pausedAt !== null)
    return {
      ...base,
      word: 'blocked',
      since: c.pausedAt.toISOString(),
      reason: `${ended(c.pausedMessage ?? 'GitHub refuses the token.')} Filing waits.${kept}`,
      fix: 'Put in a new token or give it the permission, then press Resume.',
    };
  if (c.restUntil !== null && c.restUntil > now)
    return {
      ...base,
      word: 'delayed',
      reason: `${ended(c.restMessage ?? 'GitHub does not answer.')} It is tried again by itself.${kept}`,
    };
  if (c.adoptedAt === null && c.githubRepositoryId !== null)
    return {
      ...base,
      word: 'importing',
      reason: "The issues already in the repository are being read for this hub's markers.",
    };
  if (queue !== null && now.getTime() - queue.oldestAt.getTime() > FILING_LATE_MS)
    return {
      ...base,
      word: 'delayed',
      since: queue.oldestAt.toISOString(),
      reason: `The oldest of ${waiting} waiting ${waiting === 1 ? 'report' : 'reports'} has waited for over two minutes.`,
      fix: 'Open it to see each attempt.',
    };
  return { ...base, word: 'healthy', reason: waiting === 0 ? 'Nothing waits.' : `${waiting} on the way.` };
}

/** The way back from GitHub of one repository. */
export function syncHealth(repository: Repository): Direction {
  const { connection_id, full_name: name, health, synced_at: syncedAt } = repository;
  return { connection_id, direction: 'sync', name: `${name} → here`, ...health, since: health.since ?? syncedAt };
}

/** The ground everything stands on: database, disk, clock. */
export function groundHealth(
  ground: { databaseTime: Date | null; diskFreeBytes: number | null },
  now: Date,
): Direction[] {
  const base = { connection_id: null, since: null, fix: null };
  const database: Direction =
    ground.databaseTime === null
      ? {
          ...base,
          direction: 'database',
          name: 'Database',
          word: 'blocked',
          reason: 'PostgreSQL does not answer.',
          fix: 'Look at postgres.log in the data folder, or at DATABASE_URL.',
        }
      : { ...base, direction: 'database', name: 'Database', word: 'healthy', reason: 'PostgreSQL answers.' };
  return [database, ...diskHealth(ground.diskFreeBytes), ...clockHealth(ground.databaseTime, now)];
}

function diskHealth(freeBytes: number | null): Direction[] {
  if (freeBytes === null) return [];
  const megabytes = Math.floor(freeBytes / 1024 / 1024).toLocaleString('en');
  const base = { connection_id: null, direction: 'disk' as const, name: 'Disk', since: null };
  const fix = 'Make room where DATA_DIR lies.';
  if (freeBytes < DISK_FULL_BYTES)
    return [
      { ...base, word: 'blocked', reason: `Only ${megabytes} MB are free: new reports cannot be kept for long.`, fix },
    ];
  if (freeBytes < DISK_LOW_BYTES) return [{ ...base, word: 'delayed', reason: `Only ${megabytes} MB are free.`, fix }];
  return [{ ...base, word: 'healthy', reason: `${megabytes} MB are free.`, fix: null }];
}

function clockHealth(databaseTime: Date | null, now: Date): Direction[] {
  if (databaseTime === null) return [];
  const skewMs = Math.abs(databaseTime.getTime() - now.getTime());
  const base = { connection_id: null, direction: 'clock' as const, name: 'Clock', since: null };
  if (skewMs <= CLOCK_TOLERANCE_MS)
    return [{ ...base, word: 'healthy', reason: 'This machine and the database agree on the time.', fix: null }];
  const off = skewMs > DAY_MS ? `${Math.round(skewMs / DAY_MS)} days` : `${Math.round(skewMs / MINUTE_MS)} minutes`;
  return [
    {
      ...base,
      word: 'delayed',
      reason: `This machine and the database disagree on the time by ${off}.`,
      fix: 'Let both set their clocks over the network (NTP).',
    },
  ];
}
