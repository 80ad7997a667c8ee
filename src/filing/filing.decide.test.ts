import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { aFailure, aFiling, NOW } from './filing.fixture.ts';
import {
  backoffMs,
  FILING_TRANSITIONS,
  lookupAt,
  nextState,
  stepFromFailure,
  stepFromLookup,
} from './filing.decide.ts';
import { FILING_EVENTS, FILING_STATES } from './filing.model.ts';
import type { FilingEvent, FilingState } from './filing.model.ts';

const DELAYS = [5000, 30_000, 120_000, 600_000];
const at = (ms: number) => new Date(NOW.getTime() + ms);

test('every state knows what every event does', () => {
  for (const state of FILING_STATES)
    assert.deepEqual(Object.keys(FILING_TRANSITIONS[state]).toSorted(), [...FILING_EVENTS].toSorted());
});

test('a cell that cannot happen stops loudly', () => {
  assert.throws(() => nextState('pending', 'created'), /a filing that is pending cannot be created/u);
});

test('I1: a create is only ever sent from sending, which only a committed claim of a pending filing reaches', () => {
  const ways = FILING_STATES.flatMap((state) =>
    FILING_EVENTS.filter((event) => FILING_TRANSITIONS[state][event] === 'sending').map((event) => `${state} ${event}`),
  );
  assert.deepEqual(ways, ['pending claimed', 'sending retried']);
});

test('I2: from unknown only the last missed look-up leads back to where it may be sent', () => {
  const ways = FILING_EVENTS.filter((event) => FILING_TRANSITIONS.unknown[event] === 'pending');
  assert.deepEqual(ways, ['absent']);
});

test('I3: synced is never left, whatever happens', () => {
  for (const event of FILING_EVENTS) assert.ok(['synced', 'bug'].includes(FILING_TRANSITIONS.synced[event]), event);
});

test('I4: no history of events creates twice without a full round of missed look-ups in between', () => {
  const events = fc.array(fc.constantFrom(...FILING_EVENTS), { maxLength: 60 });
  fc.assert(
    fc.property(events, (history) => {
      let state: FilingState = 'pending';
      let sentWithoutVerdict = false;
      for (const event of history) {
        if (FILING_TRANSITIONS[state][event] === 'bug') continue;
        if (state === 'pending' && event === 'claimed') {
          assert.equal(sentWithoutVerdict, false);
          sentWithoutVerdict = true;
        }
        if (isVerdict(state, event)) sentWithoutVerdict = false;
        state = nextState(state, event);
      }
    }),
    { numRuns: 2000 },
  );
});

// GitHub said no, nothing was sent, or all look-ups missed.
function isVerdict(state: FilingState, event: FilingEvent): boolean {
  return (
    (state === 'sending' && (event === 'postponed' || event === 'refused')) ||
    (state === 'unknown' && event === 'absent')
  );
}

const FAILURES: [Parameters<typeof aFailure>[0], string, string | null][] = [
  [{ kind: 'outcome_unknown' }, 'answer_lost', null],
  [{ kind: 'rate_limited', limit: 'secondary', retryAt: at(60_000) }, 'postponed', null],
  [{ kind: 'unauthorized' }, 'postponed', 'unauthorized'],
  [{ kind: 'forbidden', missingPermissions: null }, 'postponed', 'forbidden'],
  [{ kind: 'not_found' }, 'refused', null],
  [{ kind: 'gone' }, 'refused', null],
  [{ kind: 'invalid', errors: [{ field: 'title', code: 'custom' }] }, 'refused', null],
  [{ kind: 'unreachable' }, 'postponed', null],
  [{ kind: 'unavailable' }, 'postponed', null],
  [{ kind: 'moved', location: null }, 'postponed', null],
  [{ kind: 'unexpected' }, 'postponed', null],
];
for (const [failure, event, pause] of FAILURES) {
  test(`a create that is ${failure.kind} is ${event}${pause === null ? '' : ' and pauses the connection'}`, () => {
    const step = stepFromFailure(aFailure(failure), aFiling({ state: 'sending' }), 0, NOW, 0.5);
    assert.equal(step.event, event);
    assert.equal(step.pause, pause);
  });
}

test('a refused assignee is left out and the issue is sent again; refused a second time it fails', () => {
  const failure = aFailure({ kind: 'invalid', errors: [{ field: 'assignees', code: 'invalid' }] });
  assert.deepEqual(
    [stepFromFailure(failure, aFiling(), 0, NOW, 0).event, stepFromFailure(failure, aFiling(), 0, NOW, 0).bare],
    ['postponed', true],
  );
  assert.equal(stepFromFailure(failure, aFiling({ bare: true }), 0, NOW, 0).event, 'refused');
});

test('odd answers are not repeated for ever', () => {
  assert.equal(stepFromFailure(aFailure({ kind: 'unexpected' }), aFiling({ attempts: 8 }), 0, NOW, 0).event, 'refused');
});

test('a rate limit is waited out, not guessed', () => {
  const step = stepFromFailure(
    aFailure({ kind: 'rate_limited', limit: 'primary', retryAt: at(90_000) }),
    aFiling(),
    0,
    NOW,
    0,
  );
  assert.deepEqual(step.runAt, at(90_000));
  assert.equal(step.rest, true);
});

test('the wait doubles up to five minutes and is never under half of that', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, random) => {
      const wait = backoffMs(attempts, random);
      assert.ok(wait >= 1000 && wait <= 300_000);
    }),
  );
  assert.equal(backoffMs(0, 0), 1000);
  assert.equal(backoffMs(30, 0), 150_000);
});

test('a miss is believed only after the last planned look-up', () => {
  const sent = aFiling({ state: 'unknown', sentAt: NOW });
  assert.equal(stepFromLookup('missed', { ...sent, lookups: 0 }, DELAYS, at(5000), 0).event, 'postponed');
  assert.equal(stepFromLookup('missed', { ...sent, lookups: 2 }, DELAYS, at(120_000), 0).event, 'postponed');
  assert.equal(stepFromLookup('missed', { ...sent, lookups: 3 }, DELAYS, at(600_000), 0).event, 'absent');
});

test('clicking "try now" many times never makes a look-up count before its time', () => {
  let filing = aFiling({ state: 'unknown', sentAt: NOW, lookups: 0 });
  for (let click = 0; click < 10; click += 1) {
    const step = stepFromLookup('missed', filing, DELAYS, at(5000 + click), 0);
    assert.equal(step.event, 'postponed');
    filing = { ...filing, lookups: step.lookups };
  }
  assert.equal(filing.lookups, 1);
});

test('a look-up that could not be finished is not a miss', () => {
  const step = stepFromLookup(
    'inconclusive',
    aFiling({ state: 'unknown', sentAt: NOW, lookups: 3 }),
    DELAYS,
    at(900_000),
    0,
  );
  assert.deepEqual([step.event, step.lookups], ['postponed', 3]);
});

test('a hub that slept through the schedule looks at once, but still as often as planned', () => {
  assert.deepEqual(lookupAt(NOW, DELAYS, 1, at(3_600_000)), at(3_600_000));
  assert.equal(
    stepFromLookup('missed', aFiling({ state: 'unknown', sentAt: NOW, lookups: 0 }), DELAYS, at(3_600_000), 0).event,
    'postponed',
  );
});
