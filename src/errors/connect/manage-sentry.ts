import { after, SECOND_MS } from '../../lib/clock.ts';
import { insertSentryConnection, updateSentryConnection } from './sentry-connections.store.ts';
import { countUndecided, deleteSentryConnectionRow, handErrorsOver } from './remove-sentry.store.ts';
import { hasSeenIssues } from './sentry-counts.store.ts';
import { HttpProblem, invalidField } from '../../lib/problem.ts';
import { newId } from '../../lib/ids.ts';
import { publish } from '../../db/db.ts';
import { recordAudit } from '../../audit/audit.ts';
import { readIssuesAnew } from '../rules/rules.store.ts';
import { seal } from '../../lib/keyring.ts';
import { Secret } from '../../lib/secret.ts';
import { X509Certificate } from 'node:crypto';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Principal } from '../../accounts/accounts.model.ts';
import type { SentryConnection } from './sentry-connections.model.ts';
import type { SentryConnectionChange, SentryConnectionDraft } from '../../contract/sentry.ts';

const NO_PAUSE = {
  paused_kind: null,
  paused_message: null,
  paused_at: null,
  rest_until: null,
  rest_count: 0,
  rest_message: null,
} as const;
/** What was found out about another server or organisation means nothing for this one. */
const UNKNOWN_SERVER = {
  region_url: null,
  organization_id: null,
  product: null,
  version: null,
  abilities: '{}',
  checked_at: null,
} as const;

/** Connects a Sentry organisation; its first run asks the server what it can do. Throws a 400 that names what cannot be used. */
export async function createSentryConnection(
  ctx: ErrorsCtx,
  principal: Principal,
  tenantId: string,
  draft: SentryConnectionDraft,
  source: SentryConnection['source'] = 'settings',
): Promise<SentryConnection> {
  const { token, client_secret: clientSecret, people, ...settings } = draft;
  checkSettings({ ...settings, token });
  const now = ctx.now();
  return ctx.sql.transaction().execute(async (sql) => {
    const made = await insertSentryConnection(sql, {
      ...settings,
      id: newId(now),
      tenant_id: tenantId,
      source,
      base_url: withoutSlash(settings.base_url),
      people: JSON.stringify(people),
      token_encrypted: seal(ctx.keyring, new Secret(token), now),
      client_secret_encrypted: clientSecret === undefined ? null : seal(ctx.keyring, new Secret(clientSecret), now),
      created_at: now,
      updated_at: now,
    });
    const subject = `sentry_connection:${made.id}`;
    await recordAudit(sql, principal, { action: 'sentry_connection.created', subject, tenantId, after: settings });
    await publish(sql, { kind: 'connection', id: made.id, tenantId });
    return made;
  });
}

/** Changes a connection. A new token ends its pause; another server or organisation is asked anew what it can do. */
export async function changeSentryConnection(
  ctx: ErrorsCtx,
  principal: Principal,
  connection: SentryConnection,
  change: SentryConnectionChange,
): Promise<SentryConnection> {
  const { token, client_secret: clientSecret, people, base_url: baseUrl, ...settings } = change;
  checkSettings(change);
  const isElsewhere =
    (baseUrl !== undefined && withoutSlash(baseUrl) !== connection.baseUrl) ||
    (change.organization !== undefined && change.organization !== connection.organization);
  if (connection.source === 'environment' && (isElsewhere || token !== undefined))
    throw new HttpProblem(409, 'SENTRY_URL, SENTRY_ORG and SENTRY_TOKEN set this connection: change them there.');
  if (isElsewhere && (await hasSeenIssues(ctx.sql, connection.id)))
    throw new HttpProblem(
      409,
      'What was read from this Sentry is kept under its own ids: connect the other address or organisation as a new connection.',
    );
  // a stored token goes only where it was meant for: who names another place, or another proof of it, must know the token
  if (token === undefined && differs(connection, change))
    throw invalidField(
      'token',
      'Put the token in again: it is sent to another address, or its certificate is checked in another way.',
    );
  const now = ctx.now();
  return ctx.sql.transaction().execute(async (sql) => {
    const row = await updateSentryConnection(sql, connection.id, {
      ...settings,
      ...(baseUrl !== undefined && { base_url: withoutSlash(baseUrl) }),
      ...(people !== undefined && { people: JSON.stringify(people) }),
      ...(token !== undefined && { token_encrypted: seal(ctx.keyring, new Secret(token), now), ...NO_PAUSE }),
      ...(clientSecret !== undefined && {
        client_secret_encrypted: clientSecret === null ? null : seal(ctx.keyring, new Secret(clientSecret), now),
      }),
      ...((isElsewhere || token !== undefined) && UNKNOWN_SERVER),
      reread_due_at: after(now, SECOND_MS),
      updated_at: now,
    });
    const { tenantId } = connection;
    const before = { name: connection.name, base_url: connection.baseUrl, organization: connection.organization };
    const told = { ...settings, base_url: row.baseUrl, token: token === undefined ? 'unchanged' : 'replaced' };
    const subject = `sentry_connection:${row.id}`;
    await recordAudit(sql, principal, { action: 'sentry_connection.updated', subject, tenantId, before, after: told });
    await publish(sql, { kind: 'connection', id: row.id, tenantId });
    return row;
  });
}

/** Ends a pause; the server is asked anew. */
export async function resumeSentryConnection(
  ctx: ErrorsCtx,
  principal: Principal,
  { id, tenantId }: SentryConnection,
): Promise<SentryConnection> {
  return ctx.sql.transaction().execute(async (sql) => {
    const now = ctx.now();
    const row = await updateSentryConnection(sql, id, {
      ...NO_PAUSE,
      reread_due_at: now,
      checked_at: null,
      probed_at: null,
      updated_at: now,
    });
    const subject = `sentry_connection:${id}`;
    await recordAudit(sql, principal, { action: 'sentry_connection.resumed', subject, tenantId });
    await publish(sql, { kind: 'connection', id, tenantId });
    return row;
  });
}

/**
 * Removes a connection with its rules and what is known of its errors; GitHub's issues stay, with their markers, and are read once
 * more so that a connection made again finds them. Throws a 409 while GitHub is being asked whether one was filed.
 */
export async function deleteSentryConnection(
  ctx: ErrorsCtx,
  principal: Principal,
  { id, tenantId, name, baseUrl, organization }: SentryConnection,
): Promise<void> {
  await ctx.sql.transaction().execute(async (sql) => {
    await handErrorsOver(sql, id);
    if ((await countUndecided(sql, id)) > 0)
      throw new HttpProblem(
        409,
        'GitHub is being asked whether an error was filed. Remove the connection in a few minutes.',
      );
    for (const target of await deleteSentryConnectionRow(sql, id)) await readIssuesAnew(sql, target);
    const before = { name, base_url: baseUrl, organization };
    const subject = `sentry_connection:${id}`;
    await recordAudit(sql, principal, { action: 'sentry_connection.deleted', subject, tenantId, before });
    await publish(sql, { kind: 'connection', id, tenantId });
  });
}

function differs(connection: SentryConnection, change: SentryConnectionChange): boolean {
  const { base_url: baseUrl, organization, ca_pem: ca, insecure_tls: insecure } = change;
  return (
    (baseUrl !== undefined && withoutSlash(baseUrl) !== connection.baseUrl) ||
    (organization !== undefined && organization !== connection.organization) ||
    (ca !== undefined && ca !== connection.caPem) ||
    (insecure !== undefined && insecure !== connection.insecureTls)
  );
}

function checkSettings(given: { token?: string | undefined; ca_pem?: string | null | undefined }): void {
  // facts/sentry.md §2: an organisation token is for CI and may never read issues
  if (given.token?.startsWith('sntrys_') === true)
    throw invalidField(
      'token',
      'This is an organisation token (sntrys_…), which cannot read issues. Make an internal integration in Sentry and use its token.',
    );
  if (typeof given.ca_pem === 'string' && !isCertificate(given.ca_pem))
    throw invalidField('ca_pem', 'This is not a certificate in PEM: paste the whole text, from BEGIN CERTIFICATE on.');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== '';
  } catch {
    return false;
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/u, '');
}
