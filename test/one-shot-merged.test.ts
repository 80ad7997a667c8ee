import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { startOneShot } from './support/one-shot.ts';
import type { OneShotStage } from './support/one-shot.ts';

/** Numbers of what was filed, taken over, known, waiting and skipped. */
function counts(stdout: string): number[] {
  const found = /^(\d+) filed, (\d+) taken over, (\d+) known, (\d+) waiting, (\d+) skipped/u.exec(stdout);
  assert.ok(found !== null, stdout);
  return found.slice(1).map(Number);
}

const singles = ({ sentry }: OneShotStage, id: string) =>
  sentry.countRequests('GET', new RegExp(`/organizations/acme/issues/${id}/$`, 'u'));
const batches = ({ sentry }: OneShotStage) => sentry.requests.filter(({ query }) => query.includes('group=')).length;

/** Two Sentry issues, of which the first one is filed and will be merged into the second. */
async function filedOne(stage: OneShotStage, env = {}): Promise<{ one: string; two: string }> {
  const one = stage.sentry.newIssue({ title: 'A broke' }).id;
  await stage.run(env);
  const two = stage.sentry.newIssue({ title: 'B broke' }).id;
  stage.sentry.event(two);
  stage.sentry.event(two);
  return { one, two };
}

for (const how of ['a fresh runner', 'a runner with its journal'])
  test(`${how} knows a Sentry issue again that what it filed was merged into`, async (t) => {
    const stage = await startOneShot(t);
    const env = how === 'a fresh runner' ? {} : { STATE_FILE: stage.stateFile };
    const { one, two } = await filedOne(stage, env);
    assert.equal(stage.sentry.merge(one, two), two);
    const ended = await stage.run({ ...env });
    assert.deepEqual([ended.code, ended.stderr, counts(ended.stdout)], [0, '', [0, 0, 1, 0, 0]]);
    assert.deepEqual([stage.github.issues().length, singles(stage, one)], [1, 1]);
  });

test('what an older script filed is taken over also under the id that a merge gave it', async (t) => {
  const stage = await startOneShot(t);
  const { sentry, github, run } = stage;
  const [one, two] = [sentry.newIssue({ title: 'A broke' }).id, sentry.newIssue({ title: 'B broke' }).id];
  const body = `Sentry: ${sentry.url}/organizations/acme/issues/${one}/`;
  github.openIssue({ title: 'By a script', body, labels: ['sentry'] });
  sentry.event(two);
  sentry.merge(one, two);
  const { code, stdout } = await run();
  assert.deepEqual([code, counts(stdout), github.issues().length], [0, [0, 1, 0, 0, 0], 1]);
});

test('nothing more is asked of Sentry while all that issues name is seen in it', async (t) => {
  const stage = await startOneShot(t);
  stage.sentry.seedMany(5);
  await stage.run();
  stage.sentry.newIssue();
  const asked = batches(stage);
  assert.deepEqual(counts((await stage.run()).stdout), [1, 0, 5, 0, 0]);
  // the last look at the one that is filed
  assert.equal(batches(stage) - asked, 1);
});

test('while Sentry does not tell of a merge the survivor waits, and the others are filed', async (t) => {
  let aheadMs = 0;
  const stage = await startOneShot(t, { now: () => new Date(Date.now() + aheadMs) });
  const { one, two } = await filedOne(stage);
  stage.sentry.merge(one, two);
  aheadMs = 7_200_000; // after all that GitHub has was last changed
  const fresh = stage.sentry.newIssue({ title: 'C broke' }).id;
  const fault = { do: '503', match: { path: new RegExp(`/issues/${one}/$`, 'u') }, times: Infinity } as const;
  stage.sentry.faults.add(fault);
  const first = await stage.run();
  assert.deepEqual([first.code, counts(first.stdout)], [1, [1, 0, 0, 1, 0]]);
  stage.sentry.faults.clear();
  const second = await stage.run();
  assert.deepEqual([second.code, counts(second.stdout)], [0, [0, 0, 2, 0, 0]]);
  assert.deepEqual([stage.issuesOf(fresh).length, stage.github.issues().length], [1, 2]);
});

test('what is gone in Sentry is asked for again until it was gone twice, minutes apart, as the journal tells', async (t) => {
  const stage = await startOneShot(t);
  const { github, sentry, run, stateFile } = stage;
  const body = `Sentry: ${sentry.url}/organizations/acme/issues/999/`;
  github.openIssue({ title: 'By a script', body, labels: ['sentry'] });
  const asked: number[] = [];
  const fileAnother = async () => {
    sentry.newIssue();
    assert.equal((await run({ STATE_FILE: stateFile })).code, 0);
    asked.push(singles(stage, '999'));
  };
  await fileAnother();
  await fileAnother();
  const since = new Date(Date.now() - 600_000).toISOString();
  writeFileSync(stateFile, readFileSync(stateFile, 'utf8').replaceAll(/"since":"[^"]+"/gu, `"since":"${since}"`));
  await fileAnother();
  assert.deepEqual([asked, github.issues().length], [[1, 2, 2], 4]);
});

test('GlitchTip, which tells nothing of a merge, is asked nothing of it', async (t) => {
  const stage = await startOneShot(t, { product: 'glitchtip' });
  const { github, sentry, run } = stage;
  github.openIssue({ title: 'By a script', body: `Sentry: ${sentry.url}/acme/issues/999`, labels: ['sentry'] });
  sentry.newIssue();
  assert.deepEqual(counts((await run()).stdout), [1, 0, 0, 0, 0]);
  assert.equal(sentry.countRequests('GET', /\/999\/$/u), 0);
});
