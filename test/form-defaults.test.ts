import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NEW_RULE, ruleDraftOf } from '../web/forms/rule-values.ts';
import { SentryRuleDraft } from '../src/contract/sentry.ts';

const ID = '0190c2a0-9999-7222-a333-444455556666';

test('a new rule in the form has the contract’s own defaults, which the pages cannot import', () => {
  const given = { name: 'Shop', sentry_connection_id: ID, connection_id: ID };
  assert.deepEqual(ruleDraftOf({ ...NEW_RULE, ...given }), SentryRuleDraft.parse(given));
});
