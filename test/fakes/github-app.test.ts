import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { SignJWT } from 'jose';
import type { FakeApp } from './github-app-actors.ts';
import type { Answer, Sent } from './github-call.ts';
import type { FakeGithub, FakeGithubOptions } from './github-server.ts';
import { call, ISSUES } from './github-call.ts';
import { answerFaults } from './github-schemas.ts';
import { startFakeGithub } from './github-server.ts';

const NOON = new Date('2026-01-01T12:00:00Z');

interface Claims {
  iss?: string | number;
  iat?: number;
  exp?: number;
}

/** A JWT as an app signs it: issued a minute ago, for nine minutes. */
async function jwtOf(app: Pick<FakeApp, 'id' | 'privateKey'>, claims: Claims = {}, now = NOON): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000);
  const payload = { iss: String(app.id), iat: seconds - 60, exp: seconds + 540, ...claims };
  const jwt = new SignJWT(payload as Record<string, unknown>).setProtectedHeader({ alg: 'RS256' });
  return jwt.sign(createPrivateKey(app.privateKey));
}

interface Clocked {
  fake: FakeGithub;
  setNow: (at: Date) => void;
}

async function fakeAtNoon(
  t: { after(done: () => Promise<void>): void },
  options: FakeGithubOptions = {},
): Promise<Clocked> {
  let now = NOON;
  const fake = await startFakeGithub(t, { ...options, now: () => now });
  return { fake, setNow: (at) => void (now = at) };
}

async function tokenOf(fake: FakeGithub, app: FakeApp, sent: Sent = {}): Promise<Answer> {
  return call(fake, `POST /app/installations/${app.installationId}/access_tokens`, {
    ...sent,
    token: await jwtOf(app),
  });
}

async function tokenText(fake: FakeGithub, app: FakeApp, body: object = {}): Promise<string> {
  return String((await tokenOf(fake, app, { body })).body['token']);
}

test('an app asks with its JWT who it is and where it is installed, in the shapes GitHub publishes', async (t) => {
  const { fake } = await fakeAtNoon(t);
  const app = fake.addApp({ slug: 'throughline-test', events: ['issues'] });
  const token = await jwtOf(app);
  const asked: [operation: string, request: string][] = [
    ['GET /app', 'GET /app'],
    ['GET /app/installations', 'GET /app/installations'],
    ['GET /app/installations/{installation_id}', `GET /app/installations/${app.installationId}`],
    ['GET /repos/{owner}/{repo}/installation', 'GET /repos/acme/webshop/installation'],
  ];
  for (const [operation, request] of asked) {
    const answer = await call(fake, request, { token });
    assert.equal(answer.status, 200, request);
    assert.deepEqual(answerFaults(operation, 200, answer.body), [], request);
  }
  const answer = await call(fake, 'GET /app', { token });
  assert.deepEqual([answer.body['slug'], answer.body['client_id']], ['throughline-test', app.clientId]);
  assert.equal(answer.headers.get('date'), NOON.toUTCString());
  const byClientId = await jwtOf(app, { iss: app.clientId });
  assert.equal((await call(fake, 'GET /app', { token: byClientId })).status, 200);
});

test("a JWT that is wrong in one thing is refused in GitHub's words", async (t) => {
  const { fake } = await fakeAtNoon(t);
  const app = fake.addApp();
  const other = fake.addApp({ slug: 'other' });
  const noon = NOON.getTime() / 1000;
  const refused = async (token: string | null): Promise<string> => {
    const { status, body } = await call(fake, 'GET /app', { token });
    return `${status} ${String(body['message'])}`;
  };
  const unreadable = '401 A JSON web token could not be decoded';
  assert.equal(await refused(null), unreadable);
  assert.equal(await refused('ghp_no_jwt'), unreadable);
  assert.equal(await refused(await jwtOf({ ...app, privateKey: other.privateKey })), unreadable);
  assert.equal(await refused(await jwtOf(app, { iss: 1 })), '404 Integration not found');
  assert.match(await refused(await jwtOf(app, { exp: noon - 1 })), /^401 'Expiration time' claim \('exp'\) must be/);
  assert.match(
    await refused(await jwtOf(app, { exp: noon + 601 })),
    /^401 'Expiration time' .* too far in the future$/,
  );
  assert.match(await refused(await jwtOf(app, { iat: noon + 5 })), /^401 'Issued at' claim \('iat'\) must be/);
});

test("an installation's token acts as the app's bot for an hour", async (t) => {
  const { fake, setNow } = await fakeAtNoon(t);
  const app = fake.addApp({ slug: 'throughline' });
  const made = await tokenOf(fake, app);
  assert.deepEqual(answerFaults('POST /app/installations/{installation_id}/access_tokens', made.status, made.body), []);
  assert.equal(made.body['expires_at'], '2026-01-01T13:00:00Z');
  const token = String(made.body['token']);
  assert.match(token, /^ghs_\d+_[\w-]+\.[\w-]+\.[\w-]+$/u);
  assert.ok(token.length > 300);
  const created = await call(fake, `POST ${ISSUES}`, { token, body: { title: 'A', labels: ['bug'] } });
  assert.equal(created.status, 201);
  assert.equal((created.body['user'] as { login: string }).login, 'throughline[bot]');
  assert.equal((created.body['user'] as { type: string }).type, 'Bot');
  assert.equal(created.body.labels.length, 1);
  setNow(new Date('2026-01-01T12:59:59Z'));
  assert.equal((await call(fake, `GET ${ISSUES}`, { token })).status, 200);
  setNow(new Date('2026-01-01T13:00:00Z'));
  assert.deepEqual((await call(fake, `GET ${ISSUES}`, { token })).body['message'], 'Bad credentials');
});

test('the old short form of tokens can be asked for, and a token can be given back', async (t) => {
  const { fake } = await fakeAtNoon(t);
  const made = await tokenOf(fake, fake.addApp(), { headers: { 'x-github-stateless-s2s-token': 'disabled' } });
  const token = String(made.body['token']);
  assert.match(token, /^ghs_\w{36}$/u);
  assert.equal((await call(fake, 'DELETE /installation/token', { token })).status, 204);
  assert.equal((await call(fake, `GET ${ISSUES}`, { token })).status, 401);
});

test('a token reaches the repositories of its installation only, and can be narrowed further', async (t) => {
  const { fake } = await fakeAtNoon(t);
  fake.addRepository('acme/one', { visibility: 'private' });
  fake.addRepository('acme/two', { visibility: 'private' });
  const app = fake.addApp({ repositories: ['acme/webshop', 'acme/one'] });
  const token = await tokenText(fake, app);
  const list = await call(fake, 'GET /installation/repositories?per_page=1', { token });
  assert.deepEqual(answerFaults('GET /installation/repositories', 200, list.body), []);
  assert.equal(list.body['total_count'], 2);
  assert.match(list.headers.get('link') ?? '', /rel="next"/);
  assert.equal((await call(fake, 'GET /repos/acme/one', { token })).status, 200);
  assert.equal((await call(fake, 'GET /repos/acme/two', { token })).status, 404);
  const narrow = await tokenText(fake, app, { repositories: ['webshop'], permissions: { issues: 'read' } });
  assert.equal((await call(fake, 'GET /repos/acme/one', { token: narrow })).status, 404);
  assert.equal((await call(fake, `POST ${ISSUES}`, { token: narrow, body: { title: 'A' } })).status, 403);
  assert.equal((await tokenOf(fake, app, { body: { repositories: ['two'] } })).status, 422);
  assert.equal((await tokenOf(fake, app, { body: { permissions: { administration: 'write' } } })).status, 422);
});

test('two installations of one app do not see each other', async (t) => {
  const { fake } = await fakeAtNoon(t);
  fake.addRepository('acme/one', { visibility: 'private' });
  fake.addRepository('globex/two', { visibility: 'private' });
  const app = fake.addApp({ repositories: ['acme/one'] });
  const other = { ...app, installationId: fake.installApp(app.id, { account: 'globex' }) };
  const [token, otherToken] = [await tokenText(fake, app), await tokenText(fake, other)];
  assert.equal((await call(fake, 'GET /repos/globex/two', { token })).status, 404);
  assert.equal((await call(fake, 'GET /repos/globex/two', { token: otherToken })).status, 200);
  const query = '{repository(owner:"globex",name:"two"){nameWithOwner}}';
  const seen = async (as: string): Promise<unknown> =>
    (await call(fake, 'POST /graphql', { token: as, body: { query } })).body['data'];
  assert.deepEqual(await seen(token), { repository: null });
  assert.deepEqual(await seen(otherToken), { repository: { nameWithOwner: 'globex/two' } });
});

test('a missing permission is refused, and every answer names the permission it wants', async (t) => {
  const { fake } = await fakeAtNoon(t);
  const app = fake.addApp({ permissions: { issues: 'write' } });
  const token = await tokenText(fake, app);
  const read = await call(fake, `GET ${ISSUES}`, { token });
  assert.deepEqual([read.status, read.headers.get('x-accepted-github-permissions')], [200, 'issues=read']);
  const refused = await call(fake, 'GET /repos/acme/webshop/pulls', { token });
  assert.deepEqual(
    [refused.status, refused.body['message'], refused.headers.get('x-accepted-github-permissions')],
    [403, 'Resource not accessible by integration', 'pull_requests=read'],
  );
  assert.equal((await call(fake, 'GET /user', { token })).status, 403);
  const query =
    '{repository(owner:"acme",name:"webshop"){issues(first:1){totalCount} pullRequests(first:1){totalCount}}}';
  const { body } = await call(fake, 'POST /graphql', { token, body: { query } });
  assert.deepEqual(
    (body['errors'] as { type: string }[]).map(({ type }) => type),
    ['FORBIDDEN'],
  );
  fake.setPermissions(app.installationId, { issues: 'read', pull_requests: 'read' });
  assert.equal((await call(fake, 'GET /repos/acme/webshop/pulls', { token })).status, 403);
  const fresh = await tokenText(fake, app);
  assert.equal((await call(fake, 'GET /repos/acme/webshop/pulls', { token: fresh })).status, 200);
  assert.equal((await call(fake, `POST ${ISSUES}`, { token: fresh, body: { title: 'A' } })).status, 403);
});

test('a suspended installation is refused everywhere until it is let in again', async (t) => {
  const { fake } = await fakeAtNoon(t);
  const app = fake.addApp();
  const token = await tokenText(fake, app);
  fake.suspendInstallation(app.installationId);
  const message = 'This installation has been suspended';
  assert.equal((await call(fake, `GET ${ISSUES}`, { token })).body['message'], message);
  assert.equal((await call(fake, 'POST /graphql', { token, body: { query: '{viewer{login}}' } })).status, 403);
  const refused = await tokenOf(fake, app);
  assert.deepEqual([refused.status, refused.body['message']], [403, message]);
  fake.suspendInstallation(app.installationId, false);
  assert.equal((await call(fake, `GET ${ISSUES}`, { token })).status, 200);
  fake.removeInstallation(app.installationId);
  assert.equal((await call(fake, `GET ${ISSUES}`, { token })).status, 401);
  assert.equal((await tokenOf(fake, app)).status, 404);
});

test("the app's bot is no collaborator and cannot be assigned", async (t) => {
  const { fake } = await fakeAtNoon(t);
  const token = await tokenText(fake, fake.addApp({ slug: 'throughline' }));
  assert.doesNotMatch(
    JSON.stringify((await call(fake, 'GET /repos/acme/webshop/assignees', { token })).body),
    /\[bot\]/,
  );
});

interface Made {
  code: string;
  state: string | null;
}

async function makeFromManifest(fake: FakeGithub): Promise<Made> {
  const manifest = {
    name: 'Throughline of Acme',
    url: 'https://hub.example.com',
    hook_attributes: { url: 'https://hub.example.com/hooks/github' },
    redirect_url: 'https://hub.example.com/app/made',
    setup_url: 'https://hub.example.com/app/installed',
    default_permissions: { issues: 'write', metadata: 'read' },
    default_events: ['issues'],
  };
  const answer = await fetch(`${fake.url}/settings/apps/new?state=a-state`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ manifest: JSON.stringify(manifest) }),
  });
  assert.equal(answer.status, 302);
  const back = new URL(answer.headers.get('location') ?? '');
  assert.equal(`${back.origin}${back.pathname}`, manifest.redirect_url);
  return { code: back.searchParams.get('code') ?? '', state: back.searchParams.get('state') };
}

test('a manifest becomes an app whose code is worth its keys once, within an hour', async (t) => {
  const { fake, setNow } = await fakeAtNoon(t);
  assert.match(await (await fetch(`${fake.url}/settings/apps/new`)).text(), /name="manifest"/);
  const { code, state } = await makeFromManifest(fake);
  assert.equal(state, 'a-state');
  const convert = (of: string): Promise<Answer> => call(fake, `POST /app-manifests/${of}/conversions`, { token: null });
  const made = await convert(code);
  assert.deepEqual(answerFaults('POST /app-manifests/{code}/conversions', made.status, made.body), []);
  const { id, slug, pem } = made.body as unknown as { id: number; slug: string; pem: string };
  assert.deepEqual([made.status, slug], [201, 'throughline-of-acme']);
  for (const name of ['client_id', 'client_secret', 'webhook_secret', 'html_url']) assert.ok(made.body[name], name);
  assert.equal((await convert(code)).status, 404);
  const installed = await fetch(`${fake.url}/apps/${slug}/installations/new?state=next`, { redirect: 'manual' });
  const setup = new URL(installed.headers.get('location') ?? '');
  assert.deepEqual([setup.searchParams.get('setup_action'), setup.searchParams.get('state')], ['install', 'next']);
  const list = await call(fake, 'GET /app/installations', { token: await jwtOf({ id, privateKey: pem }) });
  assert.equal(String(list.list[0]?.['id' as 'number']), setup.searchParams.get('installation_id'));
  const late = await makeFromManifest(fake);
  setNow(new Date(NOON.getTime() + 3_600_000));
  assert.equal((await convert(late.code)).status, 404);
});

test('a manifest that GitHub would not take says what is wrong', async (t) => {
  const { fake } = await fakeAtNoon(t);
  const body = new URLSearchParams({ manifest: '{"name":"x"}' });
  const answer = await fetch(`${fake.url}/settings/apps/new`, { method: 'POST', body });
  assert.equal(answer.status, 422);
  assert.match(await answer.text(), /redirect_url/);
});
