import { queryOptions } from '@tanstack/react-query';

import type { UndoItem, UndoRequest, UndoRun } from '../../src/contract/undo.ts';
import { SENTRY_KEY } from './error-queries.ts';
import type { PagedQuery } from './mirror-queries.ts';
import { IDLE_MS, RUNNING_MS } from './pace.ts';
import { request } from './request.ts';

const UNDO_KEY = [...SENTRY_KEY, 'undo'] as const;

/** What would be taken back. It is looked at once, and again only when somebody asks: the list is to be read. */
export function undoPreviewQuery(asked: UndoRequest) {
  return queryOptions({
    queryKey: ['undo-preview', asked],
    queryFn: ({ signal }) => request('previewUndo', { body: asked, signal }),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
}

/** Bulk undos, newest first. */
export const undosQuery: PagedQuery<UndoRun> = {
  queryKey: [...UNDO_KEY, 'list'],
  read: (cursor, signal) =>
    request('listUndos', {
      query: { limit: 20, ...(cursor === null ? {} : { cursor }) },
      ...(signal === undefined ? {} : { signal }),
    }),
  idOf: ({ id }) => id,
  refetchMs: (runs) => (runs.some(({ state }) => state === 'running') ? RUNNING_MS : IDLE_MS),
};

export function undoQuery(id: string) {
  return queryOptions({
    queryKey: [...UNDO_KEY, 'one', id],
    queryFn: ({ signal }) => request('getUndo', { params: { id }, signal }),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? RUNNING_MS : false),
  });
}

/** What became of each item, in their order. `running`: more is to come. */
export function undoItemsQuery(
  id: string,
  state: UndoItem['state'] | undefined,
  running: boolean,
): PagedQuery<UndoItem> {
  return {
    queryKey: [...UNDO_KEY, 'items', id, state ?? 'all'],
    read: (cursor, signal) =>
      request('listUndoItems', {
        params: { id },
        query: { ...(state === undefined ? {} : { state }), ...(cursor === null ? {} : { cursor }) },
        ...(signal === undefined ? {} : { signal }),
      }),
    idOf: (item) => item.id,
    refetchMs: () => (running ? RUNNING_MS : IDLE_MS),
  };
}
