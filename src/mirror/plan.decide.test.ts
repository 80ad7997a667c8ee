import assert from 'node:assert/strict';
import { test } from 'node:test';

import { etagsMayHold, facetsToRead, mayLackComments } from './plan.decide.ts';

const NOW = new Date('2026-05-02T12:00:00Z');
const DAY_MS = 24 * 3_600_000;
const before = (ms: number) => new Date(NOW.getTime() - ms);
const facet = (
  name: Parameters<typeof facetsToRead>[0][number]['facet'],
  readAt: Date | null,
  dirtyAt: Date | null = null,
) => ({
  facet: name,
  read_at: readAt,
  dirty_at: dirtyAt,
});
const chosen = (facets: Parameters<typeof facetsToRead>[0], freeWhenUnchanged: boolean) =>
  [...facetsToRead(facets, { now: NOW, freeWhenUnchanged, everyMs: DAY_MS })].toSorted();

const FRESH = (['labels', 'milestones', 'people', 'teams'] as const).map((name) => facet(name, before(DAY_MS - 1)));

test('a repository that was never synced has all its short lists read', () => {
  assert.deepEqual(chosen([], false), ['branches', 'labels', 'milestones', 'people', 'teams']);
});

test('where an unchanged list is free, all short lists are asked for each time', () => {
  assert.deepEqual(chosen(FRESH, true), ['branches', 'labels', 'milestones', 'people', 'teams']);
});

test('where it is not, they are read once a day, and branches always', () => {
  assert.deepEqual(chosen(FRESH, false), ['branches']);
  assert.deepEqual(chosen([...FRESH.slice(1), facet('labels', before(DAY_MS))], false), ['branches', 'labels']);
});

test('a list that a webhook made dirty is read, whatever else', () => {
  assert.deepEqual(chosen([...FRESH, facet('pulls', NOW, NOW), facet('comments', NOW)], false), ['branches', 'pulls']);
});

test('the ETags of a token are asked with for ever, those of an App within the hour its token lives', () => {
  assert.equal(etagsMayHold('token', null, NOW), true);
  assert.equal(etagsMayHold('token', before(DAY_MS), NOW), true);
  assert.equal(etagsMayHold('app', null, NOW), false);
  assert.equal(etagsMayHold('app', before(DAY_MS / 24 - 1), NOW), true);
  assert.equal(etagsMayHold('app', before(DAY_MS / 24), NOW), false);
});

test('comments are read until they were read well after the newest change of an issue', () => {
  assert.equal(mayLackComments(null, null), false);
  assert.equal(mayLackComments(NOW, null), true);
  assert.equal(mayLackComments(before(60_000), NOW), true);
  assert.equal(mayLackComments(before(31 * 60_000), NOW), false);
});
