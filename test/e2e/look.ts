import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

/** Each page that is loaded reads it: the small form is read in half the time. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };
/** What a theme can change; all else was looked at in the other one. */
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block'];

/** What a narrow screen can change: what is hidden there, what scrolls, what is small, and what is only there, a menu's button say. */
const RULES_OF_PLACE = [
  'aria-hidden-focus',
  'button-name',
  'heading-order',
  'landmark-one-main',
  'landmark-unique',
  'link-name',
  'nested-interactive',
  'page-has-heading-one',
  'region',
  'scrollable-region-focusable',
  'target-size',
];

/**
 * Each element would pass into its new colour by itself, and those in it after it, late on a busy machine and never on a page
 * behind another. Not a style element, which the policy of the pages refuses.
 */
const NO_TRANSITIONS = `const still = new CSSStyleSheet();
still.replaceSync('*, *::before, *::after { transition: none !important }');
document.adoptedStyleSheets.push(still);`;

type Theme = 'light' | 'dark';

/**
 * Looks at the page that is open: with all rules in the theme it is in, on a phone, and at the colours of the other theme, in
 * which it is left, so that the next page is loaded in that. Returns what is wrong, in words. With `SCREENSHOTS` in the environment
 * each look is kept as a picture in that folder, for a person to look at as well.
 */
export async function lookAt(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  await page.setViewportSize(WIDE);
  const first: Theme = (await page.locator(themed('dark')).count()) > 0 ? 'dark' : 'light';
  found.push(...(await faultsIn(page, `${where}, ${first}`)));
  await keep(page, where, first);
  await page.setViewportSize(PHONE);
  found.push(...(await faultsIn(page, `${where}, phone`, RULES_OF_PLACE)));
  await keep(page, where, 'phone');
  const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  if (Number(over) > 0) found.push(`${where} is ${String(over)} px wider than a phone of ${PHONE.width} px`);
  await page.setViewportSize(WIDE);
  const second: Theme = first === 'dark' ? 'light' : 'dark';
  await page.emulateMedia({ colorScheme: second });
  await page.locator(themed(second)).waitFor();
  found.push(...(await faultsIn(page, `${where}, ${second}`, RULES_OF_COLOUR)));
  await keep(page, where, second);
  return found;
}

const themed = (theme: Theme) => `html[data-mantine-color-scheme="${theme}"]`;

/** What axe finds in the page as it is. */
export async function faultsIn(page: Page, where: string, rules: readonly string[] = []): Promise<string[]> {
  // once for each page that is loaded: its program is as large as ours
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(`${AXE}\n;{ ${NO_TRANSITIONS} }`);
  // no detail of what passed: half the time
  const options: RunOptions = {
    resultTypes: ['violations'],
    preload: false,
    ...(rules.length === 0 ? {} : { runOnly: [...rules] }),
  };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${where}: ${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}

async function keep(page: Page, where: string, how: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'] ?? '';
  if (folder === '') return;
  const name = `${where}-${how}`.replace(/[^\w-]+/gu, '_');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
