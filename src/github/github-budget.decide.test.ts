import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after } from '../lib/clock.ts';
import {
  blockFrom,
  budgetAfter,
  creationBudget,
  type CreationLimits,
  emptyUntil,
  forecast,
  IDLE_PACE,
  keptUntil,
  longerBlock,
  newerBudget,
  planCreation,
  planWrite,
  undoCreation,
} from './github-budget.decide.ts';
import type { Pace } from './github-budget.model.ts';
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
const HOURLY = { resource: 'core', limit: 5_000, remaining: 3_000, resetAt: after(NOW, 600_000) };

test('a secondary refusal blocks until its time, and a shorter one does not shorten it', () => {
  const first = blockFrom(refusal('secondary', 60));
  assert.deepEqual(first, { limit: 'secondary', retryAt: after(NOW, 60_000) });
  assert.equal(longerBlock(first, blockFrom(refusal('secondary', 10)), NOW), first);
  assert.equal(longerBlock(first, null, after(NOW, 60_000)), null);
  assert.equal(blockFrom(refusal('primary', 60)), null);
});

test('the answer that used the last request of the hour stops calls before GitHub has to refuse', () => {
  const reset = String(NOW.getTime() / 1000 + 120);
  const headers = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  const used = budgetAfter(headers, null, 'core', NOW);
  assert.ok(used !== null);
  assert.deepEqual(emptyUntil(used, NOW), after(NOW, 121_000));
  assert.equal(emptyUntil(used, after(NOW, 121_000)), null);
  assert.equal(budgetAfter({ ...headers, 'x-ratelimit-resource': 'search' }, null, 'core', NOW)?.resource, 'search');
  assert.equal(
    budgetAfter(headers, null, 'app', NOW)?.resource,
    'app',
    'what the App asks itself is no installation’s',
  );
  assert.equal(budgetAfter({}, null, 'core', NOW), null, 'an Enterprise Server without limits');
});

test('a primary refusal without numbers stops that budget until the time it names', () => {
  const used = budgetAfter({}, refusal('primary', 60), 'graphql', NOW);
  assert.ok(used !== null);
  assert.deepEqual([used.resource, emptyUntil(used, NOW)], ['graphql', after(NOW, 60_000)]);
});

test('a token that GitHub does not know has no budget: the numbers are those of the address that asks', () => {
  const headers = { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '59', 'x-ratelimit-resource': 'core' };
  const unknown = { kind: 'unauthorized', message: 'Bad credentials', status: 401, requestId: null } as const;
  assert.equal(budgetAfter(headers, unknown, 'core', NOW), null);
});

test('of two sights of a budget the later window counts, and in one window the lower number', () => {
  const less = { ...HOURLY, remaining: 2_990, resetAt: after(HOURLY.resetAt, 1_000) };
  const next = { ...HOURLY, remaining: 4_999, resetAt: after(HOURLY.resetAt, 3_600_000) };
  assert.equal(newerBudget(HOURLY, less), less);
  assert.equal(newerBudget(less, HOURLY), less);
  assert.equal(newerBudget(less, next), next);
  assert.equal(newerBudget(next, less), next);
});

test('backfill leaves a tenth of the hour to what people wait for', () => {
  assert.equal(keptUntil({ ...HOURLY, remaining: 500 }, NOW), null);
  assert.deepEqual(keptUntil({ ...HOURLY, remaining: 499 }, NOW), after(HOURLY.resetAt, 1_000));
  assert.equal(keptUntil({ ...HOURLY, remaining: 499 }, after(HOURLY.resetAt, 1_000)), null, 'the hour is over');
  assert.equal(keptUntil(undefined, NOW), null, 'a GitHub without limits');
});

test('a forecast counts the hours that backfill has to wait for', () => {
  const seconds = (requests: number, budget: typeof HOURLY | null = HOURLY) =>
    (forecast(budget, requests, 10, NOW).getTime() - NOW.getTime()) / 1000;
  assert.equal(seconds(1_000), 100);
  assert.equal(seconds(2_500), 250);
  assert.equal(seconds(2_600), 600 + 10, 'the last hundred wait for the reset');
  assert.equal(seconds(2_500 + 4_500 + 100), 600 + 3_600 + 10);
  assert.equal(seconds(100_000, null), 10_000, 'a GitHub without limits');
});
