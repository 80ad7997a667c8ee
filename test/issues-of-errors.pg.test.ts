import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addError } from './support/error-rows.ts';
import { addIssue, addRepository } from './support/mirror-rows.ts';
import { ADMIN_KEY, startApi } from './support/api.ts';
import { newId } from '../src/lib/ids.ts';
import type { Api } from './support/api.ts';
import type { ErrorPlace } from './support/error-rows.ts';
import type { TestContext } from 'node:test';

interface Row {
  id: string;
  source: string;
  title: string;
  state: string;
  explanation: string;
  error: string | null;
  issue: { number: number } | null;
}

interface Issues extends Api {
  place: ErrorPlace;
  rows: (query?: string) => Promise<Row[]>;
}

/** A report, an issue opened on GitHub, and errors: one filed as #12, one refused. */
async function start(t: TestContext): Promise<Issues & { filed: { id: string; errorId: string } }> {
  const api = await startApi(t);
  const { sql } = api.db;
  const [tenantId, connectionId] = [api.tenant.id, (await api.connection()).id];
  const sentryConnectionId = newId(new Date());
  const from = { base_url: 'https://sentry.io', organization: 'acme', token_encrypted: '', name: 'Sentry' };
  await sql
    .insertInto('sentry_connections')
    .values({ ...from, id: sentryConnectionId, tenant_id: tenantId, source: 'settings', enabled: false })
    .execute();
  const repository = await addRepository(sql, { tenantId, connectionId, fullName: 'acme/app' });
  const place = { sql, tenantId, connectionId, sentryConnectionId, repository };
  const names = { short_id: 'WEB-3F', sentry_id: '5120017734', culprit: 'cart.ts' };
  const filed = await addError(place, { number: 12 }, { ...names, title: 'TypeError: in the cart' });
  await addError(place, { state: 'failed' }, { title: 'RangeError: in the till' });
  await addIssue(sql, repository, { number: 7, title: 'Opened by a person' });
  await api.call('POST', '/reports', { title: 'Reported', reporter: { id: 'u1' } }, wait0);
  const rows = async (query = '') => (await api.call('GET', `/reports${query}`)).body['items'] as Row[];
  return { ...api, place, rows, filed };
}

const wait0 = { authorization: `Bearer ${ADMIN_KEY}`, prefer: 'wait=0' };
const titles = (rows: Row[]) => rows.map(({ title }) => title).toSorted();

test('the list of issues shows errors beside reports, each with its issue and the page about it', async (t) => {
  const { rows, filed } = await start(t);
  const all = await rows();
  assert.deepEqual(titles(all), [
    'Opened by a person',
    'RangeError: in the till',
    'Reported',
    'TypeError: in the cart',
  ]);
  const row = all.find(({ id }) => id === filed.errorId);
  assert.deepEqual([row?.source, row?.state, row?.issue?.number, row?.error], ['error', 'synced', 12, filed.id]);
  assert.ok(all.filter(({ source }) => source !== 'error').every(({ error }) => error === null));
});

const FILTERS: [string, string[]][] = [
  ['?source=error', ['RangeError: in the till', 'TypeError: in the cart']],
  ['?source=report', ['Reported']],
  ['?source=external', ['Opened by a person']],
  ['?source=error&state=failed', ['RangeError: in the till']],
  ['?issue_state=open', ['Opened by a person', 'TypeError: in the cart']],
  ['?q=cart', ['TypeError: in the cart']],
  ['?q=%2312', ['TypeError: in the cart']],
  ['?q=web-3f', ['TypeError: in the cart']],
  ['?q=5120017734', ['TypeError: in the cart']],
];
test('errors are found by source, state, words, number, short id and id in Sentry', async (t) => {
  const { rows } = await start(t);
  for (const [query, wanted] of FILTERS) assert.deepEqual(titles(await rows(query)), wanted, query);
});

test('pages of all kinds together show each row once, the newest first', async (t) => {
  const { rows, ...api } = await start(t);
  const seen: Row[] = [];
  let cursor: string | null = null;
  do {
    const { body } = await api.call('GET', `/reports?limit=1${cursor === null ? '' : `&cursor=${cursor}`}`);
    seen.push(...(body['items'] as Row[]));
    cursor = body['next'] as string | null;
  } while (cursor !== null);
  assert.deepEqual(
    seen.map(({ id }) => id),
    (await rows()).map(({ id }) => id),
  );
  assert.equal(new Set(seen.map(({ id }) => id)).size, 4);
});

test('the tabs and the menu of sources count errors, too', async (t) => {
  const api = await start(t);
  const { body } = await api.call('GET', '/reports/facets');
  assert.deepEqual(body['sources'], { report: 1, external: 1, error: 2 });
  assert.deepEqual(body['states'], { pending: 1, unknown: 0, synced: 2, failed: 1, open: 2, closed: 0 });
});

test('a reporter and a key of the role reporter see no errors', async (t) => {
  const { rows, filed, ...api } = await start(t);
  const made = await api.call('POST', '/api-keys', { name: 'App', role: 'reporter' });
  const headers = { authorization: `Bearer ${String(made.body['key'])}` };
  const seen = await api.call('GET', '/reports', undefined, headers);
  assert.deepEqual(titles(seen.body['items'] as Row[]), ['Opened by a person', 'Reported']);
  assert.equal((await api.call('GET', '/reports?source=error', undefined, headers)).body['items']?.toString(), '');
  assert.deepEqual((await api.call('GET', '/reports/facets', undefined, headers)).body['sources'], {
    report: 1,
    external: 1,
    error: 0,
  });
  assert.equal((await api.call('GET', `/reports/${filed.errorId}`, undefined, headers)).status, 404);
  assert.equal((await rows('?mine=true&source=error')).length, 0);
});

test('an error is told of as a row of the list is, and is tried again on its own page only', async (t) => {
  const { filed, ...api } = await start(t);
  const { status, body } = await api.call('GET', `/reports/${filed.errorId}`);
  assert.deepEqual([status, body['source'], body['error']], [200, 'error', filed.id]);
  assert.match(JSON.stringify(body['timeline']), /Taken from Sentry/u);
  const again = await api.call('POST', `/reports/${filed.errorId}/retry`);
  assert.equal(again.status, 409);
  assert.match(String(again.body['detail']), /page about the error/u);
});
