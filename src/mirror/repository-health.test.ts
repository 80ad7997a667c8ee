import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hookState, repositoryHealth } from './repository-health.decide.ts';
import { paceOf } from './cost.decide.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { Repository } from '../contract/mirror.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const AGO = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const GOOD = {
  mirrors: 'all',
  gone: null,
  gone_at: null,
  paused_at: null,
  failure_kind: null,
  failure_message: null,
  imported_at: AGO(600),
  synced_at: AGO(20),
  sync_due_at: AGO(-40),
  sample_due_at: null,
} as MirroredRepository;
const CONNECTION = { enabled: true, pausedAt: null, pausedMessage: null, restUntil: null, restMessage: null };
const HOOK: Repository['hook'] = { state: 'none', last_delivery_at: null, message: null };

const CASES: [string, Partial<MirroredRepository>, Partial<typeof CONNECTION> & object, string, RegExp][] = [
  ['synced by schedule is healthy', {}, {}, 'healthy', /went well/u],
  ['paused by a person is off', { paused_at: AGO(5) }, {}, 'off', /person paused/u],
  ['of a connection that is switched off is off', {}, { enabled: false }, 'off', /switched off/u],
  ['gone from GitHub is blocked', { gone: 'deleted', gone_at: AGO(9) }, {}, 'blocked', /deleted on GitHub/u],
  [
    'whose credential is refused is blocked',
    { failure_kind: 'unauthorized', failure_message: 'Bad credentials.' },
    {},
    'blocked',
    /Bad credentials/u,
  ],
  [
    'whose last run met an outage is delayed',
    { failure_kind: 'unavailable', failure_message: 'GitHub answers 502.' },
    {},
    'delayed',
    /502/u,
  ],
  [
    'that waits for GitHub’s limit is delayed, and says only when it goes on',
    { failure_kind: 'rate_limited', failure_message: 'It goes on by itself at 12:30:00 UTC.' },
    {},
    'delayed',
    /^It goes on by itself at 12:30:00 UTC\.$/u,
  ],
  ['that was never read to the end is importing', { imported_at: null }, {}, 'importing', /waits for its turn/u],
  ['whose schedule was missed is delayed', { sync_due_at: AGO(16) }, {}, 'delayed', /did not run/u],
];
for (const [name, repository, connection, word, reason] of CASES)
  test(`a repository ${name}`, () => {
    const health = repositoryHealth({ ...GOOD, ...repository }, { ...CONNECTION, ...connection }, HOOK, false, NOW);
    assert.equal(health.word, word);
    assert.match(health.reason, reason);
  });

test('a repository whose webhook fails is delayed, and says that the schedule still works', () => {
  const hook = hookState([{ active: true, lastCode: 502, message: 'Bad gateway' }], AGO(90));
  assert.equal(hook.state, 'failing');
  assert.match(repositoryHealth(GOOD, CONNECTION, hook, false, NOW).reason, /by schedule only\. Bad gateway\.$/u);
});

test('one healthy webhook of several is enough', () => {
  const hooks = [
    { active: false, lastCode: 200, message: null },
    { active: true, lastCode: 500, message: 'broken' },
    { active: true, lastCode: null, message: null },
  ];
  assert.equal(hookState(hooks, null).state, 'healthy');
  assert.equal(hookState([], null).state, 'none');
});

test('an hourly schedule sees a change after half an hour on average, and an hour at most', () => {
  assert.deepEqual(paceOf('0 * * * *', NOW), { intervalSeconds: 3600, delay: { mean: 1800, max: 3600 }, perHour: 1 });
});

test('a schedule of working hours is late over the night', () => {
  const pace = paceOf('0 9-17 * * *', NOW);
  assert.equal(pace?.delay.max, 16 * 3600);
  assert.ok((pace?.delay.mean ?? 0) > 5 * 3600);
});

test('a schedule that never fires has no pace', () => {
  assert.equal(paceOf('0 0 30 2 *', NOW), null);
});
