import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after } from '../lib/clock.ts';
import {
  blockAfter,
  creationBudget,
  type CreationLimits,
  IDLE_PACE,
  type Pace,
  planCreation,
  planWrite,
  undoCreation,
} from './github-budget.decide.ts';
import type { GithubFailure } from './github.model.ts';

const NOW = new Date('2026-05-01T12:00:00Z');
const LIMITS: CreationLimits = { spacingMs: 3_000, perHour: 140 };

/** Creates whenever it is allowed during `ms`, asking every 100 ms; the instants it created at, relative to NOW. */
function createGreedily(limits: CreationLimits, ms: number): number[] {
  let pace: Pace = IDLE_PACE;
  const starts: number[] = [];
  for (let at = 0; at <= ms; at += 100) {
    const plan = planCreation(pace, limits, after(NOW, at));
    if (plan.do === 'start') {
      pace = plan.pace;
      starts.push(plan.at - NOW.getTime());
    }
  }
  return starts;
}

test('after a quiet time a burst goes out a second apart, then the spacing holds', () => {
  // Five at once, and two more that the first six seconds have earned.
  const expected = [0, 1000, 2000, 3000, 4000, 5000, 6000, 9000, 12_000, 15_000];
  assert.deepEqual(createGreedily(LIMITS, 15_000).slice(0, 10), expected);
});

test('no minute sees more than fifteen new issues and no hour more than its cap, however eager the caller', () => {
  const starts = createGreedily(LIMITS, 2 * 3_600_000);
  const mostWithin = (ms: number) =>
    Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + ms).length));
  assert.equal(mostWithin(60_000), 15);
  assert.equal(mostWithin(3_600_000), 140);
  assert.ok(starts.every((at, index) => index === 0 || at - (starts[index - 1] ?? 0) >= 1_000));
});

test('a creation that would have to wait longer than two seconds is refused with the time to come again', () => {
  const pace = { nextWriteAt: 0, creationsDueAt: 0, creations: Array<number>(140).fill(NOW.getTime() - 60_000 * 30) };
  assert.deepEqual(planCreation(pace, LIMITS, NOW), { do: 'refuse', retryAt: after(NOW, 30 * 60_000) });
});

test('a creation of which nothing was sent is given back', () => {
  const plan = planCreation(IDLE_PACE, LIMITS, NOW);
  assert.ok(plan.do === 'start');
  assert.equal(creationBudget(plan.pace, LIMITS, NOW)?.remaining, 139);
  assert.equal(creationBudget(undoCreation(plan.pace, plan.at, LIMITS), LIMITS, NOW)?.remaining, 140);
});

test('other writes are a second apart', () => {
  const first = planWrite(IDLE_PACE, LIMITS, NOW);
  assert.deepEqual([first.at, planWrite(first.pace, LIMITS, NOW).at], [NOW.getTime(), NOW.getTime() + 1_000]);
});

test('without spacing a thousand issues go out at once, but an explicit hourly cap still holds', () => {
  let pace: Pace = IDLE_PACE;
  for (let count = 0; count < 1_000; count += 1) {
    const plan = planCreation(pace, { spacingMs: 0, perHour: null }, NOW);
    assert.ok(plan.do === 'start' && plan.at === NOW.getTime());
    pace = plan.pace;
  }
  assert.equal(planCreation(pace, { spacingMs: 0, perHour: 1_000 }, NOW).do, 'refuse');
});

const refusal = (limit: 'primary' | 'secondary', seconds: number): GithubFailure => ({
  kind: 'rate_limited',
  limit,
  retryAt: after(NOW, seconds * 1000),
  message: '',
  status: 403,
  requestId: null,
});

test('a refusal blocks until its time, and a shorter one does not shorten it', () => {
  const first = blockAfter(null, {}, refusal('secondary', 60), NOW);
  assert.deepEqual(first, { limit: 'secondary', retryAt: after(NOW, 60_000) });
  assert.equal(blockAfter(first, {}, refusal('primary', 10), NOW), first);
  assert.equal(blockAfter(first, {}, null, after(NOW, 60_000)), null);
});

test('the answer that used the last request of the hour blocks before GitHub has to refuse', () => {
  const reset = String(NOW.getTime() / 1000 + 120);
  const headers = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  assert.deepEqual(blockAfter(null, headers, null, NOW), { limit: 'primary', retryAt: after(NOW, 121_000) });
  assert.equal(blockAfter(null, { ...headers, 'x-ratelimit-resource': 'search' }, null, NOW), null);
  assert.equal(blockAfter(null, {}, null, NOW), null, 'an Enterprise Server without limits');
});
