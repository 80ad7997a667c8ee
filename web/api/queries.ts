import { infiniteQueryOptions, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';

import type { ReportSummary } from '../../src/contract/reports.ts';
import type { RouteInput } from '../../src/contract/routes.ts';
import { ApiError, isWorthRetrying } from './errors.ts';
import type { PagedQuery } from './mirror-queries.ts';
import { IDLE_MS, runsMs } from './pace.ts';
import { request } from './request.ts';

/** Fires `lost` when an answer says that nobody is signed in any more. */
export const signIn = new EventTarget();

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) signIn.dispatchEvent(new Event('lost'));
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => count < 2 && isWorthRetrying(error),
      refetchOnWindowFocus: false,
    },
  },
});

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request('getSession', { signal }),
  staleTime: 5 * 60_000,
});

export const appsQuery = queryOptions({
  queryKey: ['github-apps'],
  queryFn: ({ signal }) => request('listApps', { signal }),
});

export type ReportFilter = Omit<NonNullable<RouteInput<'listReports'>['query']>, 'cursor' | 'limit'>;

/** When something last happened to a report, here or on GitHub. */
export function lastNewsAt(report: ReportSummary): string {
  const onGithub = report.issue?.updated_at ?? '';
  return onGithub > report.updated_at ? onGithub : report.updated_at;
}

/** A list of reports, page by page; within a page the last news comes first. */
export function reportsQuery(filter: ReportFilter): PagedQuery<ReportSummary> {
  return {
    queryKey: ['reports', 'list', filter],
    read: async (cursor, signal) => {
      const page = await request('listReports', {
        query: { ...filter, ...(cursor === null ? {} : { cursor }) },
        ...(signal === undefined ? {} : { signal }),
      });
      return { ...page, items: page.items.toSorted((a, b) => lastNewsAt(b).localeCompare(lastNewsAt(a))) };
    },
    idOf: ({ id }) => id,
    hears: 'reports',
  };
}

export function reportQuery(id: string) {
  return queryOptions({
    queryKey: ['reports', 'one', id],
    queryFn: ({ signal }) => request('getReport', { params: { id }, signal }),
  });
}

export const facetsQuery = queryOptions({
  queryKey: ['reports', 'facets'],
  queryFn: ({ signal }) => request('reportFacets', { signal }),
});

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) => request('listConnections', { signal }),
});

export function connectionQuery(id: string) {
  return queryOptions({
    queryKey: ['connections', id],
    queryFn: ({ signal }) => request('getConnection', { params: { id }, signal }),
  });
}

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => request('health', { signal }),
  refetchInterval: IDLE_MS,
});

export const syncRunsQuery = queryOptions({
  queryKey: ['sync_runs'],
  queryFn: ({ signal }) => request('listSyncRuns', { query: { limit: 10 }, signal }),
  refetchInterval: (query) => runsMs(query.state.data?.items ?? []),
});

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => request('listAccounts', { signal }),
});

export const apiKeysQuery = queryOptions({
  queryKey: ['api_keys'],
  queryFn: ({ signal }) => request('listApiKeys', { signal }),
});

export const tokenSignersQuery = queryOptions({
  queryKey: ['token_signers'],
  queryFn: ({ signal }) => request('listTokenSigners', { signal }),
});

export const tenantsQuery = queryOptions({
  queryKey: ['tenants'],
  queryFn: ({ signal }) => request('listTenants', { signal }),
});

export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) =>
    request('listAudit', { query: pageParam === null ? {} : { cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});
