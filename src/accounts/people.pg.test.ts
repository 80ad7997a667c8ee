import assert from 'node:assert/strict';
import { test } from 'node:test';

import { HttpProblem } from '../lib/problem.ts';
import { sha256 } from '../lib/fernet.ts';
import { ensureFirstTenant } from '../tenants/tenants.ts';
import { ADMIN_KEY, testAccounts } from './accounts.fixture.ts';
import { authenticate, ensureAccount } from './accounts.ts';
import type { Principal } from './accounts.model.ts';
import { apiKeyHandlers } from './api-keys.routes.ts';
import { invitePerson, listPeople } from './people.ts';

const admin = (tenantId: string | null): Principal => ({
  role: tenantId === null ? 'system_admin' : 'admin',
  actor: 'account:x',
  name: 'X',
  tenantId,
  reporter: null,
  ip: null,
});
const refusal = (status: number) => (error: unknown) => error instanceof HttpProblem && error.status === status;
const bearer = (key: string, tenantSlug: string | null = null) => ({
  cookie: null,
  authorization: `Bearer ${key}`,
  tenantSlug,
  ip: '192.0.2.7',
});

test('an invited person is listed, without a password until the link is used', async (t) => {
  const ctx = await testAccounts(t);
  const { id } = await ensureFirstTenant(ctx);
  const draft = { email: 'Bea@example.com', name: 'Bea', role: 'reporter' as const };
  const invited = await invitePerson(ctx, admin(id), draft);
  assert.match(invited.link, /^http:\/\/hub\.example\/password#token=/u);
  const [bea] = await listPeople(ctx, admin(id));
  assert.deepEqual([bea?.email, bea?.has_password], ['Bea@example.com', false]);
  await assert.rejects(invitePerson(ctx, admin(id), { ...draft, email: 'bea@EXAMPLE.com' }), refusal(409));
});

test('an admin cannot take somebody of another tenant in, for the link would open both', async (t) => {
  const ctx = await testAccounts(t);
  const { id } = await ensureFirstTenant(ctx);
  const other = await ctx.sql
    .insertInto('tenants')
    .values({ id: crypto.randomUUID(), slug: 'other', name: 'Other' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await ensureAccount(ctx, {
    email: 'cy@example.com',
    name: 'Cy of Other',
    memberships: [{ tenantId: other.id, role: 'reporter' }],
  });
  const draft = { email: 'cy@example.com', name: 'Cy', role: 'reporter' as const };
  await assert.rejects(invitePerson(ctx, admin(id), draft), (error) => {
    assert.ok(error instanceof HttpProblem && error.status === 409);
    return !error.detail.includes('Other');
  });
  assert.deepEqual(await listPeople(ctx, admin(id)), []);
});

test('an API key works until it is revoked, is stored as a hash, and acts in its tenant', async (t) => {
  const ctx = await testAccounts(t);
  const { id } = await ensureFirstTenant(ctx);
  const keys = apiKeyHandlers(ctx);
  const call = { principal: admin(id) } as Parameters<typeof keys.createApiKey>[0]; // the handler looks at nothing else
  const none = { query: undefined, headers: undefined };
  const made = await keys.createApiKey(call, { ...none, params: undefined, body: { name: 'CI', role: 'reporter' } });
  assert.match(made.key, /^tl_[0-9A-Za-z]{40}$/u);
  const row = await ctx.sql.selectFrom('api_keys').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual(row.key_hash, sha256(made.key));
  const principal = await authenticate(ctx, bearer(made.key));
  assert.deepEqual([principal?.role, principal?.tenantId, principal?.reporter], ['reporter', id, null]);
  await keys.revokeApiKey(call, { ...none, params: { id: made.id }, body: undefined });
  assert.equal(await authenticate(ctx, bearer(made.key)), null);
});

test("ADMIN_API_KEY is a system admin's key, in the tenant that X-Tenant names", async (t) => {
  const ctx = await testAccounts(t);
  const { id } = await ensureFirstTenant(ctx);
  assert.equal((await authenticate(ctx, bearer(ADMIN_KEY)))?.tenantId, null);
  const principal = await authenticate(ctx, bearer(ADMIN_KEY, 'main'));
  assert.deepEqual([principal?.role, principal?.tenantId], ['system_admin', id]);
  await assert.rejects(authenticate(ctx, bearer(ADMIN_KEY, 'nobody')), refusal(400));
  await assert.rejects(authenticate(ctx, bearer(`${ADMIN_KEY}x`)), refusal(401));
});

test('every change of people and keys has its audit row, without the key', async (t) => {
  const ctx = await testAccounts(t);
  const { id } = await ensureFirstTenant(ctx);
  const keys = apiKeyHandlers(ctx);
  const call = { principal: admin(id) } as Parameters<typeof keys.createApiKey>[0]; // the handler looks at nothing else
  const args = { query: undefined, headers: undefined, params: undefined };
  const made = await keys.createApiKey(call, { ...args, body: { name: 'CI', role: 'admin' } });
  const invited = await invitePerson(ctx, admin(id), { email: 'd@example.com', name: 'D', role: 'admin' });
  const rows = await ctx.sql.selectFrom('audit_events').selectAll().orderBy('id').execute();
  assert.deepEqual(
    rows.map(({ action, subject, tenant_id }) => [action, subject, tenant_id]),
    [
      ['api_key.created', `api_key:${made.id}`, id],
      ['account.invited', `account:${invited.id}`, id],
    ],
  );
  assert.ok(!JSON.stringify(rows).includes(made.key));
  assert.ok(!JSON.stringify(rows).includes('#token='));
});
