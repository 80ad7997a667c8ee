import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { aRule, aSentryIssue } from '../errors.fixture.ts';
import { errorIdOf, errorKeyOf, sentryHostOf, shareKeyOf } from './identity.decide.ts';

const of = { tenantSlug: 'acme', host: 'sentry.io', organizationId: '1', key: errorKeyOf({ sentryId: '5120017734' }) };

test('the same error has the same id in every hub and for ever, and it is a UUID', () => {
  assert.equal(errorIdOf(of), 'a5fce4b0-a5e2-8a66-a64a-09c07ce82a7e');
});

test('another tenant, Sentry, organisation, issue, key or regression is another error', () => {
  const others = [
    of,
    { ...of, tenantSlug: 'beta' },
    { ...of, host: 'sentry.lan:9000' },
    { ...of, organizationId: '2' },
    { ...of, key: errorKeyOf({ sentryId: '5120017735' }) },
    { ...of, key: errorKeyOf({ shareKey: '5120017734' }) },
    { ...of, key: errorKeyOf({ sentryId: '5120017734' }, 1) },
    { ...of, key: errorKeyOf({ sentryId: '5120017734' }, 2) },
  ];
  assert.equal(new Set(others.map(errorIdOf)).size, others.length);
});

test('no two different sets of parts give one id, wherever their borders are', () => {
  const parts = fc.record({
    tenantSlug: fc.string(),
    host: fc.string(),
    organizationId: fc.string(),
    key: fc.string(),
  });
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      assert.equal(errorIdOf(a) === errorIdOf(b), JSON.stringify(a) === JSON.stringify(b));
      assert.match(errorIdOf(a), /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/u);
    }),
  );
});

test('all of sentry.io is one host, and nothing else is', () => {
  for (const url of ['https://sentry.io', 'https://us.sentry.io/', 'https://ACME.sentry.io/x', 'https://sentry.io.'])
    assert.equal(sentryHostOf(url), 'sentry.io', url);
  assert.equal(sentryHostOf('http://Sentry.LAN:9000/prefix'), 'sentry.lan:9000');
  assert.equal(sentryHostOf('https://sentry.corp.example:443'), 'sentry.corp.example');
  assert.equal(sentryHostOf('https://notsentry.io'), 'notsentry.io');
});

test('a rule’s key is rendered from what stays the same', () => {
  const key = (shareKey: string | null, issue = aSentryIssue()) => shareKeyOf(aRule({ shareKey }), issue);
  assert.equal(key(null), null);
  assert.equal(key('{{ type }} in {{ project }}'), 'TypeError in shop-web');
  assert.equal(key('  {{ culprit }}\n'), 'checkout/cart.ts in computeTotal');
  assert.equal(key('{{ culprit }}', aSentryIssue({ culprit: null })), null);
  assert.equal(key('{{ culprit }}', aSentryIssue({ culprit: ' \u0000\u202e ' })), null);
  // counts and dates change from look to look: there are none
  assert.equal(key('{{ count }}{{ last_seen }}{{ release }}'), null);
  assert.equal(
    key('{{ title }}', aSentryIssue({ title: 'a' })) === key('{{ title }}', aSentryIssue({ title: 'b' })),
    false,
  );
});

test('a key that cannot be rendered is said, instead of filing each issue by itself', () => {
  assert.throws(() => shareKeyOf(aRule({ shareKey: '{{ title | nosuchfilter }}' }), aSentryIssue()), /nosuchfilter/u);
});
