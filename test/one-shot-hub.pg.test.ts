import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SECRET } from './support/circle.ts';
import { startErrors } from './support/errors.ts';
import { startOneShot } from './support/one-shot.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { OneShotStage } from './support/one-shot.ts';
import type { TestContext } from 'node:test';

/** A hub that is set up on what the one-shot has worked on; its issues are not read yet. */
async function hubOn(t: TestContext, { github, sentry }: OneShotStage): Promise<ErrorsCircle> {
  const hub = await startErrors(t, { fake: github, sentry, unread: true });
  hub.startWorker();
  return hub;
}

for (const [name, env] of [
  ['with its key, by the marks', { SECRET_KEY: SECRET }],
  ['without a key, by the links', {}],
] as const) {
  test(`a hub that is set up later takes over what the one-shot filed: ${name}`, async (t) => {
    const stage = await startOneShot(t);
    const { id } = stage.sentry.newIssue();
    await stage.run({ ...env });
    const [issue] = stage.issuesOf(id);
    const hub = await hubOn(t, stage);
    await hub.run(await hub.rule());
    assert.equal(await hub.filed(id), issue?.number);
    assert.equal(stage.github.issues().length, 1);
  });

  test(`what a hub filed is known to the one-shot: ${name}`, async (t) => {
    const stage = await startOneShot(t);
    const { id } = stage.sentry.newIssue();
    const hub = await hubOn(t, stage);
    await hub.run(await hub.rule());
    const number = await hub.filed(id);
    const { code, stdout } = await stage.run({ ...env }, '--json');
    const said = JSON.parse(stdout) as { items: { outcome: string; number: number }[] };
    assert.deepEqual([code, said.items[0]?.outcome, said.items[0]?.number], [0, 'known', number]);
    assert.equal(stage.github.issues().length, 1);
  });
}

test('with the key an issue is known by its mark alone, whatever became of its text', async (t) => {
  const stage = await startOneShot(t);
  const { id } = stage.sentry.newIssue();
  await stage.run({ SECRET_KEY: SECRET });
  const [issue] = stage.issuesOf(id);
  assert.ok(issue !== undefined);
  stage.github.editBody(issue.number, (issue.body ?? '').split('\n')[0] ?? '');
  const { stdout } = await stage.run({ SECRET_KEY: SECRET });
  assert.match(stdout, /^0 filed, 0 taken over, 1 known/u);
});
