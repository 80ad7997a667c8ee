import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE_MS } from '../lib/clock.ts';
import { decideTurn, type Heard, IDLE_PACE, learnPace, type Pace } from './sentry-pace.decide.ts';

const WALL = new Date('2026-05-01T10:00:00Z');
const EPOCH_SECONDS = WALL.getTime() / 1000;
const heard = (changes: Partial<Heard>): Heard => ({
  status: 200,
  headers: {},
  text: '',
  wall: WALL,
  random: 0,
  ...changes,
});
const limits = (remaining: number, resetInSeconds: number) => ({
  'x-sentry-rate-limit-limit': '40',
  'x-sentry-rate-limit-remaining': String(remaining),
  'x-sentry-rate-limit-reset': String(EPOCH_SECONDS + resetInSeconds),
});

function started(pace: Pace, now: number): Pace {
  const turn = decideTurn(pace, now);
  assert.ok(turn.do === 'start', turn.do);
  return turn.pace;
}
const ended = (pace: Pace): Pace => ({ ...pace, running: pace.running - 1 });

test('four calls run at once, the fifth waits for one of them', () => {
  let pace = IDLE_PACE;
  for (let call = 0; call < 4; call += 1) pace = started(pace, 10_000);
  assert.equal(decideTurn(pace, 10_000).do, 'wait_for_another');
  assert.equal(decideTurn(ended(pace), 10_000).do, 'start');
});

test('five calls start within a second, the sixth when the first is a second old', () => {
  let pace = IDLE_PACE;
  for (let call = 0; call < 5; call += 1) pace = ended(started(pace, 10_000 + call));
  assert.deepEqual(decideTurn(pace, 10_100), { do: 'wait', ms: 900 });
  assert.equal(decideTurn(pace, 11_000).do, 'start');
});

test('absent headers say nothing, and never that nothing is left', () => {
  const { pace, limits: told } = learnPace(IDLE_PACE, heard({}), 10_000);
  assert.equal(told, null);
  assert.equal(decideTurn(pace, 10_000).do, 'start');
  const blank = learnPace(
    IDLE_PACE,
    heard({ headers: { 'x-sentry-rate-limit-limit': '40', 'x-sentry-rate-limit-remaining': '' } }),
    10_000,
  );
  assert.equal(blank.limits, null);
});

test('when nothing remains the next call waits for the reset, and while something remains it does not', () => {
  const empty = learnPace(IDLE_PACE, heard({ headers: limits(0, 2) }), 10_000);
  assert.deepEqual(decideTurn(empty.pace, 10_000), { do: 'wait', ms: 2000 });
  assert.equal(decideTurn(learnPace(IDLE_PACE, heard({ headers: limits(1, 2) }), 10_000).pace, 10_000).do, 'start');
});

test('the reset is read by the server’s own clock, however wrong ours is', () => {
  const headers = { ...limits(0, 3600 + 2), date: new Date(WALL.getTime() + 60 * MINUTE_MS).toUTCString() };
  assert.deepEqual(decideTurn(learnPace(IDLE_PACE, heard({ headers }), 10_000).pace, 10_000), { do: 'wait', ms: 2000 });
});

test('a limit without Retry-After waits for the reset, at least a second, and with jitter', () => {
  assert.equal(learnPace(IDLE_PACE, heard({ status: 429, headers: limits(0, 3) }), 0).waitMs, 3000);
  assert.equal(learnPace(IDLE_PACE, heard({ status: 429, headers: limits(0, 0) }), 0).waitMs, 1000);
  assert.equal(learnPace(IDLE_PACE, heard({ status: 429, headers: limits(0, 3), random: 0.5 }), 0).waitMs, 3250);
});

test('a limit that names no time doubles the wait each time, up to a minute, and an answer ends that', () => {
  let pace = IDLE_PACE;
  const waits = Array.from({ length: 8 }, () => {
    const learned = learnPace(pace, heard({ status: 429 }), 0);
    ({ pace } = learned);
    return learned.waitMs;
  });
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  const calm = learnPace(pace, heard({}), 100_000).pace;
  assert.equal(learnPace(calm, heard({ status: 429 }), 100_000).waitMs, 1000);
});

test('Retry-After of a proxy counts, in seconds and as a date', () => {
  assert.equal(learnPace(IDLE_PACE, heard({ status: 429, headers: { 'retry-after': '7' } }), 0).waitMs, 7000);
  const date = new Date(WALL.getTime() + 9000).toUTCString();
  assert.equal(learnPace(IDLE_PACE, heard({ status: 429, headers: { 'retry-after': date } }), 0).waitMs, 9000);
});

test('a limit on concurrency asks for a second or two, and for half the calls at once for a minute', () => {
  const text = 'You are attempting to go above the allowed concurrency for this endpoint. Concurrency limit is 15';
  const learned = learnPace(IDLE_PACE, heard({ status: 429, text, random: 0.5, headers: limits(30, 50) }), 0);
  assert.equal(learned.waitMs, 1500);
  const pace = started(started(learned.pace, 2000), 2000);
  assert.equal(decideTurn(pace, 2000).do, 'wait_for_another');
  assert.equal(decideTurn(pace, MINUTE_MS).do, 'start');
});

test('a server that allows fewer calls at once gets fewer, but never none', () => {
  const headers = (at: string) => ({ ...limits(30, 1), 'x-sentry-rate-limit-concurrentlimit': at });
  const one = started(learnPace(IDLE_PACE, heard({ headers: headers('1') }), 0).pace, 10_000);
  assert.equal(decideTurn(one, 10_000).do, 'wait_for_another');
  assert.equal(decideTurn(learnPace(IDLE_PACE, heard({ headers: headers('0') }), 0).pace, 10_000).do, 'start');
});

test('a wait longer than a call should sit for is told instead of kept', () => {
  const { pace } = learnPace(IDLE_PACE, heard({ status: 429, headers: { 'retry-after': '60' } }), 0);
  assert.deepEqual(decideTurn(pace, 1000), { do: 'refuse', ms: 59_000 });
  assert.equal(decideTurn(pace, 56_000).do, 'wait');
});

test('a door without a pace starts any number of calls within a second, four at once', () => {
  let pace = IDLE_PACE;
  for (let call = 0; call < 100; call += 1) {
    const turn = decideTurn(pace, 10_000, Infinity);
    assert.ok(turn.do === 'start');
    pace = ended(turn.pace);
  }
  for (let call = 0; call < 4; call += 1) pace = started({ ...pace, starts: [] }, 10_000);
  assert.equal(decideTurn(pace, 10_000, Infinity).do, 'wait_for_another');
});
