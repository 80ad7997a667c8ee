import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startApi } from './support/api.ts';
import { connect } from './support/circle.ts';

test('GITHUB_REPO changed by the operator moves the connection, a rename on GitHub does not move it back', async (t) => {
  const api = await startApi(t);
  api.startWorker();
  await api.call('POST', '/reports', { title: 'before' });
  api.fake.renameRepository('acme/store');
  await api.db.sql.updateTable('connections').set({ checked_at: null }).execute();
  await api.call('POST', '/reports', { title: 'renamed' });
  await connect(api.ctx, api.tenant.id, api.fake);
  assert.equal((await api.connection()).repository, 'acme/store');
  api.fake.addRepository('acme/other', { roles: { 'throughline-bot': 'push' } });
  await connect(api.ctx, api.tenant.id, { ...api.fake, repository: 'acme/other' });
  const { body } = await api.call('POST', '/reports', { title: 'moved' });
  assert.equal((body['issue'] as { repository: string }).repository, 'acme/other');
});

test('a token never comes back, not in an answer and not in the audit log', async (t) => {
  const api = await startApi(t, { connected: false });
  const token = 'ghp_a_token_that_must_not_be_seen_again';
  const made = await api.call('POST', '/connections', { repository: 'acme/webshop', base_url: api.fake.apiUrl, token });
  assert.equal(made.status, 201);
  const changed = await api.call('PATCH', `/connections/${String(made.body['id'])}`, { token: `${token}2` });
  const audit = await api.call('GET', '/audit');
  const rows = await api.db.sql.selectFrom('connections').selectAll().execute();
  assert.ok(!JSON.stringify([made, changed, audit, rows]).includes(token));
});

test('testing a token names who it is, what is wrong and the exact fix', async (t) => {
  const api = await startApi(t, { connected: false });
  const check = async (body: object) =>
    (await api.call('POST', '/connections/test', { base_url: api.fake.apiUrl, ...body })).body as {
      ok: boolean;
      login: string | null;
      checks: { name: string; fix: string | null; severity: string }[];
    };
  const good = await check({ token: api.fake.token, repository: 'acme/webshop' });
  assert.deepEqual([good.ok, good.login], [true, 'throughline-bot']);
  const bad = await check({ token: 'ghp_wrong' });
  assert.deepEqual([bad.ok, bad.checks[0]?.name], [false, 'token']);
  const missing = await check({ token: api.fake.token, repository: 'acme/nothing' });
  assert.match(missing.checks.at(-1)?.fix ?? '', /spelling/u);
  api.fake.setPush(false);
  const read = await check({ token: api.fake.token, repository: 'acme/webshop' });
  assert.equal(read.checks.find(({ name }) => name === 'push')?.severity, 'warning');
});

test('a connection cannot leave a repository in which a report may still be found', async (t) => {
  const api = await startApi(t, { connected: false, lookupDelaysMs: [60_000] });
  const made = await api.call('POST', '/connections', {
    repository: 'acme/webshop',
    base_url: api.fake.apiUrl,
    token: api.fake.token,
  });
  api.startWorker();
  api.fake.faults.add({ match: { method: 'POST', path: /\/issues$/u }, do: 'commit_then_drop' });
  await api.db.sql.updateTable('connections').set({ adopted_at: new Date() }).execute();
  const id = await api.report('Lost');
  await api.settled(id, 'unknown');
  const path = `/connections/${String(made.body['id'])}`;
  assert.equal((await api.call('PATCH', path, { repository: 'acme/other' })).status, 409);
  assert.equal((await api.call('DELETE', path)).status, 409);
  assert.equal((await api.call('PATCH', path, { default_labels: ['x'] })).status, 200);
});

test('a wrong template, schedule or address is refused with its field named', async (t) => {
  const api = await startApi(t, { connected: false });
  const base = { repository: 'acme/webshop', base_url: api.fake.apiUrl, token: 'x' };
  for (const [field, value] of [
    ['body_template', '{% if %}'],
    ['sync_schedule', 'every day'],
    ['repository', 'no-slash'],
    ['base_url', 'file:///etc/passwd'],
  ] as const) {
    const answer = await api.call('POST', '/connections', { ...base, [field]: value });
    assert.equal(answer.status, 400, field);
    assert.equal((answer.body['errors'] as { field: string }[])[0]?.field, field);
  }
});
