import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lookAt } from './look.ts';
import { startFakedHub } from './faked-hub.ts';

test('the health page tells the one number of drift, each audit, and what was wrong by its name', async (t) => {
  const hub = await startFakedHub(t, (fake) => {
    for (const title of ['One', 'Two', 'Three']) fake.openIssue({ title });
    fake.createLabel('red');
  });
  if (hub === null) return;
  const { page, sql, fake } = hub;
  await hub.call('POST', '/repositories', { full_name: fake.repository });
  await hub.until<{ imported_at: string | null }>(
    `/repositories/${fake.repository}`,
    (one) => one.imported_at !== null,
  );
  const run = async (kind: string) => {
    const { id } = await hub.call<{ id: string }>('POST', `/repositories/${fake.repository}/sync`, { kind });
    type Runs = { items: { id: string; state: string }[] };
    await hub.until<Runs>('/sync-runs', ({ items }) => items.some((one) => one.id === id && one.state === 'done'));
  };
  await run('sync');
  await sql.updateTable('labels').set({ color: '000000' }).where('name', '=', 'red').execute();
  await run('reconcile');
  await hub.open('/health', 'Health');
  await page
    .getByText(/wrong: 1 of \d+ items that the newest audits compared with GitHub\. All were repaired\./u)
    .waitFor();
  await page.getByText('Audits (1 repository)').click();
  await page.getByText(/1 of \d+ items wrong · in full/u).waitFor();
  await page.getByText('What was wrong (1 finding)').click();
  await page.getByText(`${fake.repository} label red: color`).waitFor();
  assert.deepEqual(await lookAt(page, 'drift'), []);
  assert.deepEqual(hub.complaints, []);
});
