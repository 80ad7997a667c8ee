import { useEffect, useState } from 'react';

import { arrivals } from '../api/live-cache.ts';
import { numberText } from '../ui/format.ts';

/** Says how many reports came or changed that the list does not show, or null; `seen` forgets them. */
export function useArrivals(): { words: string | null; seen: () => void } {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const add = (event: Event) => {
      if (event instanceof CustomEvent) setIds((before) => new Set([...before, ...(event.detail as string[])]));
    };
    arrivals.addEventListener('reports', add);
    return () => arrivals.removeEventListener('reports', add);
  }, []);
  const words = ids.size === 0 ? null : `${numberText(ids.size)} new · show ${ids.size === 1 ? 'it' : 'them'}`;
  return { words, seen: () => setIds(new Set()) };
}
