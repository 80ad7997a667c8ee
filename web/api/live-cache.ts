import type { InfiniteData } from '@tanstack/react-query';

import type { LiveEvent } from '../../src/contract/events.ts';
import type { ReportSummary } from '../../src/contract/reports.ts';
import { ERROR_FACETS_KEY, ERROR_KEY, SENTRY_KEY } from './error-queries.ts';
import { MIRROR_KEY } from './mirror-queries.ts';
import { queryClient, reportQuery } from './queries.ts';

interface ReportPages {
  items: ReportSummary[];
  next: string | null;
}

const GATHER_MS = 250;
/** A push of branches or a burst of comments is many deliveries; each list is asked for once. */
const MIRROR_GATHER_MS = 600;
/** Rows brought up to date at once; the next ones a moment later, so that a person's requests are not used up. */
const PATCHES_MAX = 20;
/** Lists of the mirror that are read page by page, and `available`, for which GitHub is asked. */
const LISTS = ['issues', 'pulls', 'branches', 'collaborators', 'activity', 'available', 'hooks', 'names'];

/** Tells lists that there may be what they do not show yet (`reports`: reports and errors; `mirror`): the person decides when to see it. */
export const arrivals = new EventTarget();

let gathered = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;
let mirrorTimer: ReturnType<typeof setTimeout> | undefined;

/** Brings one live event into the cache: lists change in place and never move under the reader. */
export function applyLiveEvent(event: LiveEvent): void {
  switch (event.kind) {
    case 'report':
      gathered.add(event.id);
      timer ??= setTimeout(() => void flush(), GATHER_MS);
      return;
    case 'error':
      // the list of issues shows it, too; a run reads many of them in a moment
      gathered.add(event.id);
      timer ??= setTimeout(() => void flush(), MIRROR_GATHER_MS);
      mirrorTimer ??= setTimeout(flushMirror, MIRROR_GATHER_MS);
      return;
    case 'connection':
      refetch(['connections'], ['health'], ['session'], ['budgets']);
      mirrorTimer ??= setTimeout(flushMirror, MIRROR_GATHER_MS);
      return;
    default:
      mirrorTimer ??= setTimeout(flushMirror, MIRROR_GATHER_MS);
  }
}

function refetch(...keys: string[][]): void {
  for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
}

/**
 * A sync run or a delivery may have changed anything of a mirror, and an error what stands on either side. What is shown as a
 * list decides itself what it does.
 */
function flushMirror(): void {
  mirrorTimer = undefined;
  const isList = (key: readonly unknown[]) => LISTS.includes(String(key[1]));
  void queryClient.invalidateQueries({ queryKey: MIRROR_KEY, predicate: ({ queryKey }) => !isList(queryKey) });
  refetch(['sync_runs'], ['health'], ['connections'], ['deliveries', 'one']);
  refetch([...ERROR_KEY], [...ERROR_FACETS_KEY], [...SENTRY_KEY]);
  arrivals.dispatchEvent(new Event('mirror'));
}

async function flush(): Promise<void> {
  const ids = [...gathered];
  gathered = new Set();
  timer = undefined;
  const listed = idsOf(queryClient.getQueriesData({ queryKey: ['reports', 'list'] }));
  const shown = idsOf(queryClient.getQueriesData({ queryKey: ['reports', 'list'], type: 'active' }));
  void queryClient.invalidateQueries({ queryKey: ['reports', 'facets'] });
  void queryClient.invalidateQueries({ queryKey: ['health'] });
  const watched = ids.filter(
    (id) => listed.has(id) || queryClient.getQueryData(reportQuery(id).queryKey) !== undefined,
  );
  gathered = new Set([...gathered, ...watched.slice(PATCHES_MAX)]);
  if (gathered.size > 0) timer ??= setTimeout(() => void flush(), MIRROR_GATHER_MS);
  if (ids.some((id) => !shown.has(id))) arrivals.dispatchEvent(new Event('reports'));
  await Promise.allSettled(watched.slice(0, PATCHES_MAX).map(refresh));
}

function idsOf(lists: [unknown, InfiniteData<ReportPages> | undefined][]): Set<string> {
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
