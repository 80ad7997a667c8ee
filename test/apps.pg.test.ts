import assert from 'node:assert/strict';
import { test } from 'node:test';

import { budgetsName } from '../src/connections/credential.ts';
import { connectionsOf, openPlanner } from '../src/connections/connections.ts';
import { eventually } from './support/eventually.ts';
import { startApi } from './support/api.ts';
import type { Api } from './support/api.ts';

const REPOSITORY = 'acme/webshop';

interface Result {
  ok: boolean;
  login: string | null;
  checks: { name: string; text: string; fix: string | null; severity: string }[];
}

/** Sends a manifest as a browser does after the first step, and comes back with what GitHub puts into the address. */
async function makeOnGithub(
  api: Api,
  request: object = {},
): Promise<{ code: string; state: string; manifest: Record<string, unknown> }> {
  const begun = await api.call('POST', '/connections/app-manifest', { base_url: api.fake.apiUrl, ...request });
  assert.equal(begun.status, 200);
  const { action_url: action, manifest } = begun.body as { action_url: string; manifest: string };
  const posted = await fetch(action, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ manifest }),
  });
  const back = new URL(posted.headers.get('location') ?? '');
  assert.equal(back.origin + back.pathname, 'https://hub.example/settings/github-app');
  const parameter = (name: string) => back.searchParams.get(name) ?? '';
  return {
    code: parameter('code'),
    state: parameter('state'),
    manifest: JSON.parse(manifest) as Record<string, unknown>,
  };
}

test('an App is made with one click, installed, connected, and files a report as its bot', async (t) => {
  const api = await startApi(t, { connected: false });
  const { code, state, manifest } = await makeOnGithub(api);
  const made = await api.call('POST', '/connections/app', { code, state });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await fetch(String(made.body['install_url']), { redirect: 'manual' });
  const { items } = (await api.call('GET', '/connections/app/installations')).body as {
    items: { app_id: string; installations: { id: number; account: string }[] }[];
  };
  const [installation] = items[0]?.installations ?? [];
  assert.equal(installation?.account, 'acme');
  const app = { app_id: items[0]?.app_id, installation_id: installation?.id };
  const connection = await api.call('POST', '/connections', { repository: REPOSITORY, base_url: api.fake.apiUrl, app });
  assert.equal(connection.status, 201, JSON.stringify(connection.body));
  const hook = manifest['hook_attributes'] as { url: string };
  assert.equal(hook.url, `https://hub.example/webhooks/github/${String(connection.body['id'])}`);
  api.startWorker();
  const report = await api.call('POST', '/reports', { title: 'By an App', severity: 'high' });
  assert.equal(report.status, 201, JSON.stringify(report.body));
  const [issue] = api.fake.issues();
  assert.deepEqual([issue?.title, issue?.author], ['By an App', 'throughline-hub-example[bot]']);
  assert.ok((issue?.labels.length ?? 0) > 0, 'labels are set');
});

test('the private key and the webhook’s secret never come back, and stand encrypted in the database', async (t) => {
  const api = await startApi(t, { connected: false });
  const known = api.fake.addApp();
  const app = { app_id: String(known.id), private_key: known.privateKey, installation_id: known.installationId };
  const made = await api.call('POST', '/connections', { repository: REPOSITORY, base_url: api.fake.apiUrl, app });
  assert.deepEqual(made.body['app'], { app_id: app.app_id, slug: null, installation_id: app.installation_id });
  const changed = await api.call('PATCH', `/connections/${String(made.body['id'])}`, { app });
  const { code, state } = await makeOnGithub(api);
  const taken = await api.call('POST', '/connections/app', { code, state });
  const tested = await api.call('POST', `/connections/${String(made.body['id'])}/test`);
  const audit = await api.call('GET', '/audit');
  const rows = await api.db.sql.selectFrom('connections').selectAll().execute();
  const apps = await api.db.sql.selectFrom('github_apps').selectAll().execute();
  assert.equal(taken.status, 201);
  const shown = JSON.stringify([made, changed, taken, tested, audit, rows, apps]);
  assert.doesNotMatch(shown, /BEGIN|ghs_|eyJ/);
});

test('testing an App names what it is, where it is installed, and the use of each permission it lacks', async (t) => {
  const api = await startApi(t, { connected: false });
  const known = api.fake.addApp({ slug: 'hub', name: 'Hub', permissions: { issues: 'write', contents: 'read' } });
  const app = { app_id: String(known.id), private_key: known.privateKey, installation_id: known.installationId };
  const check = async (changes: object = {}, repository = REPOSITORY) => {
    const body = { base_url: api.fake.apiUrl, app: { ...app, ...changes }, repository };
    return (await api.call('POST', '/connections/test', body)).body as unknown as Result;
  };
  const good = await check();
  assert.deepEqual([good.ok, good.login], [true, 'hub[bot]']);
  const lacking = good.checks.filter(({ severity }) => severity === 'warning');
  assert.deepEqual(
    lacking.map(({ text }) => /\((.+)\)/.exec(text)?.[1]),
    ['pull_requests=read', 'administration=read', 'repository_hooks=write'],
  );
  assert.match(lacking[0]?.fix ?? '', /Add Pull requests: read in the settings of the App/);
  api.fake.setPermissions(known.installationId, { contents: 'read' });
  const notAgreed = await check();
  assert.equal(notAgreed.ok, false);
  assert.match(JSON.stringify(notAgreed.checks), /Issues: read and write is missing.+acme has not agreed yet/);
  api.fake.setPermissions(known.installationId, { issues: 'write' });
  assert.match(
    JSON.stringify((await check({}, 'acme/nothing')).checks.at(-1)),
    /installed for acme, but GitHub does not show it acme\/nothing/,
  );
  const last = async (changes: object) => (await check(changes)).checks.at(-1);
  assert.equal((await last({ installation_id: 99_999 }))?.name, 'installation');
  assert.match(JSON.stringify(await last({ app_id: '424242' })), /settings of the App on GitHub/);
  api.fake.suspendInstallation(known.installationId);
  assert.match((await check()).checks.at(-1)?.text ?? '', /suspended for acme/);
});

test('an uninstalled App pauses its connection with a sentence, and reports wait', async (t) => {
  const api = await startApi(t, { connected: false });
  const known = api.fake.addApp();
  const app = { app_id: String(known.id), private_key: known.privateKey, installation_id: known.installationId };
  const made = await api.call('POST', '/connections', { repository: REPOSITORY, base_url: api.fake.apiUrl, app });
  api.fake.removeInstallation(known.installationId);
  api.startWorker();
  await api.report('Waits');
  const path = `/connections/${String(made.body['id'])}`;
  const paused = await eventually(
    async () => (await api.call('GET', path)).body['paused'] as { message: string } | null,
    (found) => found !== null,
    () => 'the connection is not paused',
  );
  assert.match(paused?.message ?? '', /not installed there any more/);
  assert.equal(api.fake.issues().length, 0);
});

test('a code is exchanged once, also when GitHub’s answer was lost, and the refusal says what to do', async (t) => {
  const api = await startApi(t, { connected: false });
  const lost = await makeOnGithub(api);
  api.fake.faults.add({ match: { method: 'POST', path: /conversions$/u }, do: 'commit_then_drop' });
  const first = await api.call('POST', '/connections/app', { code: lost.code, state: lost.state });
  assert.equal(first.status, 502);
  assert.match(String(first.body['detail']), /its key did not arrive.+delete it on GitHub/);
  const second = await api.call('POST', '/connections/app', { code: lost.code, state: lost.state });
  assert.equal(second.status, 409);
  assert.equal(api.fake.countRequests('POST', /conversions$/u), 1);
});

test('a way back from GitHub is good for who began it, for an hour, and for nothing that was made up', async (t) => {
  const api = await startApi(t, { connected: false });
  const { code, state } = await makeOnGithub(api);
  const take = (body: object, headers?: Record<string, string>) => api.call('POST', '/connections/app', body, headers);
  assert.equal((await take({ code, state: `${state.slice(0, -4)}AAAA` })).status, 400);
  const key = await api.call('POST', '/api-keys', { name: 'Another' });
  const other = await take({ code, state }, { authorization: `Bearer ${String(key.body['key'])}` });
  assert.equal(other.status, 403);
  assert.equal((await take({ code: 'made-up', state })).status, 409);
  assert.equal((await take({ code, state })).status, 201);
});

test('a private key that is none is refused with its field named, and a token beside an App too', async (t) => {
  const api = await startApi(t, { connected: false });
  const base = { repository: REPOSITORY, base_url: api.fake.apiUrl };
  const app = { app_id: '1', installation_id: 1 };
  for (const credential of [
    { app: { ...app, private_key: 'x' } },
    { app },
    { app: { ...app, private_key: 'x' }, token: 'y' },
    {},
  ]) {
    const answer = await api.call('POST', '/connections', { ...base, ...credential });
    assert.equal(answer.status, 400, JSON.stringify(answer.body));
  }
});

test('one page only may post to GitHub, which the manifest of an App needs', async (t) => {
  const api = await startApi(t, { connected: false });
  const policy = async (url: string) =>
    String((await api.app.inject({ method: 'GET', url })).headers['content-security-policy']);
  assert.match(await policy('/settings/github-app?code=1&state=2'), /form-action 'self' https: http:;/);
  for (const url of ['/settings/github', '/settings/github-app-of-mine', '/issues?q=/settings/github-app'])
    assert.match(await policy(url), /form-action 'self';/, url);
});

test('budgets tell what is left among all processes, and who waits', async (t) => {
  const api = await startApi(t);
  const planner = (api.hub.ctx.planner = openPlanner({ sql: api.db.sql, log: api.ctx.log }));
  const [connection] = await connectionsOf(api.db.sql, null);
  assert.ok(connection !== undefined);
  const name = budgetsName(api.ctx.keyring, connection) ?? '';
  const resetAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 600_000);
  const core = { resource: 'core', limit: 5000, remaining: 4321, resetAt };
  const block = { limit: 'secondary', retryAt: resetAt } as const;
  await planner.keep(name, { budgets: [core], block }, true);
  const { items } = (await api.call('GET', '/budgets')).body as { items: Record<string, unknown>[] };
  assert.deepEqual(items[0], {
    connection_id: connection.id,
    repository: connection.repository,
    budgets: [
      { resource: 'core', limit: 5000, remaining: 4321, reset_at: resetAt.toISOString() },
      { resource: 'creation', limit: 140, remaining: 140, reset_at: null },
    ],
    blocked_until: resetAt.toISOString(),
    next_write_at: null,
    waiting: { reports: 0, live: 0, backfill: 0, writes: 0 },
  });
});
