import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import { glitchtipQuery } from './glitchtip-query.decide.ts';
import { apiUrl, batchParameters, listParameters, permalinkOf, regionFrom, rootUrl } from './sentry-paths.decide.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const SENTRY = { product: 'sentry' } as const;
const GLITCHTIP = { product: 'glitchtip' } as const;
const QUERY = { query: 'is:unresolved', environments: [], since: null };

test('an address goes below any path of the base, ends with a slash, and is the same however the base was copied', () => {
  const wanted = 'https://corp.example/sentry/api/0/organizations/acme/issues/?limit=1';
  for (const base of ['', '/', '/api', '/api/0', '/api/0/']) {
    const url = apiUrl(`https://corp.example/sentry${base}`, ['organizations', 'acme', 'issues'], [['limit', '1']]);
    assert.equal(url, wanted, base);
  }
  assert.equal(apiUrl('https://sentry.io', ['issues', '1']), 'https://sentry.io/api/0/issues/1/');
  assert.equal(rootUrl('https://corp.example/sentry/', 'token'), 'https://corp.example/sentry/api/0/');
  assert.equal(rootUrl('https://corp.example', 'settings'), 'https://corp.example/api/settings/');
});

test('a name that would lead to another endpoint has no address, any other is one segment', () => {
  for (const name of ['', '.', '..']) assert.equal(apiUrl('https://x', ['organizations', name]), null);
  assert.equal(
    apiUrl('https://x', ['organizations', 'a/../b?c#d']),
    'https://x/api/0/organizations/a%2F..%2Fb%3Fc%23d/',
  );
});

const get = (parameters: [string, string][], name: string) =>
  parameters.filter(([key]) => key === name).map(([, value]) => value);

test('the query is always sent, even an empty one, and nothing collapses the all-time counts', () => {
  for (const product of [SENTRY, GLITCHTIP]) {
    for (const query of ['', 'is:unresolved']) {
      const parameters = listParameters(product, { ...QUERY, query }, [], NOW);
      assert.deepEqual(get(parameters, 'query'), [query]);
      assert.deepEqual(get(parameters, 'collapse'), []);
      assert.deepEqual(get(parameters, 'limit'), ['100']);
    }
  }
  assert.deepEqual(get(listParameters(SENTRY, QUERY, [], NOW), 'groupStatsPeriod'), ['']);
});

test('a window is relative in whole minutes, never a date in statsPeriod, and two dates when it is longer than 90 days', () => {
  const period = (since: Date | null) => get(listParameters(SENTRY, { ...QUERY, since }, [], NOW), 'statsPeriod');
  assert.deepEqual(period(null), ['90d']);
  assert.deepEqual(period(after(NOW, -90 * MINUTE_MS)), ['90m']);
  assert.deepEqual(period(after(NOW, -90 * MINUTE_MS - 1)), ['91m']);
  assert.deepEqual(period(NOW), ['1m']);
  assert.deepEqual(period(after(NOW, DAY_MS)), ['1m']);
  const long = listParameters(SENTRY, { ...QUERY, since: after(NOW, -91 * DAY_MS) }, [], NOW);
  assert.deepEqual(
    [get(long, 'statsPeriod'), get(long, 'start'), get(long, 'end')],
    [[], ['2026-01-30T10:00:00.000Z'], ['2026-05-01T10:00:00.000Z']],
  );
});

test('without projects Sentry is asked for all that the token may see, not only for those of its own teams', () => {
  assert.deepEqual(get(listParameters(SENTRY, QUERY, [], NOW), 'project'), ['-1']);
  assert.deepEqual(get(listParameters(SENTRY, QUERY, ['1', '2'], NOW), 'project'), ['1', '2']);
  assert.deepEqual(get(listParameters(SENTRY, { ...QUERY, environments: ['a b', 'c'] }, [], NOW), 'environment'), [
    'a b',
    'c',
  ]);
});

test('GlitchTip gets its own sort, no window, no graph and no word it would misread', () => {
  const query = {
    query: 'is:unresolved issue.priority:[high, medium] level:error',
    environments: ['prod'],
    since: NOW,
  };
  assert.deepEqual(listParameters(GLITCHTIP, query, ['7'], NOW), [
    ['query', 'is:unresolved level:error'],
    ['sort', '-last_seen'],
    ['limit', '100'],
    ['project', '7'],
    ['environment', 'prod'],
  ]);
});

const GLITCHTIP_QUERIES: [query: string, sent: string][] = [
  ['is:unresolved', 'is:unresolved'],
  ['is:archived', 'is:ignored'],
  ['is:for_review is:resolved', 'is:resolved'],
  ['IS:Unresolved', 'is:unresolved'],
  ['!is:resolved age:-24h', ''],
  ['level:[error, fatal] is:ignored', 'is:ignored'],
  ['level:error level:fatal', ''],
  ['level:"error"', 'level:error'],
  ['title:"is:resolved now" is:unresolved', 'is:unresolved'],
  ['tag:[is:resolved, level:error]', ''],
  ['free text "with is:resolved inside" [', ''],
  ['', ''],
];
for (const [query, sent] of GLITCHTIP_QUERIES) {
  test(`of “${query}” GlitchTip is asked “${sent}”`, () => assert.equal(glitchtipQuery(query), sent));
}

test('a batch asks for ids whatever their status, in the words of each product', () => {
  const sentry = batchParameters('group', ['1', '2'], false);
  assert.deepEqual([get(sentry, 'group'), get(sentry, 'query'), get(sentry, 'project')], [['1', '2'], [''], ['-1']]);
  assert.deepEqual(get(batchParameters('id', ['1', '2'], true), 'id'), ['1', '2']);
  assert.deepEqual(get(batchParameters('id', ['1'], true), 'expand'), []);
});

test('the events of each day are asked for only where they are wanted, and of Sentry alone', () => {
  assert.deepEqual(get(batchParameters('group', ['1'], false), 'groupStatsPeriod'), ['']);
  assert.deepEqual(get(batchParameters('group', ['1'], true), 'groupStatsPeriod'), ['14d']);
  assert.deepEqual(get(batchParameters('id', ['1'], true), 'groupStatsPeriod'), []);
});

const REGIONS: [base: string, region: string | null, used: string | null][] = [
  ['https://sentry.io', 'https://us.sentry.io', 'https://us.sentry.io'],
  ['https://acme.sentry.io', 'https://de.sentry.io/', 'https://de.sentry.io'],
  ['https://de.sentry.io', 'https://de.sentry.io', null],
  ['https://sentry.corp.example', 'https://eu.sentry.corp.example', 'https://eu.sentry.corp.example'],
  ['https://corp.example/sentry', 'https://corp.example', null],
  ['http://127.0.0.1:9000', 'http://127.0.0.1:9001', 'http://127.0.0.1:9001'],
  ['https://sentry.corp.example', 'http://sentry.corp.example', null],
  ['https://sentry.corp.example', 'http://localhost:9000', null],
  ['https://sentry.io', 'https://us.sentry.io.evil.example', null],
  ['https://sentry.io', 'https://notsentry.io', null],
  ['https://sentry.io', '', null],
  ['https://sentry.io', null, null],
  ['https://sentry.io', 'us.sentry.io', null],
];
for (const [base, region, used] of REGIONS) {
  test(`at ${base} the region “${region}” ${used === null ? 'is not used' : 'is used'}`, () =>
    assert.equal(regionFrom(base, region), used));
}

test('people find an issue at the address of its product and server', () => {
  const at = (product: 'sentry' | 'glitchtip', baseUrl: string) =>
    permalinkOf({ product, baseUrl, organization: 'acme' }, '42');
  assert.equal(at('sentry', 'https://us.sentry.io'), 'https://acme.sentry.io/issues/42/');
  assert.equal(
    at('sentry', 'https://corp.example:8443/x'),
    'https://corp.example:8443/x/organizations/acme/issues/42/',
  );
  assert.equal(at('glitchtip', 'https://gt.example.org'), 'https://gt.example.org/acme/issues/42');
});
