import { beginApp, listApps, takeApp } from './apps.ts';
import { changeConnection, createConnection, deleteConnection, resumeConnection } from './manage.ts';
import { githubOf, settingsAddresses } from './access.ts';
import { HttpProblem, notFound } from '../lib/problem.ts';
import { newId } from '../lib/ids.ts';
import { openGithub } from '../github/github.ts';
import { readBudgets } from './budgets.ts';
import { requireTenantId } from '../tenants/tenants.ts';
import { selectConnection, selectConnections } from './connections.store.ts';
import { tryCredential } from './credential.ts';
import { testGithub } from './test-connection.ts';
import { testPlaces } from './test-places.ts';
import { viewOf } from './connection-view.ts';
import type { Call, Handlers } from '../accounts/routes.model.ts';
import type { ConnectionHooks, GithubConnection, OutsideCtx } from './connections.model.ts';
import type { Github } from '../github/github.model.ts';
import type { RouteArguments } from '../contract/routes.ts';

type ConnectionHandlers = Pick<
  Handlers,
  | 'listConnections'
  | 'createConnection'
  | 'getConnection'
  | 'changeConnection'
  | 'deleteConnection'
  | 'resumeConnection'
  | 'testConnection'
  | 'testNewConnection'
  | 'beginApp'
  | 'makeApp'
  | 'listApps'
  | 'budgets'
>;

/** Set-up and settings of GitHub connections over HTTP. */
export function connectionRoutes(ctx: OutsideCtx, hooks: ConnectionHooks, publicUrl: string): ConnectionHandlers {
  const find = async (call: Call, id: string): Promise<GithubConnection> => {
    const connection = await selectConnection(ctx.sql, id, call.principal.tenantId);
    if (connection === null) throw notFound('connection');
    return connection;
  };
  return {
    async listConnections(call) {
      const connections = await selectConnections(ctx.sql, call.principal.tenantId);
      return { items: await Promise.all(connections.map((connection) => viewOf(ctx.sql, ctx.keyring, connection))) };
    },
    async createConnection(call, { body }) {
      const tenantId = await requireTenantId(ctx.sql, call.principal);
      return viewOf(ctx.sql, ctx.keyring, await createConnection(ctx, hooks, call.principal, tenantId, body));
    },
    async getConnection(call, { params }) {
      return viewOf(ctx.sql, ctx.keyring, await find(call, params.id));
    },
    async changeConnection(call, { params, body }) {
      const connection = await find(call, params.id);
      return viewOf(ctx.sql, ctx.keyring, await changeConnection(ctx, hooks, call.principal, connection, body));
    },
    async deleteConnection(call, { params }) {
      await deleteConnection(ctx, call.principal, await find(call, params.id));
      return undefined;
    },
    async resumeConnection(call, { params }) {
      const connection = await find(call, params.id);
      return viewOf(ctx.sql, ctx.keyring, await resumeConnection(ctx, call.principal, connection));
    },
    async testConnection(call, { params }) {
      const connection = await find(call, params.id);
      const github = githubOf(ctx, connection);
      if (github === null)
        throw new HttpProblem(
          409,
          'The stored token cannot be decrypted: SECRET_KEY is another one than when it was saved. Put the token in again.',
        );
      const tested = await testGithub(github, connection.repository, ctx.now());
      return tested.ok ? { ...tested, checks: [...tested.checks, ...(await testPlaces(github, connection))] } : tested;
    },
    async testNewConnection(call, { body }) {
      const github = await doorFor(ctx, call.principal.tenantId, body);
      return testGithub(github, body.repository ?? null, ctx.now());
    },
    async beginApp(call, { body }) {
      const tenantId = await requireTenantId(ctx.sql, call.principal);
      return beginApp(ctx, call.principal, { tenantId, publicUrl }, body);
    },
    async makeApp(call, { body }) {
      return takeApp(ctx, call.principal, publicUrl, body);
    },
    async listApps(call) {
      return listApps(ctx, await requireTenantId(ctx.sql, call.principal));
    },
    async budgets(call) {
      return readBudgets(ctx, call.principal.tenantId);
    },
  };
}

// A credential that is not saved yet: its budget is its own.
async function doorFor(
  ctx: OutsideCtx,
  tenantId: string | null,
  body: RouteArguments<'testNewConnection'>['body'],
): Promise<Github> {
  const baseUrl = body.base_url.replace(/\/+$/u, '');
  const access = {
    baseUrl,
    apiVersion: '2022-11-28',
    credential: await tryCredential(ctx, tenantId, baseUrl, body, newId(ctx.now())),
    addresses: settingsAddresses(ctx),
    creationsPerHour: 1,
  };
  return openGithub(access, { log: ctx.log, now: ctx.now, createSpacingMs: ctx.createSpacingMs });
}
