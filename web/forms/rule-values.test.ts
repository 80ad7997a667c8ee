import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NEW_RULE, ruleChangeOf, ruleDraftOf } from './rule-values.ts';

const ID = '0190c2a0-9999-7222-a333-444455556666';
const filled = { ...NEW_RULE, name: 'Shop', sentry_connection_id: ID, connection_id: ID };

test('what is left empty is null for the API, not an empty text', () => {
  const draft = ruleDraftOf({ ...filled, connection_id: '', title_template: '  ', share_key: '{{ culprit }}' });
  assert.deepEqual([draft.connection_id, draft.title_template, draft.share_key], [null, null, '{{ culprit }}']);
});

test('a change of a rule holds only what was changed', () => {
  assert.deepEqual(ruleChangeOf(filled, { ...filled }), {});
  assert.deepEqual(ruleChangeOf(filled, { ...filled, milestone: 4, labels: [...filled.labels] }), { milestone: 4 });
});
