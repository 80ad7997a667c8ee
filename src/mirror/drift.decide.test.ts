import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findingsOf } from './drift.decide.ts';
import type { AppliedItem } from './items.model.ts';

const KNOWN = new Date('2026-05-01T12:00:00Z');
const title = { field: 'title', before: 'Wrong', after: 'Right' };
const item = (more: object = {}) => ({ id: 900, number: 9, updatedAt: KNOWN, ...more });
const applied = (merge: AppliedItem['merge'], changes: AppliedItem['changes'] = [title]): AppliedItem[] => [
  { key: 900, id: 'row', merge, changes },
];

test('what differs though GitHub had not changed it since it was known is drift, field by field', () => {
  const state = { field: 'state', before: 'open', after: 'closed' };
  assert.deepEqual(findingsOf('issue', applied('apply', [title, state]), [item()], KNOWN), [
    { kind: 'issue', item: '#9', field: 'title', mirrored: 'Wrong', github: 'Right' },
    { kind: 'issue', item: '#9', field: 'state', mirrored: 'open', github: 'closed' },
  ]);
});

test('what is missing is drift by its id on GitHub', () => {
  assert.deepEqual(findingsOf('pull_request', applied('insert', []), [item()], KNOWN), [
    { kind: 'pull_request', item: '#9', field: 'missing', mirrored: null, github: 900 },
  ]);
});

test('what GitHub changed later is news, not drift', () => {
  const later = item({ updatedAt: new Date('2026-05-01T12:00:01Z') });
  assert.deepEqual(findingsOf('issue', applied('apply'), [later], KNOWN), []);
  assert.deepEqual(findingsOf('issue', applied('insert'), [later], KNOWN), []);
});

test('what was left as it stands is no drift', () => {
  assert.deepEqual(findingsOf('issue', applied('nothing'), [item()], KNOWN), []);
  assert.deepEqual(findingsOf('issue', applied('refetch'), [item()], KNOWN), []);
});

test('a comment is named by its issue, and what has no number by its id', () => {
  const comment = { id: 900, issueNumber: 4, updatedAt: KNOWN };
  assert.equal(findingsOf('comment', applied('insert'), [comment], KNOWN)[0]?.item, '#4');
  assert.equal(findingsOf('label', applied('insert'), [{ id: 900, updatedAt: KNOWN }], KNOWN)[0]?.item, '#900');
});
