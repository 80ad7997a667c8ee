import { addRepository } from '../../test/support/mirror-rows.ts';
import { IssuesQuery } from '../contract/mirror-queries.ts';
import { listNamesRoutes } from './lists-names.routes.ts';
import { listRoutes } from './lists.routes.ts';
import { newId } from '../lib/ids.ts';
import { quiet } from '../../test/support/quiet.ts';
import { testDatabase } from '../../test/support/database.ts';
import type { Call } from '../accounts/routes.model.ts';
import type { Principal } from '../accounts/accounts.model.ts';
import type { Sql } from '../db/db.model.ts';
import type { TestContext } from 'node:test';

export const NOW = new Date('2026-06-01T12:00:00Z');
export const LABEL = (name: string) => ({ name, color: 'ededed' });

/** A tenant `acme` with the tracked repository acme/app, and its lists asked as `as` says; an admin by default. */
export async function start(t: TestContext) {
  const { sql } = await testDatabase(t);
  const tenantId = await addTenant(sql, 'acme');
  const connectionId = await addConnection(sql, tenantId);
  const place = await addRepository(sql, { tenantId, connectionId, fullName: 'acme/app' });
  const ctx = { sql, now: () => NOW, log: quiet };
  const as = (principal: Partial<Principal>) => callOf({ tenantId, ...principal });
  return {
    sql,
    tenantId,
    place,
    as,
    numbers: async (query: Record<string, unknown>, call = as({})) =>
      (await listRoutes(ctx).listIssues(call, argsOf(IssuesQuery.parse(query)))).items.map(({ number }) => number),
    routes: { ...listRoutes(ctx), ...listNamesRoutes(ctx) },
  };
}

/** What a handler is given besides the caller. */
export function argsOf<Q, P = undefined>(query: Q, params?: P) {
  return { query, params: params as P, headers: undefined, body: undefined };
}

function callOf(principal: Partial<Principal>): Call {
  const whole: Principal = {
    role: 'admin',
    actor: 'account:1',
    name: 'Admin',
    tenantId: null,
    reporter: null,
    ip: null,
    ...principal,
  };
  // the lists look at who asks and at nothing else
  return { principal: whole } as Call;
}

export async function addTenant(sql: Sql, slug: string): Promise<string> {
  const id = newId(NOW);
  await sql.insertInto('tenants').values({ id, slug, name: slug }).execute();
  return id;
}

export async function addConnection(sql: Sql, tenantId: string): Promise<string> {
  const id = newId(NOW);
  const row = { id, tenant_id: tenantId, repository: 'acme/app', base_url: 'https://github.example/api/v3' };
  await sql
    .insertInto('connections')
    .values({
      ...row,
      name: 'GitHub',
      kind: 'github',
      source: 'settings',
      credential_kind: 'token',
      credential_encrypted: '',
    })
    .execute();
  return id;
}

/** A report of a host app's user, linked to an issue. */
export async function addReport(sql: Sql, tenantId: string, reporter: string, issueId: string): Promise<string> {
  const id = newId(NOW);
  await sql
    .insertInto('reports')
    .values({
      id,
      tenant_id: tenantId,
      reporter_kind: 'host',
      reporter_id: reporter,
      reporter_name: `Name of ${reporter}`,
      title: `By ${reporter}`,
      description: '',
    })
    .execute();
  await sql
    .insertInto('links')
    .values({ id: newId(NOW), tenant_id: tenantId, source_kind: 'report', source_id: id, issue_id: issueId })
    .execute();
  return id;
}
