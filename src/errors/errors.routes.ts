import { errorDetail, errorList } from './error-details.ts';
import { fileByHand, retryError } from './act-on-error.ts';
import { notFound } from '../lib/problem.ts';
import { pageOf, PART, readCursor } from '../lib/pages.ts';
import { selectErrorIdOf } from './errors.store.ts';
import { undoReflection } from './reflect-undo.ts';
import type { ErrorRow } from './rows.model.ts';
import type { ErrorsCtx } from './errors.model.ts';
import type { Handlers } from '../accounts/routes.model.ts';

type ErrorHandlers = Pick<Handlers, 'listErrors' | 'getError' | 'fileError' | 'retryError' | 'undoReflection'>;

/** Errors over HTTP: list, look, file by hand, try again, take back. */
export function errorRoutes(ctx: ErrorsCtx): ErrorHandlers {
  return {
    async listErrors(call, { query }) {
      const number = /^#(\d{1,9})$/u.exec(query.q?.trim() ?? '')?.[1];
      const words = number === undefined ? (query.q?.trim() ?? '') : '';
      const from = readCursor(query.cursor, PART.instantOrNone, PART.uuid);
      const { rows, view } = await errorList(ctx, {
        tenantId: call.principal.tenantId,
        tenantSlug: query.tenant ?? null,
        state: query.state ?? null,
        sentryStatus: query.sentry_status ?? null,
        issueState: query.issue_state ?? null,
        rule: query.rule ?? null,
        connection: query.connection ?? null,
        issue: query.issue ?? null,
        project: query.project ?? null,
        level: query.level ?? null,
        words: words === '' ? null : words,
        number: number === undefined ? null : Number(number),
        after: from === null ? null : { lastSeen: from[0] ?? '', id: from[1] ?? '' },
        limit: query.limit,
      });
      return pageOf(rows, query.limit, placeOf, view);
    },
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

function placeOf(row: ErrorRow): string[] {
  return [row.last_seen?.toISOString() ?? '-infinity', row.id];
}
