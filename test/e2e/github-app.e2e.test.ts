import { test } from 'node:test';
import assert from 'node:assert/strict';

import { arrived, openBrowser, seen, visit } from './browser.ts';
import { startFakeGithub } from '../fakes/github-server.ts';
import { startHub } from './hub-process.ts';

test('a person makes a GitHub App with one click, installs it, and connects a repository with it', async (t) => {
  const browser = await openBrowser(t);
  if (browser === null) return;
  const fake = await startFakeGithub(t);
  const hub = await startHub(t, 'serve', { ALLOW_PRIVATE_ADDRESSES: 'true' });
  const { page, complaints } = await visit(browser, [hub.origin, new URL(fake.url).origin]);
  await page.goto(hub.link);
  await page.getByLabel('Your name').fill('Ada Admin');
  await page.getByLabel('E-mail').fill('ada@acme.example');
  await page.getByLabel('Password', { exact: true }).fill('a long walk by the sea');
  await page.getByRole('button', { name: 'Create the admin' }).click();
  await arrived(page, 'Connect a repository');
  await page.getByText('GitHub App', { exact: true }).click();
  await page.getByRole('link', { name: 'Make an App with one click' }).click();
  await arrived(page, 'GitHub App');
  await page.getByLabel('API address').fill(fake.apiUrl);
  await page.getByRole('button', { name: 'Make the App on GitHub' }).click();
  await (await seen(page.getByRole('link', { name: 'Install it on GitHub' }))).click();
  await (await seen(page.getByRole('link', { name: 'Connect a repository' }))).click();
  await arrived(page, 'Connect a repository');
  await page.getByLabel('Repository', { exact: true }).fill(fake.repository);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await seen(page.getByText('Everything that filing needs is there.'));
  await page.getByRole('button', { name: 'Connect the repository' }).click();
  await arrived(page, fake.repository);
  assert.deepEqual(complaints, []);
});
