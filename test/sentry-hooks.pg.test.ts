import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { eventually } from './support/eventually.ts';
import { selectSentryConnection } from '../src/errors/connect/sentry-connections.store.ts';
import { SentryRuleDraft } from '../src/contract/sentry.ts';
import { startApi } from './support/api.ts';
import { startFakeSentry } from './fakes/sentry.ts';
import { startSentryWatch } from '../src/errors/errors.ts';
import type { Api } from './support/api.ts';
import type { FakeSentry } from './fakes/sentry.ts';
import type { TestContext } from 'node:test';

const MB = 1024 * 1024;
const OTHER_SECRET = 'the secret of another tenant’s integration';

interface Hooked {
  api: Api;
  sentry: FakeSentry;
  id: string;
  /** Of another tenant, to the same organization. */
  otherId: string;
  /** Posts as Sentry does, signed by `secret`; returns the status. */
  post: (payload: string, more?: { secret?: string; to?: string; headers?: Record<string, string> }) => Promise<number>;
  hints: () => Promise<string[]>;
}

async function hooked(t: TestContext): Promise<Hooked> {
  const api = await startApi(t);
  const sentry = await startFakeSentry(t);
  const { token, organization, url, clientSecret } = sentry;
  const connect = async (secret: string, tenant: Record<string, string>) => {
    const body = { base_url: url, organization, token, client_secret: secret };
    const headers = { authorization: 'Bearer the-admin-key-of-a-test', ...tenant };
    return String((await api.call('POST', '/sentry-connections', body, headers)).body['id']);
  };
  const id = await connect(clientSecret, {});
  await api.call('POST', '/tenants', { slug: 'zeta', name: 'Zeta' });
  return {
    api,
    sentry,
    id,
    otherId: await connect(OTHER_SECRET, { 'x-tenant': 'zeta' }),
    async post(payload, { secret = clientSecret, to = id, headers = {} } = {}) {
      const answer = await api.app.inject({
        method: 'POST',
        url: `/webhooks/sentry/${to}`,
        headers: {
          'content-type': 'application/json',
          'sentry-hook-resource': 'issue',
          'sentry-hook-signature': createHmac('sha256', secret).update(payload).digest('hex'),
          ...headers,
        },
        payload,
      });
      return answer.statusCode;
    },
    async hints() {
      const rows = await api.db.sql.selectFrom('sentry_hints').selectAll().orderBy('sentry_id').execute();
      return rows.map(({ sentry_connection_id: of, sentry_id: named }) => `${of} ${named}`);
    },
  };
}

const naming = (id: unknown, more: object = {}) =>
  JSON.stringify({ action: 'created', data: { issue: { id } }, ...more });

test("a webhook signed for one tenant is refused at another tenant's connection, whatever it names", async (t) => {
  const { post, hints, id, otherId } = await hooked(t);
  assert.equal(await post(naming('1'), { to: otherId }), 401);
  assert.equal(await post(naming('1'), { secret: OTHER_SECRET }), 401);
  assert.equal(await post(naming('1', { installation: { uuid: id } }), { to: otherId }), 401);
  assert.deepEqual(await hints(), []);
  assert.equal(await post(naming('1'), { secret: OTHER_SECRET, to: otherId }), 202);
  assert.deepEqual(await hints(), [`${otherId} 1`]);
});

test('a webhook that is too large, no object, or names no issue is answered and leaves no hint', async (t) => {
  const { post, hints } = await hooked(t);
  assert.equal(await post(naming('1', { padding: 'x'.repeat(5 * MB) })), 413);
  assert.equal(await post(naming('1', { padding: 'x'.repeat(4 * MB) })), 202);
  assert.equal(await post(`{"data":${'['.repeat(MB)}`), 400);
  assert.equal(await post(`{"data":${'['.repeat(MB)}${']'.repeat(MB)}}`), 200);
  for (const text of ['', 'null', '7', '"text"', '[]', `[${naming('2')}]`, '\uFEFF{}', 'action=created&data=x'])
    assert.equal(await post(text), 400, text);
  const odd = [{}, [], null, '', '-2', '2.0', '0x2', '9'.repeat(21), '2\u0000', 2 ** 60, -2, 2.5, true, '__proto__'];
  for (const value of odd) assert.equal(await post(naming(value)), 200, JSON.stringify(value));
  for (const text of ['{"data":[1]}', '{"data":{"issue":[{"id":"2"}]}}', '{"__proto__":{"data":{"issue":{"id":"2"}}}}'])
    assert.equal(await post(text), 200, text);
  assert.equal((await hints()).length, 1);
});

test('odd headers and actions of a signed webhook break nothing', async (t) => {
  const { post, hints } = await hooked(t);
  assert.equal(await post(naming('3', { action: `a\u0000${'\ud83d'.repeat(60)}` })), 202);
  assert.equal(await post(naming('4', { action: { toString: 'x' } })), 202);
  assert.equal(await post(naming('5'), { headers: { 'content-type': 'text/plain' } }), 202);
  assert.equal(await post(naming('6'), { headers: { 'sentry-hook-resource': 'constructor' } }), 200);
  assert.equal(await post(naming('6'), { headers: { 'sentry-hook-resource': 'x'.repeat(8000) } }), 200);
  assert.equal(await post(naming('6'), { headers: { 'sentry-hook-signature': 'ü'.repeat(32) } }), 401);
  assert.equal((await hints()).length, 3);
});

test('hints of issues that are not there are followed once and end', async (t) => {
  const { api, sentry, id, post, hints } = await hooked(t);
  const target = (await api.connection()).id;
  const rule = SentryRuleDraft.parse({ name: 'All', sentry_connection_id: id, connection_id: target });
  const headers = { authorization: 'Bearer the-admin-key-of-a-test', 'x-tenant': api.tenant.slug };
  await api.call('POST', '/sentry-rules', { ...rule, every_seconds: 86_400 }, headers);
  const watch = startSentryWatch({ ...api.ctx, sentryCallsPerSecond: Infinity });
  api.db.beforeClose(async () => watch.stop());
  const runs = async () =>
    api.db.sql
      .selectFrom('sentry_runs')
      .selectAll()
      .where('kind', '=', 'rule')
      .where('state', '<>', 'running')
      .execute();
  const until = async (isGood: () => Promise<boolean>) =>
    eventually(isGood, Boolean, () => 'the hints are not worked through');
  await until(async () => (await runs()).length > 0);
  const before = (await runs()).length;
  for (let n = 0; n < 250; n += 1) await post(naming(String(900 + n)));
  await post(naming('9'.repeat(20)));
  await until(async () => (await hints()).length === 0 && (await runs()).length > before);
  assert.ok((await runs()).length <= before + 2, 'many hints make one or two looks');
  assert.equal(sentry.countRequests('GET', /\/issues\/\d+\/$/u), 0, 'an unknown issue is never asked for by its name');
  const connection = await selectSentryConnection(api.ctx.sql, id, null);
  assert.deepEqual([connection?.pausedKind, connection?.restCount], [null, 0]);
});
