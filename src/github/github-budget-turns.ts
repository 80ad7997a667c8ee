/** Who goes first when there is not room for all. */
export type Priority = 'live' | 'backfill';

export interface Turns {
  run<T>(priority: Priority, work: () => Promise<T>): Promise<T>;
  waiting(): Record<Priority, number>;
}

/**
 * Lets `places` of the given works run at once, of backfill no more than `backfillPlaces`. Those of one priority start in the order
 * they came; backfill starts only while nothing live waits.
 */
export function turns(places: number, backfillPlaces: number): Turns {
  const waiting: Record<Priority, (() => void)[]> = { live: [], backfill: [] };
  const running = { live: 0, backfill: 0 };
  const mayStart = (priority: Priority): boolean => {
    if (running.live + running.backfill >= places) return false;
    return priority === 'live' || (waiting.live.length === 0 && running.backfill < backfillPlaces);
  };
  /** A place is handed on, not freed, so nobody can slip in between. */
  const startNext = (): void => {
    for (const priority of ['live', 'backfill'] as const) {
      while (waiting[priority].length > 0 && mayStart(priority)) {
        running[priority] += 1;
        waiting[priority].shift()?.();
      }
    }
  };
  return {
    async run(priority, work) {
      if (waiting[priority].length === 0 && mayStart(priority)) running[priority] += 1;
      else await new Promise<void>((resolve) => waiting[priority].push(resolve));
      try {
        return await work();
      } finally {
        running[priority] -= 1;
        startNext();
      }
    },
    waiting: () => ({ live: waiting.live.length, backfill: waiting.backfill.length }),
  };
}
