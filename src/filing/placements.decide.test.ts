import assert from 'node:assert/strict';
import { test } from 'node:test';

import { after, HOUR_MS, MINUTE_MS } from '../lib/clock.ts';
import { aConnection, aFailure, NOW } from './filing.fixture.ts';
import { backoffMs } from './filing.decide.ts';
import { ODD_ATTEMPTS_MAX, PASSING_ATTEMPTS_MAX, stepFromPlacingFailure, wantedPlaces } from './placements.decide.ts';
import type { GithubFailureKind } from '../github/github.model.ts';
import type { PlacementStep } from './placements.decide.ts';

const RETRY_AT = after(NOW, MINUTE_MS);
const again: PlacementStep = { state: 'pending', runAt: after(NOW, backoffMs(0, 0)), pause: false };
const failed: PlacementStep = { state: 'failed' };

/** What follows from the first such failure, and from one after as many tries as make no sense any more. */
const TABLE: Record<GithubFailureKind, { first: PlacementStep; most: number | null }> = {
  rate_limited: { first: { state: 'pending', runAt: RETRY_AT, pause: false }, most: null },
  unauthorized: { first: { state: 'pending', runAt: NOW, pause: true }, most: null },
  unreachable: { first: again, most: PASSING_ATTEMPTS_MAX },
  unavailable: { first: again, most: PASSING_ATTEMPTS_MAX },
  outcome_unknown: { first: again, most: PASSING_ATTEMPTS_MAX },
  moved: { first: again, most: ODD_ATTEMPTS_MAX },
  unexpected: { first: again, most: ODD_ATTEMPTS_MAX },
  forbidden: { first: failed, most: 1 },
  not_found: { first: failed, most: 1 },
  gone: { first: failed, most: 1 },
  invalid: { first: failed, most: 1 },
};

for (const [kind, { first, most }] of Object.entries(TABLE)) {
  test(`an issue that cannot be placed (${kind}) ${most === 1 ? 'stays where it is' : 'is tried again'}`, () => {
    const failure = aFailure({ kind: kind as GithubFailureKind, retryAt: RETRY_AT });
    const step = (attempts: number) => stepFromPlacingFailure(failure, attempts, NOW, 0);
    assert.deepEqual(step(1), first);
    assert.equal(step(PASSING_ATTEMPTS_MAX + 1).state, most === null ? 'pending' : 'failed');
    if (most !== null && most > 1) assert.deepEqual([step(most - 1).state, step(most).state], ['pending', 'failed']);
  });
}

test('what passes by itself is tried for about a day', () => {
  let waitedMs = 0;
  for (let attempts = 1; attempts < PASSING_ATTEMPTS_MAX; attempts += 1) waitedMs += backoffMs(attempts - 1, 1);
  assert.ok(waitedMs > 22 * HOUR_MS && waitedMs < 26 * HOUR_MS, `${waitedMs / HOUR_MS} hours`);
});

test('an issue gets the places that its connection names, and none without', () => {
  const project = 'https://github.com/orgs/acme/projects/4';
  assert.deepEqual(wantedPlaces(aConnection()), []);
  assert.deepEqual(wantedPlaces(aConnection({ parentIssue: 7, project, projectFields: { Status: 'Todo' } })), [
    { kind: 'parent', target: '7', fields: {} },
    { kind: 'project', target: project, fields: { Status: 'Todo' } },
  ]);
  assert.deepEqual(wantedPlaces(aConnection({ projectFields: { Status: 'Todo' } })), []);
});
