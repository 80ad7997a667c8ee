import { useSyncExternalStore } from 'react';

function clockOf(tickMs: number) {
  const listeners = new Set<() => void>();
  let nowMs = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    nowMs = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      if (listeners.size === 1) {
        nowMs = Date.now();
        timer = setInterval(tick, tickMs);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
    now: () => nowMs,
  };
}

const slow = clockOf(20_000);
const fast = clockOf(1000);

/** The time for "3 minutes ago": all of them on a page change together. */
export function useSlowClock(): number {
  return useSyncExternalStore(slow.subscribe, slow.now);
}

/** The time for a countdown. */
export function useFastClock(): number {
  return useSyncExternalStore(fast.subscribe, fast.now);
}
