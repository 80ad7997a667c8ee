import { queryOptions } from '@tanstack/react-query';

import type { ErrorSummary } from '../../src/contract/errors.ts';
import type { RouteInput } from '../../src/contract/routes.ts';
import type { SentryRuleDraft } from '../../src/contract/sentry.ts';
import type { PagedQuery } from './mirror-queries.ts';
import { IDLE_MS, RUNNING_MS } from './pace.ts';
import { request } from './request.ts';

export type ErrorsAsked = Omit<NonNullable<RouteInput<'listErrors'>['query']>, 'cursor' | 'limit'>;

/** Connections and rules change with each run and each setting. */
export const SENTRY_KEY = ['sentry'] as const;
/** Everything about single errors; their lists look for news themselves. */
export const ERROR_KEY = ['errors', 'one'] as const;
export const ERROR_FACETS_KEY = ['errors', 'facets'] as const;

export const sentryConnectionsQuery = queryOptions({
  queryKey: [...SENTRY_KEY, 'connections'],
  queryFn: ({ signal }) => request('listSentryConnections', { signal }),
  refetchInterval: IDLE_MS,
});

export function sentryConnectionQuery(id: string) {
  return queryOptions({
    queryKey: [...SENTRY_KEY, 'connection', id],
    queryFn: ({ signal }) => request('getSentryConnection', { params: { id }, signal }),
  });
}

export const sentryRulesQuery = queryOptions({
  queryKey: [...SENTRY_KEY, 'rules'],
  queryFn: ({ signal }) => request('listSentryRules', { signal }),
  refetchInterval: (query) =>
    query.state.data?.items.some(({ last_run: run }) => run?.state === 'running') === true ? RUNNING_MS : IDLE_MS,
});

export function sentryRuleQuery(id: string) {
  return queryOptions({
    queryKey: [...SENTRY_KEY, 'rule', id],
    queryFn: ({ signal }) => request('getSentryRule', { params: { id }, signal }),
  });
}

/** What a rule's templates make of a Sentry issue; `asked`: the rule and the issue's name as JSON, so that it is the key. */
export function rulePreviewQuery(asked: string) {
  return queryOptions({
    queryKey: ['rule-preview', asked],
    queryFn: ({ signal }) => {
      const { rule, issue } = JSON.parse(asked) as { rule: SentryRuleDraft; issue: string };
      return request('previewSentryRule', { body: { rule, ...(issue === '' ? {} : { sentry_issue: issue }) }, signal });
    },
    staleTime: Infinity,
    gcTime: 0,
    // what Sentry or Liquid says is shown; typing on asks anew
    retry: false,
  });
}

/** Errors by their last event, page by page. */
export function errorsQuery(query: ErrorsAsked): PagedQuery<ErrorSummary> {
  return {
    queryKey: ['errors', 'list', query],
    read: (cursor, signal) =>
      request('listErrors', {
        query: { ...query, ...(cursor === null ? {} : { cursor }) },
        ...(signal === undefined ? {} : { signal }),
      }),
    idOf: ({ id }) => id,
  };
}

/** How many errors are in each state, of those that a filter shows. */
export function errorFacetsQuery(query: Omit<ErrorsAsked, 'state'>) {
  return queryOptions({
    queryKey: [...ERROR_FACETS_KEY, query],
    queryFn: ({ signal }) => request('errorFacets', { query, signal }),
  });
}

export function errorQuery(id: string) {
  return queryOptions({
    queryKey: [...ERROR_KEY, id],
    queryFn: ({ signal }) => request('getError', { params: { id }, signal }),
  });
}

/** The errors of one GitHub issue: by the mirror's id, or by `#number`, which other repositories may have too. */
export function errorsOfIssueQuery(asked: { issue: string } | { q: string }) {
  return queryOptions({
    queryKey: [...ERROR_KEY, 'of', asked],
    queryFn: ({ signal }) => request('listErrors', { query: asked, signal }),
  });
}
