import { abilitiesOf, askIssue, type Door, learn, placeOf, refusedHere } from './sentry-door.ts';
import { parseEvent } from './sentry-event.parse.ts';
import { parseIssue } from './sentry-issue.parse.ts';
import { projectList, readAll, readPage } from './sentry-pages.ts';
import { batchParameters, LINKS, listParameters, PAGE_SIZE } from './sentry-paths.decide.ts';
import type {
  Abilities,
  IssueQuery,
  Sentry,
  SentryFailure,
  SentryIssue,
  SentryPage,
  SentryResult,
} from './sentry.model.ts';

/** All that is read of issues. */
export function issueReads(door: Door): Pick<Sentry, 'issuePage' | 'issuesById' | 'issue' | 'latestEvent'> {
  return {
    issuePage: (query, next) => issuePage(door, query, next ?? null),
    issuesById: (ids, asked) => issuesById(door, ids, asked),
    issue: (id) => issue(door, id),
    latestEvent: (id, personal) =>
      askIssue(door, id, { operation: 'event', method: 'GET', below: ['events', 'latest'] }, ({ body }) =>
        parseEvent(body, personal),
      ),
  };
}

export function issue(door: Door, id: string): Promise<SentryResult<SentryIssue>> {
  return askIssue(door, id, { operation: 'issue', method: 'GET', parameters: LINKS }, ({ body }) =>
    parseIssue(body, placeOf(door)),
  );
}

export function issuesPath({ access }: Door): string[] {
  return ['organizations', access.organization, 'issues'];
}

async function issuePage(
  door: Door,
  query: IssueQuery,
  next: string | null,
): Promise<SentryResult<SentryPage<SentryIssue>>> {
  const known = await abilitiesOf(door);
  if (!known.ok) return known;
  const projects = await projectIds(door, query.projects);
  if (!projects.ok) return { ...projects, requests: known.requests + projects.requests };
  const parameters = listParameters(known.value, query, projects.value, door.now());
  const parse = (item: unknown) => parseIssue(item, placeOf(door));
  const page = await readPage(door, { operation: 'issues', segments: issuesPath(door), parameters, parse }, next);
  const requests = known.requests + projects.requests + page.requests;
  if (page.ok) return { ...page, value: sinceThen(known.value, query.since, page.value), requests };
  return { ...page, failure: scopeFailure(page.failure, query), requests };
}

/** GlitchTip cannot be asked for a window, but its list is sorted: below the first issue that is too old are only older ones. */
function sinceThen({ product }: Abilities, since: Date | null, page: SentryPage<SentryIssue>): SentryPage<SentryIssue> {
  if (product !== 'glitchtip' || since === null) return page;
  const items = page.items.filter(({ lastSeen }) => lastSeen === null || lastSeen >= since);
  return { items, next: items.length < page.items.length ? null : page.next };
}

/** An environment that Sentry does not know is answered like an organisation that it does not know, a project that is not the token's to see like a foreign one (facts 3). */
function scopeFailure(failure: SentryFailure, { environments, projects }: IssueQuery): SentryFailure {
  if (failure.kind !== 'organization_not_found') return failure;
  if (failure.status === 403 && projects.length > 0) {
    const message = `Sentry does not let this token see the issues of ${projects.join(' or ')}. Let it see the projects of the rule, or take them out of it.`;
    return { kind: 'invalid', field: 'project', message, status: failure.status };
  }
  if (failure.status !== 404 || environments.length === 0) return failure;
  const message = `Sentry knows none of the organisation, or not the environment ${environments.join(' or ')}. Check the environments of the rule.`;
  return { kind: 'invalid', field: 'environment', message, status: failure.status };
}

/** Numbers for slugs: GlitchTip and older Sentry take nothing else (facts 3, 11 and 12). */
async function projectIds(door: Door, projects: readonly string[]): Promise<SentryResult<string[]>> {
  const isNumber = (project: string) => /^\d+$/u.test(project);
  let requests = 0;
  if (!projects.every((project) => isNumber(project) || door.known.projectIds?.has(project))) {
    const all = await readAll(door, projectList(door));
    if (!all.ok) return all;
    ({ requests } = all);
    door.known.projectIds = new Map(all.value.map(({ slug, id }) => [slug, id]));
  }
  const ids: string[] = [];
  for (const project of projects) {
    const id = isNumber(project) ? project : door.known.projectIds?.get(project);
    if (id === undefined) return { ...refusedHere(projectFailure(project)), requests };
    ids.push(id);
  }
  return { ok: true, value: ids, requests };
}

function projectFailure(project: string): SentryFailure {
  const message = `Sentry shows no project “${project}” to this token. It may have been renamed or deleted: check the projects of the rule.`;
  return { kind: 'invalid', field: 'project', message, status: null };
}

export async function issuesById(
  door: Door,
  ids: readonly string[],
  { days } = { days: false },
): Promise<SentryResult<SentryIssue[]>> {
  const known = await abilitiesOf(door);
  if (!known.ok) return known;
  const wanted = [...new Set(ids)].filter((id) => /^\d+$/u.test(id)).slice(0, PAGE_SIZE);
  if (wanted.length === 0) return { ok: true, value: [], requests: known.requests };
  const { batch } = known.value;
  const together = batch === 'none' ? null : await batchOf(door, batch, wanted, days);
  if (together !== null && !needsSingles(together, wanted))
    return { ...together, requests: known.requests + together.requests };
  const each = await oneByOne(door, wanted);
  if (each.ok) learn(door, { batch: 'none' });
  return { ...each, requests: known.requests + (together?.requests ?? 0) + each.requests };
}

function batchOf(
  door: Door,
  batch: 'group' | 'id',
  ids: string[],
  days: boolean,
): Promise<SentryResult<SentryIssue[]>> {
  const parse = (item: unknown) => parseIssue(item, placeOf(door));
  const parameters = batchParameters(batch, ids, days);
  const list = { operation: 'issues', segments: issuesPath(door), parameters, parse } as const;
  return readAll(door, list, (items) => hasOthers(items, ids));
}

/** The parameter is undocumented (facts 3): a server that refuses or ignores it answers with an error, or with whatever there is. */
function needsSingles(result: SentryResult<SentryIssue[]>, ids: string[]): boolean {
  if (!result.ok) return result.failure.kind === 'invalid';
  return hasOthers(result.value, ids);
}

function hasOthers(issues: readonly SentryIssue[], ids: readonly string[]): boolean {
  return issues.some(({ id }) => !ids.includes(id));
}

async function oneByOne(door: Door, ids: string[]): Promise<SentryResult<SentryIssue[]>> {
  const results = await Promise.all(ids.map((id) => issue(door, id)));
  const requests = results.reduce((sum, result) => sum + result.requests, 0);
  const items: SentryIssue[] = [];
  for (const result of results) {
    if (result.ok) items.push(result.value);
    else if (result.failure.kind !== 'not_found') return { ...result, requests };
  }
  return { ok: true, value: items, requests };
}
