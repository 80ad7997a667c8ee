import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openProcesses, SECRET } from './crash/processes.ts';
import { startPlacingStage } from './support/placements.ts';

const GRAPHQL = 'POST /api/graphql';
/** Instants of a worker that files a report and places its issue: first it looks below the parent; of the project it asks, puts the issue there, sets the fields. */
const MOMENTS = [
  'sql insert into "placements"',
  '/sub_issues sent #2',
  '/sub_issues read #2',
  `${GRAPHQL} read`,
  `${GRAPHQL} sent #2`,
  `${GRAPHQL} read #2`,
  `${GRAPHQL} sent #3`,
  `${GRAPHQL} read #3`,
  'sql update "placements"',
  'sql update "placements" #2',
];

test('whatever moment a process is killed at, there is one issue, one item on the project and one sub-issue', async (t) => {
  const stage = await startPlacingStage(t, { secret: SECRET });
  const processes = openProcesses(null, 1);
  t.after(async () => processes.close());
  const ids: string[] = [];
  for (const [place, moment] of MOMENTS.entries()) {
    ids.push(await stage.report(`Killed ${place}`));
    const victim = await processes.start('work', stage.db.url, moment);
    assert.notEqual(await victim.dead, '', moment);
  }
  const last = await processes.start('work', stage.db.url, null);
  for (const id of ids) await stage.settled(id, 'synced');
  await stage.placed('done');
  await last.kill();
  const issues = stage.fake.issuesWithText('Killed ').map(({ number }) => number);
  assert.equal(issues.length, MOMENTS.length);
  assert.deepEqual(stage.children(), issues);
  assert.equal(stage.board.items.length, issues.length);
  for (const { values } of stage.board.items) assert.deepEqual(values, { Status: 'Todo', Size: '3' });
});
