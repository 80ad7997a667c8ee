import { Cron } from 'croner';

import { HOUR_MS, SECOND_MS } from '../lib/clock.ts';

/** How far ahead a schedule is looked at: its hours of the day and days of the week weigh as they are. */
const TIMES = 200;

/** What a schedule alone means: how often it asks, and how late a change is seen. Null for one that never fires again. */
export function paceOf(
  schedule: string,
  now: Date,
): { intervalSeconds: number; delay: { mean: number; max: number }; perHour: number } | null {
  const times = new Cron(schedule, { timezone: 'UTC', paused: true }).nextRuns(TIMES, now);
  const gaps = times.slice(1).map((at, index) => at.getTime() - (times[index]?.getTime() ?? 0));
  const whole = gaps.reduce((sum, gap) => sum + gap, 0);
  if (whole === 0) return null;
  // a change falls into a long gap more often than into a short one, and waits half of it
  const mean = gaps.reduce((sum, gap) => sum + gap * gap, 0) / (2 * whole);
  const interval = whole / gaps.length;
  return {
    intervalSeconds: seconds(interval),
    delay: { mean: seconds(mean), max: seconds(Math.max(...gaps)) },
    perHour: HOUR_MS / interval,
  };
}

function seconds(ms: number): number {
  return Math.round(ms / SECOND_MS);
}
