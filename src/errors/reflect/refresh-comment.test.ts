import assert from 'node:assert/strict';
import { test } from 'node:test';

import { anEvent, aSentryIssue, SAMPLES } from '../errors.fixture.ts';
import { DEFAULT_THRESHOLDS, PRIORITIES, SENTRY_SIDES } from '../errors.model.ts';
import { hasAnyMarker } from '../../filing/marker.decide.ts';
import { isMeaningful, numbersMarker, numbersOf, refreshComment, trendSentence } from './refresh-comment.decide.ts';
import { priorityLabel, priorityOf, PRIORITY_LABELS, totalsOf } from '../content/priority.decide.ts';
import type { ErrorNumbers } from './refresh-comment.decide.ts';

const NOW = new Date('2026-02-04T12:00:00Z');
const ERROR_ID = '0190c2a0-1111-8222-a333-444455556666';

function numbers(changes: Partial<ErrorNumbers> = {}): ErrorNumbers {
  return {
    count: 200,
    userCount: 60,
    priority: 'critical',
    side: 'unresolved',
    release: 'shop@4.2.0',
    lastSeen: '2026-02-03T21:44:10.120Z',
    at: '2026-02-04T10:00:00.000Z',
    ...changes,
  };
}
const later = (changes: Partial<ErrorNumbers> = {}) => numbers({ at: NOW.toISOString(), ...changes });
const soon = (changes: Partial<ErrorNumbers> = {}) => numbers({ at: '2026-02-04T10:59:59.000Z', ...changes });
const isNews = (now: ErrorNumbers, before = numbers()) => isMeaningful(before, now, DEFAULT_THRESHOLDS);

test('the priority is the first step of which events or users are exceeded', () => {
  const of = (count: number, userCount: number) => priorityOf(DEFAULT_THRESHOLDS, count, userCount);
  assert.deepEqual(
    [of(101, 0), of(100, 0), of(0, 51), of(0, 50), of(50, 20), of(11, 0), of(10, 5), of(0, 6), of(0, 0)],
    ['critical', 'high', 'critical', 'high', 'medium', 'medium', 'low', 'medium', 'low'],
  );
  assert.deepEqual(PRIORITY_LABELS, PRIORITIES.map(priorityLabel));
  assert.equal(priorityLabel('high'), 'priority: high');
});

test('events of several Sentry issues are added up, and users are not counted twice', () => {
  assert.deepEqual(totalsOf([SAMPLES.query, SAMPLES.metric, SAMPLES.glitchtip]), { count: 268, userCount: 31 });
  assert.deepEqual(totalsOf([]), { count: 0, userCount: 0 });
});

test('another priority or another side in Sentry is told at once', () => {
  assert.equal(isNews(soon({ priority: 'high' })), true);
  assert.equal(isNews(soon({ side: 'resolved' })), true);
  assert.equal(isNews(soon({ side: 'regressed' }), numbers({ side: 'resolved' })), true);
});

test('what came back and is only unresolved some days later is no news', () => {
  for (const side of ['regressed', 'escalating'] as const)
    assert.equal(isNews(later({ side: 'unresolved' }), numbers({ side })), false);
});

for (const [name, changes] of [
  ['doubled events', { count: 400 }],
  ['doubled users', { userCount: 120 }],
  ['another release', { release: 'shop@4.3.0' }],
] as const)
  test(`${name} are told, but not within the hour`, () => {
    assert.equal(isNews(later(changes)), true);
    assert.equal(isNews(soon(changes)), false);
  });

test('a threshold that is crossed is told, though the priority stays by the other count', () => {
  const before = numbers({ count: 90, userCount: 60 });
  assert.equal(isNews(later({ count: 100 }), before), false);
  assert.equal(isNews(later({ count: 101 }), before), true);
  assert.equal(isNews(later({ count: 150, userCount: 60 }), numbers({ count: 140 })), false);
});

test('a few more events, an unknown release and counts that shrank are no news', () => {
  for (const changes of [{}, { count: 399 }, { userCount: 119 }, { release: null }, { count: 10, userCount: 1 }])
    assert.equal(isNews(later(changes)), false, JSON.stringify(changes));
  const first = numbers({ count: 1, userCount: 1, priority: 'low' });
  assert.equal(isNews(later({ count: 2, userCount: 2, priority: 'low' }), first), false);
});

test('what was told is never news again', () => {
  for (const side of SENTRY_SIDES) assert.equal(isNews(later({ side }), numbers({ side })), false);
});

test('the numbers of an error are those of all its Sentry issues', () => {
  const told = { side: 'unresolved', thresholds: DEFAULT_THRESHOLDS, now: NOW } as const;
  assert.deepEqual(numbersOf([SAMPLES.metric, aSentryIssue({ event: anEvent() })], told), {
    count: 18_237,
    userCount: 4021,
    priority: 'critical',
    side: 'unresolved',
    release: 'shop@4.2.0',
    lastSeen: '2026-02-03T21:44:10.120Z',
    at: '2026-02-04T12:00:00.000Z',
  });
  assert.deepEqual(numbersOf([SAMPLES.bare], told).lastSeen, null);
});

test('the comment tells the numbers and is found again by its own marker', () => {
  const text = refreshComment(ERROR_ID, later(), []);
  assert.equal(
    text,
    `${numbersMarker(ERROR_ID)}
**Sentry:** 200 events by 60 users, unresolved. Priority: **critical**.
Last seen 2026-02-03 21:44 UTC in release \`shop@4.2.0\`.

<sub>As of 2026-02-04 12:00 UTC; edited in place when it changes much.</sub>
`,
  );
  assert.equal(hasAnyMarker(text), false);
});

test('every side of Sentry is told in words, and what is not known is left out', () => {
  for (const side of SENTRY_SIDES)
    assert.doesNotMatch(
      refreshComment(ERROR_ID, later({ side, userCount: 0, count: 1, release: null, lastSeen: null }), []),
      /undefined|null|user|1 events|auto_|Last seen/u,
    );
});

test('a release cannot ping, hide or lead anywhere', () => {
  const text = refreshComment(ERROR_ID, later({ release: '`@octocat #12 <!-- x -->' }), []);
  assert.doesNotMatch(text.replace(numbersMarker(ERROR_ID), ''), /@octocat|#12|<!--/u);
});

const days = (...counts: number[]) => counts.map((count, index) => ({ day: `2026-01-${index + 1}`, count }));
const week = (each: number) => Array.from({ length: 7 }, () => each);

test('the trend is the last seven days against the seven before', () => {
  const of = (before: number, now: number) => trendSentence(days(...week(before), ...week(now)));
  assert.equal(of(10, 100), '700 events in the last 7 days, 70 in the 7 before: rising.');
  assert.equal(of(100, 10), '70 events in the last 7 days, 700 in the 7 before: falling.');
  assert.equal(of(10, 11), '77 events in the last 7 days, 70 in the 7 before.');
  assert.equal(of(10, 0), 'Not seen in the last 7 days.');
  assert.equal(of(0, 0), 'Not seen in the last 14 days.');
  assert.equal(trendSentence(days(1, 2, 3)), null);
});
