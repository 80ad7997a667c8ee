import assert from 'node:assert/strict';
import { test } from 'node:test';

import { claimIn, claimText, decideSeen, needsRefresh } from './claim.decide.ts';
import { apply, emptyState, entriesOf, headerLine, readJournal } from './journal.decide.ts';
import { knownIssues, twinsAmong } from './known.decide.ts';
import { queryFor, ruleOf } from './plan.decide.ts';
import { ABILITIES } from '../sentry/sentry.fixture.ts';
import type { Intent, JournalEntry, KnownIssue } from './one-shot.model.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const OWNER = { repository: 'acme/shop', sentryHost: 'sentry.io', organization: 'acme' };
const INTENT: Intent = {
  sentryId: '7',
  shortId: 'SHOP-7',
  title: 'Error',
  permalink: 'https://acme.sentry.io/issues/7/',
  hosts: ['sentry.io'],
  errorId: null,
  numberBefore: 3,
  at: NOW.toISOString(),
};

function known(number: number, change: Partial<KnownIssue> = {}): KnownIssue {
  const createdAt = new Date(NOW.getTime() - 60_000).toISOString();
  return {
    id: number + 1000,
    number,
    open: true,
    createdAt,
    keys: ['sentry.io 7'],
    errorId: null,
    own: true,
    ...change,
  };
}

test('a claim is read as it was written, fits into a description, and what people wrote is none', () => {
  const claim = { holder: 'a1b2c3d4e5f6', until: NOW };
  assert.ok(claimText(claim).length <= 100);
  assert.deepEqual(claimIn(claimText(claim)), claim);
  for (const text of [null, '', 'stop for now', 'Run x files Sentry issues until never. Goes by itself.'])
    assert.equal(claimIn(text), null);
});

test('a claim is waited for until one lease after its end, unless it is of an earlier run of this journal', () => {
  const own = { holder: 'me', former: 'before', leaseMs: 60_000, now: NOW };
  const of = (holder: string, endedMsAgo: number) => ({ holder, until: new Date(NOW.getTime() - endedMsAgo) });
  assert.equal(decideSeen(of('me', 0), own), 'ours');
  assert.equal(decideSeen(of('other', -1), own), 'wait');
  assert.equal(decideSeen(of('other', 60_000), own), 'wait');
  assert.equal(decideSeen(of('other', 60_001), own), 'take_over');
  assert.equal(decideSeen(of('before', -50_000), own), 'take_over');
  assert.equal(decideSeen(null, own), 'not_ours');
  assert.deepEqual(
    [29_999, 30_000].map((left) => needsRefresh(new Date(NOW.getTime() + left), 60_000, NOW)),
    [true, false],
  );
});

test('a journal that is written anew says the same, and a line that is torn says nothing', () => {
  const entries: JournalEntry[] = [
    { kind: 'issue', issue: known(2) },
    { kind: 'read', highest: 3, at: NOW.toISOString() },
    { kind: 'intent', intent: INTENT },
    { kind: 'made', sentryId: '5', number: 2 },
    { kind: 'waiting', sentryIds: ['8', '9'] },
    { kind: 'claim', holder: 'me' },
    { kind: 'done', at: NOW.toISOString() },
  ];
  const state = emptyState();
  for (const entry of entries) apply(state, entry);
  const lines = [headerLine(OWNER), ...entriesOf(state).map((entry) => JSON.stringify(entry))];
  const again = readJournal(lines.join('\n'), OWNER);
  assert.ok(again.ok);
  assert.deepEqual(again.state, state);
  const torn = readJournal(`${lines.join('\n')}\n{"kind":"made","sentryId":"7","num`, OWNER);
  assert.ok(torn.ok);
  assert.ok(torn.state.intents.has('7'));
});

test('an intent is open until it was made or is known not to have been sent', () => {
  for (const [entry, open] of [
    [{ kind: 'made', sentryId: '7', number: 4 }, false],
    [{ kind: 'unsent', sentryId: '7' }, false],
    [{ kind: 'made', sentryId: '8', number: 4 }, true],
  ] as const) {
    const state = emptyState();
    apply(state, { kind: 'intent', intent: INTENT });
    apply(state, entry);
    assert.equal(state.intents.has('7'), open);
  }
});

test('a header torn off is an empty journal, another program or another repository is told', () => {
  assert.ok(readJournal('', OWNER).ok);
  assert.ok(readJournal(headerLine(OWNER).slice(0, 20), OWNER).ok);
  assert.ok(readJournal(headerLine({ ...OWNER, repository: 'Acme/Shop' }), OWNER).ok);
  assert.ok(!readJournal('{"last_id": 4}', OWNER).ok);
  assert.ok(!readJournal(headerLine({ ...OWNER, organization: 'other' }), OWNER).ok);
});

test('only open issues of this program, for one Sentry issue each and made just now, are twins; the higher goes', () => {
  const twins = (...issues: KnownIssue[]) => twinsAmong(issues, NOW).map(({ kept, twin }) => [kept.number, twin]);
  assert.deepEqual(twins(known(9), known(4), known(6)), [
    [4, 6],
    [4, 9],
  ]);
  const old = '2026-11-21T09:00:00.000Z';
  for (const change of [{ open: false }, { own: false }, { createdAt: old }, { keys: ['sentry.io 7', 'sentry.io 8'] }])
    assert.deepEqual(twins(known(4, change), known(6)), []);
  assert.deepEqual(twins(known(4, { keys: ['sentry.io 8'] }), known(6)), []);
});

test('of several issues that stand for one Sentry issue the lowest number is its issue', () => {
  const issues = knownIssues([known(9), known(4), known(6, { errorId: 'e', keys: [] })], 'acme');
  const of = { hosts: ['sentry.io'], errorId: null };
  assert.equal(issues.find({ id: '7', shortId: null }, of)?.number, 4);
  assert.equal(issues.find({ id: '8', shortId: null }, of), null);
  assert.equal(issues.find({ id: '8', shortId: null }, { ...of, errorId: 'e' })?.number, 6);
  assert.equal(issues.find({ id: '7', shortId: null }, { hosts: ['other'], errorId: null }), null);
});

test('the period is looked at, and all since the last whole run when that is longer ago', () => {
  const rule = ruleOf({ query: 'is:unresolved', projects: [], statsPeriod: '24h' }, NOW);
  const since = (doneAt: Date | null) => queryFor(rule, ABILITIES, doneAt, NOW).since?.toISOString();
  assert.equal(since(null), '2026-11-20T12:00:00.000Z');
  assert.equal(since(new Date('2026-11-21T11:50:00Z')), '2026-11-20T12:00:00.000Z');
  assert.equal(since(new Date('2026-11-18T12:00:00Z')), '2026-11-18T11:45:00.000Z');
});

test('an issue is found by the id that a merge gave what it names, also over two merges', () => {
  const issues = knownIssues([known(5)], 'acme');
  const find = (id: string) => issues.find({ id, shortId: null }, { hosts: ['sentry.io'], errorId: null });
  assert.equal(find('9'), null);
  issues.merged('7', '8');
  issues.merged('8', '9');
  issues.merged('9', '7'); // nothing like it is known of Sentry, but it must end
  assert.deepEqual([find('7')?.number, find('8')?.number, find('9')?.number], [5, 5, 5]);
});

test('of what issues name only that counts which was there before, at the hosts that are asked', () => {
  const changedAt = (minutesAgo: number) => new Date(NOW.getTime() - minutesAgo * 60_000).toISOString();
  const issues = knownIssues(
    [
      known(1, { keys: ['sentry.io 1', 'sentry.io acme SHOP-1'], changedAt: changedAt(10) }),
      known(2, { keys: ['sentry.io 2', 'sentry.corp.example 3'], changedAt: changedAt(2) }),
      known(4, { keys: ['sentry.io 4'] }),
    ],
    'acme',
  );
  assert.deepEqual(issues.named(['sentry.io'], null), ['1', '2', '4']);
  assert.deepEqual(issues.named(['sentry.io'], new Date(changedAt(5))), ['2', '4']);
});

test('what Sentry said of merges is still in a journal that was written anew', () => {
  const at = NOW.toISOString();
  const answer = { kind: 'answer', sentryId: '7', answer: { as: '8', since: at, at } } as const;
  const state = emptyState();
  apply(state, answer);
  assert.deepEqual(entriesOf(state), [answer]);
});
