import type { RouteInput } from '../src/contract/routes.ts';
import { readFilter } from './filter.ts';
import type { FilterKey } from './filter.ts';

export type IssuesAsked = Omit<NonNullable<RouteInput<'listRepositoryIssues'>['query']>, 'cursor' | 'limit'>;
export type PullsAsked = Omit<NonNullable<RouteInput<'listPulls'>['query']>, 'cursor' | 'limit'>;
export type DeliveriesAsked = Omit<NonNullable<RouteInput<'listDeliveries'>['query']>, 'cursor' | 'limit'>;

const ITEM_KEYS = ['label', 'assignee', 'author'] as const;
const PULL_STATES = ['open', 'closed', 'merged'] as const;
const DELIVERY_STATES = ['failed', 'received', 'applied', 'ignored'] as const;

const asWords = (words: string) => (words === '' ? {} : { q: words });

/** What the text filter of a repository's issues asks of the API. */
export function issuesAsked(text: string): IssuesAsked {
  const { values, words } = readFilter(text, ['state', 'is', 'reporter', ...ITEM_KEYS]);
  const { state, is, ...rest } = values;
  return {
    ...rest,
    ...(state === 'open' || state === 'closed' ? { state } : {}),
    ...(is === 'linked' || is === 'external' ? { source: is } : {}),
    ...asWords(words),
  };
}

/** What the text filter of a repository's pull requests asks of the API. `state:draft` are the open ones that are drafts. */
export function pullsAsked(text: string): PullsAsked {
  const { values, words } = readFilter(text, ['state', ...ITEM_KEYS]);
  const { state, ...rest } = values;
  const known = PULL_STATES.find((word) => word === state);
  return {
    ...rest,
    ...(known === undefined ? {} : { state: known }),
    ...(state === 'draft' ? { state: 'open', draft: 'true' } : {}),
    ...asWords(words),
  };
}

/** What the text filter of the deliveries asks of the API. */
export function deliveriesAsked(text: string): DeliveriesAsked {
  const { values, words } = readFilter(text, ['state', 'event', 'repository']);
  const { state, ...rest } = values;
  const known = DELIVERY_STATES.find((word) => word === state);
  return { ...rest, ...(known === undefined ? {} : { state: known }), ...asWords(words) };
}

const plain = (values: readonly string[]) => values.map((value) => ({ value, hint: null }));

/** Names that the lists of one repository know. */
export interface Names {
  labels: readonly string[];
  logins: readonly string[];
}

function itemKeys({ labels, logins }: Names): FilterKey[] {
  return [
    { key: 'label', hint: 'a label', values: plain(labels) },
    { key: 'assignee', hint: 'a login, or none', values: plain(['none', ...logins]) },
    { key: 'author', hint: 'a login', values: plain(logins) },
  ];
}

/** What the filter of a repository's issues offers. */
export function issueKeys(names: Names): FilterKey[] {
  return [
    { key: 'state', hint: 'open or closed', values: plain(['open', 'closed']) },
    { key: 'is', hint: 'linked to a report, or external', values: plain(['linked', 'external']) },
    ...itemKeys(names),
    { key: 'reporter', hint: 'who reported it', values: [] },
  ];
}

/** What the filter of a repository's pull requests offers. */
export function pullKeys(names: Names): FilterKey[] {
  return [
    { key: 'state', hint: 'open, draft, merged or closed', values: plain(['open', 'draft', 'merged', 'closed']) },
    ...itemKeys(names),
  ];
}

const EVENTS = ['issues', 'issue_comment', 'pull_request', 'pull_request_review', 'push', 'label', 'milestone'];

/** What the filter of the deliveries offers. */
export function deliveryKeys(repositories: readonly string[]): FilterKey[] {
  return [
    { key: 'state', hint: 'failed, received, applied or ignored', values: plain(DELIVERY_STATES) },
    {
      key: 'event',
      hint: 'GitHub’s name of the event',
      values: plain([...EVENTS, 'create', 'delete', 'member', 'team', 'repository', 'ping']),
    },
    { key: 'repository', hint: 'owner/name', values: plain(repositories) },
  ];
}
