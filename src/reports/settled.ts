import type { LiveNotice } from '../db/db.model.ts';

/** Waits for news of one report. Made before the report is looked at, so that no news falls in between. */
export interface Watch {
  /** Resolves at the next news of the report, after `ms`, or when `signal` aborts. */
  next(ms: number, signal: AbortSignal): Promise<void>;
  end(): void;
}

/** One listener for all requests that wait; `watch` is cheap. */
export function watchReports(
  subscribe: (heard: (notice: LiveNotice) => void) => () => void,
): (reportId: string) => Watch {
  const waiting = new Map<string, Set<() => void>>();
  let listening = false;
  const heard = (notice: LiveNotice) => {
    if (notice.kind === 'report') for (const wake of waiting.get(notice.id) ?? []) wake();
    if (notice.kind === 'reconnected') for (const wakes of waiting.values()) for (const wake of wakes) wake();
  };
  return (reportId) => {
    if (!listening) subscribe(heard);
    listening = true;
    let news = false;
    let wake: () => void = () => undefined;
    const told = () => {
      news = true;
      wake();
    };
    const wakes = waiting.get(reportId) ?? new Set();
    waiting.set(reportId, wakes.add(told));
    return {
      async next(ms, signal) {
        if (!news && !signal.aborted) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, ms);
            wake = () => (clearTimeout(timer), resolve());
            signal.addEventListener('abort', () => wake(), { once: true });
          });
        }
        news = false;
      },
      end() {
        wakes.delete(told);
        if (wakes.size === 0) waiting.delete(reportId);
      },
    };
  };
}
