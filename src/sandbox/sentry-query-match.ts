import type { SandboxSentryIssue, SandboxSentryState } from './sentry-world.model.ts';
import type { SentryTerm } from './sentry-query.ts';
import { assigneeOf, projectOf } from './sentry-state.ts';

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Who searches and when. */
export interface Searching {
  state: SandboxSentryState;
  now: Date;
  personId: string | null;
}

/** Whether an issue is found by all terms. */
export function isFound(issue: SandboxSentryIssue, terms: readonly SentryTerm[], searching: Searching): boolean {
  return terms.every(
    ({ key, isNegated, values }) => values.some((value) => holds(issue, { key, value }, searching)) !== isNegated,
  );
}

/** False for what the search knows as unresolved, though everybody sees it resolved. */
export function isShownAs(issue: SandboxSentryIssue, terms: readonly SentryTerm[]): boolean {
  const isAskedFor = terms.some(
    ({ key, isNegated, values }) => key === 'is' && !isNegated && values.includes('unresolved'),
  );
  return !isAskedFor || !issue.autoResolved;
}

/** Milliseconds of a period such as 24h or 14d; null when it is none. */
export function periodMs(text: string): number | null {
  const found = /^(?<count>\d+)(?<unit>[smhdw])$/u.exec(text)?.groups;
  return found === undefined ? null : Number(found['count']) * (UNIT_MS[found['unit'] ?? ''] ?? 0);
}

function holds(
  issue: SandboxSentryIssue,
  { key, value }: { key: string; value: string },
  searching: Searching,
): boolean {
  const { state } = searching;
  switch (key) {
    case '':
      return isLike(`${issue.title} ${issue.culprit ?? ''}`, `*${value}*`);
    case 'is':
      return isState(issue, value);
    case 'level':
      return issue.level === value;
    case 'issue.priority':
      return issue.priority === value;
    case 'issue.category':
      return issue.issueCategory === value;
    case 'issue.type':
      return issue.issueType === value;
    case 'issue':
    case 'issue.id':
      return issue.id === value;
    case 'project':
    case 'project.name':
      return projectOf(state, issue).slug === value;
    case 'title':
    case 'message':
      return isLike(issue.title, value);
    case 'culprit':
    case 'transaction':
      return isLike(issue.culprit ?? '', value);
    case 'error.unhandled':
      return String(issue.isUnhandled) === value || (value === '1' && issue.isUnhandled);
    case 'error.handled':
      return String(!issue.isUnhandled) === value;
    case 'timesSeen':
    case 'times_seen':
      return isNumber(issue.count, value);
    case 'userCount':
    case 'user_count':
      return isNumber(issue.userCount, value);
    case 'age':
    case 'firstSeen':
    case 'first_seen':
      return isTime(issue.firstSeen, value, searching.now);
    case 'lastSeen':
    case 'last_seen':
      return isTime(issue.lastSeen, value, searching.now);
    case 'assigned':
    case 'assigned_or_suggested':
      return isAssigned(issue, value, searching);
    case 'has':
      return tagsOf(issue, value).length > 0;
    case 'release':
      return tagsOf(issue, 'release').includes(
        value === 'latest' ? (projectOf(state, issue).releases.at(-1) ?? '') : value,
      );
    case 'firstRelease':
      return issue.occasions[0]?.release === value;
    default:
      return tagsOf(issue, key).some((one) => isLike(one, value));
  }
}

function isState(issue: SandboxSentryIssue, word: string): boolean {
  switch (word) {
    case 'archived':
      return issue.status === 'ignored';
    case 'assigned':
      return issue.assignedTo !== null;
    case 'unassigned':
      return issue.assignedTo === null;
    case 'linked':
      return issue.native.length > 0;
    case 'unlinked':
      return issue.native.length === 0;
    case 'for_review':
      return issue.status === 'unresolved' && issue.substatus !== 'ongoing';
    default:
      return issue.status === word || issue.substatus === word;
  }
}

/** Values of a tag in the kept events; environment, release and user are tags too. */
export function tagsOf(issue: SandboxSentryIssue, key: string): string[] {
  return issue.occasions.flatMap(({ tags, environment, release, user }) => {
    const all: Record<string, string | null | undefined> = {
      level: issue.level,
      environment,
      release,
      user: user === null ? null : `id:${user.id}`,
      'user.id': user?.id,
      'user.email': user?.email,
      ...tags,
    };
    const value = all[key];
    return value === null || value === undefined ? [] : [value];
  });
}

function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/gu, String.raw`\$&`).replaceAll('*', '[\\s\\S]*');
  return new RegExp(`^${escaped}$`, 'iu').test(text);
}

function isNumber(count: number, value: string): boolean {
  const limit = Number(value.replace(/^[<>]=?/u, ''));
  if (value.startsWith('>=')) return count >= limit;
  if (value.startsWith('<=')) return count <= limit;
  if (value.startsWith('>')) return count > limit;
  return value.startsWith('<') ? count < limit : count === limit;
}

/** -24h: younger than that; +24h: older; >2026-01-31 and the like: absolute, in UTC without a zone. */
function isTime(at: string | null, value: string, now: Date): boolean {
  if (at === null) return false;
  const ms = Date.parse(at);
  const period = periodMs(value.slice(1));
  if (period !== null) return value.startsWith('-') ? ms >= now.getTime() - period : ms <= now.getTime() - period;
  const text = value.replace(/^[<>]=?/u, '');
  const limit = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/u.test(text) || !text.includes('T') ? text : `${text}Z`);
  return value.startsWith('>') ? ms >= limit : ms <= limit;
}

function isAssigned(issue: SandboxSentryIssue, value: string, { state, personId }: Searching): boolean {
  if (value === 'none') return issue.assignedTo === null;
  if (value === 'me') return personId !== null && issue.assignedTo === `user:${personId}`;
  if (value === 'my_teams')
    return state.teams.some(({ id, members }) => issue.assignedTo === `team:${id}` && members.includes(personId ?? ''));
  const found = assigneeOf(state, value);
  return found !== null && issue.assignedTo === `${found.type}:${found.id}`;
}
