import assert from 'node:assert/strict';
import { test } from 'node:test';

import { familiesOf, keepersOf, lackingOf } from './app-family.decide.ts';
import type { FamilyMember } from './app-family.decide.ts';

const member = (id: string, tenantId: string, key: string | null, installationId = 1): FamilyMember => ({
  id,
  tenantId,
  app: key === null ? null : { key, installationId },
});
const token = member('token', 'acme', null);
const first = member('first', 'acme', 'app');
const second = member('second', 'acme', 'app');
const beta = member('beta', 'beta', 'app', 2);
const foreign = member('foreign', 'beta', 'another app', 2);
const all = [token, first, second, beta, foreign];
const family = familiesOf(all).get('first') ?? [];
const ids = (members: readonly FamilyMember[]) => members.map(({ id }) => id);

test('connections are of one family when they prove to be the same App, whatever their tenant', () => {
  assert.deepEqual(ids(family), ['first', 'second', 'beta']);
  assert.deepEqual(ids(familiesOf(all).get('token') ?? []), ['token']);
  assert.deepEqual(ids(familiesOf(all).get('foreign') ?? []), ['foreign']);
});

test('of each tenant with the installation one connection keeps a delivery, the same wherever it came', () => {
  const told = { event: 'issues', installationId: 1 };
  for (const cameTo of [first, second, beta]) assert.deepEqual(ids(keepersOf(family, told, cameTo)), ['first']);
  assert.deepEqual(ids(keepersOf(family, { ...told, installationId: 2 }, first)), ['beta']);
});

test('an installation that nobody uses is kept by nobody, but that the App was installed stays where it came', () => {
  assert.deepEqual(keepersOf(family, { event: 'issues', installationId: 3 }, second), []);
  assert.deepEqual(ids(keepersOf(family, { event: 'installation', installationId: 3 }, second)), ['second']);
  assert.deepEqual(ids(keepersOf(family, { event: 'ping', installationId: null }, second)), ['second']);
  assert.deepEqual(ids(keepersOf([token], { event: 'issues', installationId: 3 }, token)), ['token']);
});

test('a tenant that has a delivery with any of its connections lacks it with none', () => {
  assert.deepEqual(ids(lackingOf([first, beta], family, new Set(['second']))), ['beta']);
  assert.deepEqual(lackingOf([first], family, new Set(['first'])), []);
});
