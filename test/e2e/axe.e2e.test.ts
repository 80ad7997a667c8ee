import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';

import { arrived, openBrowser, seen, visit } from './browser.ts';
import { faultsIn, lookAt } from './look.ts';
import { startHub } from './hub-process.ts';

import type { Browser, Page } from 'playwright-core';
import type { HubProcess } from './hub-process.ts';

const FIRST_PAGE_JS_BYTES_MAX = 200_000;
/** What the demo mirrors. */
const REPOSITORY = '/repositories/acme/webshop';

/** An address, and the heading by which one knows that it is there. */
type Stop = [path: string, heading: string];

const OUTSIDE: Stop[] = [
  ['/sign-in?next=/reports', 'Sign in'],
  ['/setup#token=none', 'Set up Throughline'],
  ['/password#token=none', 'Choose a password'],
  ['/docs', 'API reference'],
];

const INSIDE: Stop[] = [
  ['/report', 'Report a problem'],
  ['/reports', 'My issues'],
  ['/issues', 'Issues'],
  ['/issues?q=nothing+has+these+words', 'Issues'],
  ['/repositories', 'Repositories'],
  ['/repositories/track', 'Track a repository'],
  ['/errors', 'Errors'],
  ['/errors?q=is:skipped', 'Errors'],
  ['/errors/rules', 'Rules'],
  ['/errors/rules/new', 'Make a rule'],
  ['/health', 'Health'],
  ['/health/deliveries', 'Deliveries'],
  ['/health/deliveries?q=state:failed', 'Deliveries'],
  ['/health/budgets', 'Budgets'],
  ['/settings/github', 'GitHub'],
  ['/settings/github/new', 'Connect a repository'],
  ['/settings/sentry', 'Sentry'],
  ['/settings/sentry/new', 'Connect Sentry'],
  ['/settings/people', 'People'],
  ['/settings/keys', 'Keys'],
  ['/settings/tenant', 'Tenant'],
  ['/settings/tenants', 'All tenants'],
  ['/settings/audit', 'Audit log'],
  ['/nowhere', 'There is nothing here'],
];

test('every page passes axe in light, in dark and on a phone, fits the phone, and talks to nobody else', async (t) => {
  const browser = await openBrowser(t);
  if (browser === null) return;
  const hub = await startHub(t, 'demo');
  const { page } = await visit(browser, [hub.origin]);
  const weight = await weightOf(page, `${hub.origin}/sign-in`);
  assert.ok(weight < FIRST_PAGE_JS_BYTES_MAX, `the first page loads ${weight} bytes of JavaScript, gzipped`);
  const found = await Promise.all([walkOutside(browser, hub), walkInside(browser, hub)]);
  assert.deepEqual(found.flat(), []);
});

/** Each fault shows in one look only: always, in the dark, on a phone. */
const PLANTED = `<!doctype html><html lang="en" data-mantine-color-scheme="light"><title>Planted</title>
<style>
  p { transition: color 9s; color: #111; background: #fff }
  [data-mantine-color-scheme='dark'] p { color: #ddd }
  @media (max-width: 400px) { button span { display: none } main { width: 500px } }
</style>
<main><h1>Planted</h1><img src="data:,"><button><span>Save</span></button><p>pale in the dark</p></main>
<script>
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.onchange = () => (document.documentElement.dataset.mantineColorScheme = dark.matches ? 'dark' : 'light');
</script></html>`;

test('a look finds what is wrong always, only in the dark, and only on a phone', async (t) => {
  const browser = await openBrowser(t);
  if (browser === null) return;
  const { page } = await visit(browser, []);
  await page.setContent(PLANTED);
  const found = await lookAt(page, 'planted');
  for (const fault of ['light: image-alt', 'phone: button-name', 'px wider than a phone', 'dark: color-contrast'])
    assert.ok(
      found.some((one) => one.includes(fault)),
      `${fault} is not among ${found.join('\n')}`,
    );
  await page.setContent(PLANTED.replace('"light"', '"dark"'));
  assert.ok(
    (await lookAt(page, 'planted')).some((one) => one.includes('dark: color-contrast')),
    'also when dark is first',
  );
});

async function weightOf(page: Page, address: string): Promise<number> {
  const scripts: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto(address, { waitUntil: 'load' });
  await page.getByRole('heading', { level: 1 }).waitFor();
  const sizes = await Promise.all(scripts);
  assert.ok(sizes.length > 0, 'the page loads its scripts from the hub');
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function walkOutside(browser: Browser, hub: HubProcess): Promise<string[]> {
  const { page, complaints } = await visit(browser, [hub.origin]);
  return [...(await walk(page, hub.origin, OUTSIDE)), ...complaints];
}

async function walkInside(browser: Browser, hub: HubProcess): Promise<string[]> {
  const { page, complaints } = await visit(browser, [hub.origin]);
  await page.goto(hub.link);
  await arrived(page, 'Issues');
  const beside = await page.context().newPage();
  const heaviest = await weightOf(beside, `${hub.origin}${REPOSITORY}/issues`);
  // a page behind another is not drawn anew
  await beside.close();
  assert.ok(heaviest < FIRST_PAGE_JS_BYTES_MAX, `a page with a list loads ${heaviest} bytes of JavaScript, gzipped`);
  const found = await walk(page, hub.origin, [...INSIDE, ...(await stopsOfThisDemo(page, hub.origin))]);
  await page.goto(`${hub.origin}/issues`);
  for (const keys of ['Control+k', '?']) {
    await arrived(page, 'Issues');
    await page.keyboard.press(keys);
    await seen(page.getByRole('dialog'));
    found.push(...(await faultsIn(page, `dialog of ${keys}`)));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  return [...found, ...complaints];
}

interface Listed {
  items: { id: string; number?: number; title: string; state: string; repository?: string; event?: string }[];
}

const TABS = [
  'issues',
  'issues?q=state:open+nothing+has+these',
  'pulls',
  'branches',
  'people',
  'activity',
  'webhooks',
  'runs',
];

/** Pages whose address has an id: an issue in each state, the connection, and the demo's repository with all its tabs. */
async function stopsOfThisDemo(page: Page, origin: string): Promise<Stop[]> {
  const list = async (path: string): Promise<Listed['items']> =>
    ((await (await page.request.get(origin + path)).json()) as Listed).items;
  const reports = await list('/api/v1/reports?limit=100');
  const [connection] = await list('/api/v1/connections');
  const [mirrored] = await list(`/api/v1${REPOSITORY}/issues?state=closed`);
  const [pull] = await list(`/api/v1${REPOSITORY}/pulls`);
  const [delivery] = await list('/api/v1/deliveries?event=ping');
  assert.ok(mirrored !== undefined && pull !== undefined && delivery !== undefined);
  const failed = reports.find(({ state }) => state === 'failed');
  const closed = reports.find(({ title }) => title === 'Export of orders is empty for October');
  const open = reports.find(({ title }) => title === 'Discount code is not applied when the cart has a gift card');
  assert.ok(failed !== undefined && closed !== undefined && open !== undefined && connection !== undefined);
  return [
    [`/issues/${failed.id}`, failed.title],
    [`/issues/${failed.id}?edit=1`, failed.title],
    [`/issues/${closed.id}`, closed.title],
    [`/issues/${open.id}`, open.title],
    [`/report?sent=${open.id}`, 'Thank you, we have it'],
    [`/settings/github/${connection.id}`, connection.repository ?? ''],
    ...TABS.map((tab): Stop => [`${REPOSITORY}/${tab}`, 'acme/webshop']),
    [`${REPOSITORY}/issues/${mirrored.number}`, mirrored.title],
    [`${REPOSITORY}/pulls/${pull.number}`, pull.title],
    [`/health/deliveries/${delivery.id}`, 'ping'],
    ...(await stopsOfErrors(page, origin)),
  ];
}

/** The demo's errors: one of them, the issue on GitHub that it became, its rule, and its connection. */
async function stopsOfErrors(page: Page, origin: string): Promise<Stop[]> {
  const first = async <Item>(path: string): Promise<Item> => {
    const { items } = (await (await page.request.get(origin + path)).json()) as { items: Item[] };
    assert.ok(items[0] !== undefined, path);
    return items[0];
  };
  const error = await first<{ id: string; sentry: { title: string }; github: { number: number; title: string } }>(
    '/api/v1/errors?issue_state=open',
  );
  const rule = await first<{ id: string; name: string }>('/api/v1/sentry-rules');
  const connection = await first<{ id: string; organization: string }>('/api/v1/sentry-connections');
  return [
    [`/errors/${error.id}`, error.sentry.title],
    [`${REPOSITORY}/issues/${error.github.number}`, error.github.title],
    [`/errors/rules/${rule.id}`, rule.name],
    [`/settings/sentry/${connection.id}`, connection.organization],
  ];
}

/** Opens each page and looks at it. Returns what is wrong, in words. */
async function walk(page: Page, origin: string, stops: readonly Stop[]): Promise<string[]> {
  const found: string[] = [];
  for (const [path, heading] of stops) {
    await page.goto(origin + path, { waitUntil: 'load' });
    await arrived(page, heading);
    await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
    found.push(...(await lookAt(page, path)));
  }
  return found;
}
