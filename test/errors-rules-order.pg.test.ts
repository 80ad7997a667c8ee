import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addRule, errorPlace } from './support/error-rows.ts';
import { startApi } from './support/api.ts';
import { addConnection } from '../src/mirror/lists.fixture.ts';
import { newId } from '../src/lib/ids.ts';
import type { Api } from './support/api.ts';
import type { TestContext } from 'node:test';

/** A tenant with three rules in their order. */
async function start(t: TestContext) {
  const api = await startApi(t, { connected: false });
  const { sql } = api.db;
  const [tenantId, sentryConnectionId] = [api.tenant.id, newId(new Date())];
  const from = { base_url: 'https://sentry.io', organization: 'acme', token_encrypted: '', name: 'Sentry' };
  await sql
    .insertInto('sentry_connections')
    .values({ ...from, id: sentryConnectionId, tenant_id: tenantId, source: 'settings' })
    .execute();
  const connectionId = await addConnection(sql, tenantId);
  // a repository is not looked at
  const place = { sql, tenantId, connectionId, sentryConnectionId } as Parameters<typeof addRule>[0];
  const ids = [];
  for (const [position, name] of ['First', 'Second', 'Third'].entries()) ids.push(await addRule(place, name, position));
  return { api, ids };
}

const order = async (api: Api, ids: readonly (string | undefined)[]) =>
  api.call('POST', '/sentry-rules/order', { ids });
const names = (body: Record<string, unknown>) => (body['items'] as { name: string }[]).map(({ name }) => name);
const listed = async (api: Api) => names((await api.call('GET', '/sentry-rules')).body);

test('all rules are put into another order by one call, which is in the audit log once', async (t) => {
  const { api, ids } = await start(t);
  const answer = await order(api, [ids[2], ids[0], ids[1]]);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(names(answer.body), ['Third', 'First', 'Second']);
  assert.deepEqual(await listed(api), ['Third', 'First', 'Second']);
  const acts = await api.db.sql
    .selectFrom('audit_events')
    .selectAll()
    .where('action', 'like', 'sentry_rule.%')
    .execute();
  assert.deepEqual(
    acts.map(({ action, after }) => [action, after]),
    [['sentry_rule.ordered', { order: ['Third', 'First', 'Second'] }]],
  );
});

test('a rule that stays at its place is not changed', async (t) => {
  const { api, ids } = await start(t);
  const changedAt = async () =>
    (
      await api.db.sql
        .selectFrom('sentry_rules')
        .select('updated_at')
        .where('id', '=', ids[2] ?? '')
        .execute()
    )[0];
  const before = await changedAt();
  await order(api, [ids[1], ids[0], ids[2]]);
  assert.deepEqual(await changedAt(), before);
});

test('an order that misses a rule, names one twice, or another tenant’s, is refused and moves nothing', async (t) => {
  const { api, ids } = await start(t);
  const made = await api.call('POST', '/api-keys', { name: 'Admin', role: 'admin' });
  const headers = { authorization: `Bearer ${String(made.body['key'])}` };
  const other = await addRule(await errorPlace(api.db.sql, 'zeta'), 'Of zeta');
  const added = [ids[2], ids[1], ids[0], other];
  for (const wrong of [[ids[2], ids[1]], [ids[2], ids[2], ids[1]], [ids[2], ids[1], other], added]) {
    const answer = await api.call('POST', '/sentry-rules/order', { ids: wrong }, headers);
    assert.equal(answer.status, 409, JSON.stringify(answer.body));
    assert.match(String(answer.body['detail']), /made or removed meanwhile/u);
  }
  const { body } = await api.call('GET', '/sentry-rules', undefined, headers);
  assert.deepEqual(names(body), ['First', 'Second', 'Third']);
});
