import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ADMIN_KEY, startApi } from './support/api.ts';
import type { Api } from './support/api.ts';

const CREATE = { method: 'POST', path: /\/issues$/u };
const stored = async (api: Api) => (await api.db.sql.selectFrom('reports').select('id').execute()).length;

test("a report is answered with its issue's number and address when GitHub is quick", async (t) => {
  const api = await startApi(t);
  api.startWorker();
  const { status, body } = await api.call('POST', '/reports', { title: 'Quick', reporter: { id: 'u1', name: 'Ann' } });
  assert.equal(status, 201);
  assert.equal(body['state'], 'synced');
  assert.deepEqual(Object.keys(body['issue'] as object).slice(0, 2), ['number', 'url']);
});

test('a report is answered as pending when nobody may wait, and can be followed', async (t) => {
  const api = await startApi(t);
  const { status, body } = await api.call(
    'POST',
    '/reports',
    { title: 'No waiting' },
    { authorization: `Bearer ${ADMIN_KEY}`, prefer: 'wait=0' },
  );
  assert.deepEqual([status, body['state'], body['issue']], [201, 'pending', null]);
  api.startWorker();
  await api.settled(String(body['id']), 'synced');
  const later = await api.call('GET', `/reports/${String(body['id'])}`);
  assert.equal(later.body['state'], 'synced');
});

test('the same Idempotency-Key gives the same report, twenty times at once too', async (t) => {
  const api = await startApi(t);
  api.startWorker();
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'idempotency-key': 'order-1' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => api.call('POST', '/reports', { title: 'Once' }, headers)),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  assert.equal(new Set(answers.map(({ body }) => body['id'])).size, 1);
  assert.equal(api.fake.issuesWithText('Once').length, 1);
  const other = await api.call('POST', '/reports', { title: 'Another text' }, headers);
  assert.equal(other.status, 422);
});

const WRONG: [string, unknown][] = [
  ['an empty title', { title: '  ' }],
  ['no title', { description: 'x' }],
  ['a title of another type', { title: 5 }],
  ['a NUL character', { title: 'a\u0000b' }],
  ['a lone surrogate', { title: 'a\ud800b' }],
  ['a huge title', { title: 'x'.repeat(1001) }],
  ['a huge description', { title: 'x', description: 'x'.repeat(200_001) }],
  ['a field nobody knows', { title: 'x', admin: true }],
  ['a script address', { title: 'x', conversation: { id: '1', transcript: '', url: 'javascript:alert(1)' } }],
  ['a list instead of an object', []],
];
for (const [what, body] of WRONG) {
  test(`a report with ${what} is refused with a sentence and leaves nothing`, async (t) => {
    const api = await startApi(t, { connected: false });
    const answer = await api.call('POST', '/reports', body);
    assert.equal(answer.status, 400);
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
    assert.match(String(answer.body['detail']), /[.!]$/u);
    assert.equal(await stored(api), 0);
  });
}

test('broken, binary and foreign bodies are refused with a sentence', async (t) => {
  const api = await startApi(t, { connected: false });
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  const send = async (payload: string | Buffer, type: string) =>
    api.app.inject({ method: 'POST', url: '/api/v1/reports', headers: { ...headers, 'content-type': type }, payload });
  assert.equal((await send('{"title": "unterminated', 'application/json')).statusCode, 400);
  assert.equal((await send(Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'application/json')).statusCode, 400);
  assert.equal((await send('title=x', 'application/x-www-form-urlencoded')).statusCode, 415);
  assert.equal(
    (await send(JSON.stringify({ title: 'x', description: 'x'.repeat(3_000_000) }), 'application/json')).statusCode,
    413,
  );
  assert.equal(await stored(api), 0);
});

test('a refused report can be corrected and tried again, and its timeline tells the story', async (t) => {
  const api = await startApi(t);
  api.startWorker();
  await api.call('POST', '/reports', { title: 'first' });
  api.fake.disableIssues();
  const refused = await api.call('POST', '/reports', { title: 'Refused' });
  assert.equal(refused.body['state'], 'failed');
  assert.match(String(refused.body['explanation']), /GitHub refused it: .*disabled/u);
  api.fake.disableIssues(false);
  const again = await api.call('POST', `/reports/${String(refused.body['id'])}/retry`, { title: 'Corrected' });
  assert.equal(again.body['state'], 'synced');
  const timeline = again.body['timeline'] as { kind: string; details: { request_id?: string } | null }[];
  assert.deepEqual(
    timeline.map(({ kind }) => kind),
    ['received', 'failed', 'edited', 'edited', 'synced'],
  );
  assert.ok(timeline.at(-1)?.details?.request_id);
  assert.equal(api.fake.issuesWithText('Corrected').length, 1);
});

test('a report that is on its way cannot be rewritten, and one that is filed cannot be tried again', async (t) => {
  const api = await startApi(t);
  const waiting = await api.call(
    'POST',
    '/reports',
    { title: 'Waiting' },
    { authorization: `Bearer ${ADMIN_KEY}`, prefer: 'wait=0' },
  );
  const id = String(waiting.body['id']);
  assert.equal((await api.call('POST', `/reports/${id}/retry`, { title: 'Other' })).status, 409);
  api.startWorker();
  await api.settled(id, 'synced');
  assert.equal((await api.call('POST', `/reports/${id}/retry`)).status, 409);
});

test('lists are filtered by state, label, reporter and words, and paged without a gap', async (t) => {
  const api = await startApi(t);
  api.startWorker();
  for (let index = 0; index < 7; index += 1)
    await api.call('POST', '/reports', {
      title: `Paged ${index}`,
      tags: [index % 2 === 0 ? 'even' : 'odd'],
      reporter: { id: `u${index % 3}`, email: `u${index % 3}@example.com` },
    });
  api.fake.closeIssue(1);
  await api.call('POST', '/sync', undefined, { authorization: `Bearer ${ADMIN_KEY}`, prefer: 'wait=5' });
  const count = async (query: string) =>
    ((await api.call('GET', `/reports?${query}`)).body['items'] as unknown[]).length;
  assert.equal(await count('label=even'), 4);
  assert.equal(await count('reporter=u1@example.com'), 2);
  assert.equal(await count('issue_state=closed'), 1);
  assert.equal(await count('q=paged 0'), 1);
  assert.equal(await count('q=%232'), 1);
  assert.equal(await count('q=100%25'), 0);
  const seen: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const page: { items: { title: string }[]; next: string | null } = (
      await api.call('GET', `/reports?limit=3${next === '' ? '' : `&cursor=${next}`}`)
    ).body as never;
    seen.push(...page.items.map(({ title }) => title));
    next = page.next;
  }
  assert.deepEqual(
    seen,
    [6, 5, 4, 3, 2, 1, 0].map((index) => `Paged ${index}`),
  );
  assert.equal((await api.call('GET', '/reports?cursor=nonsense')).status, 400);
  const facets = await api.call('GET', '/reports/facets');
  assert.deepEqual(facets.body['states'], { pending: 0, unknown: 0, synced: 7, failed: 0, open: 6, closed: 1 });
});

test('while GitHub is down, reports are accepted and say what happens to them', async (t) => {
  const api = await startApi(t);
  api.startWorker();
  await api.call('POST', '/reports', { title: 'before' });
  const outage = api.fake.faults.add({ match: CREATE, times: Infinity, do: 'secondary_limit', retryAfterSeconds: 1 });
  const { status, body } = await api.call(
    'POST',
    '/reports',
    { title: 'During' },
    { authorization: `Bearer ${ADMIN_KEY}`, prefer: 'wait=1' },
  );
  assert.deepEqual([status, body['state']], [201, 'pending']);
  assert.match(String(body['explanation']), /tried again by itself/u);
  assert.ok(body['next_try_at']);
  outage.remove();
  await api.settled(String(body['id']), 'synced');
});
