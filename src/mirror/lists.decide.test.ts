import assert from 'node:assert/strict';
import { test } from 'node:test';

import { amongFew, searchOf, spansOf } from './lists.decide.ts';
import type { ItemFilters } from './lists.decide.ts';

const ALL: ItemFilters = {
  tenantId: 'T',
  repositoryId: null,
  state: null,
  source: null,
  labels: [],
  assignee: null,
  author: null,
  q: '',
};

test('a list without filters is read in its order, not searched', () => {
  assert.equal(searchOf(ALL).isPlain, true);
  assert.equal(searchOf({ ...ALL, tenantId: null }).isPlain, false);
  assert.equal(searchOf({ ...ALL, state: 'open' }).isPlain, false);
  assert.equal(searchOf({ ...ALL, q: 'crash' }).isPlain, false);
});

test('a repository is enough of a scope, its tenant is not asked besides', () => {
  assert.deepEqual(searchOf({ ...ALL, repositoryId: 'R', state: 'open' }).facts, ['=r:r', '=s:open']);
});

test('a number is looked for as a word, which the number of an item is as well', () => {
  assert.equal(searchOf({ ...ALL, q: ' crash  #12 #a' }).words, 'crash 12 #a');
});

test('nobody assigned is a fact of its own', () => {
  assert.deepEqual(searchOf({ ...ALL, assignee: '' }).facts, ['=t:t', '=a:']);
});

test('issues that reports lead to are not asked for their tenant, and whether they are linked only to shorten another search', () => {
  const linked = searchOf({ ...ALL, source: 'linked' });
  assert.deepEqual(amongFew(linked).facts, []);
  assert.deepEqual(amongFew(searchOf({ ...ALL, source: 'linked', state: 'open' })).facts, ['=s:open', '=o:linked']);
  assert.deepEqual(amongFew(searchOf({ ...ALL, source: 'linked', repositoryId: 'R' })).facts, ['=r:r', '=o:linked']);
  assert.deepEqual(amongFew(searchOf({ ...ALL, source: 'linked', q: 'crash' })).facts, ['=o:linked']);
});

const DAY_MS = 24 * 3600 * 1000;
const NEWEST = new Date('2026-03-04T05:06:07Z');

test('every day is in exactly one span, whatever day is the newest', () => {
  for (let shift = 0; shift < 600; shift += 7) {
    const newest = new Date(NEWEST.getTime() + shift * DAY_MS);
    const today = Math.floor(newest.getTime() / DAY_MS);
    const spans = spansOf(newest, null);
    for (let back = 0; back <= today; back += back < 1500 ? 1 : 300) {
      const names = [0, 1, 2, 3].map((level) => `=d${level}:${Math.floor((today - back) / 8 ** level)}`);
      const within = spans.filter(({ facts }) => facts.some((fact) => names.includes(fact)));
      assert.equal(within.length, 1, `day ${back} before ${newest.toISOString()}`);
    }
  }
});

test('the spans follow each other, the newest first, and end with everything since 1970', () => {
  const spans = spansOf(NEWEST, null);
  assert.equal(spans.length, 5);
  assert.equal(spans.at(-1)?.facts.at(-1), '=d3:0');
  const ends = spans.map(({ until }) => until.getTime());
  assert.deepEqual(
    ends,
    ends.toSorted((a, b) => b - a),
  );
  assert.ok((spans[0]?.until ?? 0) > NEWEST);
});

test('nothing is read that lies before the time asked for', () => {
  assert.equal(spansOf(NEWEST, NEWEST).length, 1);
  assert.equal(spansOf(NEWEST, new Date('1990-01-01T00:00:00Z')).length, 5);
});
