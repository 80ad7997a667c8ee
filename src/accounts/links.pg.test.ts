import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DAY_MS, HOUR_MS } from '../lib/clock.ts';
import { HttpProblem } from '../lib/problem.ts';
import { ensureFirstTenant, listTenants } from '../tenants/tenants.ts';
import { DEVICE, PASSWORD, testAccounts } from './accounts.fixture.ts';
import { ensureAccount, firstRunLink, signInLink } from './accounts.ts';
import { inviteAgain } from './people.ts';
import { principalOfSession } from './sessions.ts';
import { openLink, setPassword, setUp } from './setup.ts';
import { signIn } from './sign-in.ts';

const refusal = (status: number) => (error: unknown) => error instanceof HttpProblem && error.status === status;
const tokenOf = (link: string | null) => new URL(link ?? '').hash.replace('#token=', '');
const ROOT = { email: 'root@example.com', name: 'Root', password: PASSWORD };

test('the set-up link makes one system admin, signed in, and then nobody else', async (t) => {
  const ctx = await testAccounts(t);
  const link = await firstRunLink(ctx, ctx.publicUrl);
  assert.match(link ?? '', /^http:\/\/hub\.example\/setup#token=[\w-]{43}$/u);
  const token = tokenOf(link);
  const session = await setUp(ctx, { ...ROOT, token, tenant_name: 'Acme' }, DEVICE);
  assert.equal((await principalOfSession(ctx, session.token, DEVICE.ip))?.role, 'system_admin');
  assert.deepEqual(
    (await listTenants(ctx.sql)).map(({ name }) => name),
    ['Acme'],
  );
  await assert.rejects(setUp(ctx, { ...ROOT, email: 'two@example.com', token }, DEVICE), refusal(400));
  assert.equal(await firstRunLink(ctx, ctx.publicUrl), null);
});

test('of two who open the set-up link at the same instant one becomes admin', async (t) => {
  const ctx = await testAccounts(t);
  const token = tokenOf(await firstRunLink(ctx, ctx.publicUrl));
  const both = ['a@example.com', 'b@example.com'].map((email) => setUp(ctx, { ...ROOT, email, token }, DEVICE));
  const won = (await Promise.allSettled(both)).filter(({ status }) => status === 'fulfilled');
  assert.equal(won.length, 1);
});

test('a set-up that failed for its e-mail leaves the link good', async (t) => {
  const ctx = await testAccounts(t);
  await ensureAccount(ctx, { email: ROOT.email, name: 'There already' });
  const token = tokenOf(await firstRunLink(ctx, ctx.publicUrl));
  await assert.rejects(setUp(ctx, { ...ROOT, token }, DEVICE), refusal(409));
  await setUp(ctx, { ...ROOT, email: 'other@example.com', token }, DEVICE);
});

test('starting again replaces the set-up link, and it ends after a day', async (t) => {
  const ctx = await testAccounts(t);
  const first = tokenOf(await firstRunLink(ctx, ctx.publicUrl));
  const second = tokenOf(await firstRunLink(ctx, ctx.publicUrl));
  await assert.rejects(setUp(ctx, { ...ROOT, token: first }, DEVICE), refusal(400));
  ctx.wait(24 * HOUR_MS);
  await assert.rejects(setUp(ctx, { ...ROOT, token: second }, DEVICE), refusal(400));
});

test('a password link works once, signs out everybody who had the old password, and ends after 7 days', async (t) => {
  const ctx = await testAccounts(t);
  const { id: tenantId } = await ensureFirstTenant(ctx);
  const memberships = [{ tenantId, role: 'reporter' as const }];
  const { id } = await ensureAccount(ctx, { ...ROOT, memberships });
  const admin = { role: 'admin', actor: 'account:x', name: 'X', tenantId, reporter: null, ip: null } as const;
  const before = await signIn(ctx, ROOT, DEVICE);
  const { link } = await inviteAgain(ctx, admin, id);
  const change = { token: tokenOf(link), password: 'a new password' };
  await setPassword(ctx, change, DEVICE);
  await assert.rejects(setPassword(ctx, change, DEVICE), refusal(400));
  assert.equal(await principalOfSession(ctx, before.token, DEVICE.ip), null);
  await assert.rejects(signIn(ctx, ROOT, DEVICE), refusal(401));
  const late = await inviteAgain(ctx, admin, id);
  ctx.wait(7 * DAY_MS);
  await assert.rejects(setPassword(ctx, { ...change, token: tokenOf(late.link) }, DEVICE), refusal(400));
});

test('a link of one kind does not open another page', async (t) => {
  const ctx = await testAccounts(t);
  const { id } = await ensureAccount(ctx, { ...ROOT, systemAdmin: true });
  const token = tokenOf(await signInLink(ctx, ctx.publicUrl, id));
  await assert.rejects(setPassword(ctx, { token, password: 'another password' }, DEVICE), refusal(400));
  const session = await openLink(ctx, token, DEVICE);
  assert.equal((await principalOfSession(ctx, session.token, DEVICE.ip))?.actor, `account:${id}`);
});

test('no secret of a link or session is in the database as it is', async (t) => {
  const ctx = await testAccounts(t);
  const token = tokenOf(await firstRunLink(ctx, ctx.publicUrl));
  const session = await setUp(ctx, { ...ROOT, token }, DEVICE);
  const rows = JSON.stringify([
    await ctx.sql.selectFrom('sessions').selectAll().execute(),
    await ctx.sql.selectFrom('one_time_links').selectAll().execute(),
    await ctx.sql.selectFrom('accounts').selectAll().execute(),
    await ctx.sql.selectFrom('audit_events').selectAll().execute(),
  ]);
  for (const secret of [token, session.token, PASSWORD]) assert.ok(!rows.includes(secret));
});
