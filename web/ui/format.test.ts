import assert from 'node:assert/strict';
import { test } from 'node:test';

import { countdownText, countText, durationText, percentText, rateText, relativeTime } from './format.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

test('a wait counts down to zero and stays there', () => {
  assert.equal(countdownText('2026-11-21T12:00:09Z', NOW), '0:09');
  assert.equal(countdownText('2026-11-21T15:05:00Z', NOW), '3:05:00');
  assert.equal(countdownText('2026-11-21T11:00:00Z', NOW), '0:00');
});

test('what happened within the minute happened just now', () => {
  assert.equal(relativeTime('2026-11-21T11:59:30Z', NOW), 'just now');
  assert.equal(relativeTime('2026-11-21T12:00:40Z', NOW), 'in a moment');
});

test('a minute less than an hour is told in minutes, some seconds less as an hour', () => {
  assert.equal(relativeTime('2026-11-21T12:59:00Z', NOW), 'in 59 min.');
  assert.equal(relativeTime('2026-11-21T12:59:40Z', NOW), 'in 1 hr.');
  assert.equal(relativeTime('2026-11-21T11:59:00Z', NOW), '1 min. ago');
});

test('one report is not one reports', () => {
  assert.equal(countText(1, 'report'), '1 report');
  assert.equal(countText(0, 'report'), '0 reports');
});

test('a length of time is told in its largest unit, and a small rate keeps its tenth', () => {
  assert.deepEqual([0, 59, 60, 1800, 3600, 90_000].map(durationText), [
    '0 seconds',
    '59 seconds',
    '1 minute',
    '30 minutes',
    '1 hour',
    '1 day',
  ]);
  assert.deepEqual([0.44, 9.96, 17.5].map(rateText), ['0.4', '10', '18']);
});

test('a part of a whole is told in percent, and what is more than nothing never reads as nothing', () => {
  assert.equal(percentText(0, 40), '0 %');
  assert.equal(percentText(1, 25), '4 %');
  assert.equal(percentText(1, 300), '0.33 %');
  assert.equal(percentText(1, 1_000_000), 'under 0.01 %');
});
