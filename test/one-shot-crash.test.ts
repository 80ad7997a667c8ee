import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';

import { startOneShot } from './support/one-shot.ts';
import type { ChildProcess } from 'node:child_process';
import type { OneShotStage } from './support/one-shot.ts';

/** ONE_SHOT_KILLS asks for a long run: 100 and more. */
const KILLS = Number(process.env['ONE_SHOT_KILLS'] ?? 5);
const SLOW_MS = 20;

/** Runs that are killed at random instants, each with something new to file; then whole runs until all is done. */
async function killAndFinish(stage: OneShotStage, env: Record<string, string>): Promise<string> {
  const { github, sentry, start, run } = stage;
  github.faults.add({ match: { path: /\/(?:issues|labels)/u }, times: Infinity, do: 'slow', ms: SLOW_MS });
  let killed = 0;
  for (let round = 0; round < KILLS; round += 1) {
    sentry.seedMany(2);
    const child = start(env);
    const ended = once(child, 'exit');
    await instant(stage, child, round % 4 === 0);
    if (child.exitCode === null && child.kill('SIGKILL')) killed += 1;
    await ended;
  }
  const between = github.issues().length;
  github.faults.clear();
  for (let tried = 0; tried < 20; tried += 1) {
    const { code } = await run({ ...env, MAX_NEW: '1000' });
    if (code === 0)
      return `${killed} of ${KILLS} runs were killed, by then ${between} of ${github.issues().length} issues were filed`;
    await sleep(500);
  }
  throw new Error('the runs after the kills never ended with 0');
}

/** Anywhere in a run; or in its writes, where a kill can do most. */
async function instant({ github }: OneShotStage, child: ChildProcess, anywhere: boolean): Promise<void> {
  if (anywhere) return sleep(300 + Math.random() * 1500);
  const writes = () => github.requests.filter(({ method }) => method !== 'GET').length;
  const before = writes();
  while (writes() === before && child.exitCode === null) await sleep(5);
  return sleep(Math.random() * 1500);
}

function assertEachOnce({ sentry, issuesOf, github }: OneShotStage): void {
  const counts = sentry.world.state.issues.map(({ id }) => [id, issuesOf(id).length]);
  assert.deepEqual(
    counts.filter(([, count]) => count !== 1),
    [],
  );
  assert.equal(github.issues().length, counts.length);
}

test('killed at any instant and started again with its journal, it files each error once and skips none', async (t) => {
  const stage = await startOneShot(t);
  t.diagnostic(await killAndFinish(stage, { STATE_FILE: stage.stateFile }));
  assertEachOnce(stage);
  assert.ok(!existsSync(`${stage.stateFile}.lock`));
  assert.ok(readFileSync(stage.stateFile, 'utf8').includes('"done"'));
});

test('killed at any instant and started again without any state, it files each error once and skips none', async (t) => {
  const stage = await startOneShot(t);
  t.diagnostic(await killAndFinish(stage, {}));
  assertEachOnce(stage);
});
