import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ROLES } from '../src/contract/people.ts';
import type { Role } from '../src/contract/people.ts';
import { ROUTES } from '../src/contract/routes.ts';
import type { RouteName } from '../src/contract/routes.ts';
import type { Answer } from './support/api.ts';
import { sampleRequests } from './support/requests.ts';
import { startTwoTenants } from './support/two-tenants.ts';
import type { TwoTenants } from './support/two-tenants.ts';

/** No row has this id. */
const MISSING = '018f0000-0000-7000-8000-0000000000ff';
const NAMES = Object.keys(ROUTES).filter((name): name is RouteName => name in ROUTES);

test('every route is refused to nobody and to each role below its own, and to no other', async (t) => {
  const two = await startTwoTenants(t);
  const samples = sampleRequests(two.api.fake);
  const callers: [Exclude<Role, 'public'> | null, string, Record<string, string>][] = [
    [null, 'nobody', {}],
    ...Object.entries(two.other.reporters).map(([who, headers]) => ['reporter', who, headers] as const),
    ...Object.entries(two.other.admins).map(([who, headers]) => ['admin', who, headers] as const),
    ['system_admin', 'operator', { ...two.systemAdmin, 'x-tenant': two.other.slug }],
  ].map(([role, who, headers]) => [role, who, headers] as (typeof callers)[number]);
  for (const name of NAMES) {
    for (const [role, who, headers] of callers) {
      if (name === 'signOut' && role !== null) continue; // it ends the session the other routes are asked with
      const answer = await two.ask(name, samples[name], MISSING, headers);
      const about = `${name} as ${who} (${role}): ${answer.status} ${JSON.stringify(answer.body)}`;
      assert.ok(answer.status < 500, about);
      assertRole(name, role, answer, about);
    }
  }
});

test('no answer to another tenant holds anything of acme, whatever is asked', async (t) => {
  const two = await startTwoTenants(t);
  const samples = sampleRequests(two.api.fake);
  const before = await rowsOf(two);
  for (const name of NAMES) {
    for (const [who, headers] of strangers(two)) {
      if (name === 'signOut') continue;
      const ids = samples[name].id === undefined ? [''] : Object.values(two.acme.ids);
      for (const id of ids) {
        const { status, body } = await two.ask(name, samples[name], id, headers);
        const text = JSON.stringify(body);
        // `X-Tenant: acme` and `?tenant=acme` may be told back in a refusal, but nothing acme has
        assert.ok(
          !/acme (?:Inc|title|text|key|app|GitHub|reporter|admin|user)|@acme|acme-/u.test(text),
          `${name} as ${who}: ${status} ${text}`,
        );
        assert.ok(!Object.values(two.acme.ids).some((acmeId) => text.includes(acmeId)), `${name} as ${who}: ${text}`);
      }
    }
  }
  assert.deepEqual(await rowsOf(two), before);
});

test("another tenant's id answers exactly as a missing one", async (t) => {
  const two = await startTwoTenants(t);
  const samples = sampleRequests(two.api.fake);
  for (const name of NAMES) {
    const { id } = samples[name];
    if (id === undefined) continue;
    for (const [who, headers] of strangers(two)) {
      const theirs = await two.ask(name, samples[name], two.acme.ids[id], headers);
      const missing = await two.ask(name, samples[name], MISSING, headers);
      assert.deepEqual(comparable(theirs), comparable(missing), `${name} as ${who}`);
      assert.ok([403, 404].includes(theirs.status), `${name} as ${who}: ${theirs.status}`);
    }
  }
});

test("another reporter's report answers exactly as a missing one", async (t) => {
  const two = await startTwoTenants(t);
  const samples = sampleRequests(two.api.fake);
  const headers = two.acme.reporters['hostUser'] ?? {};
  for (const name of ['getReport', 'retryReport'] as const) {
    const theirs = await two.ask(name, samples[name], two.acme.ids.report, headers);
    const missing = await two.ask(name, samples[name], MISSING, headers);
    assert.equal(theirs.status, 404);
    assert.deepEqual(comparable(theirs), comparable(missing));
  }
  const list = await two.ask('listReports', {}, '', headers);
  assert.deepEqual(list.body['items'], []);
});

test('a reporter reads their own report, an admin those of the tenant, a system admin all', async (t) => {
  const two = await startTwoTenants(t);
  const readers = [
    two.acme.reporters['person'],
    two.acme.admins['person'],
    two.acme.admins['program'],
    two.systemAdmin,
  ];
  for (const headers of readers) {
    const { status, body } = await two.ask('getReport', {}, two.acme.ids.report, headers ?? {});
    assert.deepEqual([status, body['title']], [200, 'acme title']);
  }
});

function assertRole(name: RouteName, role: Exclude<Role, 'public'> | null, answer: Answer, about: string): void {
  const needed: Role = ROUTES[name].role;
  if (needed === 'public') return assert.notEqual(answer.status, 403, about);
  if (role === null) return assert.equal(answer.status, 401, about);
  if (ROLES.indexOf(role) < ROLES.indexOf(needed)) return assert.equal(answer.status, 403, about);
  return assert.ok(answer.status !== 401 && answer.status !== 403, about);
}

function strangers({ other }: TwoTenants): [string, Record<string, string>][] {
  return [...Object.entries(other.reporters), ...Object.entries(other.admins)];
}

/** All that an answer says but the id of the request. */
function comparable({ status, body, headers }: Answer) {
  const { instance: _request, ...rest } = body;
  const { 'x-request-id': _id, date: _date, ...others } = headers;
  return { status, body: JSON.stringify(rest), headers: others };
}

/** What acme has, to see that nobody else changed it. */
async function rowsOf({ api, acme }: TwoTenants) {
  const { sql } = api.db;
  const tables = [
    'connections',
    'reports',
    'filings',
    'api_keys',
    'token_signers',
    'memberships',
    'audit_events',
    'repositories',
    'issues',
    'deliveries',
    'hooks',
    'sentry_connections',
    'sentry_rules',
    'sentry_issues',
  ] as const;
  const rows = await Promise.all(
    tables.map((table) => sql.selectFrom(table).selectAll().where('tenant_id', '=', acme.id).execute()),
  );
  const accounts = await sql.selectFrom('accounts').selectAll().where('id', '=', acme.ids.account).execute();
  const tenants = await sql.selectFrom('tenants').selectAll().where('id', '=', acme.id).execute();
  return JSON.stringify({ rows, accounts, tenants });
}
