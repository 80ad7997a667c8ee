import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { InfiniteData } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';

import { arrivals } from '../api/live-cache.ts';
import type { PagedQuery } from '../api/mirror-queries.ts';
import { numberText } from '../ui/format.ts';

type Pages<Item> = InfiniteData<{ items: Item[]; next: string | null }>;

/**
 * A list read page by page that never moves under the reader: when something changes elsewhere the rows that are shown
 * change in place, and `news` says what one would see besides. `show` reads the list anew.
 */
export function usePagedList<Item>({ queryKey, read, idOf, refetchMs, hears }: PagedQuery<Item>) {
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
    const page = await read(null).catch(() => null);
    if (page === null) return;
    if (items.length === 0) {
      await client.invalidateQueries({ queryKey });
      return;
    }
    const byId = new Map(page.items.map((item) => [idOf(item), item]));
    client.setQueryData<Pages<Item>>(queryKey, (data) => patched(data, (item) => byId.get(idOf(item)) ?? item));
    const fresh = [...byId.keys()];
    // rows that are brought up to date one by one are where they were, which is no news
    const firstPage = hears === undefined ? (list.data?.pages[0]?.items.map(idOf) ?? []) : fresh;
    setNews({ of, words: newsWords({ shown: items.map(idOf), firstPage, fresh, goesOn: page.next !== null }) });
  });
  const told = hears ?? 'mirror';
  useEffect(() => {
    const listener = () => void look();
    arrivals.addEventListener(told, listener);
    return () => arrivals.removeEventListener(told, listener);
  }, [told]);
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

interface Looked {
  /** Ids of all rows that are shown, and of those of its first page. */
  shown: readonly string[];
  firstPage: readonly string[];
  /** Ids of the first page as it is now, and whether there is another one. */
  fresh: readonly string[];
  goesOn: boolean;
}

/** What one would see: '' when the first page is as it is shown. */
export function newsWords({ shown, firstPage, fresh, goesOn }: Looked): string {
  const unseen = fresh.filter((id) => !shown.includes(id)).length;
  if (unseen === fresh.length && goesOn) return `${numberText(unseen)} or more new · show them`;
  if (unseen > 0) return unseen === 1 ? '1 new · show it' : `${numberText(unseen)} new · show them`;
  return fresh.join(' ') === firstPage.join(' ') ? '' : 'The list changed · show it anew';
}
