import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { SandboxRepository, SandboxWorld } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxWebhook } from '../../src/sandbox/sandbox-webhooks.model.ts';
import {
  addUser,
  fullNameOf,
  repositoryByName,
  repositoryById,
  sameName,
  takeId,
  timestamp,
} from '../../src/sandbox/sandbox-state.ts';

export type Permissions = Record<string, 'read' | 'write'>;

/** A GitHub App as its owner registered it. */
export interface App {
  id: number;
  slug: string;
  name: string;
  owner: string;
  /** The page of the app's maker. */
  url: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  /** PKCS#1, as GitHub hands it out. */
  privateKey: string;
  publicKey: string;
  permissions: Permissions;
  events: string[];
  /** Hears what the installations reach; null when the app wants no webhooks. */
  hook: SandboxWebhook | null;
  setupUrl: string | null;
  createdAt: string;
}

export interface Installation {
  id: number;
  app: App;
  /** Login of the account that installed it. */
  account: string;
  /** Ids of the repositories it was given; null: all of the account. */
  selected: number[] | null;
  permissions: Permissions;
  suspendedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** A manifest that became an app, whose keys wait to be fetched once. */
export interface Conversion {
  app: App;
  expiresAtMs: number;
}

/** All apps of one fake. In memory only. */
export interface AppBook {
  apps: App[];
  installations: Installation[];
  /** By code. */
  conversions: Map<string, Conversion>;
  /** Which installation a `ghs_` token belongs to. */
  tokens: Map<string, Installation>;
}

export interface AppDraft {
  slug?: string;
  name?: string;
  owner?: string;
  url?: string;
  permissions?: Permissions;
  events?: string[];
  hookUrl?: string | null;
  setupUrl?: string | null;
}

const PERMISSIONS_DEFAULT: Permissions = {
  metadata: 'read',
  issues: 'write',
  pull_requests: 'write',
  contents: 'read',
  repository_hooks: 'write',
};

export function emptyBook(): AppBook {
  return { apps: [], installations: [], conversions: new Map(), tokens: new Map() };
}

/** Registers an app with a key of its own; nobody has installed it yet. */
export function registerApp(world: SandboxWorld, book: AppBook, draft: AppDraft): App {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const webhookSecret = randomBytes(20).toString('hex');
  const name = draft.name ?? draft.slug ?? 'Throughline';
  const app: App = {
    id: 1000 + book.apps.length,
    slug: draft.slug ?? freeSlug(book, name),
    name,
    owner: draft.owner ?? firstOwner(world),
    url: draft.url ?? 'https://example.com',
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    clientSecret: randomBytes(20).toString('hex'),
    webhookSecret,
    ...keys,
    permissions: { metadata: 'read', ...(draft.permissions ?? PERMISSIONS_DEFAULT) },
    events: draft.events ?? [],
    hook: hookOf(world, draft, webhookSecret),
    setupUrl: draft.setupUrl ?? null,
    createdAt: timestamp(world),
  };
  book.apps.push(app);
  addUser(world, botOf(app), { name: app.name, type: 'Bot' });
  return app;
}

function hookOf(world: SandboxWorld, { hookUrl, events }: AppDraft, secret: string): SandboxWebhook | null {
  if (hookUrl === undefined || hookUrl === null) return null;
  const at = timestamp(world);
  return {
    id: takeId(world.state),
    active: true,
    events: events ?? [],
    url: hookUrl,
    contentType: 'json',
    secret,
    insecureSsl: '0',
    lastResponse: { code: null, status: 'unused', message: null },
    createdAt: at,
    updatedAt: at,
  };
}

function freeSlug(book: AppBook, name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-|-$/gu, '');
  const taken = book.apps.filter((app) => app.slug === slug || app.slug.startsWith(`${slug}-`)).length;
  return taken === 0 ? slug : `${slug}-${taken + 1}`;
}

/** Who the app acts as. */
export function botOf(app: App): string {
  return `${app.slug}[bot]`;
}

function firstOwner(world: SandboxWorld): string {
  return world.state.repositories[0]?.owner ?? 'acme';
}

/** Installs an app for an account, on the named repositories or (null) on all it has and will have. */
export function installApp(
  world: SandboxWorld,
  book: AppBook,
  {
    app,
    account = firstOwner(world),
    repositories = null,
  }: { app: App; account?: string; repositories?: string[] | null },
): Installation {
  const at = timestamp(world);
  const installation: Installation = {
    id: takeId(world.state),
    app,
    account,
    selected: repositories === null ? null : idsOf(world, repositories),
    permissions: app.permissions,
    suspendedAt: null,
    createdAt: at,
    updatedAt: at,
  };
  book.installations.push(installation);
  return installation;
}

export function idsOf(world: SandboxWorld, fullNames: readonly string[]): number[] {
  return fullNames.map((fullName) => {
    const repository = repositoryByName(world.state, fullName);
    if (repository === null) throw new Error(`the fake has no repository ${fullName}`);
    return repository.id;
  });
}

/** The repositories an installation reaches today. */
export function reachOf(world: SandboxWorld, { account, selected }: Installation): SandboxRepository[] {
  if (selected === null) return world.state.repositories.filter(({ owner }) => sameName(owner, account));
  return selected.map((id) => repositoryById(world.state, id)).filter((repository) => repository !== null);
}

/** The repository that a path of the API leads to, or null. */
export function repositoryOfPath(world: SandboxWorld, path: string): SandboxRepository | null {
  const [first, second = '', third = ''] = path.slice(1).split('/');
  if (first === 'repositories') return repositoryById(world.state, Number(second));
  if (first !== 'repos') return null;
  const wanted = `${second}/${third}`;
  return world.state.repositories.find((repository) => sameName(fullNameOf(repository), wanted)) ?? null;
}
