import { join } from 'node:path';

import axe from 'axe-core';

import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };
/** What a theme can change; all else was looked at in the light. */
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

/** Each element passes into its new colour by itself, and those in it after it: as deep as the page is, or ended here at once. */
const END_TRANSITIONS = `for (let deep = 0, left = [null]; deep < 200 && left.length > 0; deep += 1) {
  left = document.getAnimations().filter((one) => one instanceof CSSTransition);
  for (const one of left) one.finish();
}`;

/**
 * Looks at the page that is open in light, in dark and on a phone. Returns what is wrong, in words. With `SCREENSHOTS` in the
 * environment each look is kept as a picture in that folder, for a person to look at as well.
 */
export async function lookAt(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  await page.setViewportSize(WIDE);
  await theme(page, 'light');
  found.push(...(await faultsIn(page, `${where}, light`)));
  await keep(page, where, 'light');
  await theme(page, 'dark');
  found.push(...(await faultsIn(page, `${where}, dark`, RULES_OF_COLOUR)));
  await keep(page, where, 'dark');
  await theme(page, 'light');
  await page.setViewportSize(PHONE);
  found.push(...(await faultsIn(page, `${where}, phone`, RULES_OF_PLACE)));
  await keep(page, where, 'phone');
  const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  if (Number(over) > 0) found.push(`${where} is ${String(over)} px wider than a phone of ${PHONE.width} px`);
  await page.setViewportSize(WIDE);
  return found;
}

/** What axe finds in the page as it is. */
export async function faultsIn(page: Page, where: string, rules: readonly string[] = []): Promise<string[]> {
  // once for each page that is loaded: its program is as large as ours
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(axe.source);
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

async function theme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
  // a busy machine draws them late, and of a page behind another never
  await page.evaluate(END_TRANSITIONS);
}

async function keep(page: Page, where: string, how: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'] ?? '';
  if (folder === '') return;
  const name = `${where}-${how}`.replace(/[^\w-]+/gu, '_');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
