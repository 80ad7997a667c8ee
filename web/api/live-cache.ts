import type { InfiniteData } from '@tanstack/react-query';

import type { LiveEvent } from '../../src/contract/events.ts';
import type { ReportSummary } from '../../src/contract/reports.ts';
import { queryClient, reportQuery } from './queries.ts';

interface ReportPages {
  items: ReportSummary[];
  next: string | null;
}

const GATHER_MS = 250;
const PATCHES_MAX = 20;

/** Tells lists of a report that they do not show yet: they count it and let the person decide when to look. */
export const arrivals = new EventTarget();

let gathered = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Brings one live event into the cache: lists change in place and never move under the reader. */
export function applyLiveEvent(event: LiveEvent): void {
  if (event.kind === 'report') {
    gathered.add(event.id);
    timer ??= setTimeout(() => void flush(), GATHER_MS);
    return;
  }
  const keys =
    event.kind === 'connection'
      ? [['connections'], ['health'], ['session']]
      : [['sync_runs'], ['health'], ['connections']];
  for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
}

async function flush(): Promise<void> {
  const ids = [...gathered];
  gathered = new Set();
  timer = undefined;
  void queryClient.invalidateQueries({ queryKey: ['reports', 'facets'] });
  void queryClient.invalidateQueries({ queryKey: ['health'] });
  const listed = listedIds();
  const unseen = ids.filter((id) => !listed.has(id));
  const watched = ids.filter(
    (id) => listed.has(id) || queryClient.getQueryData(reportQuery(id).queryKey) !== undefined,
  );
  if (watched.length > PATCHES_MAX) await queryClient.invalidateQueries({ queryKey: ['reports'] });
  else await Promise.allSettled(watched.map(refresh));
  if (unseen.length > 0) arrivals.dispatchEvent(new CustomEvent('reports', { detail: unseen }));
}

function listedIds(): Set<string> {
  const lists = queryClient.getQueriesData<InfiniteData<ReportPages>>({ queryKey: ['reports', 'list'] });
  return new Set(lists.flatMap(([, data]) => data?.pages.flatMap((page) => page.items.map((item) => item.id)) ?? []));
}

async function refresh(id: string): Promise<void> {
  const report = await queryClient.fetchQuery({ ...reportQuery(id), staleTime: 0 });
  queryClient.setQueriesData<InfiniteData<ReportPages>>({ queryKey: ['reports', 'list'] }, (data) => {
    if (data === undefined) return data;
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => (item.id === id ? report : item)),
    }));
    return { ...data, pages };
  });
}
