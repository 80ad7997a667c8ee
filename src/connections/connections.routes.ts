import { Cron } from 'croner';

import { githubOf, repositoryUrl } from './access.ts';
import { HttpProblem, invalidField, notFound } from '../lib/problem.ts';
import { newId } from '../lib/ids.ts';
import { openGithub } from '../github/github.ts';
import { publish } from '../db/db.ts';
import { recordAudit } from '../audit/audit.ts';
import { seal } from '../lib/keyring.ts';
import { Secret } from '../lib/secret.ts';
import { requireTenantId } from '../tenants/tenants.ts';
import { testGithub } from './test-connection.ts';
import {
  countFilings,
  deleteConnectionRow,
  insertConnection,
  lastSyncAt,
  selectConnection,
  selectConnections,
  updateConnection,
} from './connections.store.ts';
import type { Call, Handlers } from '../accounts/routes.model.ts';
import type { Connection, ConnectionChange } from '../contract/connections.ts';
import type { RouteAnswer } from '../contract/routes.ts';
import type { Sql } from '../db/db.model.ts';
import type { GithubConnection, OutsideCtx } from './connections.model.ts';

type ConnectionView = RouteAnswer<'getConnection'>;

/** What the routes need from capabilities further right. */
export interface ConnectionHooks {
  /** Why a template cannot be used, or null. */
  templateError(template: string): string | null;
  /** Something may be sent now. */
  wake(connectionId: string, tenantId: string): Promise<void>;
}

export function connectionRoutes(
  ctx: OutsideCtx,
  hooks: ConnectionHooks,
): Pick<
  Handlers,
  | 'listConnections'
  | 'createConnection'
  | 'getConnection'
  | 'changeConnection'
  | 'deleteConnection'
  | 'resumeConnection'
  | 'testConnection'
  | 'testNewConnection'
> {
  const find = async (call: Call, id: string): Promise<GithubConnection> => {
    const connection = await selectConnection(ctx.sql, id, call.principal.tenantId);
    if (connection === null) throw notFound('connection');
    return connection;
  };
  return {
    async listConnections(call) {
      const connections = await selectConnections(ctx.sql, call.principal.tenantId);
      return { items: await Promise.all(connections.map((connection) => viewOf(ctx.sql, connection))) };
    },
    async createConnection(call, { body }) {
      checkSettings(body, hooks);
      const tenantId = await requireTenantId(ctx.sql, call.principal);
      const now = ctx.now();
      const { token, ...settings } = body;
      const connection = await ctx.sql.transaction().execute(async (sql) => {
        const made = await insertConnection(sql, {
          ...settings,
          id: newId(now),
          tenant_id: tenantId,
          kind: 'github',
          source: 'settings',
          base_url: settings.base_url.replace(/\/+$/u, ''),
          credential_kind: 'token',
          credential_encrypted: seal(ctx.keyring, new Secret(token), now),
          created_at: now,
          updated_at: now,
        });
        await recordAudit(sql, call.principal, {
          action: 'connection.created',
          subject: `connection:${made.id}`,
          after: settings,
        });
        await publish(sql, { kind: 'connection', id: made.id, tenantId });
        return made;
      });
      await hooks.wake(connection.id, tenantId);
      return viewOf(ctx.sql, connection);
    },
    async getConnection(call, { params }) {
      return viewOf(ctx.sql, await find(call, params.id));
    },
    async changeConnection(call, { params, body }) {
      const connection = await find(call, params.id);
      checkSettings(body, hooks);
      await checkMove(ctx.sql, connection, body);
      const changed = await change(ctx, call, connection, body);
      await hooks.wake(changed.id, changed.tenantId);
      return viewOf(ctx.sql, changed);
    },
    async deleteConnection(call, { params }) {
      const connection = await find(call, params.id);
      if (connection.source === 'environment')
        throw new HttpProblem(
          409,
          'This connection is made by GITHUB_TOKEN and GITHUB_REPO: remove them and restart, or switch it off here.',
        );
      await refuseWhileUndecided(ctx.sql, connection);
      await ctx.sql.transaction().execute(async (sql) => {
        await deleteConnectionRow(sql, connection.id);
        await recordAudit(sql, call.principal, {
          action: 'connection.deleted',
          subject: `connection:${connection.id}`,
          before: { repository: connection.repository, name: connection.name },
        });
        await publish(sql, { kind: 'connection', id: connection.id, tenantId: connection.tenantId });
      });
      return undefined;
    },
    async resumeConnection(call, { params }) {
      const connection = await find(call, params.id);
      const resumed = await ctx.sql.transaction().execute(async (sql) => {
        const row = await updateConnection(sql, connection.id, {
          ...NO_PAUSE,
          checked_at: null,
          updated_at: ctx.now(),
        });
        await recordAudit(sql, call.principal, {
          action: 'connection.resumed',
          subject: `connection:${connection.id}`,
          before: { paused: connection.pausedMessage },
        });
        await publish(sql, { kind: 'connection', id: connection.id, tenantId: connection.tenantId });
        return row;
      });
      await hooks.wake(connection.id, connection.tenantId);
      return viewOf(ctx.sql, resumed);
    },
    async testConnection(call, { params }) {
      const connection = await find(call, params.id);
      const github = githubOf(ctx, connection);
      if (github === null)
        throw new HttpProblem(
          409,
          'The stored token cannot be decrypted: SECRET_KEY is another one than when it was saved. Put the token in again.',
        );
      return testGithub(github, connection.repository, ctx.now());
    },
    async testNewConnection(_call, { body }) {
      const github = openGithub(
        {
          baseUrl: body.base_url.replace(/\/+$/u, ''),
          apiVersion: '2022-11-28',
          credential: { kind: 'token', key: newId(ctx.now()), token: new Secret(body.token) },
          allowPrivateAddresses: ctx.allowPrivateAddresses,
          creationsPerHour: 1,
        },
        { log: ctx.log, now: ctx.now, createSpacingMs: ctx.createSpacingMs },
      );
      return testGithub(github, body.repository ?? null, ctx.now());
    },
  };
}

const NO_PAUSE = {
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
  call: Call,
  connection: GithubConnection,
  body: ConnectionChange,
): Promise<GithubConnection> {
  const now = ctx.now();
  const { token, ...settings } = body;
  const elsewhere = isElsewhere(connection, body);
  return ctx.sql.transaction().execute(async (sql) => {
    const row = await updateConnection(sql, connection.id, {
      ...settings,
      ...(settings.base_url === undefined ? {} : { base_url: settings.base_url.replace(/\/+$/u, '') }),
      ...(token === undefined
        ? {}
        : { ...NO_PAUSE, credential_encrypted: seal(ctx.keyring, new Secret(token), now), viewer_id: null }),
      ...(elsewhere
        ? {
            github_repository_id: null,
            visibility: null,
            number_known: 0,
            adopted_at: null,
            adopt_cursor: null,
            viewer_id: null,
          }
        : {}),
      ...(settings.sync_schedule === undefined ? {} : { sync_due_at: null }),
      checked_at: null,
      updated_at: now,
    });
    const changed = Object.keys(settings) as (keyof typeof settings)[];
    const view = await viewOf(sql, connection);
    await recordAudit(sql, call.principal, {
      action: 'connection.updated',
      subject: `connection:${connection.id}`,
      before: Object.fromEntries(changed.map((key) => [key, view[key]])),
      after: { ...settings, ...(token === undefined ? {} : { credential: 'replaced' }) },
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
  try {
    new Cron(body.sync_schedule, { paused: true });
  } catch {
    throw invalidField(
      'sync_schedule',
      'Write a cron expression of five fields, as in "0 3 * * *" for every day at 3:00 UTC.',
    );
  }
}

function isElsewhere(connection: GithubConnection, body: ConnectionChange): boolean {
  const repository = body.repository?.toLowerCase() ?? connection.repository.toLowerCase();
  const baseUrl = body.base_url?.replace(/\/+$/u, '') ?? connection.baseUrl;
  return repository !== connection.repository.toLowerCase() || baseUrl !== connection.baseUrl;
}

async function checkMove(sql: Sql, connection: GithubConnection, body: ConnectionChange): Promise<void> {
  if (connection.source === 'environment' && (body.token !== undefined || isElsewhere(connection, body)))
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

async function viewOf(sql: Sql, connection: GithubConnection): Promise<ConnectionView> {
  const { waiting } = await countFilings(sql, connection.id);
  const synced = await lastSyncAt(sql, connection.id);
  return toView(connection, waiting, synced);
}

function toView(c: GithubConnection, waiting: number, syncedAt: Date | null): ReturnType<typeof Connection.parse> {
  return {
    id: c.id,
    kind: 'github',
    source: c.source,
    name: c.name,
    repository: c.repository,
    repository_url: repositoryUrl(c.baseUrl, c.repository),
    base_url: c.baseUrl,
    default_labels: c.defaultLabels,
    default_assignees: c.defaultAssignees,
    milestone: c.milestone,
    issue_type: c.issueType,
    title_template: c.titleTemplate,
    body_template: c.bodyTemplate,
    allow_mentions: c.allowMentions,
    send_personal_data_to_public: c.sendPersonalDataToPublic,
    import_external: c.importExternal,
    sync_schedule: c.syncSchedule,
    creations_per_hour: c.creationsPerHour,
    enabled: c.enabled,
    visibility: c.visibility,
    viewer_login: c.viewerLogin,
    token_expires_at: c.tokenExpiresAt?.toISOString() ?? null,
    paused:
      c.pausedAt === null
        ? null
        : { message: c.pausedMessage ?? '', at: c.pausedAt.toISOString(), request_id: c.pausedRequestId },
    waiting,
    last_sync_at: syncedAt?.toISOString() ?? null,
    updated_at: c.updatedAt.toISOString(),
  };
}
