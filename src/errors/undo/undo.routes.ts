import { getUndo, listUndoItems, listUndos, previewUndo, startUndo, stopUndo } from './undo.ts';
import { pageOf, PART, readCursor } from '../../lib/pages.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Handlers } from '../../accounts/routes.model.ts';

type UndoHandlers = Pick<
  Handlers,
  'previewUndo' | 'startUndo' | 'listUndos' | 'getUndo' | 'listUndoItems' | 'stopUndo'
>;

/** Taking back in bulk over HTTP: look, begin, follow, stop. */
export function undoRoutes(ctx: ErrorsCtx): UndoHandlers {
  return {
    previewUndo: async (call, { body }) => previewUndo(ctx, call.principal, body),
    startUndo: async (call, { body }) => startUndo(ctx, call.principal, body),
    async listUndos(call, { query }) {
      const before = readCursor(query.cursor, PART.uuid)?.[0] ?? null;
      const { rows, view } = await listUndos(ctx, call.principal, before, query.limit);
      return pageOf(rows, query.limit, ({ id }) => [id], view);
    },
    getUndo: async (call, { params }) => getUndo(ctx, call.principal, params.id),
    async listUndoItems(call, { params, query }) {
      const from = readCursor(query.cursor, PART.number)?.[0];
      const of = { state: query.state ?? null, after: from === undefined ? null : Number(from), limit: query.limit };
      const { rows, view } = await listUndoItems(ctx, call.principal, params.id, of);
      return pageOf(rows, query.limit, ({ position }) => [position], view);
    },
    stopUndo: async (call, { params }) => stopUndo(ctx, call.principal, params.id),
  };
}
