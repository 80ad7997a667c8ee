import assert from 'node:assert/strict';
import { test } from 'node:test';

import { instantMeant } from './sentry-since.ts';

const NOW = new Date('2026-11-21T15:30:00Z');

test('a span is told by how long ago, and a date by itself', () => {
  for (const [text, meant] of [
    ['90m', '2026-11-21T14:00:00.000Z'],
    ['2h', '2026-11-21T13:30:00.000Z'],
    ['3d', '2026-11-18T15:30:00.000Z'],
    ['2026-11-21T14:00Z', '2026-11-21T14:00:00.000Z'],
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ] as const)
    assert.equal(instantMeant(text, NOW)?.toISOString(), meant, text);
});

test('a time of day is the last one on this machine’s clock', () => {
  for (const text of ['00:00', '7:05', '14:00', '23:59']) {
    const at = instantMeant(text, NOW);
    assert.ok(at !== null && at <= NOW && NOW.getTime() - at.getTime() <= 25 * 3_600_000, text);
    assert.equal(`${at.getHours()}:${String(at.getMinutes()).padStart(2, '0')}`, text.replace(/^0(?=\d:|0:)/u, ''));
  }
});

test('anything else is not understood', () => {
  for (const text of ['', 'yesterday', '25:00', '14:60', '-2h', '5', '2026-13-40'])
    assert.equal(instantMeant(text, NOW), null, text);
});
