const NUMBER = new Intl.NumberFormat();
const ABSOLUTE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** An exact count with thousands separators. */
export function numberText(value: number): string {
  return NUMBER.format(value);
}

/** "1 report", "2,000 reports". */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(count)} ${count === 1 ? one : many}`;
}

/** Date, time and zone in full, for the hover. */
export function absoluteTime(iso: string): string {
  return ABSOLUTE.format(new Date(iso));
}

/** "3 min. ago", "in 2 hr.", "just now" within the same minute. */
export function relativeTime(iso: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(iso) - nowMs) / 1000);
  // 59 minutes and 40 seconds are an hour, not 60 minutes
  const whole = Math.round(Math.abs(seconds) / 60) * 60;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= 60 && whole >= length) return RELATIVE.format(Math.round(seconds / length), unit);
  }
  // what just arrived may be newer than the last tick of the page's clock
  return seconds > 25 ? 'in a moment' : 'just now';
}

const SPANS: readonly [unit: string, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** A length of time in the largest unit that fits: "30 minutes", "1 hour", "45 seconds". */
export function durationText(seconds: number): string {
  for (const [unit, length] of SPANS) {
    if (seconds >= length) return countText(Math.round(seconds / length), unit);
  }
  return countText(Math.max(0, Math.round(seconds)), 'second');
}

/** A part of a whole: "0 %", "0.4 %", "12 %". What is more than nothing never reads as nothing. */
export function percentText(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 0.01) return 'under 0.01 %';
  return `${NUMBER.format(Number(percent.toFixed(percent < 1 ? 2 : 1)))} %`;
}

/** A rate that may be small: "0.4", "18", "1,200". */
export function rateText(value: number): string {
  return NUMBER.format(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
}

/** A wait as a clock: "0:09", "12:40", "3:05:00". Never negative. */
export function countdownText(untilIso: string, nowMs: number): string {
  const total = Math.max(0, Math.ceil((Date.parse(untilIso) - nowMs) / 1000));
  const parts = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
