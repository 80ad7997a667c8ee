import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { mergeHandlers } from './http.ts';
import { testServer } from './server.fixture.ts';
import { stubHandlers } from './stub-handlers.ts';

const api = (path: string) => `/api/v1${path}`;
const as = (role: string) => ({ authorization: `Bearer ${role}` });
const handlers = (part: Partial<ReturnType<typeof stubHandlers>>) => ({ ...stubHandlers(), ...part });
const noTenants = handlers({ listTenants: async () => ({ items: [] }) });

test('a route without a handler stops the start', () => {
  const { listTenants: _gone, ...rest } = stubHandlers();
  assert.throws(() => mergeHandlers(rest), /no handler answers listTenants/u);
});

test('a route with two handlers stops the start', () => {
  assert.throws(() => mergeHandlers(stubHandlers(), { listTenants: async () => ({ items: [] }) }), /two handlers/u);
});

test('nobody is answered 401 with a problem that says how to sign in', async (t) => {
  const app = await testServer(t);
  const answer = await app.inject({ url: api('/session') });
  assert.equal(answer.statusCode, 401);
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/u);
  assert.equal(answer.headers['www-authenticate'], 'Bearer');
  assert.match(answer.json().detail, /Sign in/u);
  assert.equal(answer.json().instance, answer.headers['x-request-id']);
});

test('a role that is too low is answered 403, the right one reaches the handler', async (t) => {
  const app = await testServer(t, { handlers: noTenants });
  assert.equal((await app.inject({ url: api('/tenants'), headers: as('admin') })).statusCode, 403);
  const answer = await app.inject({ url: api('/tenants'), headers: as('system_admin') });
  assert.deepEqual([answer.statusCode, answer.json()], [200, { items: [] }]);
});

test('a body that is wrong is answered 400 with the field that is', async (t) => {
  const app = await testServer(t);
  const payload = { slug: 'Not A Slug', name: 'x' };
  const answer = await app.inject({ method: 'POST', url: api('/tenants'), headers: as('system_admin'), payload });
  assert.equal(answer.statusCode, 400);
  assert.deepEqual(
    answer.json().errors.map((error: { field: string }) => error.field),
    ['slug'],
  );
});

test('a body that is missing, broken, binary, too large or of another type is answered with its own 4xx problem', async (t) => {
  const app = await testServer(t);
  const json = { ...as('system_admin'), 'content-type': 'application/json' };
  const cases: [status: number, headers: Record<string, string>, payload: string | Buffer | undefined][] = [
    [400, json, undefined],
    [400, json, ''],
    [400, json, '{"slug": "a"'],
    [400, json, '[]'],
    [400, json, 'null'],
    [400, json, '{"__proto__": {"x": 1}, "slug": "a", "name": "b"}'],
    [400, json, '{"slug": "a", "name": "\\u0000"}'],
    [400, json, '{"slug": "a", "name": "\\ud800"}'],
    [400, json, Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    [413, json, JSON.stringify({ slug: 'a', name: 'x'.repeat(3_000_000) })],
    [415, { ...json, 'content-type': 'text/plain' }, 'slug=a'],
    [415, { ...json, 'content-type': 'application/x-www-form-urlencoded' }, 'slug=a'],
  ];
  for (const [status, headers, payload] of cases) {
    const answer = await app.inject({
      method: 'POST',
      url: api('/tenants'),
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
    const about = `${String(payload).slice(0, 40)}: ${answer.body}`;
    assert.equal(answer.statusCode, status, about);
    assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/u, about);
    assert.ok(answer.json().detail.length > 10, about);
  }
});

test('an optional body may be left out', async (t) => {
  const app = await testServer(t, { handlers: handlers({ sync: async () => ({ runs: [] }) }) });
  const answer = await app.inject({ method: 'POST', url: api('/sync'), headers: as('admin') });
  assert.equal(answer.statusCode, 202);
});

test('a query with a NUL is answered 400', async (t) => {
  const app = await testServer(t);
  const answer = await app.inject({ url: api('/reports?q=%00'), headers: as('reporter') });
  assert.equal(answer.statusCode, 400);
});

test('an unknown address is 404, a known one with another method 405 that names the right ones', async (t) => {
  const app = await testServer(t);
  const unknown = await app.inject({ url: api('/nothing') });
  assert.deepEqual([unknown.statusCode, unknown.json().title], [404, 'Not found']);
  const wrong = await app.inject({ method: 'DELETE', url: api('/tenants') });
  assert.deepEqual([wrong.statusCode, wrong.headers['allow']], [405, 'GET, POST']);
  const broken = await app.inject({ url: api('/reports/%E0%A4%A') });
  assert.equal(broken.statusCode, 400);
  assert.match(broken.headers['content-type'] ?? '', /^application\/problem\+json/u);
});

test('an unexpected error is 500 with the request id and nothing of its cause', async (t) => {
  const app = await testServer(t, {
    handlers: handlers({
      listTenants: async () => {
        throw new Error('password is hunter2');
      },
    }),
  });
  const answer = await app.inject({ url: api('/tenants'), headers: as('system_admin') });
  assert.equal(answer.statusCode, 500);
  assert.ok(!answer.body.includes('hunter2'));
  assert.equal(answer.json().instance, answer.headers['x-request-id']);
});

test('a database that is away is 503 with Retry-After', async (t) => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  const app = await testServer(t, { authenticate: () => Promise.reject(refused) });
  const answer = await app.inject({ url: api('/session'), headers: as('reporter') });
  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '5']);
});

test('a person above their limit is answered 429 with Retry-After, another is not', async (t) => {
  const app = await testServer(t, { handlers: noTenants, limits: { person: 2 } });
  const ask = (role: string) => app.inject({ url: api('/tenants'), headers: as(role) });
  await ask('system_admin');
  await ask('system_admin');
  const third = await ask('system_admin');
  assert.equal(third.statusCode, 429);
  assert.ok(Number(third.headers['retry-after']) >= 1);
  assert.equal((await app.inject({ url: api('/session'), headers: as('reporter') })).statusCode, 500);
});

test('a change with a cookie must come from this site', async (t) => {
  const app = await testServer(t, { handlers: handlers({ sync: async () => ({ runs: [] }) }) });
  const post = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: api('/sync'), headers: { cookie: 'throughline_session=admin', ...headers } });
  const outcomes = [
    await post({}),
    await post({ 'sec-fetch-site': 'cross-site' }),
    await post({ 'sec-fetch-site': 'same-site' }),
    await post({ origin: 'https://evil.example' }),
    await post({ origin: 'null' }),
    await post({ 'sec-fetch-site': 'same-origin' }),
    await post({ origin: 'http://127.0.0.1:4400' }),
    await post({ origin: 'http://localhost:80', host: 'localhost' }),
  ];
  assert.deepEqual(
    outcomes.map((answer) => answer.statusCode),
    [403, 403, 403, 403, 403, 202, 202, 202],
  );
});

test('the session cookie cannot be read by scripts, and is Secure under https', async (t) => {
  const signOut = handlers({
    signOut: async (call) => {
      call.setSession({ token: 'secret', expiresAt: new Date('2030-01-01T00:00:00Z') });
      return undefined;
    },
  });
  for (const [publicUrl, secure] of [
    ['http://127.0.0.1:4400', false],
    ['https://hub.example', true],
  ] as const) {
    const app = await testServer(t, { handlers: signOut, publicUrl });
    const answer = await app.inject({ method: 'DELETE', url: api('/session') });
    assert.equal(answer.statusCode, 204);
    const cookie = String(answer.headers['set-cookie']);
    assert.match(cookie, /^throughline_session=secret; .*HttpOnly.*SameSite=Lax/u);
    assert.equal(cookie.includes('Secure'), secure);
    assert.equal(answer.headers['strict-transport-security'] !== undefined, secure);
  }
});

test('pages carry a strict policy without unsafe-inline, and a nonce that is fresh for each', async (t) => {
  const webRoot = await builtWeb(t);
  const app = await testServer(t, { webRoot });
  const nonces = new Set<string>();
  for (const url of ['/', '/reports/1', '/docs']) {
    const answer = await app.inject({ url, headers: { accept: 'text/html' } });
    assert.equal(answer.statusCode, 200);
    const policy = String(answer.headers['content-security-policy']);
    const nonce = /<meta name="csp-nonce" content="([^"]+)">/u.exec(answer.body)?.[1] ?? 'none';
    assert.ok(policy.includes(`'nonce-${nonce}'`));
    assert.ok(!policy.includes('unsafe'));
    assert.match(policy, /frame-ancestors 'none'/u);
    nonces.add(nonce);
  }
  assert.equal(nonces.size, 3);
});

test('hashed files are kept for good, the page never, and a missing file is not the page', async (t) => {
  const app = await testServer(t, { webRoot: await builtWeb(t) });
  const asset = await app.inject({ url: '/assets/app-1a2b.js' });
  assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.ok(asset.headers['etag']);
  assert.equal((await app.inject({ url: '/' })).headers['cache-control'], 'no-store');
  assert.equal((await app.inject({ url: '/assets/gone.js', headers: { accept: 'text/html' } })).statusCode, 404);
  assert.equal((await app.inject({ url: '/index.html', headers: { accept: '*/*' } })).statusCode, 404);
});

test('without built pages the page says how to build them', async (t) => {
  const app = await testServer(t);
  assert.match((await app.inject({ url: '/' })).body, /npm run build:web/u);
});

test('an answer that did not change is 304', async (t) => {
  const app = await testServer(t, { handlers: noTenants });
  const first = await app.inject({ url: api('/tenants'), headers: as('system_admin') });
  const etag = String(first.headers['etag']);
  const headers = { ...as('system_admin'), 'if-none-match': etag };
  const second = await app.inject({ url: api('/tenants'), headers });
  assert.deepEqual([second.statusCode, second.body], [304, '']);
});

test('readiness names what is not ready', async (t) => {
  const text = 'The worker has not been seen for 3 minutes.';
  const app = await testServer(t, { ready: async () => [{ name: 'worker', ok: false, text }] });
  const answer = await app.inject({ url: '/readyz' });
  assert.equal(answer.statusCode, 503);
  assert.deepEqual(answer.json().errors, [{ field: 'worker', message: text }]);
  assert.equal((await app.inject({ url: '/healthz' })).statusCode, 200);
});

test('the OpenAPI document is 3.1 and has every route of the table', async (t) => {
  const app = await testServer(t);
  const document = (await app.inject({ url: '/openapi.json' })).json();
  assert.match(document.openapi, /^3\.1/u);
  const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  assert.deepEqual(operations.sort(), [...Object.keys(stubHandlers()), 'events'].sort());
});

async function builtWeb(t: TestContext): Promise<string> {
  const webRoot = await mkdtemp(join(tmpdir(), 'throughline-web-'));
  t.after(() => rm(webRoot, { recursive: true }));
  await mkdir(join(webRoot, 'assets'));
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><html><head></head><body></body></html>');
  await writeFile(join(webRoot, 'assets', 'app-1a2b.js'), 'export {};');
  return webRoot;
}
