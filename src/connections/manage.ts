import { Cron } from 'croner';

import { HttpProblem, invalidField } from '../lib/problem.ts';
import { newId } from '../lib/ids.ts';
import { projectAt } from '../github/github.ts';
import { publish } from '../db/db.ts';
import { recordAudit } from '../audit/audit.ts';
import { repositoryUrl } from './access.ts';
import { storeCredential } from './credential.ts';
import { viewOf } from './connection-view.ts';
import {
  countFilings,
  deleteConnectionRow,
  forgetReferences,
  insertConnection,
  selectConnection,
  updateConnection,
} from './connections.store.ts';
import type { ConnectionChange, ConnectionDraft } from '../contract/connections.ts';
import type { Principal } from '../accounts/accounts.model.ts';
import type { Sql } from '../db/db.model.ts';
import type { ConnectionHooks, GithubConnection, OutsideCtx } from './connections.model.ts';

/** Connects a repository; what waits for a connection is sent from now on. Throws a 400 that names a wrong template, schedule or project. */
export async function createConnection(
  ctx: OutsideCtx,
  hooks: ConnectionHooks,
  principal: Principal,
  tenantId: string,
  draft: ConnectionDraft,
): Promise<GithubConnection> {
  checkSettings(draft, hooks);
  const now = ctx.now();
  const { token, app, ...settings } = draft;
  const baseUrl = withoutSlash(settings.base_url);
  checkProject(baseUrl, settings.project);
  const stored = await storeCredential(ctx, tenantId, baseUrl, { token, app });
  if (stored === null) throw invalidField('token', 'Give a token or an App.');
  const { connectionId, webhook_secret_encrypted: webhookSecret, ...credential } = stored;
  // The webhook of an App that was made here names one connection: the first with this App becomes that one.
  const isNamed = connectionId !== null && (await selectConnection(ctx.sql, connectionId, null)) === null;
  return ctx.sql.transaction().execute(async (sql) => {
    const made = await insertConnection(sql, {
      ...settings,
      ...credential,
      ...(isNamed && webhookSecret !== undefined && { webhook_secret_encrypted: webhookSecret }),
      id: isNamed ? connectionId : newId(now),
      tenant_id: tenantId,
      kind: 'github',
      source: 'settings',
      base_url: baseUrl,
      created_at: now,
      updated_at: now,
    });
    await recordAudit(sql, principal, {
      action: 'connection.created',
      subject: `connection:${made.id}`,
      tenantId,
      after: settings,
    });
    await publish(sql, { kind: 'connection', id: made.id, tenantId });
    return made;
  });
}

/** Changes a connection. A new token ends its pause; another repository or address starts it anew, and is refused while an issue may exist at the old one. */
export async function changeConnection(
  ctx: OutsideCtx,
  hooks: ConnectionHooks,
  principal: Principal,
  connection: GithubConnection,
  body: ConnectionChange,
): Promise<GithubConnection> {
  checkSettings(body, hooks);
  // a stored token goes only where it was meant for: who names another address must know the token
  const baseUrl = body.base_url === undefined ? connection.baseUrl : withoutSlash(body.base_url);
  if (baseUrl !== connection.baseUrl && body.token === undefined && body.app === undefined)
    throw invalidField('token', 'Put the token in again: it would be sent to another address.');
  if (body.project !== undefined || baseUrl !== connection.baseUrl)
    checkProject(baseUrl, body.project === undefined ? connection.project : body.project);
  await checkMove(ctx.sql, connection, body);
  return change(ctx, principal, connection, body);
}

/** Removes a connection; its reports are kept and wait for another one. One from the environment comes back at the next start with it. */
export async function deleteConnection(
  ctx: OutsideCtx,
  principal: Principal,
  connection: GithubConnection,
): Promise<void> {
  await refuseWhileUndecided(ctx.sql, connection);
  const { repository, name, tenantId } = connection;
  await ctx.sql.transaction().execute(async (sql) => {
    await deleteConnectionRow(sql, connection.id);
    await recordAudit(sql, principal, {
      action: 'connection.deleted',
      subject: `connection:${connection.id}`,
      tenantId,
      before: { repository, name },
    });
    await publish(sql, { kind: 'connection', id: connection.id, tenantId });
  });
}

/** Ends a pause: what waits is sent, and GitHub is asked anew what the token may. */
export async function resumeConnection(
  ctx: OutsideCtx,
  principal: Principal,
  connection: GithubConnection,
): Promise<GithubConnection> {
  const { tenantId } = connection;
  return ctx.sql.transaction().execute(async (sql) => {
    const row = await updateConnection(sql, connection.id, { ...NO_PAUSE, checked_at: null, updated_at: ctx.now() });
    await recordAudit(sql, principal, {
      action: 'connection.resumed',
      subject: `connection:${connection.id}`,
      tenantId,
      before: { paused: connection.pausedMessage },
    });
    await publish(sql, { kind: 'connection', id: connection.id, tenantId });
    return row;
  });
}

const withoutSlash = (url: string): string => url.replace(/\/+$/u, '');

/** A repository of which nothing is known yet: what was learnt of another one must not be believed of it. */
export const UNREAD = {
  github_repository_id: null,
  visibility: null,
  can_push: null,
  number_known: 0,
  adopted_at: null,
  adopt_cursor: null,
  viewer_id: null,
  checked_at: null,
};

/** What a pause and a rest leave in the row, taken back. */
export const NO_PAUSE = {
  paused_kind: null,
  paused_message: null,
  paused_request_id: null,
  paused_at: null,
  rest_until: null,
  rest_count: 0,
  rest_message: null,
};

async function change(
  ctx: OutsideCtx,
  principal: Principal,
  connection: GithubConnection,
  body: ConnectionChange,
): Promise<GithubConnection> {
  const now = ctx.now();
  const { token, app, ...settings } = body;
  const baseUrl = settings.base_url === undefined ? connection.baseUrl : withoutSlash(settings.base_url);
  const stored = await storeCredential(ctx, connection.tenantId, baseUrl, { token, app });
  const elsewhere = isElsewhere(connection, body);
  return ctx.sql.transaction().execute(async (sql) => {
    const row = await updateConnection(sql, connection.id, {
      ...settings,
      base_url: baseUrl,
      ...(stored !== null && {
        ...NO_PAUSE,
        credential_kind: stored.credential_kind,
        credential_encrypted: stored.credential_encrypted,
        ...(stored.connectionId === connection.id &&
          stored.webhook_secret_encrypted !== undefined && {
            webhook_secret_encrypted: stored.webhook_secret_encrypted,
          }),
        viewer_id: null,
      }),
      ...(elsewhere ? UNREAD : {}),
      checked_at: null,
      updated_at: now,
    });
    if (elsewhere) await forgetReferences(sql, connection.id);
    const changed = Object.keys(settings) as (keyof typeof settings)[];
    const view = await viewOf(sql, ctx.keyring, connection);
    await recordAudit(sql, principal, {
      action: 'connection.updated',
      subject: `connection:${connection.id}`,
      tenantId: connection.tenantId,
      before: Object.fromEntries(changed.map((key) => [key, view[key]])),
      after: { ...settings, ...(stored === null ? {} : { credential: 'replaced' }) },
    });
    await publish(sql, { kind: 'connection', id: connection.id, tenantId: connection.tenantId });
    return row;
  });
}

function checkSettings(body: ConnectionChange, hooks: ConnectionHooks): void {
  for (const field of ['title_template', 'body_template'] as const) {
    const words = typeof body[field] === 'string' ? hooks.templateError(body[field]) : null;
    if (words !== null) throw invalidField(field, `The template cannot be read: ${words}`);
  }
  if (body.sync_schedule === undefined) return;
  if (!isSchedule(body.sync_schedule)) {
    throw invalidField(
      'sync_schedule',
      'Write a cron expression of five fields, as in "0 3 * * *" for every day at 3:00 UTC.',
    );
  }
}

function checkProject(baseUrl: string, address: string | null): void {
  const web = new URL(repositoryUrl(baseUrl, '')).origin;
  if (address === null || projectAt(address)?.origin === web) return;
  throw invalidField('project', `It must be a project of the GitHub that the repository is at: ${web}/….`);
}

function isSchedule(expression: string): boolean {
  try {
    return new Cron(expression, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}

function isElsewhere(connection: GithubConnection, body: ConnectionChange): boolean {
  const repository = body.repository?.toLowerCase() ?? connection.repository.toLowerCase();
  const baseUrl = body.base_url === undefined ? connection.baseUrl : withoutSlash(body.base_url);
  return repository !== connection.repository.toLowerCase() || baseUrl !== connection.baseUrl;
}

async function checkMove(sql: Sql, connection: GithubConnection, body: ConnectionChange): Promise<void> {
  if (
    connection.source === 'environment' &&
    (body.token !== undefined || body.app !== undefined || isElsewhere(connection, body))
  )
    throw new HttpProblem(
      409,
      'Address, repository and token of this connection come from the environment: change GITHUB_API_URL, GITHUB_REPO or GITHUB_TOKEN and restart.',
    );
  if (isElsewhere(connection, body)) await refuseWhileUndecided(sql, connection);
}

// An issue that may exist can only be looked for where it was sent.
async function refuseWhileUndecided(sql: Sql, connection: GithubConnection): Promise<void> {
  const { undecided } = await countFilings(sql, connection.id);
  if (undecided === 0) return;
  throw new HttpProblem(
    409,
    `${undecided} ${undecided === 1 ? 'report is' : 'reports are'} being looked for in ${connection.repository}: wait until GitHub has answered, at most some minutes, and try again.`,
  );
}
