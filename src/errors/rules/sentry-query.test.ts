import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { abilities, aRule } from '../errors.fixture.ts';
import { queryOf } from './sentry-query.decide.ts';
import { termsOf } from './query-terms.decide.ts';
import type { Abilities } from '../../sentry/sentry.model.ts';
import type { SentryRule } from '../errors.model.ts';

const query = (rule: Partial<SentryRule>, able: Abilities | null = abilities()) => queryOf(aRule(rule), able).query;
const GLITCHTIP = abilities({ product: 'glitchtip' });

test('a rule’s levels, priorities, categories and tags are terms of their own after its query', () => {
  assert.equal(
    query({
      query: ' is:unresolved checkout ',
      levels: ['error', 'fatal'],
      priorities: ['high'],
      categories: ['error', 'db_query'],
      tags: ['customer_tier:gold', 'page:a b'],
    }),
    'is:unresolved checkout level:[error, fatal] issue.priority:high issue.category:[error, db_query] customer_tier:gold page:"a b"',
  );
});

test('projects and environments are asked for by parameters, and the query is there even when it is empty', () => {
  assert.deepEqual(queryOf(aRule({ query: '', projects: ['api'], environments: ['production'] }), null), {
    query: '',
    projects: ['api'],
    environments: ['production'],
  });
});

test('a server is not asked in words it would refuse', () => {
  const rule = { levels: ['error', 'fatal'], priorities: ['high'], categories: ['error'] };
  for (const able of [null, abilities({ advancedSearch: false, hasPriority: false, hasSubstatus: false })])
    assert.equal(query(rule, able), 'is:unresolved');
});

test('GlitchTip is asked for status and level only, since it takes any other word for a tag', () => {
  const own = 'is:unresolved issue.priority:[high, medium] age:-24h !level:info TypeError';
  assert.equal(query({ query: own, tags: ['a:b'] }, GLITCHTIP), 'is:unresolved');
  assert.equal(query({ levels: ['error'] }, GLITCHTIP), 'is:unresolved level:error');
  assert.equal(query({ levels: ['error', 'fatal'] }, GLITCHTIP), 'is:unresolved');
  assert.equal(
    query({ query: 'is:unresolved level:fatal', levels: ['error'] }, GLITCHTIP),
    'is:unresolved level:fatal',
  );
});

test('a value cannot leave its term: quotes, backslashes, wildcards and line breaks stay inside', () => {
  assert.equal(query({ tags: ['key:a" is:resolved "b'] }), 'is:unresolved key:"a\\" is:resolved \\"b"');
  assert.equal(query({ tags: ['key:*', 'key:a\nb', 'key:\\'] }), 'is:unresolved key:"\\*" key:"a b" key:"\\\\"');
  assert.equal(query({ tags: ['is:resolved x:y', 'a key:x', 'key'] }), 'is:unresolved');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
      const terms = termsOf(query({ query: '', tags: [`key:${value}`] }));
      assert.ok(terms.length <= 1, JSON.stringify(terms));
    }),
  );
});

test('a query is read as its terms', () => {
  assert.deepEqual(
    termsOf('is:unresolved !level:[info, "a, b"] "free text" timesSeen:>10 url:https://x/y').map(
      ({ key, negated, values }) => [key, negated, ...values],
    ),
    [
      ['is', false, 'unresolved'],
      ['level', true, 'info', 'a, b'],
      [null, false, 'free text'],
      ['timesseen', false, '>10'],
      ['url', false, 'https://x/y'],
    ],
  );
});
