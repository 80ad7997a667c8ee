import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeOf, draftOf, NEW_CONNECTION } from './connection-values.ts';

const before = { ...NEW_CONNECTION, repository: 'acme/app', default_labels: ['bug'] };

test('only what was changed is sent', () => {
  assert.deepEqual(changeOf(before, { ...before, default_labels: ['bug', 'app'] }), { default_labels: ['bug', 'app'] });
  assert.deepEqual(changeOf(before, before), {});
});

test('an emptied template goes back to the default', () => {
  const own = { ...before, title_template: '{{ title }}!' };
  assert.deepEqual(changeOf(own, { ...own, title_template: ' ' }), { title_template: null });
});

test('a token that was not typed is not sent', () => {
  assert.equal('token' in changeOf(before, { ...before, enabled: false }), false);
});

test('a new connection has no milestone unless one is given', () => {
  assert.equal(draftOf({ ...before, token: 't' })?.milestone, null);
  assert.equal(draftOf({ ...before, token: 't', milestone: 3 })?.milestone, 3);
});
