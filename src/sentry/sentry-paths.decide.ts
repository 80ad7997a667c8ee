import { DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import type { Abilities, IssueQuery } from './sentry.model.ts';
import { glitchtipQuery } from './glitchtip-query.decide.ts';

/** Parameters in order; a name may come several times. */
export type Parameters = [name: string, value: string][];

export const PAGE_SIZE = 100;
/** Sentry's own default and longest window (facts 3): longer ones are given as two dates. */
const STATS_PERIOD_MS_MAX = 90 * DAY_MS;

/**
 * The address of an API call: below whatever path the base has, each segment encoded, and always with a slash at the end, without
 * which Sentry answers a redirect that loses a body (facts 1). Null for a segment that would lead to another endpoint.
 */
export function apiUrl(base: string, segments: readonly string[], parameters: Parameters = []): string | null {
  if (segments.some((segment) => ['', '.', '..'].includes(segment))) return null;
  const query = new URLSearchParams(parameters).toString();
  return `${rootOf(base)}/api/0/${segments.map(encodeURIComponent).join('/')}/${query === '' ? '' : `?${query}`}`;
}

/** The address that belongs to the token itself, and GlitchTip's that tells what it is, without an organisation. */
export function rootUrl(base: string, what: 'token' | 'settings'): string {
  return `${rootOf(base)}${what === 'token' ? '/api/0/' : '/api/settings/'}`;
}

// People copy the address of the API as well.
function rootOf(base: string): string {
  return base.replace(/\/+$/u, '').replace(/\/api(?:\/0)?$/u, '');
}

/** Where one issue is, and what is below it: under the organisation, or at the older place. */
export function issueSegments(organization: string, id: string, below: readonly string[], old: boolean): string[] {
  return [...(old ? [] : ['organizations', organization]), 'issues', id, ...below];
}

/**
 * The parameters of a list of issues. `query` is always sent, as an absent one means something else to each server; counts for the
 * little graph are not asked for, all-time ones (`lifetime`) never collapsed (facts 3 and 12). `projectIds` are numbers.
 */
export function listParameters(
  abilities: Pick<Abilities, 'product'>,
  query: Omit<IssueQuery, 'projects'>,
  projectIds: readonly string[],
  now: Date,
): Parameters {
  const environments: Parameters = query.environments.map((name) => ['environment', name]);
  const projects: Parameters = projectIds.map((id) => ['project', id]);
  const limit: Parameters[number] = ['limit', String(PAGE_SIZE)];
  if (abilities.product === 'glitchtip')
    return [['query', glitchtipQuery(query.query)], ['sort', '-last_seen'], limit, ...projects, ...environments];
  return [
    ['query', query.query],
    ['sort', 'date'],
    limit,
    ['groupStatsPeriod', ''],
    ...windowParameters(query.since, now),
    ...(projects.length > 0 ? projects : [EVERY_PROJECT]),
    ...environments,
  ];
}

/** One issue of any status with a query that only a full search understands, where it is still hoped for. */
export function sampleParameters(abilities: Pick<Abilities, 'product' | 'advancedSearch'>, now: Date): Parameters {
  const query = { query: abilities.advancedSearch ? '!level:sample' : '', environments: [], since: null };
  const parameters = listParameters(abilities, query, [], now);
  return parameters.map(([name, value]) => [name, name === 'limit' ? '1' : value]);
}

// Without it a person's token sees the projects of the person's own teams only.
const EVERY_PROJECT: Parameters[number] = ['project', '-1'];

/** Relative, so that the clocks need not agree; a date in `statsPeriod` is refused (facts 3 and 14). */
function windowParameters(since: Date | null, now: Date): Parameters {
  if (since === null) return [['statsPeriod', '90d']];
  const windowMs = now.getTime() - since.getTime();
  if (windowMs > STATS_PERIOD_MS_MAX)
    return [
      ['start', since.toISOString()],
      ['end', now.toISOString()],
    ];
  return [['statsPeriod', `${Math.max(1, Math.ceil(windowMs / MINUTE_MS))}m`]];
}

/**
 * The parameters that ask for these issues whatever their status, with their links to elsewhere. `days`: also for the events of
 * each of 14 days, which costs Sentry a look into its events (facts 3); GlitchTip tells none.
 */
export function batchParameters(batch: 'group' | 'id', ids: readonly string[], days: boolean): Parameters {
  const wanted: Parameters = ids.map((id) => [batch, id]);
  const all: Parameters = [...wanted, ['query', ''], ['limit', String(PAGE_SIZE)]];
  if (batch === 'id') return all;
  return [...all, ['groupStatsPeriod', days ? '14d' : ''], EVERY_PROJECT, ...LINKS];
}

/** Links made by Sentry's own integrations, and by apps as ours. */
export const LINKS: Parameters = [
  ['expand', 'integrationIssues'],
  ['expand', 'sentryAppIssues'],
];

/**
 * The region to use from now on: the one Sentry names where it is of the same house as the address given, else null. A server set
 * up wrongly names an inner address, and the token must not go wherever an answer says.
 */
export function regionFrom(baseUrl: string, regionUrl: string | null): string | null {
  const base = URL.parse(baseUrl);
  const region = URL.parse(regionUrl ?? '');
  if (base === null || region === null || region.origin === base.origin) return null;
  if (region.protocol !== 'https:' && region.protocol !== base.protocol) return null;
  const same =
    region.hostname === base.hostname ||
    (isSentryIo(base.hostname) && isSentryIo(region.hostname)) ||
    region.hostname.endsWith(`.${base.hostname}`);
  return same ? `${region.origin}${region.pathname}`.replace(/\/+$/u, '') : null;
}

function isSentryIo(host: string): boolean {
  return host === 'sentry.io' || host.endsWith('.sentry.io');
}

/** Where people see an issue; GlitchTip's own answer names the project where the organisation belongs (facts 1 and 12). */
export function permalinkOf(
  place: { product: Abilities['product']; baseUrl: string; organization: string },
  id: string,
): string {
  const root = rootOf(place.baseUrl);
  const organization = encodeURIComponent(place.organization);
  if (place.product === 'glitchtip') return `${root}/${organization}/issues/${id}`;
  const isCloud = isSentryIo(URL.parse(root)?.hostname ?? '');
  return isCloud
    ? `https://${organization}.sentry.io/issues/${id}/`
    : `${root}/organizations/${organization}/issues/${id}/`;
}
