import { z } from 'zod';
import { Secret } from '../lib/secret.ts';
import type { GithubApp, GithubInstallation, MadeApp } from './github-app.model.ts';

const permissions = z.record(z.string(), z.string()).catch({});

const appSchema = z.object({ slug: z.string(), name: z.string(), permissions });

export function parseApp(body: unknown): GithubApp | null {
  const parsed = appSchema.safeParse(body);
  return parsed.success ? parsed.data : null;
}

const installationSchema = z.object({
  id: z.int(),
  account: z.union([z.object({ login: z.string() }), z.object({ slug: z.string() })]).nullable(),
  html_url: z.string(),
  repository_selection: z.string().catch(''),
  suspended_at: z.string().nullish(),
  permissions,
});

export function parseInstallation(body: unknown): GithubInstallation | null {
  const parsed = installationSchema.safeParse(body);
  if (!parsed.success) return null;
  const { id, account, html_url: url, repository_selection: selection, suspended_at: suspendedAt } = parsed.data;
  const named = account === null ? '' : 'login' in account ? account.login : account.slug;
  return {
    id,
    account: named,
    url,
    allRepositories: selection === 'all',
    suspended: typeof suspendedAt === 'string',
    permissions: parsed.data.permissions,
  };
}

const madeSchema = z.object({
  id: z.int(),
  slug: z.string(),
  name: z.string(),
  html_url: z.string(),
  client_id: z.string(),
  pem: z.string().min(1),
  webhook_secret: z.string().nullish(),
});

export function parseMadeApp(body: unknown): MadeApp | null {
  const parsed = madeSchema.safeParse(body);
  if (!parsed.success) return null;
  const { id, slug, name, html_url: url, client_id: clientId, pem, webhook_secret: secret } = parsed.data;
  const webhookSecret = typeof secret === 'string' && secret !== '' ? new Secret(secret) : null;
  return { appId: String(id), slug, name, url, clientId, privateKey: new Secret(pem), webhookSecret };
}
