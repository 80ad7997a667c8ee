import assert from 'node:assert/strict';
import { test } from 'node:test';

import { browserName } from './browser-name.ts';

test('a browser is named as a person would', () => {
  const chrome =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';
  assert.equal(browserName(chrome), 'Chrome 150 on Windows');
  assert.equal(browserName(`${chrome} Edg/150.0.0.0`), 'Edge 150 on Windows');
  assert.equal(
    browserName('Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'),
    'Firefox 145 on Linux',
  );
  assert.equal(
    browserName(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1',
    ),
    'Safari 19.1 on iOS',
  );
});

test('a browser that nobody knows is given as it says itself', () => {
  assert.equal(browserName('Lynx/2.9'), 'Lynx/2.9');
});
