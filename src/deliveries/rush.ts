import type { Rush } from './deliveries.model.ts';

/** So many at once are no rush, and so many a second are none either. */
const CALM_ROWS = 100;
const CALM_ROWS_PER_MS = 0.4;
/** However many came, it is over within half a second after the last. */
const LEVEL_MAX = 300;

/** A vessel that fills with what comes and leaks steadily. `nowMs` is a clock that never goes back. */
export function openRush(nowMs: () => number = () => performance.now()): Rush {
  let level = 0;
  let at = nowMs();
  const leak = () => {
    const now = nowMs();
    level = Math.max(0, level - (now - at) * CALM_ROWS_PER_MS);
    at = now;
  };
  return {
    stored(rows) {
      leak();
      level = Math.min(LEVEL_MAX, level + rows);
    },
    isOn() {
      leak();
      return level > CALM_ROWS;
    },
  };
}
