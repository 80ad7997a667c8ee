import type { SandboxAnswer, SandboxRequest } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxSentryWorld } from '../../src/sandbox/sentry-world.model.ts';
import { isJsonObject } from '../../src/sandbox/sandbox-call.ts';
import { notThere, said } from '../../src/sandbox/sentry-call.ts';

/** How older versions and other set-ups of Sentry differ from today's sentry.io. All off unless a test turns them on. */
export interface SentryWays {
  noSubstatus: boolean;
  noPriority: boolean;
  /** No `lifetime` in lists: counts cover only the window. */
  noLifetime: boolean;
  /** `annotations` as pieces of HTML. */
  htmlAnnotations: boolean;
  /** One issue only below `issues/{id}/`. */
  noOrganizationPaths: boolean;
  /** `group=` is unknown, so the list is as without it. */
  noGroup: boolean;
  /** Projects only by number. */
  projectIdsOnly: boolean;
  /** `!`, `*` and lists in queries are refused. */
  noAdvancedSearch: boolean;
  /** No `links` of the organization. */
  noLinks: boolean;
  /** Addresses in the Link header have a host that nobody reaches, as behind a proxy. */
  wrongLinkHost: boolean;
  /** Issues whose first event is younger than this are not in the search yet. */
  searchLagMs: number;
}

export const TODAY: SentryWays = {
  noSubstatus: false,
  noPriority: false,
  noLifetime: false,
  htmlAnnotations: false,
  noOrganizationPaths: false,
  noGroup: false,
  projectIdsOnly: false,
  noAdvancedSearch: false,
  noLinks: false,
  wrongLinkHost: false,
  searchLagMs: 0,
};

/** A self-hosted Sentry of a few years ago. */
export const LONG_AGO: SentryWays = {
  ...TODAY,
  noSubstatus: true,
  noPriority: true,
  noLifetime: true,
  htmlAnnotations: true,
  noOrganizationPaths: true,
  noGroup: true,
  projectIdsOnly: true,
  noLinks: true,
};

type Handle = (request: SandboxRequest) => SandboxAnswer;

/** Answers as a Sentry with these ways does. */
export function answerInWays(
  world: SandboxSentryWorld,
  ways: SentryWays,
  { request, handle }: { request: SandboxRequest; handle: Handle },
): SandboxAnswer {
  const refused = refusalIn(ways, request);
  if (refused !== null) return refused;
  const answer = handle(ways.noGroup ? withoutGroup(request) : request);
  const link = answer.headers?.['link'];
  const headers = {
    ...answer.headers,
    ...(ways.wrongLinkHost && link !== undefined
      ? { link: link.replaceAll(/http:\/\/[\d.:]+/gu, 'http://sentry-web.internal:9000') }
      : {}),
  };
  if (answer.status >= 300 || answer.body === undefined) return { ...answer, headers };
  return { ...answer, headers, body: bodyIn(world, ways, { request, body: answer.body }) };
}

function refusalIn(ways: SentryWays, { path, query }: SandboxRequest): SandboxAnswer | null {
  if (ways.noOrganizationPaths && /\/organizations\/[^/]+\/issues\/./u.test(path)) return notThere();
  if (ways.projectIdsOnly && query.getAll('project').some((project) => !/^-?\d+$/u.test(project)))
    return said(400, 'Invalid project parameter. Values must be numbers.');
  if (ways.noAdvancedSearch && /(?:^|\s)!|\*|:\[/u.test(query.get('query') ?? ''))
    return said(400, 'You do not have access to advanced search features: negation, wildcards and lists');
  return null;
}

function withoutGroup(request: SandboxRequest): SandboxRequest {
  const query = new URLSearchParams(request.query);
  query.delete('group');
  return { ...request, query };
}

function bodyIn(
  world: SandboxSentryWorld,
  ways: SentryWays,
  { request, body }: { request: SandboxRequest; body: unknown },
): unknown {
  const isSearch = request.method === 'GET' && request.path.endsWith('/issues/') && !request.query.has('group');
  if (Array.isArray(body))
    return body.filter((row) => !isSearch || isIndexed(world, ways, row)).map((row) => rowIn(ways, row));
  return rowIn(ways, body);
}

function isIndexed({ now }: SandboxSentryWorld, { searchLagMs }: SentryWays, row: unknown): boolean {
  const lifetime = isJsonObject(row) ? row['lifetime'] : null;
  const first = isJsonObject(lifetime) ? lifetime['firstSeen'] : null;
  return typeof first !== 'string' || Date.parse(first) <= now().getTime() - searchLagMs;
}

function rowIn(ways: SentryWays, row: unknown): unknown {
  if (!isJsonObject(row)) return row;
  const shown = { ...row };
  if (ways.noSubstatus) delete shown['substatus'];
  if (ways.noPriority) for (const name of ['priority', 'priorityLockedAt']) delete shown[name];
  if (ways.noLifetime) for (const name of ['lifetime', 'filtered']) delete shown[name];
  if (ways.noLinks) delete shown['links'];
  if (ways.htmlAnnotations && Array.isArray(row['annotations']))
    shown['annotations'] = row['annotations'].map(
      (one: { displayName: string; url: string }) => `<a href="${one.url}">${one.displayName}</a>`,
    );
  return shown;
}
