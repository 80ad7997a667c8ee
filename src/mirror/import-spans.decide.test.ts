import assert from 'node:assert/strict';
import { test } from 'node:test';

import { afterPage, isUpToDate, sinceOf, whereToSplit } from './import-spans.decide.ts';
import type { WalkedSpan } from './import-spans.decide.ts';

const at = (day: number, second = 0) => new Date(Date.UTC(2026, 0, day, 0, 0, second));
const DAY_MS = 24 * 3_600_000;
const END = at(101);
const CURSOR = 'https://api.github.example/repositories/1/issues?per_page=100&after=Y3Vyc29y&page=2';
const PAGE_2 = 'https://api.github.example/repositories/1/issues/comments?page=2';
const span = (more: Partial<WalkedSpan> = {}): WalkedSpan => ({
  facet: 'issues',
  position: at(1),
  until: null,
  next: CURSOR,
  done_at: null,
  pageMs: DAY_MS,
  ...more,
});

test('the part with the most pages left is split in the middle of what is left', () => {
  const short = span({ position: at(81) });
  const long = span();
  assert.deepEqual(whereToSplit([short, long], END, null), { span: long, at: at(51) });
  assert.deepEqual(whereToSplit([span({ until: at(21) })], END, null)?.at, at(11));
});

test('a part is not split when few pages are left, when nothing is known of it, when it is done, or when it has no since', () => {
  const cases = [span({ position: at(97) }), span({ pageMs: null }), span({ position: null }), span({ done_at: END })];
  for (const one of [...cases, span({ facet: 'pulls' })]) assert.equal(whereToSplit([one], END, null), null);
});

test('a list that grows denser is split where half of its pages lie, by how many issues there are', () => {
  const some = span({ position: at(97) });
  assert.equal(whereToSplit([some], END, null), null, 'four pages, by the last one');
  // four days, ten pages: the first day holds one, so the last holds four
  const split = whereToSplit([some], END, 1000);
  const days = ((split?.at.getTime() ?? 0) - at(97).getTime()) / DAY_MS;
  const pagesIn = (x: number) => x + (3 * x * x) / 8;
  assert.ok(Math.abs(pagesIn(days) - 5) < 0.01, `${pagesIn(days)} pages before it`);
  assert.deepEqual(whereToSplit([span()], END, 10_000)?.at, at(51), 'as dense as told: the middle');
});

test('what shares a second is not split, however many there are', () => {
  const second = span({ position: at(2, 5), until: at(2, 6), pageMs: 0 });
  assert.equal(whereToSplit([second], END, 1000), null);
});

test('how many there are says nothing of one part while nothing is known of another', () => {
  assert.equal(whereToSplit([span({ position: at(97) }), span({ pageMs: null })], END, 1000), null);
});

test('a page of one second counts as a second, not as no time at all', () => {
  assert.ok(whereToSplit([span({ pageMs: 0 })], END, null) !== null);
});

test('a cursor is followed as GitHub gives it', () => {
  const step = afterPage(span(), { last: at(2), next: CURSOR });
  assert.deepEqual(step, { position: at(2), next: CURSOR, isDone: false });
});

test('without a cursor the next page begins a second before the last item, because page numbers shift', () => {
  const step = afterPage(span({ facet: 'comments' }), { last: at(2, 5), next: PAGE_2 });
  assert.deepEqual(step, { position: at(2, 5), next: null, isDone: false });
  assert.deepEqual(sinceOf(step), at(2, 4));
});

test('a page that shares one second is followed by GitHub’s own link, or it would come for ever', () => {
  const here = span({ facet: 'comments', position: at(2, 5) });
  assert.deepEqual(afterPage(here, { last: at(2, 5), next: PAGE_2 }), {
    position: at(2, 5),
    next: PAGE_2,
    isDone: false,
  });
});

test('a part is done at its last page, at an empty one, and where the next part begins', () => {
  assert.deepEqual(afterPage(span(), { last: at(2), next: null }), { position: at(2), next: null, isDone: true });
  assert.deepEqual(afterPage(span(), { last: null, next: CURSOR }), { position: at(1), next: null, isDone: true });
  assert.equal(afterPage(span({ until: at(2) }), { last: at(2), next: CURSOR }).isDone, true);
  assert.equal(afterPage(span({ until: at(2, 1) }), { last: at(2), next: CURSOR }).isDone, false);
});

test('pull requests are walked in the order of creation, page by page', () => {
  const pulls = span({ facet: 'pulls', position: null });
  assert.deepEqual(afterPage(pulls, { last: at(50), next: PAGE_2 }), { position: null, next: PAGE_2, isDone: false });
  assert.deepEqual(afterPage(pulls, { last: at(50), next: null }), { position: null, next: null, isDone: true });
});

test('a list was read to the present when its last part was asked for lately and after all others had ended', () => {
  const now = at(1, 10);
  const open = { until: null, done_at: at(1, 9), askedAt: at(1, 8) };
  const before = (second: number) => ({ until: at(1), done_at: at(1, second), askedAt: at(1, second) });
  assert.equal(isUpToDate([open], now), true);
  assert.equal(isUpToDate([open], at(1, 20)), false, 'too long ago');
  assert.equal(isUpToDate([before(7), open], now), true);
  assert.equal(isUpToDate([before(9), open], now), false, 'what was touched in the other part moved behind this one');
  assert.equal(isUpToDate([{ ...open, askedAt: null }], now), false, 'it ended in an earlier run');
  assert.equal(isUpToDate([], now), false, 'it was not read at all');
});
