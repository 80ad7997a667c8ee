import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findingsOf, fingerprints, listFindings } from './drift.decide.ts';
import type { AppliedItem, ItemSnapshot } from './items.model.ts';

const KNOWN = new Date('2026-05-01T12:00:00Z');
const title = { field: 'title', before: 'Wrong', after: 'Right' };
const item = (more: object = {}) => ({ id: 900, number: 9, updatedAt: KNOWN, ...more });
const applied = (merge: AppliedItem['merge'], changes: AppliedItem['changes'] = [title]): AppliedItem[] => [
  { key: 900, id: 'row', merge, changes },
];

test('what differs though GitHub had not changed it since it was known is drift, field by field', () => {
  const state = { field: 'state', before: 'open', after: 'closed' };
  assert.deepEqual(findingsOf('issue', applied('apply', [title, state]), [item()], KNOWN), [
    { kind: 'issue', key: 900, item: '#9', field: 'title', mirrored: 'Wrong', github: 'Right' },
    { kind: 'issue', key: 900, item: '#9', field: 'state', mirrored: 'open', github: 'closed' },
  ]);
});

test('what is missing is drift by its id on GitHub', () => {
  assert.deepEqual(findingsOf('pull_request', applied('insert', []), [item()], KNOWN), [
    { kind: 'pull_request', key: 900, item: '#9', field: 'missing', mirrored: null, github: 900 },
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

const label = (key: number, name: string, color = 'red'): ItemSnapshot => ({ key, at: null, columns: { name, color } });
const merged = (key: number, merge: AppliedItem['merge'], changes: AppliedItem['changes'] = []): AppliedItem[] => [
  { key, id: 'row', merge, changes },
];

test('of a short list what GitHub tells again as it did the last time was wrong here, and anything else is news', () => {
  const color = { field: 'color', before: 'blue', after: 'red' };
  const snapshots = [label(1, 'bug')];
  const told = fingerprints(snapshots);
  const outcome = { snapshots, applied: merged(1, 'apply', [color]), gone: [] };
  assert.deepEqual(listFindings('label', outcome, told), [
    { kind: 'label', key: 1, item: 'bug', field: 'color', mirrored: 'blue', github: 'red' },
  ]);
  assert.deepEqual(
    listFindings('label', outcome, fingerprints([label(1, 'bug', 'blue')])),
    [],
    'it was blue on GitHub',
  );
  const lacking = { ...outcome, applied: merged(1, 'insert') };
  assert.equal(listFindings('label', lacking, told)[0]?.field, 'missing');
  assert.deepEqual(listFindings('label', lacking, {}), [], 'it is new on GitHub');
});

test('what a list does not have is drift, unless the last read had it: then it was removed', () => {
  const outcome = { snapshots: [], applied: [], gone: [{ key: 1, name: 'bug' }] };
  assert.deepEqual(listFindings('label', outcome, {}), [
    { kind: 'label', key: 1, item: 'bug', field: 'gone', mirrored: 1, github: null },
  ]);
  assert.deepEqual(listFindings('label', outcome, fingerprints([label(1, 'bug')])), []);
});
