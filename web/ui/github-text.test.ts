import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withoutUnseen } from './github-text.ts';

test('comments of a template are not shown, those inside code are', () => {
  assert.equal(
    withoutUnseen(
      '<!-- please\nfill in -->\nIt crashes with `<!-- x -->`\n```html\n<!-- y -->\n```\n<sub>sent by us</sub>',
    ),
    'It crashes with `<!-- x -->`\n```html\n<!-- y -->\n```\nsent by us',
  );
});
