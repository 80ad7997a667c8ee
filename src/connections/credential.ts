import { createHash, createPublicKey } from 'node:crypto';
import { z } from 'zod';

import { credentialName, readPrivateKey } from '../github/github.ts';
import { invalidField } from '../lib/problem.ts';
import { seal, unseal } from '../lib/keyring.ts';
import { Secret } from '../lib/secret.ts';
import { selectMadeApp } from './apps.store.ts';
import type { AppCredential } from '../contract/apps.ts';
import type { GithubConnection, OutsideCtx } from './connections.model.ts';
import type { GithubCredential } from '../github/github.model.ts';
import type { Keyring } from '../lib/keyring.ts';

/** What of an App stands encrypted in a connection's row. */
const sealedSchema = z.object({
  app_id: z.string(),
  private_key: z.string(),
  installation_id: z.int(),
  slug: z.string().nullable(),
});
type SealedApp = z.infer<typeof sealedSchema>;

/** A credential as a person gives it: one of the two. */
export interface GivenCredential {
  token?: string | undefined;
  app?: AppCredential | undefined;
}

type Opening = Pick<GithubConnection, 'credentialKind' | 'credentialEncrypted'>;

/** The credential of a connection; null when it was saved under another SECRET_KEY. */
export function openCredential(keyring: Keyring, connection: Opening): GithubCredential | null {
  if (connection.credentialKind === 'app') {
    const app = openApp(keyring, connection);
    return app === null ? null : appCredential(app.app_id, new Secret(app.private_key), app.installation_id);
  }
  const token = unseal(keyring, connection.credentialEncrypted);
  if (token === null) return null;
  const key = createHash('sha256').update(token.reveal()).digest('hex').slice(0, 16);
  return { kind: 'token', key, token };
}

/** Which App a connection uses, without anything secret; null for a token. */
export function appOf(keyring: Keyring, connection: Opening): Omit<SealedApp, 'private_key'> | null {
  if (connection.credentialKind === 'token') return null;
  const app = openApp(keyring, connection);
  return app === null ? null : { app_id: app.app_id, slug: app.slug, installation_id: app.installation_id };
}

/**
 * The App that a connection proves to be, and its installation there; null for a token. Whoever holds an App's private key is the
 * App, whatever id a person typed beside it: two connections with the same `key` may be told what GitHub tells that App.
 */
export function provenApp(
  keyring: Keyring,
  connection: Opening & Pick<GithubConnection, 'baseUrl'>,
): { key: string; installationId: number } | null {
  const app = connection.credentialKind === 'app' ? openApp(keyring, connection) : null;
  const privateKey = app === null ? null : readPrivateKey(app.private_key);
  if (app === null || privateKey === null) return null;
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const key = createHash('sha256').update(connection.baseUrl).update('\n').update(publicKey).digest('hex');
  return { key, installationId: app.installation_id };
}

/** How the budgets of a connection are named; null when its credential cannot be opened. */
export function budgetsName(keyring: Keyring, connection: Opening & Pick<GithubConnection, 'baseUrl'>): string | null {
  const credential = openCredential(keyring, connection);
  return credential === null ? null : credentialName({ baseUrl: connection.baseUrl, credential });
}

/** A credential as it is stored, and what an App that was made here brings along. */
export interface StoredCredential {
  credential_kind: 'token' | 'app';
  credential_encrypted: string;
  webhook_secret_encrypted?: string;
  /** The id that the App's webhook names, for its first connection. */
  connectionId: string | null;
}

/** What is stored of a given credential. Throws a 400 that names a private key that is none. Null when none was given. */
export async function storeCredential(
  ctx: OutsideCtx,
  tenantId: string,
  baseUrl: string,
  given: GivenCredential,
): Promise<StoredCredential | null> {
  const { token, app } = given;
  const now = ctx.now();
  if (token !== undefined) {
    const sealed = seal(ctx.keyring, new Secret(token), now);
    return { credential_kind: 'token', credential_encrypted: sealed, connectionId: null };
  }
  if (app === undefined) return null;
  const { privateKey, made } = await keyOf(ctx, tenantId, baseUrl, app);
  const { app_id, installation_id } = app;
  const stored: SealedApp = { app_id, private_key: privateKey.reveal(), installation_id, slug: made?.slug ?? null };
  return {
    credential_kind: 'app',
    credential_encrypted: seal(ctx.keyring, new Secret(JSON.stringify(stored)), now),
    ...(typeof made?.webhook_secret_encrypted === 'string' && {
      webhook_secret_encrypted: made.webhook_secret_encrypted,
    }),
    connectionId: made?.connection_id ?? null,
  };
}

/** A credential that is only tried. Throws a 400 that names a private key that is none. */
export async function tryCredential(
  ctx: OutsideCtx,
  tenantId: string | null,
  baseUrl: string,
  given: GivenCredential,
  key: string,
): Promise<GithubCredential> {
  const { token, app } = given;
  if (app === undefined) return { kind: 'token', key, token: new Secret(token ?? '') };
  const { privateKey } = await keyOf(ctx, tenantId, baseUrl, app);
  return { ...appCredential(app.app_id, privateKey, app.installation_id), key };
}

function appCredential(appId: string, privateKey: Secret, installationId: number): GithubCredential {
  return { kind: 'app', key: `app:${appId}:${installationId}`, appId, privateKey, installationId };
}

async function keyOf(ctx: OutsideCtx, tenantId: string | null, baseUrl: string, app: AppCredential) {
  if (app.private_key !== undefined) {
    if (readPrivateKey(app.private_key) === null)
      throw invalidField(
        'app',
        'The private key must be the whole PEM file that GitHub gave, first and last line included.',
      );
    return { privateKey: new Secret(app.private_key), made: null };
  }
  const made = tenantId === null ? null : await selectMadeApp(ctx.sql, tenantId, baseUrl, app.app_id);
  const privateKey = made === null ? null : unseal(ctx.keyring, made.private_key_encrypted);
  if (made === null || privateKey === null)
    throw invalidField('app', 'The private key of this App is not known here: paste the PEM file that GitHub gave.');
  return { privateKey, made };
}

function openApp(keyring: Keyring, { credentialEncrypted }: Opening): SealedApp | null {
  const sealed = unseal(keyring, credentialEncrypted);
  if (sealed === null) return null;
  return sealedSchema.parse(JSON.parse(sealed.reveal()));
}
