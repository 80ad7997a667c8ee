import { createHash } from 'node:crypto';
import { z } from 'zod';

import { after, HOUR_MS } from '../lib/clock.ts';
import { deleteAppIntent, insertAppIntent, learnApp, selectMadeApps } from './apps.store.ts';
import { HttpProblem } from '../lib/problem.ts';
import { isReachable, manifestAddress, manifestFor } from './app-manifest.decide.ts';
import { makeApp, openGithub, sentenceFor } from '../github/github.ts';
import { newId } from '../lib/ids.ts';
import { recordAudit } from '../audit/audit.ts';
import { repositoryUrl, settingsAddresses } from './access.ts';
import { seal, unseal } from '../lib/keyring.ts';
import { Secret } from '../lib/secret.ts';
import type { App } from '../contract/apps.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { MadeApp } from '../github/github-app.model.ts';
import type { MadeAppRow } from './apps.store.ts';
import type { OutsideCtx } from './connections.model.ts';
import type { Principal } from '../accounts/accounts.model.ts';
import type { RouteAnswer, RouteArguments } from '../contract/routes.ts';

const STATE_LIFE_MS = HOUR_MS;
const API_VERSION = '2022-11-28';

/** Bound to who began it, so that nobody can be led to take over a stranger's App. */
const stateSchema = z.object({
  tenantId: z.string(),
  actor: z.string(),
  baseUrl: z.string(),
  connectionId: z.string(),
  until: z.coerce.date(),
});

/** What the browser posts to GitHub to have an App made. Changes nothing. */
export function beginApp(
  ctx: OutsideCtx,
  principal: Principal,
  { tenantId, publicUrl }: { tenantId: string; publicUrl: string },
  wish: RouteArguments<'beginApp'>['body'],
): RouteAnswer<'beginApp'> {
  const now = ctx.now();
  const baseUrl = wish.base_url.replace(/\/+$/u, '');
  const connectionId = newId(now);
  const about = { tenantId, actor: principal.actor, baseUrl, connectionId, until: after(now, STATE_LIFE_MS) };
  const state = seal(ctx.keyring, new Secret(JSON.stringify(about)), now);
  const webOrigin = new URL(repositoryUrl(baseUrl, '')).origin;
  return {
    action_url: manifestAddress(webOrigin, wish.organization ?? null, state),
    manifest: JSON.stringify(manifestFor({ name: wish.name ?? null, publicUrl, connectionId })),
    state,
  };
}

/**
 * Takes over the App that GitHub made, with its key, which GitHub tells once. The code is noted before it is sent and never sent
 * twice; when the answer is lost the App stands on GitHub without anybody knowing its key, and the refusal says what to do.
 */
export async function takeApp(
  ctx: OutsideCtx,
  principal: Principal,
  publicUrl: string,
  { code, state }: RouteArguments<'makeApp'>['body'],
): Promise<App> {
  const { tenantId, baseUrl, connectionId } = readState(ctx, principal, state);
  const id = newId(ctx.now());
  const intent = {
    id,
    tenant_id: tenantId,
    base_url: baseUrl,
    code_hash: createHash('sha256').update(code).digest('hex'),
    connection_id: connectionId,
    webhooks: isReachable(publicUrl),
    created_at: ctx.now(),
  };
  if (!(await insertAppIntent(ctx.sql, intent)))
    throw new HttpProblem(409, `This code was used before. If the App is not in the list here, ${STARTING_ANEW}`);
  const access = { baseUrl, apiVersion: API_VERSION, addresses: settingsAddresses(ctx) };
  const made = await makeApp(access, code, { now: ctx.now });
  if (!made.ok) throw await refusalOf(ctx, id, made.failure);
  return learn(ctx, principal, { id, tenantId }, made.value);
}

/** The Apps made here with their installations as GitHub tells them now. */
export async function listApps(ctx: OutsideCtx, tenantId: string): Promise<RouteAnswer<'listApps'>> {
  const apps = await selectMadeApps(ctx.sql, tenantId);
  return { items: await Promise.all(apps.map((app) => withInstallations(ctx, app))) };
}

async function withInstallations(ctx: OutsideCtx, row: MadeAppRow): Promise<RouteAnswer<'listApps'>['items'][number]> {
  const app = toApp(row);
  const privateKey = unseal(ctx.keyring, row.private_key_encrypted);
  if (privateKey === null)
    return {
      ...app,
      installations: [],
      problem: 'The private key cannot be decrypted: SECRET_KEY is another one than when it was saved.',
    };
  const key = `app:${row.app_id}`;
  const credential = { kind: 'app', key, appId: row.app_id, privateKey, installationId: 0 } as const;
  const access = { baseUrl: row.base_url, apiVersion: API_VERSION, credential, addresses: settingsAddresses(ctx) };
  const github = openGithub(access, { log: ctx.log, now: ctx.now, createSpacingMs: ctx.createSpacingMs });
  const found = await github.installations();
  if (!found.ok) return { ...app, installations: [], problem: sentenceFor(found.failure) };
  const installations = found.value.map(({ id, account, url, allRepositories, suspended }) => ({
    id,
    account,
    url,
    all_repositories: allRepositories,
    suspended,
  }));
  return { ...app, installations, problem: null };
}

function readState(ctx: OutsideCtx, principal: Principal, sealed: string): z.infer<typeof stateSchema> {
  const text = unseal(ctx.keyring, sealed);
  const state = text === null ? null : stateOf(text.reveal());
  if (state === null || state.until <= ctx.now())
    throw new HttpProblem(400, 'This way back from GitHub is more than an hour old, or not from here. Start again.');
  const foreign =
    state.actor !== principal.actor || (principal.tenantId !== null && principal.tenantId !== state.tenantId);
  if (foreign)
    throw new HttpProblem(403, 'Somebody else, or you in another tenant, began to make this App. Start again.');
  return state;
}

function stateOf(text: string): z.infer<typeof stateSchema> | null {
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    return null; // something else that was sealed here
  }
}

const STARTING_ANEW =
  'delete it on GitHub (Settings, Developer settings, GitHub Apps), and start again. Or open it there, make a private key, and put App id and key into a connection by hand.';

async function refusalOf(ctx: OutsideCtx, id: string, failure: GithubFailure): Promise<HttpProblem> {
  if (failure.kind === 'outcome_unknown')
    return new HttpProblem(
      502,
      `GitHub made the App, but its key did not arrive: no clear answer came. Now ${STARTING_ANEW}`,
    );
  await deleteAppIntent(ctx.sql, id);
  if (failure.kind === 'not_found')
    return new HttpProblem(
      409,
      'GitHub does not know this code: it is more than an hour old, or was used before. Start again.',
    );
  return new HttpProblem(502, sentenceFor(failure));
}

async function learn(
  ctx: OutsideCtx,
  principal: Principal,
  { id, tenantId }: { id: string; tenantId: string },
  made: MadeApp,
): Promise<App> {
  const now = ctx.now();
  return ctx.sql.transaction().execute(async (sql) => {
    const row = await learnApp(sql, id, {
      app_id: made.appId,
      slug: made.slug,
      name: made.name,
      url: made.url,
      client_id: made.clientId,
      private_key_encrypted: seal(ctx.keyring, made.privateKey, now),
      webhook_secret_encrypted: made.webhookSecret === null ? null : seal(ctx.keyring, made.webhookSecret, now),
    });
    await recordAudit(sql, principal, {
      action: 'github_app.made',
      subject: `github_app:${id}`,
      tenantId,
      after: { app_id: made.appId, slug: made.slug, base_url: row.base_url },
    });
    return toApp(row);
  });
}

function toApp(row: MadeAppRow): App {
  return {
    app_id: row.app_id,
    base_url: row.base_url,
    name: row.name ?? '',
    url: row.url ?? '',
    install_url: `${row.url ?? ''}/installations/new`,
    webhooks: row.webhooks,
    created_at: row.created_at.toISOString(),
  };
}
