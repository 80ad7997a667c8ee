import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrived, seen } from './browser.ts';
import { lookAt } from './look.ts';
import { startFakeSentry } from '../fakes/sentry.ts';
import { startFakedHub } from './faked-hub.ts';

import type { FakedHub } from './faked-hub.ts';
import type { FakeSentry } from '../fakes/sentry.ts';

const TITLES = [
  'TypeError: cannot read the total of an empty cart',
  'TimeoutError: the payment service took longer than 30 seconds to answer',
  'N+1 Query: SELECT `users`.* FROM `users`',
];

interface Listed {
  items: { github: { number: number; state: string } | null }[];
}

/** Errors that became issues, and that the hub closed on GitHub. */
async function closedErrors(hub: FakedHub, sentry: FakeSentry): Promise<void> {
  const ids = TITLES.map((title) => sentry.newIssue({ title }).id);
  const { url, organization, token, clientSecret } = sentry;
  const place = { base_url: url, organization, token, client_secret: clientSecret };
  const connection = await hub.call<{ id: string; hook: { url: string } }>('POST', '/sentry-connections', place);
  sentry.setWebhook(`${hub.origin}/webhooks/sentry/${connection.id}`);
  const [target] = (await hub.call<{ items: { id: string }[] }>('GET', '/connections')).items;
  const rule = { name: 'Errors of the shop', sentry_connection_id: connection.id, connection_id: target?.id };
  await hub.call('POST', '/sentry-rules', rule);
  await hub.until<Listed>(
    '/errors',
    ({ items }) => items.filter(({ github }) => github !== null).length === ids.length,
  );
  for (const id of ids) sentry.setStatus(id, 'resolved');
  await hub.until<Listed>('/errors', ({ items }) => items.every(({ github }) => github?.state === 'closed'));
}

test('an admin sees what a rule wrote, takes it back, and sees what was left alone', async (t) => {
  const sentry = await startFakeSentry(t);
  const hub = await startFakedHub(t, () => undefined);
  if (hub === null) return;
  const { page, fake } = hub;
  await closedErrors(hub, sentry);
  // somebody closed it for another reason since
  fake.reopen(1);
  fake.closeIssue(1, 'not_planned');
  await hub.open('/errors/rules', 'Rules');
  await page.getByRole('link', { name: 'Errors of the shop' }).click();
  await arrived(page, 'Errors of the shop');
  await page.getByRole('link', { name: 'Take back what it did' }).click();
  await arrived(page, 'Undo');
  await seen(page.getByRole('list', { name: 'What would be set back' }).getByText(TITLES[2] ?? ''));
  const faults = await lookAt(page, 'undo-preview');
  await page.getByRole('button', { name: 'Set 3 things back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Set 3 things back' }).click();
  await seen(page.getByText('2 set back, 1 left alone'));
  await seen(page.getByText('It was changed since:'));
  assert.deepEqual(
    fake
      .issues()
      .map(({ number, state }) => `${number} ${state}`)
      .toSorted(),
    ['1 closed', '2 open', '3 open'],
  );
  faults.push(...(await lookAt(page, 'undo-run')));
  await page.getByRole('link', { name: 'Left alone' }).click();
  await page.waitForURL(/state=left/u);
  await page.getByRole('list', { name: 'What became of each' }).getByRole('link').first().click();
  await seen(page.getByText('Last 14 days'));
  faults.push(...(await lookAt(page, 'error')));
  await page.goBack();
  await page.getByRole('link', { name: 'Undo', exact: true }).click();
  await arrived(page, 'Undo');
  await seen(page.getByRole('list', { name: 'Undos so far' }).getByText('Done'));
  faults.push(...(await lookAt(page, 'undo')));
  assert.deepEqual(faults, []);
  assert.deepEqual(hub.complaints, []);
});
