import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newId } from './ids.ts';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;
const AT = new Date('2026-11-21T12:00:00.123Z');

test('an id is a UUID of version 7 and begins with its milliseconds', () => {
  for (let i = 0; i < 100; i += 1) assert.match(newId(AT), VERSION_7);
  const milliseconds = Number.parseInt(newId(AT).replaceAll('-', '').slice(0, 12), 16);
  assert.equal(milliseconds, AT.getTime());
  assert.match(newId(new Date(1)), /^00000000-0001-7/u);
});

test('ids made later sort later, as text', () => {
  const days = Array.from({ length: 200 }, (_, i) => newId(new Date(AT.getTime() + i * i * 977)));
  assert.deepEqual(days.toSorted(), days);
  assert.ok(newId(AT) < newId(new Date(AT.getTime() + 1)));
});

test('ids of one millisecond are all different, in every place that chance fills', () => {
  const ids = Array.from({ length: 2000 }, () => newId(AT));
  assert.equal(new Set(ids).size, ids.length);
  const chance = [15, 16, 17, ...Array.from({ length: 17 }, (_, i) => 19 + i)].filter((at) => at !== 23);
  // 16 digits, of which the variant's has four
  for (const at of chance) assert.equal(new Set(ids.map((id) => id[at])).size, at === 19 ? 4 : 16, `place ${at}`);
});
