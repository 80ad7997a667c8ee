import { DAY_MS } from '../lib/clock.ts';

/** Days that a trend shows. */
export const TREND_DAYS = 14;

/** The first day that has to be known for a trend, as 2026-11-21. */
export function trendSince(now: Date): string {
  return dayOf(new Date(now.getTime() - TREND_DAYS * DAY_MS));
}

/**
 * Events of each of the last days from all-time counts at the days' ends, oldest first. Days before the first count are left
 * out; one without a count of its own had no event that was seen.
 */
export function trendOf(
  counts: readonly { day: string; count: number }[],
  now: Date,
): { day: string; count: number }[] {
  const [first] = counts;
  if (first === undefined) return [];
  const byDay = new Map(counts.map(({ day, count }) => [day, count]));
  const trend: { day: string; count: number }[] = [];
  let before = first.count;
  for (let at = now.getTime() - (TREND_DAYS - 1) * DAY_MS; at <= now.getTime(); at += DAY_MS) {
    const day = dayOf(new Date(at));
    if (day <= first.day) continue;
    const count = byDay.get(day) ?? before;
    trend.push({ day, count: Math.max(0, count - before) });
    before = count;
  }
  return trend;
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
