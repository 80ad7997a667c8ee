import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrived, openBrowser, seen, visit } from './browser.ts';
import { startHub } from './hub-process.ts';

const ISSUES = '/repositories/acme/webshop/issues';

test('an issue that somebody closes on GitHub is closed in the open list of its repository, and the delivery can be looked at', async (t) => {
  const browser = await openBrowser(t);
  if (browser === null) return;
  const hub = await startHub(t, 'demo');
  const admin = await visit(browser, [hub.origin]);
  const developer = await visit(browser, [new URL(hub.githubUrl).origin]);
  const { page } = admin;
  await page.goto(hub.link);
  await arrived(page, 'Issues');

  const pages = page.getByRole('navigation', { name: 'Pages' }).first();
  await pages.getByRole('link', { name: 'Repositories' }).click();
  await arrived(page, 'Repositories');
  await page.getByRole('link', { name: 'acme/webshop' }).click();
  await arrived(page, 'acme/webshop');
  await page.getByRole('navigation', { name: 'States' }).getByRole('link', { name: 'Open' }).click();
  const title = 'Let customers save a cart for later';
  const row = page.getByRole('listitem').filter({ hasText: title });
  await seen(row.getByText('Open', { exact: true }));
  await page.evaluate('globalThis.sameDocument = true');

  const url = await row.getByRole('link', { name: /^#\d+$/u }).getAttribute('href');
  assert.ok(url !== null);
  await developer.page.goto(url);
  await developer.page.getByLabel('Add a comment').fill('It is in the shop now.');
  await developer.page.getByRole('button', { name: 'Comment and close as completed' }).click();
  await seen(developer.page.getByText('closed this as completed'));

  await seen(page.getByRole('button', { name: 'The list changed · show it anew' }));
  await page.getByRole('link', { name: title }).click();
  await arrived(page, title);
  await seen(page.getByText('It is in the shop now.'));
  await seen(page.getByText(/was closed/u));

  await pages.getByRole('link', { name: 'Health' }).click();
  await arrived(page, 'Health');
  await page.getByRole('navigation', { name: 'Health' }).getByRole('link', { name: 'Deliveries' }).click();
  await arrived(page, 'Deliveries');
  await page.getByRole('link', { name: 'issues.closed' }).click();
  await arrived(page, 'issues.closed');
  await page.getByText('Show it').click();
  await seen(page.getByLabel('Payload', { exact: true }).getByText(title));
  await page.getByRole('button', { name: /^Replay/u }).click();
  await seen(page.getByRole('status').getByText('applied', { exact: true }));
  assert.equal(await page.evaluate('globalThis.sameDocument'), true, 'the page was never loaded again');
  assert.equal(new URL(page.url()).pathname.startsWith('/health/deliveries/'), true);
  assert.deepEqual([...admin.complaints, ...developer.complaints], []);
  await page.goto(`${hub.origin}${ISSUES}?q=state:closed`);
  await seen(page.getByRole('listitem').filter({ hasText: title }).getByText('Closed', { exact: true }));
});
