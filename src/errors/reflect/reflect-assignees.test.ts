import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';

import { decideAssignees } from './reflect-assignees.decide.ts';
import type { Assigned, AssigneeActs, AssigneeInput } from './reflect-assignees.decide.ts';

const PEOPLE = { 'user:1': 'ann', 'user:2': 'bob', 'team:7': 'crew-lead' };
const NOTHING: AssigneeActs = { sentry: null, add: [], remove: [] };

const decide = (agreed: Assigned | null, now: Assigned, direction: AssigneeInput['direction'] = 'both') =>
  decideAssignees({ agreed, now, people: PEOPLE, direction });
const who = (sentry: string | null, ...github: string[]): Assigned => ({ sentry, github });

test('assigned in Sentry, its person is added on GitHub, and the former one goes', () => {
  assert.deepEqual(decide(who(null), who('user:1')), { ...NOTHING, add: ['ann'] });
  assert.deepEqual(decide(who('user:1', 'ann', 'zoe'), who('user:2', 'ann', 'zoe')), {
    sentry: null,
    add: ['bob'],
    remove: ['ann'],
  });
  assert.deepEqual(decide(who('user:1', 'ann'), who(null, 'ann')), { ...NOTHING, remove: ['ann'] });
});

test('assigned on GitHub, the first mapped person is assigned in Sentry when nobody is', () => {
  assert.deepEqual(decide(who(null), who(null, 'zoe', 'Bob', 'ann')), { ...NOTHING, sentry: 'user:2' });
  assert.deepEqual(decide(who('user:1', 'ann'), who('user:1', 'ann', 'bob')), NOTHING);
});

test('taken off on GitHub, Sentry’s person makes room for the one who came, or for nobody', () => {
  assert.deepEqual(decide(who('user:1', 'ann'), who('user:1', 'bob')), { ...NOTHING, sentry: 'user:2' });
  assert.deepEqual(decide(who('user:1', 'ann'), who('user:1')), { ...NOTHING, sentry: '' });
  assert.deepEqual(decide(who('user:1', 'ann', 'crew-lead'), who('user:1', 'crew-lead')), {
    ...NOTHING,
    sentry: 'team:7',
  });
});

test('changed on both sides, everybody whom a person added stays', () => {
  assert.deepEqual(decide(who('user:1', 'ann'), who('user:2', 'crew-lead')), { ...NOTHING, add: ['bob'] });
});

test('whoever is not mapped is neither removed nor replaced', () => {
  assert.deepEqual(decide(who('user:9', 'zoe'), who('user:9')), NOTHING);
  assert.deepEqual(decide(who('user:9', 'zoe'), who('user:1', 'zoe')), { ...NOTHING, add: ['ann'] });
  assert.deepEqual(decide(who('user:9'), who('user:9', 'ann')), NOTHING);
});

test('each direction can be off', () => {
  assert.deepEqual(decide(who(null), who('user:1'), 'to_sentry'), NOTHING);
  assert.deepEqual(decide(who(null), who(null, 'ann'), 'to_github'), NOTHING);
  assert.deepEqual(decide(who(null, 'bob'), who('user:1', 'ann'), 'off'), NOTHING);
});

test('at the first look nobody is taken off and nothing is said to Sentry', () => {
  assert.deepEqual(decide(null, who('user:1', 'bob')), { ...NOTHING, add: ['ann'] });
  assert.deepEqual(decide(null, who(null, 'bob')), NOTHING);
});

const login = fc.constantFrom('ann', 'bob', 'crew-lead', 'zoe', 'yan');
const assigned = fc.record({
  sentry: fc.constantFrom(null, 'user:1', 'user:2', 'team:7', 'user:9'),
  github: fc.uniqueArray(login, { maxLength: 4 }),
});

test('once both sides did what was decided, nothing more is decided; people without a mapping stay as they were', () => {
  fc.assert(
    fc.property(
      assigned,
      assigned,
      fc.constantFrom('off', 'to_github', 'to_sentry', 'both'),
      (agreed, now, direction) => {
        const acts = decide(agreed, now, direction);
        const after = {
          sentry: acts.sentry === null ? now.sentry : acts.sentry || null,
          github: [...now.github.filter((one) => !acts.remove.includes(one)), ...acts.add],
        };
        assert.deepEqual(decide(after, after, direction), NOTHING);
        const unmapped = (logins: readonly string[]) => logins.filter((one) => one === 'zoe' || one === 'yan');
        assert.deepEqual(unmapped(after.github), unmapped(now.github));
        if (now.sentry === 'user:9') assert.equal(after.sentry, 'user:9');
      },
    ),
    { numRuns: 2000 },
  );
});
