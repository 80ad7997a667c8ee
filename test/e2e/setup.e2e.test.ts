import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrived, openBrowser, seen, visit } from './browser.ts';
import { startFakeGithub } from '../fakes/github-server.ts';
import { startHub } from './hub-process.ts';

import type { Browser, Page } from 'playwright-core';
import type { FakeGithub } from '../fakes/github-server.ts';

const PASSWORD = 'a long walk by the sea';
/** Longer than the report form waits for GitHub, so that one sees the report received before it is filed. */
const SLOW_MS = 3_000;

test('a new hub is set up with the link it prints, is connected, files, and shows each person their own', async (t) => {
  const browser = await openBrowser(t);
  if (browser === null) return;
  const fake = await startFakeGithub(t);
  const hub = await startHub(t, 'serve', { ALLOW_PRIVATE_ADDRESSES: 'true' });
  const admin = await visit(browser, [hub.origin]);
  await becomeAdmin(admin.page, hub.link);
  await connect(admin.page, fake);
  await reportWhileGithubIsSlow(admin.page, fake);
  assert.deepEqual(
    fake.issues().map((issue) => issue.title),
    ['The first one'],
  );
  const id = new URL(admin.page.url()).searchParams.get('sent') ?? '';
  const invitation = await inviteReporter(admin.page);
  await seesOnlyTheirOwn(browser, hub.origin, { invitation, another: `/reports/${id}` });
  assert.deepEqual(admin.complaints, []);
  assert.equal(await hub.interrupt(), 0, 'Ctrl-C ends the hub in order');
});

async function becomeAdmin(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await arrived(page, 'Set up Throughline');
  await page.getByLabel('Your name').fill('Ada Admin');
  await page.getByLabel('E-mail').fill('ada@acme.example');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Organisation (optional)').fill('Acme');
  await page.getByRole('button', { name: 'Create the admin' }).click();
  await arrived(page, 'Connect a repository');
}

async function connect(page: Page, fake: FakeGithub): Promise<void> {
  await page.getByLabel('Repository', { exact: true }).fill(fake.repository);
  await page.getByLabel('API address').fill(fake.apiUrl);
  await page.getByLabel('Token', { exact: true }).fill('ghp_of_somebody_else');
  await page.getByRole('button', { name: 'Test connection' }).click();
  await seen(page.getByText('It will not work yet.'));
  await seen(page.getByText('Make a new token on GitHub and put it in place of this one.'));
  await page.getByLabel('Token', { exact: true }).fill(fake.token);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await seen(page.getByText('Everything that filing needs is there.'));
  await page.getByRole('button', { name: 'Connect the repository' }).click();
  await arrived(page, fake.repository);
}

async function reportWhileGithubIsSlow(page: Page, fake: FakeGithub): Promise<void> {
  fake.faults.add({ match: { method: 'POST', path: /\/issues$/u }, do: 'slow', ms: SLOW_MS });
  await report(page, 'The first one');
  const status = page.getByRole('status');
  await seen(status.getByText('Received', { exact: true }));
  await seen(status.getByText('Filed as #1', { exact: true }));
}

async function report(page: Page, title: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Report a problem' }).first().click();
  await page.getByLabel('What is wrong?').fill(title);
  await page.getByRole('button', { name: 'Send the report' }).click();
  await arrived(page, 'Thank you, we have it');
}

/** Returns the link of the invitation. */
async function inviteReporter(page: Page): Promise<string> {
  await page.goto(new URL('/settings/people', page.url()).href);
  await arrived(page, 'People');
  await page.getByLabel('Name', { exact: true }).fill('Rea Reporter');
  await page.getByLabel('E-mail', { exact: true }).fill('rea@acme.example');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const link = await (await seen(page.getByText(/#token=/u))).textContent();
  return link ?? '';
}

async function seesOnlyTheirOwn(
  browser: Browser,
  origin: string,
  { invitation, another }: { invitation: string; another: string },
): Promise<void> {
  const { page, complaints } = await visit(browser, [origin]);
  await page.goto(invitation);
  await arrived(page, 'Choose a password');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await arrived(page, 'Report a problem');
  await report(page, 'The second one');
  const navigation = page.getByRole('navigation', { name: 'Pages' }).first();
  assert.deepEqual(await navigation.getByRole('link').allTextContents(), ['Report a problem', 'My issues']);
  await navigation.getByRole('link', { name: 'My issues' }).click();
  await seen(page.getByRole('link', { name: 'The second one' }));
  assert.equal(await page.getByText('The first one').count(), 0);
  for (const path of ['/issues', '/settings', '/settings/people', '/health']) {
    await page.goto(new URL(path, origin).href);
    await arrived(page, 'This page is for admins');
  }
  assert.deepEqual(complaints, []);
  // last, because the browser complains about the 404 it gets
  await page.goto(new URL(another, origin).href);
  await arrived(page, 'There is nothing here');
}
