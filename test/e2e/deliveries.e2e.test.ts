import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { arrived, seen } from './browser.ts';
import { lookAt } from './look.ts';
import { startFakedHub } from './faked-hub.ts';

import type { Connection } from '../../src/contract/connections.ts';
import type { Delivery } from '../../src/contract/deliveries.ts';
import type { FakedHub } from './faked-hub.ts';

/** No column for numbers of issues holds it, so applying it fails each time. */
const POISON = 99_999_999_999;

test('deliveries that cannot be applied say why, are tried again, fail, and are replayed one by one and all at once', async (t) => {
  const hub = await startFakedHub(t, (fake) => fake.openIssue({ title: 'Sound' }));
  if (hub === null) return;
  const { page, origin } = hub;
  await hub.call('POST', '/repositories', { full_name: hub.fake.repository });
  const found: string[] = [];
  await page.goto(`${origin}/health/deliveries`);
  await arrived(page, 'Deliveries');
  await seen(page.getByText('GitHub sent nothing yet'));
  assert.equal(await page.getByRole('button', { name: /^Replay/u }).count(), 0, 'nothing failed, nothing to replay');

  await poison(hub, 3);
  await seen(page.getByText(/^Next try in/u).first());
  found.push(...(await lookAt(page, 'deliveries waiting')));
  // the waits between the tries are minutes
  await hub.sql.updateTable('deliveries').set({ attempts: 4, run_at: new Date() }).execute();
  const failed = page.getByRole('list', { name: 'Failed deliveries' });
  await seen(failed.getByText('failed', { exact: true }).nth(2));
  await seen(failed.getByText(/^The last of 5 attempts ended with: “.*out of range/u).first());
  assert.equal(await page.getByRole('link', { name: 'issues.opened' }).count(), 3, 'each stands once');
  found.push(...(await lookAt(page, 'deliveries failed')));

  await failed.getByRole('link', { name: 'issues.opened' }).first().click();
  await arrived(page, 'issues.opened');
  await seen(page.getByRole('status').getByText('failed', { exact: true }));
  await page.getByText('Show it').click();
  await seen(page.getByLabel('Payload', { exact: true }).getByText(String(POISON)));
  found.push(...(await lookAt(page, 'delivery failed')));
  await page.getByRole('button', { name: /^Replay/u }).click();
  await seen(page.getByRole('status').getByText('waiting', { exact: true }));
  await seen(page.getByText(/^Next try in/u));

  await page.goto(`${origin}/health/deliveries?q=state:failed`);
  await arrived(page, 'Deliveries');
  await page.getByRole('button', { name: 'Replay all failed' }).click();
  const dialog = page.getByRole('dialog', { name: 'Replay 2 failed deliveries?' });
  await seen(dialog);
  found.push(...(await lookAt(page, 'replay all asked')));
  await dialog.getByRole('button', { name: 'Replay all failed' }).click();
  await seen(page.getByText('2 deliveries are applied again.'));
  await page.getByRole('button', { name: 'Replay all failed' }).waitFor({ state: 'hidden' });
  await seen(page.getByText('Nothing matches the filter'));
  assert.deepEqual([...found, ...hub.complaints], []);
});

/** Posts deliveries, rightly signed, that no mirror can take over. */
async function poison(hub: FakedHub, count: number): Promise<void> {
  const { items } = await hub.call<{ items: Connection[] }>('GET', '/connections');
  const made = await hub.call<{ secret: string }>('POST', `/connections/${items[0]?.id}/webhook-secret`);
  const issue = await (await fetch(`${hub.fake.apiUrl}/repos/${hub.fake.repository}/issues/1`, bearer(hub))).json();
  const repository = await (await fetch(`${hub.fake.apiUrl}/repos/${hub.fake.repository}`, bearer(hub))).json();
  const body = JSON.stringify({
    action: 'opened',
    sender: { login: 'mona' },
    repository,
    issue: { ...(issue as object), id: POISON, number: POISON, title: 'Poison' },
  });
  const signature = createHmac('sha256', made.secret).update(body).digest('hex');
  for (let sent = 0; sent < count; sent += 1) {
    const answer = await fetch(`${hub.origin}/webhooks/github/${items[0]?.id}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'issues',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${signature}`,
      },
      body,
    });
    assert.equal(answer.status, 202, await answer.text());
  }
  await hub.until<{ items: Delivery[] }>('/deliveries', (all) => all.items.every(({ attempts }) => attempts > 0));
}

function bearer(hub: FakedHub) {
  return { headers: { authorization: `Bearer ${hub.fake.token}` } };
}
