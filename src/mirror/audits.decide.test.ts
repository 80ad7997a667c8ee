import assert from 'node:assert/strict';
import { test } from 'node:test';

import { auditPlan } from './audits.decide.ts';

const plan = (issues: number, pulls = 0, hourlyLimit = 5000) => auditPlan({ minute: 7, issues, pulls, hourlyLimit });

test('a repository is compared in full each night, and by sample three times a day', () => {
  assert.deepEqual(plan(1000), { full: '7 2 * * *', sample: '7 8,14,20 * * *', size: 25 });
});

test('where all of it would cost more than a tenth of an hour of GitHub it is compared in full on Sundays', () => {
  assert.equal(plan(50_000).full, '7 2 * * *');
  assert.deepEqual(plan(50_001), { full: '7 2 * * 0', sample: '7 5,11,17,23 * * *', size: 100 });
  assert.equal(plan(50_001, 0, 15_000).full, '7 2 * * *', 'a larger budget bears more');
  assert.equal(plan(30_000, 15_000).full, '7 2 * * 0', 'pull requests are in two lists');
});
