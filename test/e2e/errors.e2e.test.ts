import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrived, seen } from './browser.ts';
import { startFakeSentry } from '../fakes/sentry.ts';
import { startFakedHub } from './faked-hub.ts';

import type { Page } from 'playwright-core';
import type { FakedHub } from './faked-hub.ts';
import type { FakeSentry } from '../fakes/sentry.ts';
import type { TestContext } from 'node:test';

const TITLE = 'TypeError: cannot read the total of an empty cart';
const NEXT = 'RangeError: the cart has a negative amount';

interface Circle {
  hub: FakedHub;
  sentry: FakeSentry;
  page: Page;
  /** Of the one issue in Sentry. */
  sentryId: string;
}

/** A hub that knows its GitHub, and a Sentry beside it with one error that nobody connected yet; null without a browser. */
async function startCircle(t: TestContext): Promise<Circle | null> {
  const sentry = await startFakeSentry(t);
  const hub = await startFakedHub(t, () => undefined);
  return hub === null ? null : { hub, sentry, page: hub.page, sentryId: sentry.newIssue({ title: TITLE }).id };
}

test('an admin connects Sentry, tries a rule out, and sees an error become an issue that follows Sentry, is set back, and waits for a person', async (t) => {
  const circle = await startCircle(t);
  if (circle === null) return;
  await connectSentry(circle);
  await makeRule(circle);
  await saveBesideAnother(circle);
  const issueUrl = await openFiledError(circle);
  await followSentry(circle);
  await waitForPerson(circle);
  await seeErrorOnIssue(circle, issueUrl);
  await seeNewsInIssues(circle);
  assert.deepEqual(circle.hub.complaints, []);
});

async function connectSentry({ hub, sentry, page }: Circle): Promise<void> {
  await hub.open('/errors', 'Errors');
  await seen(page.getByRole('heading', { name: 'No Sentry is connected' }));
  await page.getByRole('link', { name: 'Connect Sentry' }).click();
  await arrived(page, 'Connect Sentry');
  await page.getByLabel('Address').fill(sentry.url);
  await page.getByLabel('Organisation').fill(sentry.organization);
  await page.getByLabel('Token', { exact: true }).fill('a token that nobody gave');
  const look = page.getByRole('button', { name: 'Test connection' });
  await look.click();
  await seen(page.getByText('It will not work yet.'));
  await page.getByLabel('Token', { exact: true }).fill(sentry.token);
  await look.click();
  await seen(page.getByText('Everything that rules need is there.'));
  await page.getByLabel('Client secret', { exact: true }).fill(sentry.clientSecret);
  await page.getByRole('button', { name: 'Connect Sentry' }).click();
  await arrived(page, sentry.organization);
  const address = await page.getByText(/\/webhooks\/sentry\/[\da-f-]+$/u).textContent();
  sentry.setWebhook(address);
}

async function makeRule({ hub, page }: Circle): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).first().getByRole('link', { name: 'Errors' }).click();
  await seen(page.getByRole('heading', { name: 'No rule yet' }));
  await page.getByRole('link', { name: 'Make a rule' }).click();
  await arrived(page, 'Make a rule');
  await page.getByLabel('Name').fill('Errors of the shop');
  await page.getByLabel('Title', { exact: true }).fill('Shop: {{ title }}');
  await page.getByRole('button', { name: 'Preview with a real error' }).click();
  await seen(page.getByRole('region', { name: 'Preview' }).getByText(`Shop: ${TITLE}`));
  await page.getByRole('button', { name: 'Dry run' }).click();
  await seen(page.getByRole('button', { name: '1 would be filed' }));
  await seen(page.getByRole('list', { name: 'What a run would do' }).getByText(`→ ${hub.fake.repository}`));
  assert.equal(hub.fake.issues().length, 0, 'a dry run sends nothing');
  await page.getByRole('button', { name: 'Make the rule' }).click();
  await arrived(page, 'Rules');
  await seen(page.getByRole('link', { name: 'Errors of the shop' }));
}

/** Somebody else saves while the form is open: what was typed stays, and so does what they saved. */
async function saveBesideAnother({ hub, page }: Circle): Promise<void> {
  await page.getByRole('link', { name: 'Errors of the shop' }).click();
  await arrived(page, 'Errors of the shop');
  await page.getByLabel('Name').fill('Errors of the web shop');
  const address = `/sentry-rules/${page.url().split('/').at(-1)}`;
  await hub.call('PATCH', address, { new_per_hour: 7 });
  await seen(page.getByText('Somebody saved other settings meanwhile'));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await arrived(page, 'Errors of the web shop');
  const rule = await hub.call<{ name: string; new_per_hour: number }>('GET', address);
  assert.deepEqual([rule.name, rule.new_per_hour], ['Errors of the web shop', 7]);
  await page.getByRole('link', { name: 'Rules' }).click();
  await arrived(page, 'Rules');
}

/** Waits in the list until the error is an issue, and opens it. Returns the address of the issue on GitHub. */
async function openFiledError({ page }: Circle): Promise<string> {
  await page.getByRole('navigation', { name: 'Errors and rules' }).getByRole('link', { name: 'Errors' }).click();
  await arrived(page, 'Errors');
  const row = page.getByRole('list', { name: 'Errors' }).getByRole('listitem').filter({ hasText: TITLE });
  const issue = await seen(row.getByRole('link', { name: /#\d+$/u }));
  await seen(row.getByText('Open', { exact: true }));
  const url = await issue.getAttribute('href');
  assert.ok(url !== null);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await arrived(page, TITLE);
  return url;
}

/** GitHub’s side as the page about the error says it. */
const saysOfGithub = async (page: Page, word: RegExp) =>
  seen(page.getByRole('status').filter({ hasText: /#\d+:/u }).getByText(word));

async function followSentry({ hub, sentry, page, sentryId }: Circle): Promise<void> {
  sentry.setStatus(sentryId, 'resolved');
  await saysOfGithub(page, /^Closed$/u);
  assert.equal(hub.fake.issues()[0]?.state, 'closed');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
  await seen(page.getByText('Taken back.'));
  await saysOfGithub(page, /^Reopened$/u);
}

interface Told {
  sentry: { status: string };
  github: { state: string } | null;
  conflict: string | null;
  next_look_at: string | null;
}

/** Sentry changes its mind until the hub asks a person, who has both sides compared anew. */
async function waitForPerson({ hub, sentry, page, sentryId }: Circle): Promise<void> {
  let status: 'resolved' | 'unresolved' = 'resolved';
  let asked = false;
  for (let turn = 0; turn < 6 && !asked; turn += 1) {
    status = status === 'resolved' ? 'unresolved' : 'resolved';
    sentry.setStatus(sentryId, status);
    const wanted = status === 'resolved' ? 'closed' : 'open';
    const { conflict } = await hub.until<Told>(
      new URL(page.url()).pathname,
      (error) =>
        error.sentry.status === status &&
        (error.conflict !== null || (error.next_look_at === null && error.github?.state === wanted)),
    );
    asked = conflict !== null;
  }
  const note = page.getByRole('alert').filter({ hasText: 'a person must decide' });
  await seen(note);
  await page.getByRole('link', { name: 'Errors', exact: true }).first().click();
  await arrived(page, 'Errors');
  await page.getByRole('navigation', { name: 'States' }).getByRole('link', { name: 'Conflicts' }).click();
  await seen(page.getByText('Conflict:'));
  await page.getByRole('link', { name: TITLE }).click();
  await page.getByRole('button', { name: 'Compare anew' }).click();
  await note.waitFor({ state: 'hidden' });
  await saysOfGithub(page, status === 'resolved' ? /^Closed$/u : /^(?:Open|Reopened)$/u);
}

async function seeErrorOnIssue({ hub, page }: Circle, issueUrl: string): Promise<void> {
  const number = issueUrl.split('/').at(-1) ?? '';
  await page.goto(`${hub.origin}/repositories/${hub.fake.repository}/issues/${number}`);
  await seen(page.getByRole('heading', { name: 'In Sentry' }));
  await page.getByRole('link', { name: TITLE }).click();
  await arrived(page, TITLE);
}

/** A new error is offered to who has the list of issues open, moves nothing until they ask, and its row follows Sentry. */
async function seeNewsInIssues({ hub, sentry, page }: Circle): Promise<void> {
  await hub.open('/issues?q=source:sentry', 'Issues');
  const rowOf = (title: string) => page.getByRole('listitem').filter({ hasText: title });
  await seen(rowOf(TITLE));
  await page.evaluate('globalThis.sameDocument = true');
  const { id } = sentry.newIssue({ title: NEXT });
  const offer = await seen(page.getByRole('button', { name: '1 new · show it' }));
  assert.equal(await rowOf(NEXT).count(), 0, 'the list is as it was');
  await offer.click();
  await seen(rowOf(NEXT).getByText(/^Filed as #\d+$/u));
  await offer.waitFor({ state: 'hidden' });
  sentry.setStatus(id, 'resolved');
  await seen(rowOf(NEXT).getByText('Done', { exact: true }));
  assert.equal(await page.evaluate('globalThis.sameDocument'), true, 'the page was never loaded again');
}
