import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chainsOf } from './undo-chain.decide.ts';
import type { WrittenAct } from './undo.model.ts';

let made = 0;
function anAct(changes: Partial<WrittenAct>): WrittenAct {
  made += 1;
  return {
    id: `act ${made}`,
    error_id: 'one',
    side: 'github',
    act: 'close',
    before: { state: 'open', state_reason: null },
    after: { state: 'closed', state_reason: 'completed' },
    finished_at: new Date(),
    ...changes,
  };
}
const closed = { state: 'closed', state_reason: 'completed' };
const reopened = { state: 'open', state_reason: 'reopened' };
const close = (before: object = { state: 'open', state_reason: null }) => anAct({ before, after: closed });
const reopen = (before: object = closed) => anAct({ act: 'reopen', before, after: reopened });

test('acts on one thing that follow on each other are taken back by one write', () => {
  const acts = [close(reopened), reopen(), close()];
  const [chain, ...others] = chainsOf(acts);
  assert.deepEqual(others, []);
  assert.deepEqual(chain?.acts, acts);
  assert.equal(chain?.earlier, 0);
});

test('where somebody changed it between two acts, what that person set is where it goes back to', () => {
  const byAPerson = { state: 'closed', state_reason: 'not_planned' };
  const latest = reopen(byAPerson);
  const [chain] = chainsOf([latest, close()]);
  assert.deepEqual([chain?.acts, chain?.earlier], [[latest], 1]);
});

test('each thing of each error is taken back for itself', () => {
  const label = anAct({ act: 'label_archived', before: { labelled: false }, after: { labelled: true } });
  const people = anAct({ act: 'assign_github', before: { assignees: ['a'] }, after: { assignees: ['b'] } });
  const issues = [{ id: '1', status: 'unresolved', substatus: null, assigned: null }];
  const resolve = anAct({ act: 'resolve', side: 'sentry', before: { issues }, after: { status: 'resolved' } });
  const person = anAct({ act: 'assign_sentry', side: 'sentry', before: { issues }, after: { assigned: 'user:1' } });
  const other = anAct({ error_id: 'two' });
  const chains = chainsOf([close(), label, people, resolve, person, other]);
  assert.deepEqual(
    chains.map(({ errorId, thing, side }) => [errorId, thing, side]),
    [
      ['one', 'issue_state', 'github'],
      ['one', 'label', 'github'],
      ['one', 'assignees', 'github'],
      ['one', 'sentry_state', 'sentry'],
      ['one', 'sentry_assignee', 'sentry'],
      ['two', 'issue_state', 'github'],
    ],
  );
});

test('people in another order are the same people, and a resolve in the next release is read as resolved', () => {
  const assigned = anAct({ act: 'assign_github', before: { assignees: ['b', 'a'] }, after: { assignees: ['c'] } });
  const before = anAct({ act: 'assign_github', before: { assignees: [] }, after: { assignees: ['a', 'b'] } });
  const resolved = [{ id: '1', status: 'resolved', substatus: null, assigned: null }];
  const live = [{ id: '1', status: 'unresolved', substatus: null, assigned: null }];
  const reopening = anAct({
    act: 'unresolve',
    side: 'sentry',
    before: { issues: resolved },
    after: { status: 'unresolved' },
  });
  const release = anAct({
    act: 'resolve_in_next_release',
    side: 'sentry',
    before: { issues: live },
    after: { status: 'resolvedInNextRelease' },
  });
  assert.deepEqual(
    chainsOf([assigned, before, reopening, release]).map(({ acts }) => acts.length),
    [2, 2],
  );
});
