import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql as raw } from 'kysely';

import { addError, addRule, addSentryIssue, errorPlace } from './support/error-rows.ts';
import { DAY_MS } from '../src/lib/clock.ts';
import { ErrorsFilterQuery, ErrorsQuery } from '../src/contract/errors.ts';
import { errorRoutes } from '../src/errors/errors.routes.ts';
import { NOW } from '../src/mirror/lists.fixture.ts';
import { quiet } from './support/quiet.ts';
import { testDatabase } from './support/database.ts';
import type { Call } from '../src/accounts/routes.model.ts';
import type { ErrorPlace } from './support/error-rows.ts';
import type { ErrorsCtx } from '../src/errors/errors.model.ts';
import type { TestContext } from 'node:test';

const NO_INPUT = { params: undefined, headers: undefined, body: undefined };

interface Lists {
  place: ErrorPlace;
  /** Titles of a page. */
  titles: (query?: Record<string, string>) => Promise<string[]>;
  page: (query: Record<string, string>) => Promise<{ ids: string[]; next: string | null }>;
  counts: (query?: Record<string, string>) => Promise<Record<string, number> | null>;
}

async function start(t: TestContext): Promise<Lists> {
  const { sql } = await testDatabase(t);
  const place = await errorPlace(sql, 'acme');
  // of another tenant, which nothing of this one ever shows
  await addError(await errorPlace(sql, 'zeta'), { number: 12 }, { title: 'TypeError: of zeta', short_id: 'WEB-3F' });
  // lists and counts need no more of it
  const ctx = { sql, now: () => NOW, log: quiet, publicUrl: '' } as unknown as ErrorsCtx;
  const call = { principal: { role: 'admin', tenantId: place.tenantId, reporter: null } } as Call;
  const routes = errorRoutes(ctx);
  const list = async (query: Record<string, string>) =>
    routes.listErrors(call, { ...NO_INPUT, query: ErrorsQuery.parse(query) });
  return {
    place,
    titles: async (query = {}) => (await list(query)).items.map(({ sentry }) => sentry.title),
    page: async (query) => {
      const { items, next } = await list(query);
      return { ids: items.map(({ id }) => id), next };
    },
    counts: async (query = {}) =>
      (await routes.errorFacets(call, { ...NO_INPUT, query: ErrorsFilterQuery.parse(query) })).states,
  };
}

/** Two of each state, one of each pair of another project, level and status. */
async function addAll(place: ErrorPlace): Promise<void> {
  const rule = await addRule(place, 'First');
  for (const more of [{ rule_id: rule }, { project: 'api', level: 'fatal', status: 'resolved' }]) {
    await addError(place, { state: 'pending' }, { ...more, title: 'pending crash' });
    await addError(place, { state: 'unknown' }, { ...more, title: 'unknown crash' });
    await addError(place, { state: 'failed' }, { ...more, title: 'failed crash' });
    await addError(
      place,
      { number: rule === more.rule_id ? 1 : 2, conflict: 'Both.' },
      { ...more, title: 'conflict crash' },
    );
    const closed = { number: rule === more.rule_id ? 3 : 4, issueState: 'closed' } as const;
    await addError(place, closed, { ...more, title: 'closed crash' });
    await addSentryIssue(place, { ...more, decision: 'waiting', title: 'waiting crash' });
    await addSentryIssue(place, { ...more, decision: 'skipped', title: 'skipped crash', last_seen: null });
  }
}

const STATES = ['pending', 'synced', 'failed', 'waiting', 'skipped', 'conflict'] as const;
const FILTERS: Record<string, string>[] = [
  {},
  { project: 'api' },
  { level: 'fatal', sentry_status: 'resolved' },
  { issue_state: 'open' },
  { issue_state: 'closed', q: 'crash' },
  { q: 'crash' },
  { q: 'cra', project: 'api' },
  { q: '#3' },
  { q: 'crash #2' },
  { q: 'nobodysaidthis' },
  { tenant: 'zeta' },
];
for (const filter of FILTERS)
  test(`each tab counts what its list shows: ${JSON.stringify(filter)}`, async (t) => {
    const { place, titles, counts } = await start(t);
    await addAll(place);
    const shown = await Promise.all(STATES.map(async (state) => [state, (await titles({ ...filter, state })).length]));
    assert.deepEqual(await counts(filter), Object.fromEntries(shown));
    const all = shown.reduce((sum, [state, count]) => (state === 'conflict' ? sum : sum + Number(count)), 0);
    assert.equal((await titles(filter)).length, all);
  });

test('each state is counted under its own name', async (t) => {
  const { place, counts } = await start(t);
  await addAll(place);
  assert.deepEqual(await counts(), { pending: 4, synced: 4, failed: 2, waiting: 2, skipped: 2, conflict: 2 });
  assert.deepEqual(await counts({ issue_state: 'closed' }), {
    pending: 0,
    synced: 2,
    failed: 0,
    waiting: 0,
    skipped: 0,
    conflict: 0,
  });
});

const TITLE = "TypeError: Cannot read properties of undefined (reading 'total')";
const FOUND_BY: [string, string][] = [
  ['a word of the title', 'undefined'],
  ['words in any order and case', 'UNDEFINED typeerror'],
  ['the beginning of a word', 'TypeErr'],
  ['a part of a name', 'Error'],
  ['the culprit', 'computeTotal'],
  ['a part of the culprit', 'total checkout/cart.ts'],
  ['the short id', 'web-3f'],
  ['the short id, only begun', 'WEB-3'],
  ['the id in Sentry', '5120017734'],
  ['the number on GitHub', '#12'],
  ['a number and a word', '#12 cannot'],
  ['a title as it stands', TITLE],
];
for (const [what, q] of FOUND_BY)
  test(`an error is found by ${what}`, async (t) => {
    const { place, titles } = await start(t);
    const named = { culprit: 'checkout/cart.ts in computeTotal', short_id: 'WEB-3F', sentry_id: '5120017734' };
    await addError(place, { number: 12 }, { ...named, title: TITLE });
    await addError(place, { number: 120 }, { title: 'RangeFault', culprit: 'other', short_id: 'WEB-4' });
    await addSentryIssue(place, { title: 'Nothing of it' });
    assert.deepEqual(await titles({ q }), [TITLE]);
  });

test('what is found follows the errors: a new title, another status, a later event', async (t) => {
  const { place, titles } = await start(t);
  const id = await addSentryIssue(place, { title: 'Old words', last_seen: new Date(NOW.getTime() - 900 * DAY_MS) });
  assert.deepEqual(await titles({ q: 'old' }), ['Old words']);
  const changes = { title: 'New words', status: 'resolved', last_seen: NOW };
  await place.sql.updateTable('sentry_issues').set(changes).where('id', '=', id).execute();
  assert.deepEqual(await titles({ q: 'old' }), []);
  assert.deepEqual(await titles({ q: 'new', sentry_status: 'resolved' }), ['New words']);
});

test('pages show each error once, the latest event first, with words and without', async (t) => {
  const { place, page } = await start(t);
  const made: string[] = [];
  for (const days of [0, 0, 1, 5, 20, 200, 2000])
    made.push(await addSentryIssue(place, { last_seen: new Date(NOW.getTime() - days * DAY_MS) }));
  made.push(await addSentryIssue(place, { last_seen: null }), await addSentryIssue(place, { last_seen: null }));
  for (const filter of [{}, { q: 'failed' }, { q: 'failed', state: 'skipped' }]) {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { ids, next } = await page({ ...filter, limit: '2', ...(cursor === '' ? {} : { cursor }) });
      seen.push(...ids);
      cursor = next;
    }
    assert.deepEqual(seen.toSorted(), made.toSorted(), JSON.stringify(filter));
    assert.deepEqual(seen.slice(2, 7), made.slice(2, 7));
  }
});

test('words in too many errors are listed and not counted', async (t) => {
  const { place, page, counts } = await start(t);
  await addSentryIssue(place);
  await copies(place, 9999);
  assert.equal((await counts({ q: 'failed' }))?.['skipped'], 10_000);
  await copies(place, 1);
  assert.equal(await counts({ q: 'failed' }), null);
  assert.equal((await page({ q: 'failed' })).ids.length, 50);
  assert.equal((await counts())?.['skipped'], 10_001);
});

async function copies({ sql, sentryConnectionId }: ErrorPlace, count: number): Promise<void> {
  await raw`
    insert into sentry_issues (id, tenant_id, sentry_connection_id, sentry_id, decision, why, title, level, status, project_id, project,
                               project_name, count, user_count, last_seen, read_at)
    select gen_random_uuid(), tenant_id, sentry_connection_id, gen_random_uuid()::text, decision, why, title, level, status, project_id, project,
           project_name, count, user_count, last_seen, read_at
      from (select * from sentry_issues where sentry_connection_id = ${sentryConnectionId} limit 1) s, generate_series(1, ${count}::int)`.execute(
    sql,
  );
}
