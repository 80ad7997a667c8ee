import { after } from 'node:test';
import { existsSync } from 'node:fs';

import { chromium } from 'playwright-core';

import type { Browser, Locator, Page } from 'playwright-core';
import type { TestContext } from 'node:test';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Nothing but the page under test: no talk with its maker, and no sandbox, which root does not get. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A step that takes longer than this on a busy machine is broken. */
export const PATIENCE_MS = 60_000;

let launched: Promise<Browser> | null = null;
after(async () => (await launched)?.close());

/** The machine's Chromium, one for the tests of a file. Without one the test is skipped, loudly, and null comes back. */
export async function openBrowser(t: TestContext): Promise<Browser | null> {
  const executablePath = [process.env['CHROMIUM_PATH'] ?? '', ...PLACES].find(
    (path) => path !== '' && existsSync(path),
  );
  if (executablePath === undefined) {
    const why = 'no Chromium on this machine: install one, or set CHROMIUM_PATH';
    console.error(`\n*** THE BROWSER TESTS ARE SKIPPED: ${why} ***\n`);
    t.skip(why);
    return null;
  }
  const browser = await (launched ??= chromium.launch({ executablePath, args: ARGUMENTS }));
  t.after(async () => Promise.all(browser.contexts().map(async (context) => context.close())));
  return browser;
}

/** A page of a person with cookies of their own. What went wrong in it, or in a second page of theirs, is in `complaints`. */
export interface Visit {
  page: Page;
  /** Errors of the console and requests to anybody but `origins`. */
  complaints: string[];
}

/** Opens a page that belongs to somebody new, who prefers less motion. */
export async function visit(browser: Browser, origins: readonly string[]): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.location().url}: ${message.text()}`);
  });
  context.on('weberror', (failure) => complaints.push(`${failure.page()?.url()}: ${String(failure.error())}`));
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && !origins.includes(origin)) complaints.push(`a request to ${request.url()}`);
  });
  return { page: await context.newPage(), complaints };
}

/** Waits for the heading of a page. */
export async function arrived(page: Page, heading: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
}

/** Waits until the element is seen, and returns it. */
export async function seen(locator: Locator): Promise<Locator> {
  await locator.waitFor();
  return locator;
}
