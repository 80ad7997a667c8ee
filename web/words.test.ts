import assert from 'node:assert/strict';
import { test } from 'node:test';

import { besideWord, contextWord, stateOf, valueText } from './words.ts';

const issue = { number: 12, state: 'open', state_reason: null, gone: null } as const;
const filed = { state: 'synced', outcome_unknown: false, source: 'report', issue } as const;
const word = (report: Parameters<typeof stateOf>[0]) => stateOf(report).word;

test('a report that waits is Received', () => {
  assert.equal(word({ ...filed, state: 'pending', issue: null }), 'Received');
});

test('an error that waits is On the way: nobody sent it in', () => {
  assert.equal(word({ ...filed, source: 'error', state: 'pending', issue: null }), 'On the way');
});

test('a report whose answer was lost is Being checked, not Received', () => {
  assert.equal(word({ ...filed, state: 'pending', outcome_unknown: true, issue: null }), 'Being checked');
});

test('a filed report names its number', () => {
  assert.equal(word(filed), 'Filed as #12');
  assert.equal(word({ ...filed, issue: { ...issue, state_reason: 'reopened' } }), 'Reopened as #12');
});

test('an issue opened on GitHub is not said to be filed by us', () => {
  assert.equal(word({ ...filed, source: 'external' }), 'Open as #12');
});

test('a closed issue says how it was closed', () => {
  const closed = (reason: string | null) =>
    word({ ...filed, issue: { ...issue, state: 'closed', state_reason: reason } });
  assert.equal(closed('completed'), 'Done');
  assert.equal(closed(null), 'Done');
  assert.equal(closed('not_planned'), 'Not planned');
  assert.equal(closed('duplicate'), 'Duplicate');
});

test('a refused report is red and says who refused', () => {
  assert.deepEqual(stateOf({ ...filed, state: 'failed', issue: null }), {
    word: 'GitHub refused it',
    tone: 'red',
    shape: 'stop',
  });
});

test('an issue that GitHub no longer shows says so, whatever its last state was', () => {
  assert.equal(word({ ...filed, issue: { ...issue, gone: 'deleted' } }), 'Deleted on GitHub');
  assert.equal(word({ ...filed, issue: { ...issue, gone: 'transferred' } }), 'Moved on GitHub');
});

test('no two states share shape and tone', () => {
  const views = [
    stateOf({ ...filed, state: 'failed', issue: null }),
    stateOf({ ...filed, state: 'pending', issue: null }),
    stateOf({ ...filed, state: 'pending', outcome_unknown: true, issue: null }),
    stateOf(filed),
    stateOf({ ...filed, issue: { ...issue, state: 'closed' } }),
    stateOf({ ...filed, issue: { ...issue, state: 'closed', state_reason: 'not_planned' } }),
    stateOf({ ...filed, issue: { ...issue, state: 'closed', state_reason: 'duplicate' } }),
  ];
  assert.equal(new Set(views.map((view) => view.shape)).size, views.length);
});

test('a context field of the app keeps the name the app gave it', () => {
  assert.equal(contextWord('page_url'), 'Page');
  assert.equal(contextWord('plan'), 'plan');
});

test('lists and empty values read as text', () => {
  assert.equal(valueText(['bug', 'ui']), 'bug, ui');
  assert.equal(valueText([]), 'nothing');
  assert.equal(valueText(null), 'nothing');
});

test('labels that changed are told by their names', () => {
  assert.equal(
    valueText([
      { name: 'bug', color: 'd73a4a' },
      { name: 'ui', color: 'bfd4f2' },
    ]),
    'bug, ui',
  );
});

test('an explanation does not repeat the word before it', () => {
  assert.equal(besideWord('Filed as #7', 'Filed as #7 in acme/app.'), 'in acme/app.');
  assert.equal(besideWord('Done', 'Filed as #7 in acme/app.'), 'Filed as #7 in acme/app.');
  assert.equal(besideWord('Filed as #7', 'Filed as #71 in acme/app.'), 'Filed as #71 in acme/app.');
});
