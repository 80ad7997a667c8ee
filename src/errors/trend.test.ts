import assert from 'node:assert/strict';
import { test } from 'node:test';

import { countsBefore, trendOf } from './trend.decide.ts';

const NOW = new Date('2026-02-14T12:00:00Z');
const OLD = new Date('2025-11-20T00:00:00Z');
const day = (number: number) => `2026-02-${String(number).padStart(2, '0')}`;

test('the days that Sentry tells make the trend whole, whatever happened before them', () => {
  const told = Array.from({ length: 14 }, (_, index) => ({ day: day(index + 1), count: index % 3 }));
  const sum = told.reduce((total, { count }) => total + count, 0);
  const before = countsBefore({ count: 1000 + sum, firstSeen: OLD, days: told }, NOW);
  assert.deepEqual(before[0], { day: '2026-01-31', count: 1000 });
  assert.deepEqual(trendOf([...before, { day: day(14), count: 1000 + sum }], NOW), told);
});

test('a total that lags behind the days is never less than nothing', () => {
  const told = [
    { day: day(13), count: 50 },
    { day: day(14), count: 3 },
  ];
  const before = countsBefore({ count: 20, firstSeen: OLD, days: told }, NOW);
  assert.deepEqual(before, [
    { day: day(12), count: 0 },
    { day: day(13), count: 17 },
  ]);
});

test('of an error that began today the first day is known without them', () => {
  const before = countsBefore({ count: 7, firstSeen: new Date('2026-02-14T03:00:00Z') }, NOW);
  assert.deepEqual(trendOf([...before, { day: day(14), count: 7 }], NOW), [{ day: day(14), count: 7 }]);
});

test('of an older one nothing is known before it was first counted here', () => {
  assert.deepEqual(countsBefore({ count: 7, firstSeen: OLD }, NOW), []);
  assert.deepEqual(countsBefore({ count: 7, firstSeen: null }, NOW), []);
});
