import { askAt, type Door, hopesFor, identify, learn } from './sentry-door.ts';
import { serverTimeFrom } from './sentry-headers.decide.ts';
import { issue, issuesById, issuesPath } from './sentry-issues.ts';
import { parseIssue, traitsOf } from './sentry-issue.parse.ts';
import { missingScope } from './sentry-operations.decide.ts';
import { parseInstallation, parseList, parseOrganization, parseTokenHolder } from './sentry-organization.parse.ts';
import { sampleParameters, regionFrom, rootUrl } from './sentry-paths.decide.ts';
import type { SentryApi } from './sentry.client.ts';
import type { Sentry, SentryFailure, SentryOrganization, SentryResult } from './sentry.model.ts';

type Probed = Awaited<ReturnType<Sentry['probe']>>;
interface Holder {
  scopes: string[] | null;
  username: string | null;
}

/** Finds out what is there and what the token may; the door goes by it from then on. */
export async function probe(opened: Door): Promise<Probed> {
  const { api, spent } = counting(opened.api);
  const door = { ...opened, api };
  const result = await look(door);
  return { ...result, requests: spent() };
}

function counting(api: SentryApi): { api: SentryApi; spent: () => number } {
  let requests = 0;
  const call: SentryApi['call'] = async (request) => {
    const result = await api.call(request);
    requests += result.requests;
    return result;
  };
  return { api: { ...api, call }, spent: () => requests };
}

async function look(door: Door): Promise<Probed> {
  const { known, access } = door;
  const product = await identify(door);
  if (!product.ok) return product;
  const holder = await tokenHolder(door);
  if (!holder.ok) return holder;
  known.abilities = { ...hopesFor(product.value.product, product.value.version), scopes: holder.value.scopes };
  const found = await organizationOf(door);
  if (!found.ok) return found;
  const { organization, serverTime } = found.value;
  known.regionUrl = regionFrom(access.baseUrl, organization.regionUrl);
  const sample = await sampleOf(door);
  if (!sample.ok) return sample;
  if (sample.value !== undefined) await learnFrom(door, sample.value);
  learn(door, { installation: await installationOf(door, holder.value) });
  const value = {
    organization: { ...organization, regionUrl: known.regionUrl },
    abilities: known.abilities,
    serverTime,
  };
  return { ok: true, value, requests: 0 };
}

/** Whose token it is. A server that does not tell may be good all the same; one that refuses the token, or cannot be asked, is not. */
async function tokenHolder(door: Door): Promise<SentryResult<Holder>> {
  const url = rootUrl(door.access.baseUrl, 'token');
  const result = await door.api.call({ operation: 'root', method: 'GET', url });
  if (result.ok) return { ...result, value: parseTokenHolder(result.value.body) };
  const { kind, status } = result.failure;
  const untold = status === 404 || ['forbidden', 'invalid', 'unexpected'].includes(kind);
  return untold ? { ok: true, value: { scopes: null, username: null }, requests: 0 } : result;
}

function organizationOf(
  door: Door,
): Promise<SentryResult<{ organization: SentryOrganization; serverTime: Date | null }>> {
  const { baseUrl, organization } = door.access;
  const segments = ['organizations', organization];
  return askAt(door, baseUrl, { operation: 'organization', method: 'GET', segments }, ({ body, headers }) => {
    const parsed = parseOrganization(body);
    return parsed === null ? null : { organization: parsed, serverTime: serverTimeFrom(headers) };
  });
}

/** An issue in the server's own words, undefined where there is none; finds out whether region and search are as hoped. */
async function sampleOf(door: Door): Promise<SentryResult<unknown>> {
  const first = await sampleAt(door);
  if (first.ok) return first;
  const { kind } = first.failure;
  if (kind === 'invalid' && door.known.abilities?.advancedSearch === true) {
    learn(door, { advancedSearch: false });
    return sampleOf(door);
  }
  // A region that does not answer as Sentry is one that the server was set up wrongly with.
  if (door.known.regionUrl === null || !SAYS_NO_SENTRY.has(kind)) return first;
  door.known.regionUrl = null;
  return sampleOf(door);
}

const SAYS_NO_SENTRY = new Set<SentryFailure['kind']>([
  'unauthorized',
  'organization_not_found',
  'not_sentry',
  'certificate',
  'address_refused',
  'unreachable',
  'unavailable',
]);

async function sampleAt(door: Door): Promise<SentryResult<unknown>> {
  const { access, known, now } = door;
  const parameters = sampleParameters(known.abilities ?? hopesFor('sentry', null), now());
  const request = { operation: 'issues', method: 'GET', segments: issuesPath(door), parameters } as const;
  const result = await askAt(door, known.regionUrl ?? access.baseUrl, request, ({ body }) =>
    parseList(body, (item) => ({ item })),
  );
  return result.ok ? { ...result, value: result.value.items[0]?.item } : result;
}

/** By one issue that is there: what issues hold, whether many can be read at once, and at which place one is. */
async function learnFrom(door: Door, json: unknown): Promise<void> {
  learn(door, traitsOf(json));
  const parsed = parseIssue(json, { product: 'sentry', baseUrl: door.access.baseUrl, organization: '' });
  if (parsed === null) return;
  await issue(door, parsed.id);
  await issuesById(door, [parsed.id]);
}

/** The installation of the internal integration whose token this is: its user is named after it (facts 8). */
async function installationOf(door: Door, { username, scopes }: Holder): Promise<string | null> {
  const { baseUrl, organization } = door.access;
  if (door.known.abilities?.product === 'glitchtip' || username === null) return null;
  if (scopes !== null && missingScope('link', scopes) !== null) return null;
  const segments = ['organizations', organization, 'sentry-app-installations'];
  const request = { operation: 'installations', method: 'GET', segments } as const;
  const found = await askAt(door, baseUrl, request, ({ body }) => parseList(body, parseInstallation));
  if (!found.ok) return null;
  const own = found.value.items.filter(({ slug }) => username.startsWith(`${slug}-`));
  // The longest of them, as one integration's name may begin like another's.
  return own.sort((a, b) => b.slug.length - a.slug.length)[0]?.uuid ?? null;
}
