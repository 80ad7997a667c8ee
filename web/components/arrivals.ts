import { useEffect, useState } from 'react';

import { arrivals } from '../api/live-cache.ts';

/** How many reports came or changed that the list does not show; `seen` forgets them. */
export function useArrivals(): { count: number; seen: () => void } {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const add = (event: Event) => {
      if (event instanceof CustomEvent) setIds((before) => new Set([...before, ...(event.detail as string[])]));
    };
    arrivals.addEventListener('reports', add);
    return () => arrivals.removeEventListener('reports', add);
  }, []);
  return { count: ids.size, seen: () => setIds(new Set()) };
}
