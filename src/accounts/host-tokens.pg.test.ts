import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { CryptoKey } from 'jose';

import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../lib/clock.ts';
import { HttpProblem } from '../lib/problem.ts';
import { ensureFirstTenant } from '../tenants/tenants.ts';
import { testAccounts } from './accounts.fixture.ts';
import type { TestAccounts } from './accounts.fixture.ts';
import { principalOfHostToken } from './host-tokens.ts';
import { tokenSignerHandlers } from './token-signers.routes.ts';

const SECRET = 'a shared secret of more than 32 characters';
const NAMES = { name: 'Shop', issuer: 'https://shop.example', audience: 'throughline' };

/** Trusts a host app; with `jwksUrl` by its key set, else by the shared secret. */
async function trust(ctx: TestAccounts, jwksUrl?: string) {
  const tenant = await ensureFirstTenant(ctx);
  const principal = { role: 'admin', actor: 'x', name: 'X', tenantId: tenant.id, reporter: null, ip: null } as const;
  const handlers = tokenSignerHandlers(ctx);
  const body =
    jwksUrl === undefined
      ? { ...NAMES, method: 'HS256' as const, secret: SECRET }
      : { ...NAMES, method: 'JWKS' as const, jwks_url: jwksUrl };
  const call = { principal } as Parameters<typeof handlers.createTokenSigner>[0]; // the handler looks at nothing else
  return handlers.createTokenSigner(call, { body, params: undefined, query: undefined, headers: undefined });
}

function claims(ctx: TestAccounts, given: Record<string, unknown> = {}) {
  const exp = after(ctx.now(), HOUR_MS).getTime() / 1000;
  return { iss: NAMES.issuer, aud: NAMES.audience, sub: 'user-7', exp, email: 'u7@shop.example', ...given };
}

const hs256 = (payload: Record<string, unknown>, secret = SECRET) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));

const refusedBecause = (words: RegExp) => (error: unknown) =>
  error instanceof HttpProblem && error.status === 401 && words.test(error.detail);

test("a user of a trusted host app is a reporter of its tenant, under the host app's own id", async (t) => {
  const ctx = await testAccounts(t);
  const signer = await trust(ctx);
  const principal = await principalOfHostToken(ctx, await hs256(claims(ctx)), '192.0.2.7');
  assert.equal(principal.role, 'reporter');
  assert.equal(principal.actor, `host:${signer.id}:user-7`);
  assert.deepEqual(principal.reporter, { kind: 'host', id: 'user-7', email: 'u7@shop.example', name: null });
});

test('a token says what is wrong with it only when the host app has signed it', async (t) => {
  const ctx = await testAccounts(t);
  await trust(ctx);
  const now = ctx.now().getTime() / 1000;
  const cases: [words: RegExp, token: string][] = [
    [/expired/u, await hs256(claims(ctx, { exp: now - 120 }))],
    [/24 hours/u, await hs256(claims(ctx, { exp: now + DAY_MS / 1000 + 120 }))],
    [/`exp`/u, await hs256(claims(ctx, { exp: undefined }))],
    [/`sub`/u, await hs256(claims(ctx, { sub: undefined }))],
    [/`sub`/u, await hs256(claims(ctx, { sub: '' }))],
    [/`sub`/u, await hs256(claims(ctx, { sub: 'a\u0000b' }))],
    [/`nbf`/u, await hs256(claims(ctx, { nbf: now + 120 }))],
    [/No trusted app/u, await hs256(claims(ctx, { exp: now - 120 }), 'another secret of more than 32 characters')],
    [/No trusted app/u, await hs256(claims(ctx, { iss: 'https://other.example' }))],
    [/No trusted app/u, await hs256(claims(ctx, { aud: 'somebody else' }))],
    [/No trusted app/u, 'not.a.token'],
    [/No trusted app/u, ''],
  ];
  for (const [words, token] of cases) {
    await assert.rejects(principalOfHostToken(ctx, token, ''), refusedBecause(words), `${words}`);
  }
});

test('a token without a signature is refused', async (t) => {
  const ctx = await testAccounts(t);
  await trust(ctx);
  await assert.rejects(
    principalOfHostToken(ctx, new UnsecuredJWT(claims(ctx)).encode(), ''),
    refusedBecause(/No trusted/u),
  );
});

test("RS256, ES256 and EdDSA tokens are checked by the host app's key set, fetched once", async (t) => {
  const ctx = await testAccounts(t);
  const keys = await Promise.all(
    (['RS256', 'ES256', 'EdDSA'] as const).map(async (alg) => ({ alg, ...(await pair(alg)) })),
  );
  const { url, fetched } = await keySet(t, await Promise.all(keys.map((key) => publicJwk(key))));
  await trust(ctx, url);
  for (const { alg, privateKey } of keys) {
    const token = await new SignJWT(claims(ctx)).setProtectedHeader({ alg, kid: alg }).sign(privateKey);
    assert.equal((await principalOfHostToken(ctx, token, '')).reporter?.id, 'user-7');
  }
  assert.equal(fetched(), 1);
});

test('a public key cannot be used as an HS256 secret', async (t) => {
  const ctx = await testAccounts(t);
  const key = { alg: 'RS256', ...(await pair('RS256')) };
  const { url } = await keySet(t, [await publicJwk(key)]);
  await trust(ctx, url);
  const forged = await hs256(claims(ctx), await exportSPKI(key.publicKey));
  await assert.rejects(principalOfHostToken(ctx, forged, ''), refusedBecause(/No trusted app/u));
});

test('a key set at an address that is not allowed is never fetched', async (t) => {
  const ctx = await testAccounts(t, 'public');
  await assert.rejects(trust(ctx, 'http://shop.example/keys'), /https/u);
  const { url, fetched } = await keySet(t, []);
  await trust(ctx, url.replace('http:', 'https:'));
  const { privateKey } = await pair('RS256');
  const token = await new SignJWT(claims(ctx)).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  await assert.rejects(
    principalOfHostToken(ctx, token, ''),
    (error) => error instanceof HttpProblem && error.status === 503,
  );
  assert.equal(fetched(), 0);
});

test("the host app's secret is stored encrypted", async (t) => {
  const ctx = await testAccounts(t);
  await trust(ctx);
  const rows = await ctx.sql.selectFrom('token_signers').selectAll().execute();
  assert.ok(!JSON.stringify(rows).includes(SECRET));
});

test('a token that lives a minute past its end is still taken: clocks differ', async (t) => {
  const ctx = await testAccounts(t);
  await trust(ctx);
  const exp = after(ctx.now(), -MINUTE_MS / 2).getTime() / 1000;
  assert.equal((await principalOfHostToken(ctx, await hs256(claims(ctx, { exp })), '')).role, 'reporter');
});

const pair = (alg: string) => generateKeyPair(alg, { extractable: true });

async function publicJwk({ alg, publicKey }: { alg: string; publicKey: CryptoKey }) {
  return { ...(await exportJWK(publicKey)), alg, kid: alg };
}

async function keySet(t: TestContext, keys: object[]) {
  let count = 0;
  const server = createServer((_request, response) => {
    count += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return { url: `http://127.0.0.1:${port}/keys`, fetched: () => count };
}
