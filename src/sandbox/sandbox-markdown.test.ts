import assert from 'node:assert/strict';
import { test } from 'node:test';

import { markdown } from './sandbox-markdown.ts';

const shown = (text: string) => markdown(text).html;

test('a table is shown as one, without a header where its titles are empty', () => {
  const facts = '| | |\n|:--|:--|\n| **Level** | `fatal` |';
  assert.equal(
    shown(facts),
    '<table><tbody><tr><td><strong>Level</strong></td><td><code>fatal</code></td></tr></tbody></table>',
  );
  assert.match(shown('| a | b |\n|---|---|\n| 1 | 2 |'), /<thead><tr><th>a<\/th><th>b<\/th><\/tr><\/thead>/u);
});

test('what stands in a cell is never markup, and a pipe in it ends no cell', () => {
  const table = shown('| a |\n|---|\n| <script>alert(1)</script> x \\| y |');
  assert.match(table, /<td>&lt;script&gt;alert\(1\)&lt;\/script&gt; x \| y<\/td>/u);
});

test('lines with pipes that are no table stay text', () => {
  assert.equal(shown('| just a line |'), '<p>| just a line |</p>');
});
