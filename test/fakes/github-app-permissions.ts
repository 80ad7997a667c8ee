import type { Permissions } from './github-app-state.ts';

type Level = 'read' | 'write';
/** One set of permissions that suffices; all of its members are needed. */
type Needed = Readonly<Record<string, Level>>;

const ISSUE_OR_PULL = ['issues', 'pull_requests'] as const;

/** What lies below a repository, first match wins. Reading methods need `read`, all others `write`. */
const BELOW_REPOSITORY: readonly [path: RegExp, anyOf: readonly string[], always?: Level][] = [
  [/^$/u, ['metadata', 'administration']],
  [/^installation$/u, []],
  [/^(?:collaborators|contributors|stats|events|issue-types)(?:\/|$)/u, ['metadata', 'administration']],
  [/^(?:invitations|teams)(?:\/|$)/u, ['administration']],
  [/^hooks\/\d+\/(?:pings|tests)$/u, ['repository_hooks'], 'read'],
  [/^hooks(?:\/|$)/u, ['repository_hooks']],
  [/^pulls\/\d+\/merge$/u, ['contents']],
  [/^pulls(?:\/|$)/u, ['pull_requests']],
  [/^commits\/[^/]+\/pulls$/u, ['pull_requests']],
  [/^(?:branches|commits|git|compare|activity)(?:\/|$)/u, ['contents']],
  [/^issues$/u, ['issues']],
  [/^issues\/(?:events$|\d+\/(?:sub_issues?|parent|dependencies|reactions))/u, ['issues']],
  [/^issues\/\d+$/u, ISSUE_OR_PULL],
  [/^(?:issues\/|labels|milestones|assignees)/u, ISSUE_OR_PULL],
];

/** Not for installations at all: there is no user behind their token. */
const OF_USERS_ONLY = /^\/(?:user(?:\/|$)|issues$)/u;

/** The permission sets of which one must be held for a call; null: the call is not for apps. Empty: none is needed. */
export function neededPermissions(method: string, path: string): Needed[] | null {
  if (OF_USERS_ONLY.test(path)) return null;
  const below = /^\/(?:repos\/[^/]+\/[^/]+|repositories\/\d+)(?:\/(?<below>.*))?$/u.exec(path);
  if (below === null) return /^\/orgs\/[^/]+\/(?:teams|members)/u.test(path) ? [{ members: 'read' }] : [];
  const row = BELOW_REPOSITORY.find(([pattern]) => pattern.test(below.groups?.['below'] ?? ''));
  const isReading = method === 'GET' || method === 'HEAD';
  const level = row?.[2] ?? (isReading ? 'read' : 'write');
  const names = row?.[1] ?? ['metadata'];
  return names.filter((name) => name !== 'metadata' || isReading).map((name) => ({ [name]: level }));
}

/** Value of `X-Accepted-GitHub-Permissions`: `;` between alternatives, `,` between those needed together. */
export function permissionsText(needed: readonly Needed[]): string {
  const texts = needed.map((set) =>
    Object.entries(set)
      .map(([name, level]) => `${name}=${level}`)
      .join(','),
  );
  return texts.join('; ');
}

export function holds(permissions: Permissions, needed: readonly Needed[]): boolean {
  const has = (name: string, level: Level): boolean => permissions[name] === 'write' || permissions[name] === level;
  return needed.length === 0 || needed.some((set) => Object.entries(set).every(([name, level]) => has(name, level)));
}
