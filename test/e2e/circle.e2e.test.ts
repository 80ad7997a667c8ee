import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrived, openBrowser, seen, visit } from './browser.ts';
import { startHub } from './hub-process.ts';

import type { Page } from 'playwright-core';

const TITLE = 'The invoice total is off by one cent';

test('a report becomes an issue, somebody closes it on GitHub, and its reporter sees that without a reload', async (t) => {
  const browser = await openBrowser(t);
  if (browser === null) return;
  const hub = await startHub(t, 'demo');
  const reporter = await visit(browser, [hub.origin]);
  const developer = await visit(browser, [new URL(hub.githubUrl).origin]);
  const { page } = reporter;

  await page.goto(hub.link);
  await arrived(page, 'Issues');
  await page.keyboard.press('c');
  await arrived(page, 'Report a problem');
  await page.getByLabel('What is wrong?').fill(TITLE);
  await page.getByLabel('What happened, and what did you expect?').fill('Order **1001**: 59.99 instead of 60.00.');
  await page.reload();
  const title = await seen(page.getByLabel('What is wrong?'));
  assert.equal(await title.inputValue(), TITLE, 'the draft survives a reload');
  await page.getByRole('radiogroup', { name: 'How bad is it?' }).getByText('High').click();
  await page.getByRole('button', { name: 'Send the report' }).click();

  await arrived(page, 'Thank you, we have it');
  await seen(page.getByRole('status').getByText(/^Filed as #\d+$/u));
  const issueUrl = await page.getByRole('link', { name: /on GitHub$/u }).getAttribute('href');
  assert.ok(issueUrl !== null);
  await page.getByRole('link', { name: 'Follow it' }).click();
  await arrived(page, TITLE);
  await page.evaluate('globalThis.sameDocument = true');

  await closeAsCompleted(developer.page, issueUrl);

  await seen(page.getByRole('status').getByText('Done', { exact: true }));
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'My issues' }).first().click();
  await arrived(page, 'My issues');
  const row = page.getByRole('listitem').filter({ hasText: TITLE });
  await seen(row.getByText('Done', { exact: true }));

  await developer.page.getByRole('button', { name: 'Reopen' }).click();
  await seen(row.getByText(/^Reopened as #\d+$/u));
  assert.equal(await page.evaluate('globalThis.sameDocument'), true, 'the page was never loaded again');
  assert.deepEqual([...reporter.complaints, ...developer.complaints], []);
  assert.equal(await hub.interrupt(), 0, 'Ctrl-C ends the demo in order');
});

async function closeAsCompleted(page: Page, issueUrl: string): Promise<void> {
  await page.goto(issueUrl);
  await page.getByLabel('Add a comment').fill('It was a rounding error. Fixed.');
  await page.getByRole('button', { name: 'Comment and close as completed' }).click();
  await seen(page.getByText('closed this as completed'));
}

test('everything an admin does every day can be done by keys', async (t) => {
  const browser = await openBrowser(t);
  if (browser === null) return;
  const hub = await startHub(t, 'demo');
  const { page, complaints } = await visit(browser, [hub.origin]);
  await page.goto(hub.link);
  await arrived(page, 'Issues');
  await seen(page.getByRole('link', { name: 'Payment page hangs after 3-D Secure' }));

  await page.keyboard.press('/');
  await page.keyboard.type('umlaut');
  await page.getByRole('link', { name: 'Payment page hangs after 3-D Secure' }).waitFor({ state: 'hidden' });
  await seen(page.getByRole('link', { name: 'Search finds nothing for words with an umlaut' }));
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await arrived(page, 'Search finds nothing for words with an umlaut');

  await page.keyboard.press('Control+k');
  await seen(page.getByRole('dialog', { name: 'Go to or do something' }));
  await page.keyboard.type('health');
  await page.keyboard.press('Enter');
  await arrived(page, 'Health');

  await page.keyboard.press('?');
  await seen(page.getByRole('dialog', { name: 'Keys' }));
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.keyboard.press('c');
  await arrived(page, 'Report a problem');
  assert.deepEqual(complaints, []);
});
