import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fieldOfInstant, instantOfField, undoTotals } from './undo-words.ts';

test('a time goes through the field of a form and comes back the same, to the minute', () => {
  for (const at of ['2026-11-21T14:00:00.000Z', '2026-03-29T00:30:00.000Z', '2026-07-01T23:59:00.000Z'])
    assert.equal(instantOfField(fieldOfInstant(at)), at);
  assert.equal(fieldOfInstant('no time'), '');
  assert.equal(instantOfField(''), undefined);
});

test('only what there is is counted', () => {
  const totals = { done: 1200, waiting: 0, left: 3, failed: 0, stopped: 0, told: 5 };
  assert.equal(undoTotals({ totals }), '1,200 set back, 3 left alone');
});
