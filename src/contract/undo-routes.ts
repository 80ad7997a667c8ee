import { z } from 'zod';

import { IdParams, pageOf, PageQuery } from './common.ts';
import * as undo from './undo.ts';
import type { Route } from './routes.ts';

/** Routes that take back in bulk what the hub wrote, part of ROUTES. */
export const UNDO_ROUTES = {
  previewUndo: {
    method: 'POST',
    path: '/undos/preview',
    role: 'admin',
    tag: 'errors',
    summary: 'What a bulk undo would set back, and what can no longer be; nothing is stored or sent',
    status: 200,
    body: undo.UndoRequest,
    answer: undo.UndoPreview,
  },
  startUndo: {
    method: 'POST',
    path: '/undos',
    role: 'admin',
    tag: 'errors',
    summary:
      'Take back what the hub wrote for a rule, a run or since a time, one after the other; a second click joins the first',
    status: 202,
    body: undo.UndoRequest,
    answer: undo.UndoRun,
  },
  listUndos: {
    method: 'GET',
    path: '/undos',
    role: 'admin',
    tag: 'errors',
    summary: 'Bulk undos, newest first',
    status: 200,
    query: z.object(PageQuery),
    answer: pageOf(undo.UndoRun),
  },
  getUndo: {
    method: 'GET',
    path: '/undos/:id',
    role: 'admin',
    tag: 'errors',
    summary: 'One bulk undo, and how far it is',
    status: 200,
    params: IdParams,
    answer: undo.UndoRun,
  },
  listUndoItems: {
    method: 'GET',
    path: '/undos/:id/items',
    role: 'admin',
    tag: 'errors',
    summary: 'What became of each item of a bulk undo',
    status: 200,
    params: IdParams,
    query: undo.UndoItemsQuery,
    answer: undo.UndoItemPage,
  },
  stopUndo: {
    method: 'POST',
    path: '/undos/:id/stop',
    role: 'admin',
    tag: 'errors',
    summary: 'Stop a bulk undo after the item that it is at; what was set back stays so',
    status: 200,
    params: IdParams,
    answer: undo.UndoRun,
  },
} as const satisfies Record<string, Route>;
