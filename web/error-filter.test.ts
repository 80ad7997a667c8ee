import assert from 'node:assert/strict';
import { test } from 'node:test';

import { errorKeys, errorsAsked } from './error-filter.ts';

const SHOP = { id: '0190c2a0-9999-7222-a333-444455556666', name: 'Errors of the shop' };
const NAMES = { rules: [SHOP], connections: [], projects: ['webshop'] };

test('a filter of errors asks for states, both sides, and words', () => {
  assert.deepEqual(errorsAsked('is:filed sentry:archived github:open level:error WEB-12', NAMES), {
    state: 'synced',
    sentry_status: 'ignored',
    issue_state: 'open',
    level: 'error',
    q: 'WEB-12',
  });
  assert.deepEqual(errorsAsked('is:conflict', NAMES), { state: 'conflict' });
});

test('a rule is named by its name, and a name that no rule has finds nothing', () => {
  assert.deepEqual(errorsAsked('rule:"errors of the shop"', NAMES), { rule: SHOP.id });
  assert.notEqual(errorsAsked('rule:other', NAMES).rule, undefined);
  assert.notEqual(errorsAsked('rule:other', NAMES).rule, SHOP.id);
});

test('a state that the filter does not know is left out and refuses nothing', () => {
  assert.deepEqual(errorsAsked('is:lost sentry:somewhere github:merged', NAMES), {});
});

test('the connection is offered only where there are several', () => {
  const offered = (connections: (typeof SHOP)[]) => errorKeys({ ...NAMES, connections }).map(({ key }) => key);
  assert.equal(offered([SHOP]).includes('connection'), false);
  assert.equal(offered([SHOP, { ...SHOP, name: 'Other' }]).includes('connection'), true);
});
