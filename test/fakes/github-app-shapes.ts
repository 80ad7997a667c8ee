import type { SandboxWebhooks, SandboxWorld, ShapeContext } from '../../src/sandbox/sandbox.model.ts';
import type { App, AppBook, Installation } from './github-app-state.ts';
import { nodeId, userShape } from '../../src/sandbox/sandbox-shapes-people.ts';
import { findOrganization } from '../../src/sandbox/sandbox-state.ts';

/** Where the fake stands, besides its apps. */
export interface AppHouse {
  world: SandboxWorld;
  url: string;
  apiUrl: string;
  webhooks: SandboxWebhooks;
}

export function contextOf({ world, url, apiUrl }: AppHouse): ShapeContext {
  return { state: world.state, api: apiUrl, web: url, modern: false };
}

/** `GET /app`. */
export function appShape(house: AppHouse, book: AppBook, app: App): object {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: userShape(contextOf(house), app.owner),
    name: app.name,
    description: null,
    external_url: app.url,
    html_url: `${house.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
    installations_count: book.installations.filter((installation) => installation.app === app).length,
  };
}

export function installationShape(house: AppHouse, installation: Installation): object {
  const { app, account, id } = installation;
  const context = contextOf(house);
  const isOrganization = findOrganization(house.world.state, account) !== null;
  const owner = userShape(context, account);
  return {
    id,
    client_id: app.clientId,
    account: owner,
    repository_selection: selectionOf(installation),
    access_tokens_url: `${house.apiUrl}/app/installations/${id}/access_tokens`,
    repositories_url: `${house.apiUrl}/installation/repositories`,
    html_url: `${house.url}/${isOrganization ? `organizations/${account}/` : ''}settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: owner['id'],
    target_type: isOrganization ? 'Organization' : 'User',
    permissions: installation.permissions,
    events: app.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt === null ? null : userShape(context, account),
    suspended_at: installation.suspendedAt,
  };
}

export function selectionOf({ selected }: Pick<Installation, 'selected'>): 'all' | 'selected' {
  return selected === null ? 'all' : 'selected';
}

/** What only `POST /app-manifests/{code}/conversions` tells. */
export function conversionShape(house: AppHouse, book: AppBook, app: App): object {
  return {
    ...appShape(house, book, app),
    client_secret: app.clientSecret,
    webhook_secret: app.webhookSecret,
    pem: app.privateKey,
  };
}
