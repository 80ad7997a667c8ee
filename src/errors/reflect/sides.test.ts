import assert from 'node:assert/strict';
import { test } from 'node:test';

import { githubSideOf, sentrySideOf } from './sides.decide.ts';
import type { SentrySide } from '../errors.model.ts';
import type { SentryState } from './sides.decide.ts';

const issue = (changes: Partial<SentryState>): SentryState => ({
  status: 'unresolved',
  substatus: null,
  statusDetails: {},
  gone: null,
  ...changes,
});

test('an error of several Sentry issues is unresolved while one is, and came back only when all that are did', () => {
  const resolved = issue({ status: 'resolved' });
  const auto = issue({ status: 'resolved', statusDetails: { autoResolved: true } });
  const archived = issue({ status: 'ignored', substatus: 'archived_forever' });
  const regressed = issue({ substatus: 'regressed' });
  const escalating = issue({ substatus: 'escalating' });
  const sides: [SentryState[], SentrySide | null][] = [
    [[resolved, issue({ substatus: 'ongoing' })], 'unresolved'],
    [[resolved, regressed], 'regressed'],
    [[regressed, issue({})], 'unresolved'],
    [[escalating, regressed], 'regressed'],
    [[archived, escalating], 'escalating'],
    [[resolved, auto], 'resolved'],
    [[auto], 'auto_resolved'],
    [[auto, archived], 'ignored'],
    [[issue({ status: 'muted' })], 'ignored'],
    [[resolved, issue({ gone: 'merged' })], 'resolved'],
    [[issue({ gone: 'deleted' })], 'gone'],
    [[], 'gone'],
    [[resolved, issue({ status: 'pending_merge' })], null],
    [[issue({ status: 'a word of tomorrow' })], null],
  ];
  for (const [issues, side] of sides) assert.equal(sentrySideOf(issues), side, JSON.stringify(issues));
});

test("GitHub's side goes by state and reason, and one without a reason counts as completed", () => {
  const sides = [
    ['open', 'reopened', null, 'open'],
    ['closed', 'completed', null, 'closed'],
    ['closed', null, null, 'closed'],
    ['closed', 'not_planned', null, 'not_planned'],
    ['closed', 'duplicate', null, 'duplicate'],
    ['open', null, 'transferred', 'gone'],
  ] as const;
  for (const [state, state_reason, gone, side] of sides)
    assert.equal(githubSideOf({ state, state_reason, gone }), side);
});
