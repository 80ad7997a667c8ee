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

/**
 * All-time counts at the ends of days before today, oldest first, as far as Sentry tells them: by the events of each day, or
 * because the first event was today. Nothing where it does not.
 */
export function countsBefore(
  issue: { count: number; firstSeen: Date | null; days?: readonly { day: string; count: number }[] },
  now: Date,
): { day: string; count: number }[] {
  const [today, yesterday] = [dayOf(now), dayOf(new Date(now.getTime() - DAY_MS))];
  const days = (issue.days ?? []).toSorted((a, b) => a.day.localeCompare(b.day));
  const [oldest] = days;
  if (oldest === undefined)
    return issue.firstSeen !== null && dayOf(issue.firstSeen) === today ? [{ day: yesterday, count: 0 }] : [];
  const counts: { day: string; count: number }[] = [];
  let count = issue.count;
  for (const one of days.toReversed()) {
    if (one.day < today && one.count > 0) counts.push({ day: one.day, count });
    count = Math.max(0, count - one.count);
  }
  const before = dayOf(new Date(new Date(oldest.day).getTime() - DAY_MS));
  return [...counts, { day: before, count }].toReversed();
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
