import type { SandboxAnswer } from './sandbox.model.ts';
import type { SandboxSentryIssue } from './sentry-world.model.ts';
import type { SentryWindow } from './sentry-shapes.ts';
import type { SentrySort } from './sentry-paging.ts';
import type { SentryCall } from './sentry-call.ts';
import { json, notThere, numberIn, said } from './sentry-call.ts';
import { inOrder, linkHeader, pageByScore, readCursor, scoreOf, SENTRY_SORTS } from './sentry-paging.ts';
import { parseQuery } from './sentry-query.ts';
import { isFound, isShownAs, periodMs } from './sentry-query-match.ts';
import { listIssue } from './sentry-shapes.ts';
import { findProject, issueByShortId, livingIssue } from './sentry-state.ts';

const QUERY_DEFAULT = 'is:unresolved';
const PERIOD_DEFAULT_MS = 90 * 86_400_000;
const HITS_MAX = 1000;

/** What a list looks at, from its parameters. */
export interface ListScope {
  projects: ReadonlySet<string> | null;
  window: SentryWindow;
}

/** GET organizations/{org}/issues/ */
export function listIssues(call: SentryCall): SandboxAnswer {
  const scope = scopeOf(call);
  if ('status' in scope) return scope;
  if (call.query.has('group')) return byNumbers(call, scope);
  const direct = call.query.get('shortIdLookup') === '1' ? byShortId(call) : null;
  if (direct !== null) return json([shown(call, direct, scope)], 200, { 'x-sentry-direct-hit': '1' });
  return search(call, scope);
}

function search(call: SentryCall, scope: ListScope): SandboxAnswer {
  const { world, query } = call;
  const parsed = parseQuery(query.get('query') ?? QUERY_DEFAULT);
  if (!parsed.ok) return said(400, parsed.detail);
  const sort = (query.get('sort') ?? 'date') as SentrySort;
  if (!SENTRY_SORTS.includes(sort)) return { status: 400, body: { sort: [`"${sort}" is not a valid choice.`] } };
  const cursor = readCursor(query.get('cursor'));
  if (cursor === 'bad') return said(400, 'Invalid cursor parameter.');
  const searching = { state: world.state, now: world.now(), personId: call.token.personId };
  const found = inOrder(world, sort).filter(
    (issue) => isInScope(issue, scope) && isFound(issue, parsed.terms, searching),
  );
  const limit = numberIn(query, 'limit', 100);
  const { rows, next } = pageByScore(found, { cursor, limit, score: (issue) => scoreOf(issue, sort) });
  // As in Sentry, what is shown resolved for its age leaves the page of unresolved ones after it was cut: it may be short or empty.
  const seen = rows.filter((issue) => isShownAs(issue, parsed.terms));
  return json(
    seen.map((issue) => shown(call, issue, scope)),
    200,
    {
      link: linkHeader(`${call.web}/api/0${call.path}`, query, { hasPrevious: cursor !== null, next, limit }),
      'x-hits': String(Math.min(found.length, HITS_MAX)),
      'x-max-hits': String(HITS_MAX),
    },
  );
}

function isInScope(issue: SandboxSentryIssue, { projects, window }: ListScope): boolean {
  if (issue.lastSeen === null || (projects !== null && !projects.has(issue.projectId))) return false;
  if (window.start !== null && Date.parse(issue.lastSeen) < window.start.getTime()) return false;
  if (window.end !== null && issue.firstSeen !== null && Date.parse(issue.firstSeen) > window.end.getTime())
    return false;
  return (
    window.environments.length === 0 || issue.hours.some(([, environment]) => window.environments.includes(environment))
  );
}

/** `group=`: those ids that are there, whatever their status; merged, deleted and foreign ones are just absent. */
function byNumbers(call: SentryCall, scope: ListScope): SandboxAnswer {
  const asked = call.query.getAll('group');
  if (asked.some((id) => !/^\d+$/u.test(id))) return said(400, 'Group ids must be integers');
  const found = [...new Set(asked)].map((id) => livingIssue(call.world.state, id));
  const there = found.filter(
    (issue, at) =>
      issue !== null && issue.id === asked[at] && (scope.projects === null || scope.projects.has(issue.projectId)),
  );
  return json(there.filter((issue) => issue !== null).map((issue) => shown(call, issue, scope)));
}

function byShortId(call: SentryCall): SandboxSentryIssue | null {
  const text = (call.query.get('query') ?? '').trim();
  return /^[\w-]+-[\dA-Z]+$/iu.test(text) ? issueByShortId(call.world.state, text) : null;
}

function shown(call: SentryCall, issue: SandboxSentryIssue, { window }: ListScope): object {
  const collapse = call.query.getAll('collapse');
  const stats = !collapse.includes('stats');
  return listIssue(call.world.state, call.web, issue, {
    window,
    stats,
    graph: { period: call.query.get('groupStatsPeriod') ?? '24h', end: call.world.now() },
    lifetime: stats && !collapse.includes('lifetime'),
    expand: call.query.getAll('expand'),
  });
}

/** Projects, environments and time of a list, or the refusal. */
export function scopeOf({ world, query }: Pick<SentryCall, 'world' | 'query'>): ListScope | SandboxAnswer {
  const named = query.getAll('project').filter((one) => one !== '-1');
  const projects = named.map((one) => findProject(world.state, one));
  if (projects.includes(null)) return said(403, 'You do not have permission to perform this action.');
  const environments = query.getAll('environment').filter((one) => one !== '');
  const known = world.state.projects.flatMap((project) => project.environments);
  if (environments.some((one) => !known.includes(one))) return notThere();
  const graph = query.get('groupStatsPeriod') ?? '';
  if (!['', '24h', '14d', 'auto'].includes(graph))
    return said(400, "Invalid stats_period. Valid choices are '', '24h', '14d', and 'auto'");
  const time = timeOf(query, world.now());
  if ('status' in time) return time;
  const ids = projects.filter((project) => project !== null).map(({ id }) => id);
  return { projects: ids.length === 0 ? null : new Set(ids), window: { ...time, environments } };
}

function timeOf(query: URLSearchParams, now: Date): { start: Date | null; end: Date | null } | SandboxAnswer {
  const period = query.get('statsPeriod') ?? '';
  if (period !== '') {
    const ms = periodMs(period);
    return ms === null
      ? said(400, `Invalid statsPeriod: '${period}'`)
      : { start: new Date(now.getTime() - ms), end: null };
  }
  const [start, end] = [query.get('start'), query.get('end')];
  if (start === null && end === null) return { start: new Date(now.getTime() - PERIOD_DEFAULT_MS), end: null };
  if (start === null || end === null) return said(400, 'start and end are both required');
  const [from, to] = [instantOf(start), instantOf(end)];
  if (from === null || to === null)
    return said(400, `${from === null ? start : end} is not a valid ISO8601 date query`);
  return from > to ? said(400, 'start must be before end') : { start: from, end: to };
}

function instantOf(text: string): Date | null {
  const isZoned = /(?:Z|[+-]\d\d:?\d\d)$/u.test(text) || !text.includes('T');
  const ms = Date.parse(isZoned ? text : `${text}Z`);
  return Number.isNaN(ms) ? null : new Date(ms);
}
