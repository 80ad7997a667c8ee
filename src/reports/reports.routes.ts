import { findTenant, requireTenantId } from '../tenants/tenants.ts';
import { HttpProblem, notFound } from '../lib/problem.ts';
import { retryReport, scopeOf, submitReport } from './submit.ts';
import { retryWhyNot, toSummary } from './report-view.ts';
import { timelineOf } from './timeline.decide.ts';
import { waitSeconds } from '../lib/prefer.ts';
import { watchReports } from './settled.ts';
import { countLabels, countReporters, countRows, selectTenantNames } from './report-counts.store.ts';
import { facetsOf } from './facets.decide.ts';
import { selectConversation, selectHistory, selectReportRow, selectReportRows } from './reports.store.ts';
import type { Call, Handlers } from '../accounts/routes.model.ts';
import type { LiveNotice } from '../db/db.model.ts';
import type { Report, ReportFacets } from '../contract/reports.ts';
import type { PageStart } from './reports.store.ts';
import type { ReportsCtx, Scope } from './reports.model.ts';

const WAIT_SECONDS_DEFAULT = 5;

type ReportHandlers = Pick<Handlers, 'createReport' | 'listReports' | 'reportFacets' | 'getReport' | 'retryReport'>;

/** Reports over HTTP: file, list, look, try again. */
export function reportRoutes(
  ctx: ReportsCtx,
  subscribe: (heard: (notice: LiveNotice) => void) => () => void,
): ReportHandlers {
  const watch = watchReports(subscribe);
  // Waits while the report is on its way, at most `seconds`, and answers with what is known then.
  const whenSettled = async (call: Call, id: string, scope: Scope, seconds: number): Promise<Report> => {
    const watched = watch(id);
    const until = Date.now() + seconds * 1000;
    try {
      for (;;) {
        const report = await viewOf(ctx, id, scope);
        const leftMs = until - Date.now();
        if (report.state !== 'pending' || leftMs <= 0 || call.signal.aborted) return report;
        await watched.next(leftMs, call.signal);
      }
    } finally {
      watched.end();
    }
  };
  return {
    async createReport(call, { body, headers }) {
      const tenantId = await requireTenantId(ctx.sql, call.principal);
      const tenant = await findTenant(ctx.sql, { id: tenantId });
      if (tenant === null) throw notFound('tenant');
      const { id, replayed } = await submitReport(
        ctx,
        call.principal,
        tenant,
        body,
        headers['idempotency-key'] ?? null,
      );
      if (replayed) call.setHeader('Idempotency-Replayed', 'true');
      // Whoever filed it may see this answer.
      return whenSettled(
        call,
        id,
        { tenantId, reporter: null, errors: false },
        waitSeconds(headers.prefer, WAIT_SECONDS_DEFAULT),
      );
    },
    async listReports(call, { query }) {
      const scope = scopeOf(call.principal, query.mine);
      const order = scope.reporter === null ? 'created_at' : 'updated_at';
      const rows = await selectReportRows(ctx.sql, scope, query, readCursor(query.cursor), order);
      const page = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? page.at(-1) : undefined;
      const now = ctx.now();
      return {
        items: page.map((row) => toSummary(row, now)),
        next: last === undefined ? null : writeCursor({ at: last[order], id: last.id }),
      };
    },
    reportFacets: async (call) => facets(ctx, scopeOf(call.principal, false)),
    async getReport(call, { params }) {
      return viewOf(ctx, params.id, scopeOf(call.principal, false));
    },
    async retryReport(call, { params, body, headers }) {
      await retryReport(ctx, call.principal, params.id, body);
      return whenSettled(
        call,
        params.id,
        scopeOf(call.principal, false),
        waitSeconds(headers.prefer, WAIT_SECONDS_DEFAULT),
      );
    },
  };
}

async function facets(ctx: ReportsCtx, scope: Scope): Promise<ReportFacets> {
  const [counts, labels, reporters] = await Promise.all([
    countRows(ctx.sql, scope),
    countLabels(ctx.sql, scope),
    countReporters(ctx.sql, scope),
  ]);
  const tenants = await selectTenantNames(ctx.sql, [...new Set(counts.map(({ tenant_id: id }) => id))]);
  return { ...facetsOf(counts, tenants), labels, reporters };
}

async function viewOf(ctx: ReportsCtx, id: string, scope: Scope): Promise<Report> {
  const row = await selectReportRow(ctx.sql, id, scope);
  if (row === null) throw notFound('report');
  const [kept, history] = await Promise.all([selectConversation(ctx.sql, id), selectHistory(ctx.sql, row)]);
  const whyNot = retryWhyNot(row);
  return {
    ...toSummary(row, ctx.now()),
    description: row.description,
    conversation: kept?.conversation ?? null,
    context: kept?.context ?? {},
    timeline: timelineOf(row, history),
    may: { retry: whyNot === null, retry_why_not: whyNot },
  };
}

function writeCursor(start: PageStart): string {
  return Buffer.from(`${start.at.toISOString()} ${start.id}`).toString('base64url');
}

function readCursor(cursor: string | undefined): PageStart | null {
  if (cursor === undefined) return null;
  const [at, id] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const start = { at: new Date(at ?? ''), id: id ?? '' };
  if (Number.isNaN(start.at.getTime()) || !/^[0-9a-f-]{36}$/u.test(start.id))
    throw new HttpProblem(400, 'This cursor is not one of ours: start again from the first page.');
  return start;
}
