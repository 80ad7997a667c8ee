import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { ApiError, sentenceOf } from '../api/errors.ts';
import { LoadError } from '../ui/Notes.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';
import { PageMissing } from './PageStates.tsx';

const MISSING = [400, 404, 422];

interface LoadedProps<Thing> {
  query: UseQueryResult<Thing>;
  /** The shape of what comes, in pixels a row. */
  height?: number;
  children: (thing: Thing) => ReactNode;
}

/** The states of a page about one thing: there, missing or not ours to see, refused, on its way. */
export function Loaded<Thing>({ query: { data, error, refetch }, height = 120, children }: LoadedProps<Thing>) {
  if (data !== undefined) return children(data);
  if (error instanceof ApiError && MISSING.includes(error.status)) return <PageMissing />;
  if (error !== null) return <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  return <WaitingRows rows={3} height={height} />;
}
