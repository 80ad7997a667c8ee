import { errorDetail } from './error-details.ts';
import { errorFacets, errorList } from './error-list.ts';
import { fileByHand, retryError } from './act-on-error.ts';
import { notFound } from '../lib/problem.ts';
import { selectErrorIdOf } from './errors.store.ts';
import { undoReflection } from './reflect/reflect-undo.ts';
import type { ErrorsCtx } from './errors.model.ts';
import type { Handlers } from '../accounts/routes.model.ts';

type ErrorHandlers = Pick<
  Handlers,
  'listErrors' | 'errorFacets' | 'getError' | 'fileError' | 'retryError' | 'undoReflection'
>;

/** Errors over HTTP: list, count, look, file by hand, try again, take back. */
export function errorRoutes(ctx: ErrorsCtx): ErrorHandlers {
  return {
    listErrors: async (call, { query }) => errorList(ctx, query, call.principal.tenantId),
    errorFacets: async (call, { query }) => errorFacets(ctx, query, call.principal.tenantId),
    getError: async (call, { params }) => errorDetail(ctx, params.id, call.principal.tenantId),
    async fileError(call, { params }) {
      await fileByHand(ctx, call.principal, params.id);
      return errorDetail(ctx, params.id, call.principal.tenantId);
    },
    async retryError(call, { params }) {
      await retryError(ctx, call.principal, params.id);
      return errorDetail(ctx, params.id, call.principal.tenantId);
    },
    async undoReflection(call, { params }) {
      await undoReflection(ctx, call.principal, params.id);
      const id = await selectErrorIdOf(ctx.sql, params.id);
      if (id === null) throw notFound('error');
      return errorDetail(ctx, id, call.principal.tenantId);
    },
  };
}
