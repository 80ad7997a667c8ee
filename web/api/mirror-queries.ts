import { queryOptions } from '@tanstack/react-query';

import type { SyncRun } from '../../src/contract/connections.ts';
import type { Repository } from '../../src/contract/mirror.ts';
import type { RouteAnswer } from '../../src/contract/routes.ts';
import type { DeliveriesAsked, IssuesAsked, PullsAsked } from '../mirror-filter.ts';
import { IDLE_MS, RUNNING_MS, runsMs } from './pace.ts';
import { request } from './request.ts';

const PAGE_MAX = 100;

type Page<Item> = { items: Item[]; next: string | null };

/** A list that is read page by page, in the order the hub gives it. */
export interface PagedQuery<Item> {
  queryKey: readonly unknown[];
  read: (cursor: string | null, signal?: AbortSignal) => Promise<Page<Item>>;
  idOf: (item: Item) => string;
  /** For a list in an order that does not change: how soon it is read again by itself, in place. */
  refetchMs?: (items: readonly Item[]) => number;
  /** Told by the kind of what came, its rows brought up to date one by one; without it, by whatever the mirror or Sentry brings. */
  hears?: 'reports';
}

/** owner and name, as routes take them. */
export function partsOf(fullName: string): { owner: string; name: string } {
  const [owner = '', name = ''] = fullName.split('/');
  return { owner, name };
}

const at = (cursor: string | null) => (cursor === null ? {} : { cursor });
const given = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

/** Everything below it changes with what the mirror reads. */
export const MIRROR_KEY = ['mirror'] as const;

const refetchMs = (repositories: readonly Repository[]) =>
  repositories.some(({ run }) => run !== null) ? RUNNING_MS : IDLE_MS;

/** All mirrored repositories of the tenant, for what must not miss any. */
export const repositoriesQuery = queryOptions({
  queryKey: [...MIRROR_KEY, 'repositories'],
  queryFn: async ({ signal }) => {
    const all: Repository[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Repository> = await request('listRepositories', {
        query: { limit: PAGE_MAX, ...at(cursor) },
        signal,
      });
      all.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return all;
  },
  refetchInterval: (query) => refetchMs(query.state.data ?? []),
});

/** Mirrored repositories by name, page by page; `q`: a part of name or description. */
export function repositoryListQuery(q: string): PagedQuery<Repository> {
  return {
    queryKey: [...MIRROR_KEY, 'repositories', 'list', q],
    read: (cursor, signal) =>
      request('listRepositories', { query: { ...(q === '' ? {} : { q }), ...at(cursor) }, ...given(signal) }),
    idOf: ({ id }) => id,
    refetchMs,
  };
}

export function repositoryQuery(fullName: string) {
  return queryOptions({
    queryKey: [...MIRROR_KEY, 'repository', fullName.toLowerCase()],
    queryFn: ({ signal }): Promise<Repository> => request('getRepository', { params: partsOf(fullName), signal }),
    refetchInterval: (query) => ((query.state.data?.run ?? null) === null ? IDLE_MS : RUNNING_MS),
  });
}

export const costQuery = queryOptions({
  queryKey: [...MIRROR_KEY, 'cost'],
  queryFn: ({ signal }) => request('repositoryCosts', { signal }),
});

export const driftQuery = queryOptions({
  queryKey: [...MIRROR_KEY, 'drift'],
  queryFn: ({ signal }) => request('drift', { signal }),
});

export const budgetsQuery = queryOptions({
  queryKey: ['budgets'],
  queryFn: ({ signal }) => request('budgets', { signal }),
  refetchInterval: 10_000,
});

export function availableQuery(connectionId: string, q: string, owner: string): PagedQuery<AvailableRepository> {
  return {
    queryKey: [...MIRROR_KEY, 'available', connectionId, q, owner],
    read: (cursor, signal) =>
      request('listAvailableRepositories', {
        query: { connection_id: connectionId, q, ...(owner === '' ? {} : { owner }), ...at(cursor) },
        ...given(signal),
      }),
    idOf: ({ full_name: fullName }) => fullName,
  };
}
export type AvailableRepository = RouteAnswer<'listAvailableRepositories'>['items'][number];

export function mirroredIssuesQuery(fullName: string, query: IssuesAsked) {
  return {
    queryKey: [...MIRROR_KEY, 'issues', fullName, query],
    read: (cursor: string | null, signal?: AbortSignal) =>
      request('listRepositoryIssues', {
        params: partsOf(fullName),
        query: { ...query, ...at(cursor) },
        ...given(signal),
      }),
    idOf: ({ id }: { id: string }) => id,
  };
}

export function mirroredIssueQuery(fullName: string, number: string) {
  return queryOptions({
    queryKey: [...MIRROR_KEY, 'issue', fullName, number],
    queryFn: ({ signal }) => request('getRepositoryIssue', { params: { ...partsOf(fullName), number }, signal }),
  });
}

export function mirroredPullsQuery(fullName: string, query: PullsAsked) {
  return {
    queryKey: [...MIRROR_KEY, 'pulls', fullName, query],
    read: (cursor: string | null, signal?: AbortSignal) =>
      request('listPulls', { params: partsOf(fullName), query: { ...query, ...at(cursor) }, ...given(signal) }),
    idOf: ({ id }: { id: string }) => id,
  };
}

export function mirroredPullQuery(fullName: string, number: string) {
  return queryOptions({
    queryKey: [...MIRROR_KEY, 'pull', fullName, number],
    queryFn: ({ signal }) => request('getPull', { params: { ...partsOf(fullName), number }, signal }),
  });
}

export function branchesQuery(fullName: string, q: string) {
  return {
    queryKey: [...MIRROR_KEY, 'branches', fullName, q],
    read: (cursor: string | null, signal?: AbortSignal) =>
      request('listBranches', { params: partsOf(fullName), query: { q, ...at(cursor) }, ...given(signal) }),
    idOf: ({ name }: { name: string }) => name,
  };
}

export function collaboratorsQuery(fullName: string, q: string) {
  return {
    queryKey: [...MIRROR_KEY, 'collaborators', fullName, q],
    read: (cursor: string | null, signal?: AbortSignal) =>
      request('listCollaborators', { params: partsOf(fullName), query: { q, ...at(cursor) }, ...given(signal) }),
    idOf: ({ login }: { login: string }) => login,
  };
}

export function teamsQuery(fullName: string) {
  return queryOptions({
    queryKey: [...MIRROR_KEY, 'teams', fullName],
    queryFn: ({ signal }) => request('listTeams', { params: partsOf(fullName), query: { limit: PAGE_MAX }, signal }),
  });
}

/** The names that a filter offers: labels and logins of a repository. */
export function namesQuery(fullName: string) {
  return queryOptions({
    queryKey: [...MIRROR_KEY, 'names', fullName],
    queryFn: async ({ signal }) => {
      const input = { params: partsOf(fullName), query: { limit: PAGE_MAX }, signal };
      const [labels, people] = await Promise.all([request('listLabels', input), request('listCollaborators', input)]);
      return { labels: labels.items.map(({ name }) => name), logins: people.items.map(({ login }) => login) };
    },
    staleTime: 5 * 60_000,
  });
}

export function activityQuery(fullName: string, kind: string | null) {
  return {
    queryKey: [...MIRROR_KEY, 'activity', fullName, kind],
    read: (cursor: string | null, signal?: AbortSignal) => {
      const query = { ...(kind === null ? {} : { item_kind: kind as ItemKind }), ...at(cursor) };
      return request('listActivity', { params: partsOf(fullName), query, ...given(signal) });
    },
    idOf: ({ id }: { id: number }) => String(id),
  };
}
type ItemKind = RouteAnswer<'listActivity'>['items'][number]['item_kind'];

export function hooksQuery(fullName: string) {
  return queryOptions({
    queryKey: [...MIRROR_KEY, 'hooks', fullName],
    queryFn: ({ signal }) => request('listHooks', { params: partsOf(fullName), signal }),
  });
}

export function repositoryRunsQuery(fullName: string): PagedQuery<SyncRun> {
  return {
    queryKey: ['sync_runs', fullName],
    read: (cursor: string | null, signal?: AbortSignal) =>
      request('listSyncRuns', { query: { repository: fullName, limit: 20, ...at(cursor) }, ...given(signal) }),
    idOf: ({ id }) => id,
    refetchMs: runsMs,
  };
}

export function deliveriesQuery(query: DeliveriesAsked) {
  return {
    queryKey: ['deliveries', 'list', query],
    read: (cursor: string | null, signal?: AbortSignal) =>
      request('listDeliveries', { query: { ...query, ...at(cursor) }, ...given(signal) }),
    idOf: ({ id }: { id: string }) => id,
  };
}

export function deliveryQuery(id: string) {
  return queryOptions({
    queryKey: ['deliveries', 'one', id],
    queryFn: ({ signal }) => request('getDelivery', { params: { id }, signal }),
  });
}
