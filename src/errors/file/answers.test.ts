import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answeredBy, unanswered } from './answers.decide.ts';
import { aSentryIssue } from '../errors.fixture.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

test('an id is kept under the Sentry issue that answers for it, with what tells whether that can be merged', () => {
  const { project, firstSeen, lastSeen } = aSentryIssue();
  assert.deepEqual(answeredBy(aSentryIssue({ id: '200' })), {
    answers_as: '200',
    missing_since: null,
    project_id: project.id,
    first_seen: firstSeen,
    last_seen: lastSeen,
  });
});

test('that nobody answers is certain only when it is so again five minutes later', () => {
  assert.deepEqual(unanswered('not_found', null, NOW).missing_since, NOW);
  assert.deepEqual(unanswered('not_found', ago(4), NOW).missing_since, ago(4));
  assert.equal(unanswered('not_found', ago(5), NOW).missing_since, null);
});

test('an id of which Sentry only says that it failed is given up after a day, not before', () => {
  assert.deepEqual(unanswered('unavailable', ago(23 * 60), NOW).missing_since, ago(23 * 60));
  assert.equal(unanswered('unavailable', ago(24 * 60), NOW).missing_since, null);
});
