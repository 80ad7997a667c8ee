import { Button } from '@mantine/core';
import type { ReactNode } from 'react';

import { sentenceOf } from '../api/errors.ts';
import { LoadError } from '../ui/Notes.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';
import { ArrivalsBar } from './ArrivalsBar.tsx';
import type { usePagedList } from './paged-list.ts';

interface PagedListProps<Item> {
  list: ReturnType<typeof usePagedList<Item>>;
  /** Shown instead of the rows when there are none. */
  empty: ReactNode;
  /** The shape of what comes, in pixels a row. */
  height?: number;
  children: (items: readonly Item[]) => ReactNode;
}

/** The states of a list that is read page by page: on its way, refused, empty, there, more. */
export function PagedList<Item>({ list, empty, height = 58, children }: PagedListProps<Item>) {
  const { items, error, refetch, news, show, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  if (error !== null && items === undefined)
    return <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (items === undefined) return <WaitingRows rows={6} height={height} />;
  return (
    <>
      <ArrivalsBar words={news} onShow={show} />
      {items.length === 0 ? empty : children(items)}
      {hasNextPage && (
        <Button variant="default" fullWidth mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Load more
        </Button>
      )}
    </>
  );
}
