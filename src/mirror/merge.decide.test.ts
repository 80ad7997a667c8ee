import assert from 'node:assert/strict';
import { test } from 'node:test';

import { areSameLabels, changesOf, decideMerge } from './merge.decide.ts';
import type { Arriving, Merge, Standing } from './merge.decide.ts';

const at = (clock: string) => new Date(`2026-05-01T${clock}Z`);
const NOON = at('12:00:00');

const standing: Standing = { updatedAt: NOON, readAt: at('12:00:05'), goneAt: null };
const read: Arriving = { updatedAt: NOON, askedAt: at('12:00:10'), from: 'read' };
const payload: Arriving = { ...read, from: 'payload' };
const untimed = { ...standing, updatedAt: null };
const gone = { ...standing, goneAt: at('12:00:08') };

const TABLE: [why: string, Standing | null, Arriving, differs: boolean, Merge][] = [
  ['what is not there is inserted by a read', null, read, false, 'insert'],
  ['what is not there is inserted by a payload', null, payload, false, 'insert'],

  ['a later read wins', standing, { ...read, updatedAt: at('12:00:01') }, true, 'apply'],
  ['a later payload wins', standing, { ...payload, updatedAt: at('12:00:01') }, true, 'apply'],
  [
    'a later one brings its time though nothing else differs',
    standing,
    { ...read, updatedAt: at('12:00:01') },
    false,
    'apply',
  ],
  ['an older payload changes nothing', standing, { ...payload, updatedAt: at('11:59:59') }, true, 'nothing'],
  [
    'an older read changes nothing, however late it was asked for',
    standing,
    { ...read, updatedAt: at('11:59:59') },
    true,
    'nothing',
  ],

  ['at an equal time the same content is nothing', standing, read, false, 'nothing'],
  ['at an equal time the same payload is nothing', standing, payload, false, 'nothing'],
  ['at an equal time the read asked for later wins', standing, read, true, 'apply'],
  [
    'at an equal time a read asked for at the same instant wins',
    standing,
    { ...read, askedAt: standing.readAt },
    true,
    'apply',
  ],
  [
    'at an equal time a read asked for earlier changes nothing',
    standing,
    { ...read, askedAt: at('12:00:04') },
    true,
    'nothing',
  ],
  ['at an equal time a payload that differs is looked up', standing, payload, true, 'refetch'],
  [
    'two minutes after its second a read was the last word on it',
    { ...standing, readAt: at('12:02:01') },
    payload,
    true,
    'nothing',
  ],
  ['within two minutes it was not', { ...standing, readAt: at('12:02:00') }, payload, true, 'refetch'],

  ['without times the read asked for later wins', untimed, { ...read, updatedAt: null }, true, 'apply'],
  [
    'without times a read asked for earlier changes nothing',
    untimed,
    { ...read, updatedAt: null, askedAt: at('12:00:04') },
    true,
    'nothing',
  ],
  ['without times a payload that differs is looked up', untimed, { ...payload, updatedAt: null }, true, 'refetch'],
  ['without times the same is nothing', untimed, { ...payload, updatedAt: null }, false, 'nothing'],

  ['what is gone comes back by a read asked for after it went', gone, read, true, 'apply'],
  ['what is gone comes back though nothing else differs', gone, read, false, 'apply'],
  ['what is gone stays so for a read asked for before', gone, { ...read, askedAt: at('12:00:07') }, true, 'nothing'],
  [
    'what is gone stays so for a read asked for at that instant',
    gone,
    { ...read, askedAt: at('12:00:08') },
    true,
    'nothing',
  ],
  [
    'what is gone stays so for a payload, however new',
    gone,
    { ...payload, updatedAt: at('13:00:00') },
    true,
    'nothing',
  ],

  ['a payload from the future is looked up', standing, { ...payload, updatedAt: at('12:10:11') }, true, 'refetch'],
  ['so is one of what is not there', null, { ...payload, updatedAt: at('12:10:11') }, true, 'refetch'],
  ['clocks may differ by ten minutes', standing, { ...payload, updatedAt: at('12:10:10') }, true, 'apply'],
  ['what GitHub itself answers is believed', standing, { ...read, updatedAt: at('13:00:00') }, true, 'apply'],
];

for (const [why, stands, arrives, differs, merge] of TABLE)
  test(`merge: ${why}`, () => {
    assert.equal(decideMerge(stands, arrives, differs), merge);
  });

test('changes are told field by field, whatever the type of instants and the order of keys', () => {
  const stored = { title: 'Old', closed_at: NOON, labels: [{ name: 'bug', color: 'red' }], milestone: null, body: 'x' };
  const snapshot = {
    title: 'New',
    closed_at: '2026-05-01T12:00:00.000Z',
    labels: [{ color: 'red', name: 'bug' }],
    body: 'y',
  };
  assert.deepEqual(changesOf(['title', 'closed_at', 'labels', 'milestone'], stored, snapshot), [
    { field: 'title', before: 'Old', after: 'New' },
  ]);
});

test('labels are the same under a new name and in another order, and others by another id', () => {
  const bug = { id: 1, name: 'bug', color: 'red' };
  const later = { id: 2, name: 'later', color: 'blue' };
  assert.equal(areSameLabels([bug, later], [later, { ...bug, name: 'defect', color: 'pink' }]), true);
  assert.equal(areSameLabels([bug], [{ ...bug, id: 3 }]), false);
  assert.equal(areSameLabels([{ name: 'bug', color: 'red' }], [{ name: 'defect', color: 'red' }]), false);
});
