import { DAY_MS, HOUR_MS, MINUTE_MS } from '../lib/clock.ts';

const UNITS: Record<string, number> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/**
 * The instant that a person means: a time of the last 24 hours on this machine's clock (14:00), how long ago (90m, 2h, 3d), or a
 * date and time (2026-11-21T14:00Z; without a zone this machine's). Null for anything else.
 */
export function instantMeant(text: string, now: Date): Date | null {
  const [, amount, unit = ''] = /^(\d{1,4})([mhd])$/u.exec(text) ?? [];
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * (UNITS[unit] ?? 0));
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/u.exec(text) ?? [];
  if (hours !== undefined) return lastTime(Number(hours), Number(minutes), now);
  const at = /^\d{4}-\d\d-\d\d/u.test(text) ? new Date(text) : null;
  return at === null || Number.isNaN(at.getTime()) ? null : at;
}

function lastTime(hours: number, minutes: number, now: Date): Date {
  const at = new Date(now);
  at.setHours(hours, minutes, 0, 0);
  if (at > now) at.setDate(at.getDate() - 1);
  return at;
}
