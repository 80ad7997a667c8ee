import { changeConnection, createConnection, deleteConnection, resumeConnection } from './manage.ts';
import { githubOf, settingsAddresses } from './access.ts';
import { HttpProblem, notFound } from '../lib/problem.ts';
import { newId } from '../lib/ids.ts';
import { openGithub } from '../github/github.ts';
import { requireTenantId } from '../tenants/tenants.ts';
import { Secret } from '../lib/secret.ts';
import { selectConnection, selectConnections } from './connections.store.ts';
import { testGithub } from './test-connection.ts';
import { viewOf } from './connection-view.ts';
import type { Call, Handlers } from '../accounts/routes.model.ts';
import type { ConnectionHooks, GithubConnection, OutsideCtx } from './connections.model.ts';
import type { Github } from '../github/github.model.ts';

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
>;

/** Set-up and settings of GitHub connections over HTTP. */
export function connectionRoutes(ctx: OutsideCtx, hooks: ConnectionHooks): ConnectionHandlers {
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
      const tenantId = await requireTenantId(ctx.sql, call.principal);
      return viewOf(ctx.sql, await createConnection(ctx, hooks, call.principal, tenantId, body));
    },
    async getConnection(call, { params }) {
      return viewOf(ctx.sql, await find(call, params.id));
    },
    async changeConnection(call, { params, body }) {
      const connection = await find(call, params.id);
      return viewOf(ctx.sql, await changeConnection(ctx, hooks, call.principal, connection, body));
    },
    async deleteConnection(call, { params }) {
      await deleteConnection(ctx, call.principal, await find(call, params.id));
      return undefined;
    },
    async resumeConnection(call, { params }) {
      const connection = await find(call, params.id);
      return viewOf(ctx.sql, await resumeConnection(ctx, call.principal, connection));
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
      return testGithub(doorFor(ctx, body.base_url, body.token), body.repository ?? null, ctx.now());
    },
  };
}

// A token that is not saved yet: its budget is its own.
function doorFor(ctx: OutsideCtx, baseUrl: string, token: string): Github {
  const credential = { kind: 'token', key: newId(ctx.now()), token: new Secret(token) } as const;
  const access = {
    baseUrl: baseUrl.replace(/\/+$/u, ''),
    apiVersion: '2022-11-28',
    credential,
    addresses: settingsAddresses(ctx),
    creationsPerHour: 1,
  };
  return openGithub(access, { log: ctx.log, now: ctx.now, createSpacingMs: ctx.createSpacingMs });
}
