import type { ErrorsAsked } from './api/error-queries.ts';
import { readFilter } from './filter.ts';
import type { FilterKey } from './filter.ts';

const KEYS = ['is', 'sentry', 'github', 'rule', 'connection', 'project', 'level'] as const;

/** Words that `is:` knows, and what each asks of the API. */
const IS: Record<string, ErrorsAsked['state']> = {
  pending: 'pending',
  filed: 'synced',
  refused: 'failed',
  waiting: 'waiting',
  skipped: 'skipped',
  conflict: 'conflict',
};
const SENTRY: Record<string, ErrorsAsked['sentry_status']> = {
  unresolved: 'unresolved',
  resolved: 'resolved',
  archived: 'ignored',
};
const LEVELS = ['fatal', 'error', 'warning', 'info', 'debug'];

/** No rule and no connection has it: a name that nobody has finds nothing. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

interface Named {
  id: string;
  name: string;
}
/** What a filter names by name and the API by id. */
export interface ErrorNames {
  rules: readonly Named[];
  connections: readonly Named[];
  projects: readonly string[];
}

const idOf = (things: readonly Named[], name: string) =>
  things.find((thing) => thing.name.toLowerCase() === name.toLowerCase())?.id ?? NOBODY;

/** What the text filter of the errors asks of the API. */
export function errorsAsked(text: string, names: Pick<ErrorNames, 'rules' | 'connections'>): ErrorsAsked {
  const { values, words } = readFilter(text, KEYS);
  const { is = '', sentry = '', github, rule, connection, ...rest } = values;
  const state = IS[is.toLowerCase()];
  const status = SENTRY[sentry.toLowerCase()];
  return {
    ...rest,
    ...(state === undefined ? {} : { state }),
    ...(status === undefined ? {} : { sentry_status: status }),
    ...(github === 'open' || github === 'closed' ? { issue_state: github } : {}),
    ...(rule === undefined ? {} : { rule: idOf(names.rules, rule) }),
    ...(connection === undefined ? {} : { connection: idOf(names.connections, connection) }),
    ...(words === '' ? {} : { q: words }),
  };
}

const plain = (values: readonly string[]) => values.map((value) => ({ value, hint: null }));
const named = (things: readonly Named[]) => plain([...new Set(things.map(({ name }) => name))]);

/** What the filter of the errors offers; the connection only where there are several. */
export function errorKeys({ rules, connections, projects }: ErrorNames): FilterKey[] {
  return [
    { key: 'is', hint: 'pending, filed, refused, waiting, …', values: plain(Object.keys(IS)) },
    { key: 'sentry', hint: 'its status in Sentry', values: plain(Object.keys(SENTRY)) },
    { key: 'github', hint: 'open or closed on GitHub', values: plain(['open', 'closed']) },
    { key: 'rule', hint: 'the rule that took it', values: named(rules) },
    ...(connections.length > 1 ? [{ key: 'connection', hint: 'where it comes from', values: named(connections) }] : []),
    { key: 'project', hint: 'a project in Sentry', values: plain(projects) },
    { key: 'level', hint: 'fatal, error, warning, …', values: plain(LEVELS) },
  ];
}
