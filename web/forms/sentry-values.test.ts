import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NEW_SENTRY, peopleOf, sentryChangeOf, sentryDraftOf } from './sentry-values.ts';

const row = (sentry: string, login: string) => ({ key: sentry, sentry, login });

test('a row of the people map counts once it is whole, and a login is taken with or without its @', () => {
  assert.deepEqual(peopleOf([row(' user:7 ', '@ada'), row('team:3', ''), row('', 'bob')]), { 'user:7': 'ada' });
});

test('a change of a Sentry connection holds only what was changed, and an empty token keeps the old one', () => {
  const before = { ...NEW_SENTRY, organization: 'acme', people: [row('user:7', 'ada')] };
  assert.deepEqual(sentryChangeOf(before, { ...before, people: [row('user:7', '@ada')] }), {});
  assert.deepEqual(sentryChangeOf(before, { ...before, token: ' new ', insecure_tls: true }), {
    insecure_tls: true,
    token: 'new',
  });
});

test('a new Sentry connection without a client secret sends none', () => {
  const draft = sentryDraftOf({ ...NEW_SENTRY, organization: 'acme', token: 't' });
  assert.equal('client_secret' in draft, false);
  assert.equal(draft.ca_pem, null);
});
