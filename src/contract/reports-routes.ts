import { z } from 'zod';

import { IdParams, pageOf } from './common.ts';
import * as connections from './connections.ts';
import { SyncRunsQuery } from './mirror-queries.ts';
import * as reports from './reports.ts';
import type { Route } from './routes.ts';

const wait = z.object({ prefer: reports.WaitHeader.shape.prefer });

/** Routes of reports and of syncing, part of ROUTES. */
export const REPORT_ROUTES = {
  createReport: {
    method: 'POST',
    path: '/reports',
    role: 'reporter',
    tag: 'reports',
    summary: 'Report a problem',
    status: 201,
    headers: reports.WaitHeader,
    body: reports.ReportDraft,
    answer: reports.Report,
  },
  listReports: {
    method: 'GET',
    path: '/reports',
    role: 'reporter',
    tag: 'reports',
    summary: 'My reports, or all for an admin',
    status: 200,
    query: reports.ReportsQuery,
    answer: reports.ReportPage,
  },
  reportFacets: {
    method: 'GET',
    path: '/reports/facets',
    role: 'reporter',
    tag: 'reports',
    summary: 'Counts for the filters',
    status: 200,
    answer: reports.ReportFacets,
  },
  getReport: {
    method: 'GET',
    path: '/reports/:id',
    role: 'reporter',
    tag: 'reports',
    summary: 'One report with its timeline',
    status: 200,
    params: IdParams,
    answer: reports.Report,
  },
  retryReport: {
    method: 'POST',
    path: '/reports/:id/retry',
    role: 'reporter',
    tag: 'reports',
    summary: 'Try again now, with corrections where GitHub refused it',
    status: 200,
    params: IdParams,
    headers: wait,
    body: reports.ReportEdit.optional(),
    answer: reports.Report,
  },

  sync: {
    method: 'POST',
    path: '/sync',
    role: 'admin',
    tag: 'sync',
    summary: 'Sync from GitHub now',
    status: 202,
    headers: wait,
    body: connections.SyncRequest.optional(),
    answer: connections.SyncAnswer,
  },
  listSyncRuns: {
    method: 'GET',
    path: '/sync-runs',
    role: 'admin',
    tag: 'sync',
    summary: 'Recent sync runs',
    status: 200,
    query: SyncRunsQuery,
    answer: pageOf(connections.SyncRun),
  },
} as const satisfies Record<string, Route>;
