import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newsWords } from './paged-list.ts';

const shown = ['c', 'b', 'a'];
const words = (fresh: string[], more: { firstPage?: string[]; goesOn?: boolean } = {}) =>
  newsWords({ shown, firstPage: shown, fresh, goesOn: false, ...more });

test('a list offers what it does not show, in exact numbers as far as it looked', () => {
  assert.equal(words(['d', 'c', 'b', 'a']), '1 new · show it');
  assert.equal(words(['e', 'd', 'c']), '2 new · show them');
  assert.equal(words(['g', 'f', 'e', 'd'], { goesOn: true }), '4 or more new · show them');
});

test('a list says nothing where nothing is new to it, and that its order changed', () => {
  assert.equal(words(['c', 'b', 'a']), '');
  assert.equal(words([], { firstPage: [] }), '');
  assert.equal(words(['a', 'c', 'b']), 'The list changed · show it anew');
  assert.equal(words(['c', 'a']), 'The list changed · show it anew');
});
