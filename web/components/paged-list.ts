import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { InfiniteData } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';

import { arrivals } from '../api/live-cache.ts';
import type { PagedQuery } from '../api/mirror-queries.ts';

type Pages<Item> = InfiniteData<{ items: Item[]; next: string | null }>;

/**
 * A list read page by page that never moves under the reader: when something changes elsewhere the rows that are shown
 * change in place, and `news` says what one would see besides. `show` reads the list anew.
 */
export function usePagedList<Item>({ queryKey, read, idOf, refetchMs }: PagedQuery<Item>) {
  const client = useQueryClient();
  const [news, setNews] = useState<{ of: string; words: string } | null>(null);
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: (query) => refetchMs?.(query.state.data?.pages.flatMap((page) => page.items) ?? []) ?? false,
  });
  const of = JSON.stringify(queryKey);
  const items = list.data?.pages.flatMap((page) => page.items);
  const look = useEffectEvent(async () => {
    if (items === undefined || refetchMs !== undefined) return;
    const fresh = (await read(null).catch(() => null))?.items;
    if (fresh === undefined) return;
    if (items.length === 0) {
      await client.invalidateQueries({ queryKey });
      return;
    }
    const byId = new Map(fresh.map((item) => [idOf(item), item]));
    client.setQueryData<Pages<Item>>(queryKey, (data) => patched(data, (item) => byId.get(idOf(item)) ?? item));
    const firstPage = list.data?.pages[0]?.items.map(idOf) ?? [];
    setNews({ of, words: newsWords(items.map(idOf), firstPage, [...byId.keys()]) });
  });
  useEffect(() => {
    const listener = () => void look();
    arrivals.addEventListener('mirror', listener);
    return () => arrivals.removeEventListener('mirror', listener);
  }, []);
  const show = () => {
    setNews(null);
    void list.refetch();
  };
  return { ...list, items, news: news?.of === of && news.words !== '' ? news.words : null, show };
}

function patched<Item>(data: Pages<Item> | undefined, of: (item: Item) => Item): Pages<Item> | undefined {
  if (data === undefined) return data;
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(of) })) };
}

/** What one would see: '' when the first page is as it is shown. */
function newsWords(shown: readonly string[], firstPage: readonly string[], fresh: readonly string[]): string {
  const unseen = fresh.filter((id) => !shown.includes(id)).length;
  if (unseen > 0) return unseen === 1 ? '1 new · show it' : `${unseen} new · show them`;
  return fresh.join(' ') === firstPage.join(' ') ? '' : 'The list changed · show it anew';
}
