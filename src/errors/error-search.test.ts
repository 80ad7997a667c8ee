import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readTyped, searchOf } from './error-search.decide.ts';
import type { WordFilters } from './error-search.decide.ts';

const ALL: WordFilters = { tenantId: null, rule: null, project: null, level: null, sentryStatus: null, decision: null };
const NOW = new Date('2026-06-01T12:00:00Z');
const whole = (words: string[], filters: Partial<WordFilters> = {}) =>
  searchOf(words, { ...ALL, ...filters }, NOW)?.whole ?? null;

test('#12 is a number on GitHub, beside words too, and whatever else is typed is a word', () => {
  assert.deepEqual(readTyped(' #12 '), { words: [], number: 12 });
  assert.deepEqual(readTyped('cart #12'), { words: ['cart'], number: 12 });
  assert.deepEqual(readTyped('12 #x #1234567890'), { words: ['12', '#x', '#1234567890'], number: null });
  assert.deepEqual(readTyped('a\u0000b'), { words: ['a', 'b'], number: null });
});

test('a word may be only begun, and one with signs in it is a short id or several words', () => {
  assert.equal(whole(['TypeErr']), "'typeerr':*");
  assert.equal(whole(['cart', 'WEB-3F']), "'cart':* & ('web-3f':* | ('web' & '3f':*))");
});

test('nothing that is typed can break out of the search', () => {
  assert.equal(whole(["it's\\"]), String.raw`('it''s\\':* | ('it' & 's':*))`);
  assert.equal(whole(['&', '!()']), null);
});

test('filters are words that no text has', () => {
  assert.equal(
    whole(['x'], { tenantId: 'T', project: "o'k", decision: 'taken' }),
    "'=t:T' & '=p:o''k' & '=o:taken' & 'x':*",
  );
});

test('a search is done for spans of time, each day in one of them, and from the page on', () => {
  const days = (newest: Date) =>
    (searchOf(['x'], ALL, newest)?.spans ?? []).map((span) => span.slice(0, span.indexOf(')')).split('|').length);
  assert.equal(days(NOW).length, 3);
  assert.ok(searchOf(['x'], ALL, NOW)?.spans[0]?.includes(`'=d0:${Math.floor(NOW.getTime() / 86_400_000)}'`));
  assert.ok(days(new Date(0)).every((count) => count > 0));
});
