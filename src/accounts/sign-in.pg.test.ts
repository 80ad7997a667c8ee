import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ensureFirstTenant } from '../tenants/tenants.ts';
import { DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import { HttpProblem } from '../lib/problem.ts';
import { DEVICE, PASSWORD, testAccounts } from './accounts.fixture.ts';
import type { TestAccounts } from './accounts.fixture.ts';
import { authenticate, ensureAccount } from './accounts.ts';
import { changePerson } from './people.ts';
import { principalOfSession } from './sessions.ts';
import { signIn } from './sign-in.ts';

const EMAIL = 'ann@example.com';

async function withAnn(ctx: TestAccounts) {
  const tenant = await ensureFirstTenant(ctx);
  const memberships = [{ tenantId: tenant.id, role: 'admin' as const }];
  const { id } = await ensureAccount(ctx, { email: EMAIL, name: 'Ann', password: PASSWORD, memberships });
  return { id, tenantId: tenant.id };
}

const refusal = (status: number) => (error: unknown) => error instanceof HttpProblem && error.status === status;
const attempt = (ctx: TestAccounts, password: string, email = EMAIL, ip = DEVICE.ip) =>
  signIn(ctx, { email, password }, { ...DEVICE, ip });

test('a person signs in with e-mail in any case and the right password, in their tenant', async (t) => {
  const ctx = await testAccounts(t);
  const { id, tenantId } = await withAnn(ctx);
  const { token } = await attempt(ctx, PASSWORD, 'ANN@example.com');
  const principal = await principalOfSession(ctx, token, DEVICE.ip);
  assert.deepEqual([principal?.role, principal?.actor, principal?.tenantId], ['admin', `account:${id}`, tenantId]);
});

test('an unknown e-mail and a wrong password get the same answer', async (t) => {
  const ctx = await testAccounts(t);
  await withAnn(ctx);
  const answers = await Promise.allSettled([attempt(ctx, 'wrong'), attempt(ctx, 'wrong', 'nobody@example.com')]);
  const [wrong, unknown] = answers.map((answer) => (answer.status === 'rejected' ? answer.reason : null));
  assert.ok(wrong instanceof HttpProblem && unknown instanceof HttpProblem);
  assert.deepEqual([wrong.status, wrong.detail], [unknown.status, unknown.detail]);
});

test('after five failures even the right password must wait, and works again after the minute', async (t) => {
  const ctx = await testAccounts(t);
  await withAnn(ctx);
  for (let i = 0; i < 5; i += 1) await assert.rejects(attempt(ctx, 'wrong'), refusal(401));
  await assert.rejects(attempt(ctx, PASSWORD), (error) => {
    assert.ok(error instanceof HttpProblem);
    assert.deepEqual([error.status, error.headers['retry-after']], [429, '60']);
    return true;
  });
  ctx.wait(MINUTE_MS);
  await attempt(ctx, PASSWORD);
});

test('guesses sent at once count like guesses sent one after the other', async (t) => {
  const ctx = await testAccounts(t);
  await withAnn(ctx);
  const answers = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) => attempt(ctx, `guess ${i}`, EMAIL, `192.0.2.${i}`)),
  );
  const statuses = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.status : 200));
  assert.equal(statuses.filter((status) => status === 401).length, 5);
  assert.equal(statuses.filter((status) => status === 429).length, 7);
});

test('one address that guesses many e-mails is slowed down too, and signing in oneself does not reset it', async (t) => {
  const ctx = await testAccounts(t);
  await withAnn(ctx);
  for (let i = 0; i < 4; i += 1) await assert.rejects(attempt(ctx, 'x', `p${i}@example.com`), refusal(401));
  await attempt(ctx, PASSWORD);
  await assert.rejects(attempt(ctx, 'x', 'p5@example.com'), refusal(401));
  await assert.rejects(attempt(ctx, 'x', 'p6@example.com'), refusal(429));
});

test('a session lives while it is used and ends 14 days after its last use', async (t) => {
  const ctx = await testAccounts(t);
  await withAnn(ctx);
  const { token } = await attempt(ctx, PASSWORD);
  for (let day = 0; day < 3; day += 1) {
    ctx.wait(13 * DAY_MS);
    assert.notEqual(await principalOfSession(ctx, token, DEVICE.ip), null);
  }
  ctx.wait(14 * DAY_MS);
  assert.equal(await principalOfSession(ctx, token, DEVICE.ip), null);
});

test('a disabled account is out at once and cannot come back in', async (t) => {
  const ctx = await testAccounts(t);
  const { id, tenantId } = await withAnn(ctx);
  const { token } = await attempt(ctx, PASSWORD);
  const boss = { role: 'admin', actor: 'account:boss', name: 'Boss', tenantId, reporter: null, ip: null } as const;
  await changePerson(ctx, boss, id, { disabled: true });
  assert.equal(await principalOfSession(ctx, token, DEVICE.ip), null);
  await assert.rejects(attempt(ctx, PASSWORD), refusal(401));
});

test('a wrong Authorization is not made good by a cookie', async (t) => {
  const ctx = await testAccounts(t);
  await withAnn(ctx);
  const { token } = await attempt(ctx, PASSWORD);
  const credentials = { cookie: token, authorization: null, tenantSlug: null, ip: DEVICE.ip };
  assert.notEqual(await authenticate(ctx, credentials), null);
  assert.equal(await authenticate(ctx, { ...credentials, authorization: 'Bearer tl_wrong' }), null);
});
