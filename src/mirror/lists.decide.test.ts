import assert from 'node:assert/strict';
import { test } from 'node:test';

import { endOfWeek, searchOf, spansOf, weekOf } from './lists.decide.ts';
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
  assert.equal(searchOf({ ...ALL, repositoryId: 'R', state: 'open' }).facts, "'=r:R' & '=s:open'");
});

test('quotes and backslashes in a label stay what they are', () => {
  assert.equal(searchOf({ ...ALL, labels: ["it's \\ & | !"] }).facts, "'=t:T' & '=l:it''s \\\\ & | !'");
});

test('a number is looked for as the number of the issue and as a word', () => {
  const search = searchOf({ ...ALL, q: 'crash #12' });
  assert.deepEqual([search.words, search.facts], ['crash', "'=t:T' & ('=n:12' | '12')"]);
});

test('nobody assigned is a fact of its own', () => {
  assert.equal(searchOf({ ...ALL, assignee: '' }).facts, "'=t:T' & '=a:'");
});

test('the spans follow each other without a gap, the newest first, and end with everything before', () => {
  const spans = spansOf(new Date('2026-03-04T05:06:07Z'), null);
  assert.equal(spans[0]?.last, weekOf(new Date('2026-03-04T05:06:07Z')));
  for (const [index, span] of spans.entries())
    assert.equal(span.first === null ? undefined : span.first - 1, spans[index + 1]?.last);
  assert.deepEqual(spans.at(-1)?.facts, null);
});

test('nothing is read that lies before the time asked for', () => {
  const newest = new Date('2026-03-04T00:00:00Z');
  assert.equal(spansOf(newest, newest).length, 1);
  assert.equal(spansOf(newest, new Date('1990-01-01T00:00:00Z')).length, 6);
});

test('a week ends where the next begins', () => {
  const end = endOfWeek(2931);
  assert.equal(weekOf(end), 2932);
  assert.equal(weekOf(new Date(end.getTime() - 1)), 2931);
});
