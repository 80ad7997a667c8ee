import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SandboxAnswer, SandboxRequest } from '../../src/sandbox/sandbox.model.ts';
import type { AppHouse } from './github-app-shapes.ts';
import type { App, AppBook } from './github-app-state.ts';
import { tellApp } from './github-app-hook.ts';
import { installApp, registerApp } from './github-app-state.ts';

const HOUR_MS = 3_600_000;

const manifestSchema = z.object({
  name: z.string().min(1).max(34).optional(),
  url: z.url(),
  hook_attributes: z.object({ url: z.url(), active: z.boolean().optional() }).optional(),
  redirect_url: z.url(),
  setup_url: z.url().optional(),
  callback_urls: z.array(z.url()).max(10).optional(),
  public: z.boolean().optional(),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
  default_events: z.array(z.string()).optional(),
});

/**
 * The pages on which a person makes an app of a manifest and installs it. Both act at once, as if the person had said yes:
 * POST `/settings/apps/new` (or of an organization) and GET `/apps/{slug}/installations/new` answer with the way back.
 */
export function answerAppPage(house: AppHouse, book: AppBook, request: SandboxRequest): SandboxAnswer | null {
  const owner = /^(?:\/organizations\/(?<owner>[^/]+))?\/settings\/apps\/new$/u.exec(request.path);
  if (owner !== null) {
    return request.method === 'POST' ? create({ house, book, request, owner: owner.groups?.['owner'] }) : form(request);
  }
  const slug = /^\/apps\/(?<slug>[^/]+)\/installations\/new$/u.exec(request.path)?.groups?.['slug'];
  const app = book.apps.find((candidate) => candidate.slug === slug);
  return app === undefined ? null : install(house, book, { app, request });
}

function form(request: SandboxRequest): SandboxAnswer {
  const state = request.query.size === 0 ? '' : `?${request.query.toString()}`;
  const action = `${request.path}${state}`.replaceAll('"', '%22');
  return page(
    200,
    `<h1>Register new GitHub App</h1><form method="post" action="${action}"><textarea name="manifest"></textarea><button>Create GitHub App</button></form>`,
  );
}

interface Creating {
  house: AppHouse;
  book: AppBook;
  request: SandboxRequest;
  owner: string | undefined;
}

function create({ house, book, request, owner }: Creating): SandboxAnswer {
  const sent = manifestSchema.safeParse(jsonOf(new URLSearchParams(request.text).get('manifest') ?? ''));
  if (!sent.success)
    return page(
      422,
      `<p>Invalid GitHub App configuration</p><pre>${sent.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')}</pre>`,
    );
  const { data } = sent;
  const app = registerApp(house.world, book, {
    ...(data.name === undefined ? {} : { name: data.name }),
    ...(owner === undefined ? {} : { owner }),
    url: data.url,
    permissions: data.default_permissions ?? {},
    events: data.default_events ?? [],
    hookUrl: data.hook_attributes?.active === false ? null : (data.hook_attributes?.url ?? null),
    setupUrl: data.setup_url ?? null,
  });
  const code = randomBytes(20).toString('hex');
  book.conversions.set(code, { app, expiresAtMs: house.world.now().getTime() + HOUR_MS });
  return back(data.redirect_url, { code, state: request.query.get('state') });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function install(
  house: AppHouse,
  book: AppBook,
  { app, request }: { app: App; request: SandboxRequest },
): SandboxAnswer {
  const installation = installApp(house.world, book, { app });
  tellApp(house, installation, { event: 'installation', action: 'created' });
  if (app.setupUrl === null) return page(200, `<p>${app.slug} is installed.</p>`);
  return back(app.setupUrl, {
    installation_id: String(installation.id),
    setup_action: 'install',
    state: request.query.get('state'),
  });
}

function back(address: string, added: Record<string, string | null>): SandboxAnswer {
  const url = new URL(address);
  for (const [name, value] of Object.entries(added)) if (value !== null) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href } };
}

function page(status: number, html: string): SandboxAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, text: html };
}
