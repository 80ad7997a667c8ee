import type { SandboxAnswer } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxSentryIssue } from '../../src/sandbox/sentry-world.model.ts';
import type { GlitchtipCall } from './sentry-glitchtip.ts';
import { inOrder } from '../../src/sandbox/sentry-paging.ts';
import { tagsOf } from '../../src/sandbox/sentry-query-match.ts';
import { projectBrief, sentryTime } from '../../src/sandbox/sentry-shapes.ts';
import { projectOf, shortIdOf, shownStatus } from '../../src/sandbox/sentry-state.ts';

const SORTS = ['last_seen', 'first_seen', 'count', 'priority'];
const LIMIT = 50;
const LIMIT_MAX = 100;

/** GET organizations/{org}/issues/: no query means everything, and what it does not know it ignores. */
export function glitchtipList(call: GlitchtipCall): SandboxAnswer {
  const { world, request } = call;
  const { query } = request;
  const refused = refusal(query);
  if (refused !== null) return refused;
  const sort = query.get('sort') ?? '-last_seen';
  const order = inOrder(world, ORDER_OF[sort.replace('-', '')] ?? 'date');
  const sorted = sort.startsWith('-') ? order : order.toReversed();
  const found = sorted.filter((issue) => isAskedFor(issue, query) && isFound(issue, query.get('query') ?? ''));
  const start = offsetIn(query.get('cursor'));
  const limit = Number(query.get('limit') ?? LIMIT);
  const rows = found.slice(start, start + limit);
  return {
    status: 200,
    headers: { link: wrappedLink(call, { start, limit, count: found.length }), 'x-hits': String(found.length) },
    body: rows.map((issue) => glitchtipIssue(call, issue)),
  };
}

const ORDER_OF: Record<string, 'date' | 'new' | 'freq'> = { last_seen: 'date', first_seen: 'new', count: 'freq' };

function refusal(query: URLSearchParams): SandboxAnswer | null {
  const wrong = (name: string, type: string, msg: string): SandboxAnswer => ({
    status: 422,
    body: { detail: [{ type, loc: ['query', name], msg }] },
  });
  for (const name of ['project', 'id'])
    if (query.getAll(name).some((value) => !/^\d+$/u.test(value)))
      return wrong(name, 'int_parsing', 'Input should be a valid integer, unable to parse string as an integer');
  const sort = query.get('sort');
  if (sort !== null && !SORTS.includes(sort.replace('-', '')))
    return wrong('sort', 'literal_error', `Input should be '${SORTS.join("', '")}'`);
  const limit = query.get('limit');
  if (limit !== null && !(Number(limit) >= 1 && Number(limit) <= LIMIT_MAX))
    return wrong('limit', 'less_than_equal', 'Input should be less than or equal to 100');
  return null;
}

/** `start` and `end` are about the first sight; periods and the like are ignored. */
function isAskedFor(issue: SandboxSentryIssue, query: URLSearchParams): boolean {
  const has = (name: string, value: string): boolean => !query.has(name) || query.getAll(name).includes(value);
  const { firstSeen } = issue;
  const [start, end] = [query.get('start'), query.get('end')];
  return (
    has('project', issue.projectId) &&
    has('id', issue.id) &&
    (!query.has('environment') || issue.occasions.some(({ environment }) => has('environment', environment ?? ''))) &&
    (start === null || (firstSeen ?? '') >= start) &&
    (end === null || (firstSeen ?? '') <= end)
  );
}

/** is:, has: and level: are understood, any other key:value is an exact tag, the rest is part of the title. */
function isFound(issue: SandboxSentryIssue, query: string): boolean {
  const words = query.match(/(?:[^\s"]|"[^"]*")+/gu) ?? [];
  return words.every((word) => {
    const [key = '', ...rest] = word.replaceAll('"', '').split(':');
    const value = rest.join(':');
    if (rest.length === 0) return issue.title.toLowerCase().includes(key.replaceAll('*', '').toLowerCase());
    if (key === 'is') return shownStatus(issue) === value;
    if (key === 'has') return tagsOf(issue, value).length > 0;
    return key === 'level' ? issue.level === value : tagsOf(issue, key).includes(value);
  });
}

function offsetIn(cursor: string | null): number {
  const text = Buffer.from(cursor ?? '', 'base64').toString('utf8');
  return Number(/^o=(?<offset>\d+)$/u.exec(text)?.groups?.['offset'] ?? 0);
}

/** A set of Python turned into text, braces and quotes and all, as GlitchTip really sends it. */
function wrappedLink(
  { web, request }: GlitchtipCall,
  { start, limit, count }: { start: number; limit: number; count: number },
): string {
  const url = `${web}${request.path}`;
  const cursor = (offset: number): string => Buffer.from(`o=${offset}`).toString('base64');
  const link = (rel: string, offset: number, isThere: boolean): string =>
    isThere
      ? `<${url}?cursor=${encodeURIComponent(cursor(offset))}>; rel="${rel}"; results="true"; cursor="${cursor(offset)}"`
      : `<${url}>; rel="${rel}"; results="false"`;
  const next = link('next', start + limit, count > start + limit);
  return `{'${link('previous', Math.max(0, start - limit), start > 0)}, ${next}'}`;
}

/** An issue without everything that GlitchTip does not know; its address is wrong there too. */
export function glitchtipIssue({ world, web }: GlitchtipCall, issue: SandboxSentryIssue): object {
  const { state } = world;
  const project = projectOf(state, issue);
  return {
    id: issue.id,
    count: String(issue.count),
    type: ['error', 'csp'].includes(issue.type) ? issue.type : 'default',
    level: issue.level,
    status: shownStatus(issue),
    project: projectBrief(project),
    shortId: shortIdOf(state, issue) ?? '',
    numComments: issue.activity.filter(({ type }) => type === 'note').length,
    stats: { '24h': [] },
    shareId: null,
    logger: null,
    permalink: `${web}/${project.slug}/issues/${issue.id}`,
    statusDetails: {},
    subscriptionDetails: null,
    userCount: 0,
    matchingEventId: null,
    firstSeen: sentryTime(issue.firstSeen),
    lastSeen: sentryTime(issue.lastSeen),
    title: issue.title.slice(0, 255),
    metadata: issue.metadata,
    culprit: issue.culprit ?? '',
  };
}
