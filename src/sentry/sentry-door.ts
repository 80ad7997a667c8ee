import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { decideNotSentry } from './sentry-failure.decide.ts';
import { parseGlitchtip } from './sentry-organization.parse.ts';
import type { Operation } from './sentry-operations.decide.ts';
import { apiUrl, issueSegments, type Parameters, rootUrl } from './sentry-paths.decide.ts';
import type { IssuePlace } from './sentry-issue.parse.ts';
import type { ApiAnswer, ApiRequest, SentryApi } from './sentry.client.ts';
import type { Abilities, SentryAccess, SentryFailure, SentryResult } from './sentry.model.ts';

/** What every question to one Sentry with one token needs. */
export interface Door {
  api: SentryApi;
  access: SentryAccess;
  log: Log;
  now: Clock;
  known: Known;
}

/** What was found out before, and since this door was opened. */
export interface Known {
  abilities: Abilities | null;
  regionUrl: string | null;
  /** An issue was read at the place where `organizationPaths` says: from now on a 404 speaks of the issue. */
  placeProven: boolean;
  /** Numbers of projects by slug, once they were asked for. */
  projectIds: ReadonlyMap<string, string> | null;
}

/** Everything is tried until the server says otherwise; only GlitchTip is known to lack things. */
export function hopesFor(product: Abilities['product'], version: string | null): Abilities {
  const isSentry = product === 'sentry';
  return {
    product,
    version,
    batch: isSentry ? 'group' : 'id',
    organizationPaths: true,
    hasSubstatus: isSentry,
    hasPriority: isSentry,
    hasLifetime: isSentry,
    advancedSearch: isSentry,
    scopes: null,
    installation: null,
  };
}

/** What is known of the server; asked for once where nothing is. Only what differs between the products must be known first. */
export async function abilitiesOf(door: Door): Promise<SentryResult<Abilities>> {
  if (door.known.abilities !== null) return { ok: true, value: door.known.abilities, requests: 0 };
  const found = await identify(door);
  if (!found.ok) return found;
  door.known.abilities ??= hopesFor(found.value.product, found.value.version);
  return { ...found, value: door.known.abilities };
}

/** Which product answers: GlitchTip tells anybody by its settings, Sentry has no such page. */
export async function identify(door: Door): Promise<SentryResult<Pick<Abilities, 'product' | 'version'>>> {
  const url = rootUrl(door.access.baseUrl, 'settings');
  const result = await door.api.call({ operation: 'identify', method: 'GET', url });
  if (!result.ok && result.failure.status === null) return result;
  // A refusal or a web page in its place is the usual day with Sentry; 5xx and limits say nothing.
  if (!result.ok && ['unavailable', 'rate_limited'].includes(result.failure.kind)) return result;
  const glitchtip = result.ok ? parseGlitchtip(result.value.body) : null;
  const value =
    glitchtip === null
      ? ({ product: 'sentry', version: null } as const)
      : ({ product: 'glitchtip', ...glitchtip } as const);
  return { ok: true, value, requests: result.requests };
}

export function learn(door: Door, change: Partial<Abilities>): void {
  if (door.known.abilities !== null) door.known.abilities = { ...door.known.abilities, ...change };
}

export function placeOf({ access, known }: Door): IssuePlace {
  const { baseUrl, organization } = access;
  return { product: known.abilities?.product ?? 'sentry', baseUrl, organization };
}

/** One call below the organisation's own server (its region), its answer read by `parse`. */
export function ask<T>(
  door: Door,
  request: Omit<ApiRequest, 'url'> & { segments: readonly string[]; parameters?: Parameters },
  parse: (answer: ApiAnswer) => T | null,
): Promise<SentryResult<T>> {
  return askAt(door, door.known.regionUrl ?? door.access.baseUrl, request, parse);
}

/** As `ask`, at another server of the same Sentry. */
export async function askAt<T>(
  door: Door,
  base: string,
  {
    segments,
    parameters,
    ...request
  }: Omit<ApiRequest, 'url'> & { segments: readonly string[]; parameters?: Parameters },
  parse: (answer: ApiAnswer) => T | null,
): Promise<SentryResult<T>> {
  const url = apiUrl(base, segments, parameters);
  if (url === null) return refusedHere(nameless(request.operation));
  const result = await door.api.call({ ...request, url });
  if (!result.ok) return result;
  const value = parse(result.value);
  if (value !== null) return { ...result, value };
  return { ok: false, failure: unreadable(door, { ...request, url }, result.value), requests: result.requests };
}

/**
 * One call about one issue: below the organisation, or at the older place where the server knows only that (facts 5 and 12). A 404
 * before either place has proven itself is asked again at the other one; it has changed nothing.
 */
export async function askIssue<T>(
  door: Door,
  id: string,
  request: Omit<ApiRequest, 'url'> & { below?: readonly string[]; parameters?: Parameters },
  parse: (answer: ApiAnswer) => T | null,
): Promise<SentryResult<T>> {
  const known = await abilitiesOf(door);
  if (!known.ok) return known;
  const { below = [], ...rest } = request;
  const at = (old: boolean) =>
    ask(door, { ...rest, segments: issueSegments(door.access.organization, id, below, old) }, parse);
  const old = !known.value.organizationPaths;
  const first = await at(old);
  if (first.ok) door.known.placeProven = true;
  const requests = known.requests + first.requests;
  if (first.ok || door.known.placeProven || first.failure.status !== 404) return { ...first, requests };
  const second = await at(!old);
  if (second.ok) {
    door.known.placeProven = true;
    learn(door, { organizationPaths: old });
  }
  // An unknown address is told by a web page, an unknown issue in words: the words are the better answer.
  const better = second.ok || first.failure.kind !== 'not_found' ? second : first;
  return { ...better, requests: requests + second.requests };
}

export function refusedHere(failure: SentryFailure): SentryResult<never> {
  return { ok: false, failure, requests: 0 };
}

function nameless(operation: Operation): SentryFailure {
  const message = 'No organisation or issue of Sentry can have this name. Check the short name of the organisation.';
  const kind = operation === 'issue' || operation === 'event' ? 'not_found' : 'organization_not_found';
  return { kind, message, status: null };
}

/** JSON that is not what Sentry's API sends; after a write nobody knows. */
function unreadable({ access, known, now }: Door, request: ApiRequest, { headers }: ApiAnswer): SentryFailure {
  return decideNotSentry({
    operation: request.operation,
    write: request.method !== 'GET',
    host: new URL(request.url).host,
    organization: access.organization,
    scopes: known.abilities?.scopes ?? null,
    uploadToken: false,
    status: 200,
    headers,
    now: now(),
    waitMs: 0,
  });
}
