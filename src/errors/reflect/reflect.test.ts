import assert from 'node:assert/strict';
import { test } from 'node:test';

import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/clock.ts';
import { ALL_OFF, ALL_ON, anInput, at, NOW } from './reflect.fixture.ts';
import { decideReflection, FLIPS_MAX } from './reflect.decide.ts';
import { GITHUB_SIDES, SENTRY_SIDES } from '../errors.model.ts';
import type { GithubSide, ReflectionAct, ReflectSettings, SentrySide } from '../errors.model.ts';
import type { ReflectInput } from './reflect.decide.ts';

const acts = (input: ReflectInput) => decideReflection(input).acts;
const ago = (ms: number) => after(NOW, -ms);

const ON_SENTRY = new Set<ReflectionAct>(['resolve', 'resolve_in_next_release', 'unresolve', 'archive']);

/** Every combination of sides, order of times and the kinds of settings. */
function* everyInput(): Generator<ReflectInput> {
  const settings: Partial<ReflectSettings>[] = [
    ALL_ON,
    ALL_OFF,
    { onRegressed: 'new_issue', onArchived: 'label', onClosed: 'resolve_in_next_release' },
    { onRegressed: 'comment', onResolved: 'comment', onArchived: 'off', onNotPlanned: 'off' },
  ];
  const order = [
    [null, null],
    [at(ago(HOUR_MS)), at(ago(2 * HOUR_MS))],
    [at(ago(2 * HOUR_MS)), at(ago(HOUR_MS))],
    [{ from: null, to: ago(HOUR_MS) }, at(ago(2 * HOUR_MS))],
  ] as const;
  for (const agreedSentry of [null, ...SENTRY_SIDES, 'unlabelled'] as const)
    for (const sentry of SENTRY_SIDES)
      for (const agreedGithub of [null, ...GITHUB_SIDES])
        for (const github of GITHUB_SIDES)
          for (const [sentryAt, githubAt] of order)
            for (const labelled of [false, true])
              for (const chosen of settings)
                yield anInput({
                  sentry: { agreed: agreedSentry, now: sentry, moved: sentryAt },
                  github: { agreed: agreedGithub, now: github, moved: githubAt, closedAt: ago(2 * HOUR_MS) },
                  settings: chosen,
                  rest: { labelled },
                });
}

test('every cell of the table is decided, with a sentence, and says one thing only', () => {
  let cells = 0;
  for (const input of everyInput()) {
    cells += 1;
    const decision = decideReflection(input);
    const words = JSON.stringify({ input, decision });
    assert.ok(decision.why.length > 10 && decision.why.endsWith('.'), words);
    if (decision.conflict !== null || decision.waitUntil !== null) assert.deepEqual(decision.acts, [], words);
    assert.equal(decision.agree, decision.conflict === null && decision.waitUntil === null, words);
    assert.equal(new Set(decision.acts).size, decision.acts.length, words);
    const states = decision.acts.filter((act) => act !== 'unlabel_archived');
    assert.ok(states.length <= 1, `two acts at once: ${words}`);
  }
  assert.ok(cells > 10_000);
});

test('where nothing changed nothing is done, whatever the sides and settings are', () => {
  for (const input of everyInput())
    if (input.sentry.agreed === input.sentry.now && input.github.agreed === input.github.now)
      assert.deepEqual(acts(input), [], JSON.stringify(input));
});

test('an issue that is closed as not planned, as a duplicate, or is gone never resolves anything', () => {
  for (const input of everyInput()) {
    const decided = acts(input);
    const resolves = decided.includes('resolve') || decided.includes('resolve_in_next_release');
    if (resolves) assert.equal(input.github.now, 'closed', JSON.stringify(input));
    if (input.github.now === 'gone' || input.sentry.now === 'gone')
      assert.ok(!decided.some((act) => ON_SENTRY.has(act)), JSON.stringify(input));
    if (input.github.now === 'gone') assert.deepEqual(decided, [], JSON.stringify(input));
  }
});

test('with every direction off nothing is ever done, and nothing is held back for later', () => {
  for (const input of everyInput()) {
    if (input.settings.onClosed !== 'off' || input.settings.onResolved !== 'off') continue;
    const decision = decideReflection(input);
    assert.deepEqual(decision.acts, [], JSON.stringify(input));
  }
});

test('a setting that was switched on later does not carry over what happened before', () => {
  const before = decideReflection(anInput({ github: { now: 'closed' }, settings: ALL_OFF }));
  assert.ok(before.agree);
  assert.deepEqual(acts(anInput({ github: { agreed: 'closed', now: 'closed' } })), []);
});

const single: [string, SentrySide, SentrySide, GithubSide, GithubSide, Partial<ReflectSettings>, ReflectionAct[]][] = [
  ['closed as completed resolves', 'unresolved', 'unresolved', 'open', 'closed', {}, ['resolve']],
  [
    'closed as completed resolves in the next release where the rule says so',
    'regressed',
    'regressed',
    'open',
    'closed',
    { onClosed: 'resolve_in_next_release' },
    ['resolve_in_next_release'],
  ],
  ['closed as not planned archives', 'unresolved', 'unresolved', 'open', 'not_planned', {}, ['archive']],
  ['closed as a duplicate only tells', 'unresolved', 'unresolved', 'open', 'duplicate', {}, ['comment']],
  ['reopened on GitHub is unresolved in Sentry', 'resolved', 'resolved', 'closed', 'open', {}, ['unresolve']],
  ['reopened on GitHub leaves the archive', 'ignored', 'ignored', 'not_planned', 'open', {}, ['unresolve']],
  ['resolved in Sentry closes', 'unresolved', 'resolved', 'open', 'open', {}, ['close']],
  ['resolved by age closes too', 'unresolved', 'auto_resolved', 'open', 'open', {}, ['close']],
  [
    'resolved in Sentry comments where the rule says so',
    'escalating',
    'resolved',
    'open',
    'open',
    { onResolved: 'comment' },
    ['comment'],
  ],
  ['a regression reopens', 'resolved', 'regressed', 'closed', 'closed', {}, ['reopen']],
  [
    'a regression gets a new issue where the rule says so',
    'resolved',
    'regressed',
    'closed',
    'closed',
    { onRegressed: 'new_issue' },
    ['new_issue'],
  ],
  [
    'a regression only comments where the rule says so',
    'resolved',
    'regressed',
    'closed',
    'closed',
    { onRegressed: 'comment' },
    ['comment'],
  ],
  ['a regression of a duplicate is left to the original', 'resolved', 'regressed', 'duplicate', 'duplicate', {}, []],
  ['archived closes as not planned', 'unresolved', 'ignored', 'open', 'open', {}, ['close_not_planned']],
  ['archived puts a label on', 'unresolved', 'ignored', 'open', 'open', { onArchived: 'label' }, ['label_archived']],
  ['what the archive closed its end opens', 'ignored', 'unresolved', 'not_planned', 'not_planned', {}, ['reopen']],
  [
    'escalating reopens what a person had closed as not planned',
    'ignored',
    'escalating',
    'not_planned',
    'not_planned',
    { onArchived: 'label' },
    ['reopen'],
  ],
  [
    'taken out of the archive by hand leaves what a person closed as not planned',
    'ignored',
    'unresolved',
    'not_planned',
    'not_planned',
    { onArchived: 'label' },
    [],
  ],
  ['deleted in Sentry only tells', 'unresolved', 'gone', 'open', 'open', {}, ['comment']],
  ['a deleted GitHub issue ends it', 'unresolved', 'unresolved', 'open', 'gone', {}, []],
  ['resolved and closed is the same end', 'unresolved', 'resolved', 'open', 'closed', {}, []],
  ['resolved and closed as not planned are both left', 'unresolved', 'resolved', 'open', 'not_planned', {}, []],
];
for (const [name, agreedSentry, sentry, agreedGithub, github, settings, expected] of single)
  test(name, () => {
    const input = anInput({
      sentry: { agreed: agreedSentry, now: sentry },
      github: { agreed: agreedGithub, now: github, closedAt: ago(DAY_MS) },
      settings,
    });
    assert.deepEqual(decideReflection(input).acts, expected);
  });

test('the label goes with the archive, whatever else happens', () => {
  const label = { settings: { onArchived: 'label' as const }, rest: { labelled: true } };
  const was = { agreed: 'ignored' as const };
  assert.deepEqual(acts(anInput({ sentry: { ...was, now: 'unresolved' }, ...label })), ['unlabel_archived']);
  assert.deepEqual(acts(anInput({ sentry: { ...was, now: 'resolved' }, ...label })), ['unlabel_archived', 'close']);
  assert.deepEqual(acts(anInput({ sentry: { ...was, now: 'resolved' }, github: { now: 'closed' }, ...label })), [
    'unlabel_archived',
  ]);
  assert.deepEqual(acts(anInput({ sentry: { agreed: 'unresolved', now: 'ignored' }, ...label })), []);
});

test('merged into an issue that has a GitHub issue of its own, it is closed as the duplicate', () => {
  const merged = { sentry: { now: 'gone' as const }, rest: { hasSurvivor: true } };
  assert.deepEqual(acts(anInput(merged)), ['close_duplicate']);
  assert.deepEqual(acts(anInput({ ...merged, settings: { onResolved: 'comment' } })), ['comment']);
});

test('an issue closed too long ago gets a new one instead of being reopened', () => {
  const came = { sentry: { agreed: 'resolved' as const, now: 'regressed' as const } };
  const closed = (days: number) => ({
    agreed: 'closed' as const,
    now: 'closed' as const,
    closedAt: ago(days * DAY_MS + 1),
  });
  assert.deepEqual(acts(anInput({ ...came, github: closed(90) })), ['new_issue']);
  assert.deepEqual(acts(anInput({ ...came, github: closed(89) })), ['reopen']);
});

test('what comes back right after it was resolved is looked at again ten minutes later, and then believed', () => {
  const input = anInput({
    sentry: { agreed: 'resolved', now: 'regressed' },
    github: { agreed: 'closed', now: 'closed' },
    rest: { resolvedAt: ago(9 * MINUTE_MS) },
  });
  const decision = decideReflection(input);
  assert.deepEqual([decision.acts, decision.agree, decision.waitUntil], [[], false, after(NOW, MINUTE_MS)]);
  assert.deepEqual(acts({ ...input, now: after(NOW, MINUTE_MS) }), ['reopen']);
});

test('what comes back by an event after it was resolved is believed at once', () => {
  const came = (from: Date) =>
    anInput({
      sentry: { agreed: 'resolved', now: 'regressed', moved: { from, to: NOW } },
      github: { agreed: 'closed', now: 'closed' },
      rest: { resolvedAt: ago(MINUTE_MS) },
    });
  assert.deepEqual(acts(came(ago(30 * SECOND_MS))), ['reopen']);
  assert.deepEqual(acts(came(ago(MINUTE_MS - 4 * SECOND_MS))), [], 'two clocks may be apart');
  assert.deepEqual(acts(came(ago(2 * MINUTE_MS))), []);
});

test('of two changes that cannot both stand the later one counts, when it is known', () => {
  const both = (sentryAt: ReflectInput['sentry']['moved'], githubAt: ReflectInput['github']['moved']) =>
    decideReflection(
      anInput({
        sentry: { agreed: 'unresolved', now: 'regressed', moved: sentryAt },
        github: { now: 'closed', moved: githubAt },
      }),
    );
  assert.deepEqual(both(at(ago(HOUR_MS)), at(ago(MINUTE_MS))).acts, ['resolve']);
  assert.deepEqual(both(at(ago(MINUTE_MS)), at(ago(HOUR_MS))).acts, ['reopen']);
  for (const [sentryAt, githubAt] of [
    [at(ago(MINUTE_MS)), at(ago(MINUTE_MS + 4 * SECOND_MS))],
    [{ from: null, to: ago(MINUTE_MS) }, at(ago(HOUR_MS))],
    [{ from: ago(DAY_MS), to: ago(MINUTE_MS) }, at(ago(HOUR_MS))],
    [null, at(ago(HOUR_MS))],
  ] as const) {
    const decision = both(sentryAt, githubAt);
    assert.deepEqual([decision.acts, decision.agree], [[], false]);
    assert.match(decision.conflict ?? '', /came later is not known/u);
  }
});

test('a conflict stands until a person presses "try again" or sets the sides alike', () => {
  const rest = { conflict: 'Because.' };
  const moved = anInput({ github: { now: 'closed' }, rest });
  assert.deepEqual([acts(moved), decideReflection(moved).conflict], [[], 'Because.']);
  const alike = decideReflection(anInput({ sentry: { now: 'resolved' }, github: { now: 'closed' }, rest }));
  assert.deepEqual([alike.conflict, alike.agree], [null, true]);
});

test('the fourth change of a state in a day asks a person', () => {
  const flips = Array.from({ length: FLIPS_MAX }, (_, index) => ago((index + 1) * HOUR_MS));
  const decision = decideReflection(anInput({ github: { now: 'closed' }, rest: { flips } }));
  assert.deepEqual([decision.acts, decision.agree], [[], false]);
  assert.match(decision.conflict ?? '', /3 times in a day/u);
  const older = flips.map((time) => after(time, -DAY_MS));
  assert.deepEqual(acts(anInput({ github: { now: 'closed' }, rest: { flips: older } })), ['resolve']);
});

test('what was begun and not answered is gone on with, though it was the third change of the day', () => {
  const flips = Array.from({ length: FLIPS_MAX }, (_, index) => ago((index + 1) * MINUTE_MS));
  const [startedAt = NOW] = flips;
  const goingOn = (act: ReflectionAct) =>
    acts(anInput({ github: { now: 'closed' }, rest: { flips, begun: [{ act, startedAt }] } }));
  assert.deepEqual(goingOn('resolve'), ['resolve']);
  assert.deepEqual(goingOn('close'), [], 'another change of a state is the fourth');
});

test('at the first look old states are taken as they are, and what changed since the two were linked counts', () => {
  const linkedAt = ago(HOUR_MS);
  const first = (sentryAt: Date | null) =>
    anInput({
      sentry: { agreed: null, now: 'resolved', moved: sentryAt && at(sentryAt) },
      github: { agreed: null },
      rest: { linkedAt },
    });
  assert.deepEqual(acts(first(ago(2 * HOUR_MS))), []);
  assert.deepEqual(acts(first(null)), []);
  assert.deepEqual(acts(first(ago(MINUTE_MS))), ['close']);
});
