import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openRush } from './rush.ts';

test('deliveries that come by ones are no rush, however long they keep coming', () => {
  let now = 0;
  const rush = openRush(() => now);
  for (let i = 0; i < 5000; i += 1) {
    rush.stored(1);
    now += 3;
    assert.equal(rush.isOn(), false);
  }
});

test('thousands in a second are a rush, which is over within half a second after the last', () => {
  let now = 0;
  const rush = openRush(() => now);
  for (let i = 0; i < 100; i += 1) {
    rush.stored(80);
    now += 10;
  }
  assert.equal(rush.isOn(), true);
  now += 500;
  assert.equal(rush.isOn(), false);
});
