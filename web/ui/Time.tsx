import { useFastClock, useSlowClock } from './clock.ts';
import { absoluteTime, countdownText, relativeTime } from './format.ts';

/** A relative time; the absolute one with its zone is on hover. */
export function Time({ at }: { at: string }) {
  const nowMs = useSlowClock();
  return (
    <time dateTime={at} title={absoluteTime(at)}>
      {relativeTime(at, nowMs)}
    </time>
  );
}

/** A wait that counts down. Read aloud only when asked for: it changes each second. */
export function Countdown({ until }: { until: string }) {
  const nowMs = useFastClock();
  return (
    <time
      dateTime={until}
      title={absoluteTime(until)}
      role="timer"
      aria-live="off"
      style={{ fontVariantNumeric: 'tabular-nums' }}
    >
      {countdownText(until, nowMs)}
    </time>
  );
}
