import { askAt, type Door, pathSegment, refusedHere, repositoryPath, understood } from './github-ask.ts';
import { together } from './github-each.ts';
import { parseAppEvents, parseDelivery, parseDeliverySummary, parseHook, parseHookUrl } from './github-hooks.parse.ts';
import { readAll, readPage } from './github-pages.ts';
import type { GithubHook, GithubReads, HookPlace } from './github-reads.model.ts';
import type { ApiAnswer } from './github.client.ts';
import type { GithubResult } from './github.model.ts';

type Hooks = Pick<
  GithubReads,
  'hooks' | 'createHook' | 'changeHook' | 'deleteHook' | 'pingHook' | 'deliveryPage' | 'delivery'
>;
type Change = Parameters<GithubReads['changeHook']>[2];

/** GitHub's default is a form, and signs the encoded form (facts 6.1). */
const JSON_OVER_TLS = { content_type: 'json', insecure_ssl: '0' };

/** Webhooks: where GitHub tells what happens, and its log of what it told. */
export function hookReads(door: Door): Hooks {
  return {
    hooks: (place) => (isApp(place) ? appHooks(door) : readAll(door, { path: hooksPath(place), parse: parseHook })),
    createHook: (place, hook) => createHook(door, place, hook),
    changeHook: (place, id, change) =>
      isApp(place) ? changeAppHook(door, change) : changeHook(door, place, id, change),
    deleteHook: (place, id) =>
      isApp(place)
        ? Promise.resolve(notForApps())
        : askAt(door, hooksPath(place), { method: 'DELETE', path: `/${id}` }, () => true as const),
    pingHook: (place, id) =>
      isApp(place)
        ? Promise.resolve(notForApps())
        : askAt(door, hooksPath(place), { method: 'POST', path: `/${id}/pings` }, () => true as const),
    deliveryPage: (place, id, ask) => {
      const base = hookPath(place, id);
      const path = base === null ? null : `${base}/deliveries`;
      return lacksApp(door, place) ?? readPage(door, { path, parse: parseDeliverySummary, asApp: isApp(place) }, ask);
    },
    delivery: (place, hookId, id) => {
      const request = { method: 'GET', path: `/deliveries/${id}`, large: true, asApp: isApp(place) } as const;
      return lacksApp(door, place) ?? askAt(door, hookPath(place, hookId), request, ({ body }) => parseDelivery(body));
    },
  };
}

function isApp(place: HookPlace): place is { app: true } {
  return 'app' in place;
}

function hooksPath(place: Exclude<HookPlace, { app: true }>): string | null {
  if ('repository' in place) {
    const base = repositoryPath(place.repository);
    return base === null ? null : `${base}/hooks`;
  }
  const organization = pathSegment(place.organization);
  return organization === null ? null : `/orgs/${organization}/hooks`;
}

function hookPath(place: HookPlace, id: number | null): string | null {
  if (isApp(place)) return '/app/hook';
  const hooks = hooksPath(place);
  return hooks === null || id === null ? null : `${hooks}/${id}`;
}

function createHook(
  door: Door,
  place: HookPlace,
  { url, events, secret }: { url: string; events: string[]; secret: string },
): Promise<GithubResult<GithubHook>> {
  if (isApp(place)) return Promise.resolve(notForApps());
  const body = { name: 'web', active: true, events, config: { url, secret, ...JSON_OVER_TLS } };
  return askAt(door, hooksPath(place), { method: 'POST', path: '', body }, toHook);
}

/**
 * `config` is replaced as a whole, so a hook whose address is sent without its secret loses it: what comes alone goes to the
 * place for single settings (facts 6.2).
 */
async function changeHook(
  door: Door,
  place: Exclude<HookPlace, { app: true }>,
  id: number,
  { url, events, active, secret }: Change,
): Promise<GithubResult<GithubHook>> {
  const path = `/${id}`;
  const isWhole = url !== undefined && secret !== undefined;
  const config = { ...(url !== undefined && { url, ...JSON_OVER_TLS }), ...(secret !== undefined && { secret }) };
  const body = {
    ...(events !== undefined && { events }),
    ...(active !== undefined && { active }),
    ...(isWhole && { config }),
  };
  let requests = 0;
  if (!isWhole && Object.keys(config).length > 0) {
    const set = await askAt(
      door,
      hooksPath(place),
      { method: 'PATCH', path: `${path}/config`, body: config },
      () => true,
    );
    if (!set.ok) return set;
    ({ requests } = set);
  }
  const request =
    Object.keys(body).length > 0 ? ({ method: 'PATCH', path, body } as const) : ({ method: 'GET', path } as const);
  const changed = await askAt(door, hooksPath(place), request, toHook);
  return { ...changed, requests: requests + changed.requests };
}

function toHook({ body }: ApiAnswer): GithubHook | null {
  return parseHook(body);
}

/** An App has one hook or none; it is part of its settings, and goes by the App's own id here. */
async function appHooks(door: Door): Promise<GithubResult<GithubHook[]>> {
  const refused = lacksApp(door, { app: true });
  if (refused !== null) return refused;
  const config = await askApp(door, { path: '/app/hook/config' }, ({ body }) => ({ url: parseHookUrl(body) }));
  // an App without a hook has no such place
  if (!config.ok && config.failure.kind !== 'not_found') return config;
  const app = await askApp(door, { path: '/app' }, ({ body }) => parseAppEvents(body));
  const requests = config.requests + app.requests;
  if (!app.ok) return { ...app, requests };
  const url = config.ok ? config.value.url : null;
  if (url === null || url === '') return together([], requests);
  return together([{ ...app.value, url, active: true, lastCode: null, lastMessage: null }], requests);
}

async function changeAppHook(door: Door, { url, secret }: Change): Promise<GithubResult<GithubHook>> {
  const refused = lacksApp(door, { app: true });
  if (refused !== null) return refused;
  const body = { ...JSON_OVER_TLS, ...(url !== undefined && { url }), ...(secret !== undefined && { secret }) };
  const changed = await askApp(door, { method: 'PATCH', path: '/app/hook/config', body }, () => true);
  if (!changed.ok) return changed;
  const hooks = await appHooks(door);
  const requests = changed.requests + hooks.requests;
  if (!hooks.ok) return { ...hooks, requests };
  const [hook] = hooks.value;
  return hook === undefined ? notForApps() : together(hook, requests);
}

async function askApp<T>(
  door: Door,
  request: { method?: 'PATCH'; path: string; body?: object },
  parse: (answer: ApiAnswer) => T | null,
): Promise<GithubResult<T>> {
  const { method = 'GET' } = request;
  return understood(await door.api.call({ ...request, method, asApp: true }), method !== 'GET', parse);
}

/** The refusal of a question that only an App may ask, before a token is blamed for it; null when it may be asked. */
function lacksApp({ access }: Door, place: HookPlace): Promise<GithubResult<never>> | null {
  return isApp(place) && access.credential.kind === 'token' ? Promise.resolve(notForApps()) : null;
}

function notForApps(): GithubResult<never> {
  const message =
    'The hook of a GitHub App is part of its settings on GitHub: it is made, tested and removed there, and only the App itself may read it.';
  return refusedHere({ kind: 'invalid', errors: [], message, status: null, requestId: null });
}
