import { type Door, understood } from './github-ask.ts';
import type { GithubAppReads, GithubInstallation } from './github-app.model.ts';
import { parseApp, parseInstallation } from './github-app.parse.ts';
import { budgetFrom, nextLinkFrom, serverTimeFrom } from './github-headers.decide.ts';
import type { GithubResult, GithubViewer } from './github.model.ts';
import { parseList, parseViewer } from './github.parse.ts';

const INSTALLATION_PAGES_MAX = 10;

export function appReads(door: Door): GithubAppReads {
  const { credential } = door.access;
  return {
    app: () => askAsApp(door, '/app', parseApp),
    installation: () =>
      askAsApp(
        door,
        `/app/installations/${credential.kind === 'app' ? credential.installationId : 0}`,
        parseInstallation,
      ),
    installations: () => installations(door),
  };
}

/** Who an App acts as: its bot, whose id is on everything it writes. `GET /user` is not for Apps. */
export async function appViewer(door: Door): Promise<GithubResult<GithubViewer>> {
  const app = await askAsApp(door, '/app', parseApp);
  if (!app.ok) return app;
  const path = `/users/${encodeURIComponent(`${app.value.slug}[bot]`)}`;
  const bot = await door.api.call({ method: 'GET', path });
  const viewer = understood(bot, false, ({ body, headers }): GithubViewer | null => {
    const account = parseViewer(body);
    const budget = budgetFrom(headers, door.now());
    const full = budget === null || budget.resetAt === null ? null : { ...budget, resetAt: budget.resetAt };
    const rateLimit = full === null ? null : { limit: full.limit, remaining: full.remaining, resetAt: full.resetAt };
    const serverTime = serverTimeFrom(headers);
    return account === null
      ? null
      : { ...account, tokenKind: 'installation', scopes: null, expiresAt: null, rateLimit, serverTime };
  });
  return { ...viewer, requests: app.requests + viewer.requests };
}

async function installations(door: Door): Promise<GithubResult<GithubInstallation[]>> {
  const found: GithubInstallation[] = [];
  let requests = 0;
  for (let page = 1; ; page += 1) {
    const path = `/app/installations?per_page=100&page=${page}`;
    const result = await door.api.call({ method: 'GET', path, asApp: true });
    const list = understood(result, false, ({ body }) => parseList(body, parseInstallation));
    requests += list.requests;
    if (!result.ok || !list.ok) return list.ok ? { ...list, value: found } : { ...list, requests };
    found.push(...list.value.items);
    if (nextLinkFrom(result.value.headers) === null || page === INSTALLATION_PAGES_MAX) {
      return { ...list, value: found, requests };
    }
  }
}

async function askAsApp<T>({ api }: Door, path: string, parse: (body: unknown) => T | null): Promise<GithubResult<T>> {
  return understood(await api.call({ method: 'GET', path, asApp: true }), false, ({ body }) => parse(body));
}
