import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newId } from '../../src/lib/ids.ts';
import { seen } from './browser.ts';
import { lookAt } from './look.ts';
import { startFakedHub } from './faked-hub.ts';

import type { FakedHub } from './faked-hub.ts';
import type { Repository } from '../../src/contract/mirror.ts';

const MANY = 129;

test('more than a hundred repositories are listed page by page, filtered over all, and none is missing in health', async (t) => {
  const hub = await startFakedHub(t, (fake) => fake.openIssue({ title: 'One' }));
  if (hub === null) return;
  const { page } = hub;
  await addMany(hub);
  await hub.open('/repositories', 'Repositories');
  const rows = page.getByRole('list', { name: 'Repositories' }).locator(':scope > li');
  for (const [last, count] of [
    [49, 50],
    [99, 100],
    [MANY, MANY + 1],
  ] as const) {
    await seen(rows.nth(last));
    assert.equal(await rows.count(), count);
    if (last < MANY) await page.getByRole('button', { name: 'Load more' }).click();
  }
  assert.equal(await page.getByRole('button', { name: 'Load more' }).count(), 0);
  const filter = page.getByRole('combobox', { name: 'Filter' });
  await filter.fill('many-12');
  await rows.nth(9).waitFor({ state: 'detached' });
  await seen(rows.nth(8));
  const found = await lookAt(page, 'repositories filtered');
  await filter.fill('nothing is called so');
  await seen(page.getByText('Nothing matches the filter'));
  await filter.fill('');
  await seen(rows.nth(49));
  assert.equal(await page.evaluate('document.activeElement.role'), 'combobox', 'the filter keeps the focus');
  await hub.open('/health', 'Health');
  await seen(page.getByText(`Webhooks of acme/many-${MANY - 1}`));
  assert.deepEqual([...found, ...hub.complaints], []);
});

/** Copies of one that was tracked rightly, paused, so that nobody asks GitHub for them. */
async function addMany(hub: FakedHub): Promise<void> {
  const { sql, fake } = hub;
  await hub.call('POST', '/repositories', { full_name: fake.repository });
  await hub.until<Repository>('/repositories/acme/webshop', ({ health }) => health.word === 'healthy');
  const one = await sql.selectFrom('repositories').selectAll().executeTakeFirstOrThrow();
  const now = new Date();
  const many = Array.from({ length: MANY }, (_, index) => ({
    ...one,
    id: newId(now),
    github_id: 900_000 + index,
    full_name: `acme/many-${String(index).padStart(3, '0')}`,
    paused_at: now,
    sync_due_at: null,
  }));
  await sql.insertInto('repositories').values(many).execute();
}
