import { after, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';

/** How long a delivery that could not be applied waits, by how often it was tried. After the last wait and one more try it has failed. */
const WAITS_MS = [SECOND_MS, 10 * SECOND_MS, MINUTE_MS, 10 * MINUTE_MS];
const ATTEMPTS_MAX = WAITS_MS.length + 1;
const MESSAGE_LENGTH_MAX = 1000;

/** What follows when applying threw: another try, or none. `attempts` counts the one that just failed. */
export function stepAfterError(
  attempts: number,
  words: string,
  now: Date,
): { state: 'received' | 'failed'; message: string; runAt: Date } {
  const waitMs = WAITS_MS[attempts - 1];
  const message = words.replaceAll('\0', '').slice(0, MESSAGE_LENGTH_MAX).toWellFormed();
  if (waitMs === undefined) return { state: 'failed', message, runAt: now };
  return { state: 'received', message, runAt: after(now, waitMs) };
}

/** Whether a delivery was taken up so often without an end that it stops its process each time. */
export function stopsItsProcess(attempts: number): boolean {
  return attempts > ATTEMPTS_MAX;
}
