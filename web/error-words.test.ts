import assert from 'node:assert/strict';
import { test } from 'node:test';

import { detailText, doneText, githubState, sentryState, trendGap, trendText } from './error-words.ts';

const issue = {
  id: '0190c2a0-9999-7222-a333-444455556666',
  repository: 'acme/app',
  number: 12,
  url: 'https://github.com/acme/app/issues/12',
  title: 'It broke',
  state: 'open',
  state_reason: null,
  gone: null,
} as const;
const filed: Parameters<typeof githubState>[0] & { github: object } = {
  state: 'synced',
  github: { ...issue, assignees: [] },
};

test('a Sentry issue that came back is Regressed, and one that is gone is not said to be unresolved', () => {
  assert.equal(sentryState({ status: 'unresolved', substatus: 'regressed' }).word, 'Regressed');
  assert.equal(sentryState({ status: 'unresolved', substatus: 'ongoing' }).word, 'Unresolved');
  assert.equal(sentryState({ status: 'ignored', substatus: 'archived_forever' }).word, 'Archived');
  assert.equal(sentryState({ status: 'unresolved', substatus: null }, 'merged').word, 'Merged');
});

test('a status that this hub does not know is shown as Sentry writes it', () => {
  assert.equal(sentryState({ status: 'pending_deletion', substatus: null }).word, 'pending deletion');
});

test('GitHub’s side is the issue’s state where there is one, else what stands between', () => {
  assert.equal(githubState(filed).word, 'Open');
  assert.equal(githubState({ ...filed, github: { ...filed.github, gone: 'transferred' } }).word, 'Transferred');
  assert.equal(githubState({ state: 'synced', github: null }).word, 'Filed');
  assert.equal(githubState({ state: 'skipped', github: null }).word, 'Not taken');
});

test('a trend is told in words, with the day that had most', () => {
  const told = trendText([
    { day: '2026-02-03', count: 2 },
    { day: '2026-02-04', count: 1200 },
  ]);
  assert.match(told, /^1,202 events since /u);
  assert.match(told, /\(1,200\)$/u);
  assert.equal(trendText([]), 'no trend yet');
});

test('from when on a trend is known is said only where it is not known from the first day', () => {
  const day = (number: number) => ({ day: `2026-02-${String(number).padStart(2, '0')}`, count: 1 });
  const whole = Array.from({ length: 14 }, (_, index) => day(index + 1));
  assert.equal(trendGap(whole), null);
  assert.match(trendGap(whole.slice(11)) ?? '', /from Feb 12 on|from 12 Feb on/u);
  assert.match(trendGap([]) ?? '', /not known yet/u);
});

test('what was kept of an act is one line without braces', () => {
  assert.equal(detailText({ state: 'open', state_reason: null }), 'state: open; state reason: nothing');
  assert.equal(detailText([{ id: '7', status: 'resolved' }]), 'id: 7; status: resolved');
  assert.equal(detailText([]), 'nothing');
});

test('an act says what it did, before its reason, as soon as it is done', () => {
  const entry = (state: 'done' | 'undone' | 'failed') => ({
    act: { id: '7', state, may_undo: false },
    details: { act: 'close' },
  });
  assert.equal(doneText(entry('done')), 'Closed from here.');
  assert.equal(doneText(entry('undone')), 'Closed from here.');
  assert.equal(doneText(entry('failed')), null);
  assert.equal(doneText({ act: null, details: { field: 'state' } }), null);
});
