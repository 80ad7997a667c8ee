import { AxeBuilder } from '@axe-core/playwright';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };
/** What a theme can change; all else was looked at in the light. */
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block'];

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
  found.push(...(await faultsIn(page, `${where}, phone`)));
  await keep(page, where, 'phone');
  const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  if (Number(over) > 0) found.push(`${where} is ${String(over)} px wider than a phone of ${PHONE.width} px`);
  await page.setViewportSize(WIDE);
  return found;
}

/** What axe finds in the page as it is. */
export async function faultsIn(page: Page, where: string, rules: readonly string[] = []): Promise<string[]> {
  // one frame and no detail of what passed: half the time
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], preload: false });
  const { violations } = await (rules.length === 0 ? axe : axe.withRules([...rules])).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${where}: ${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}

async function theme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
}

async function keep(page: Page, where: string, how: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'] ?? '';
  if (folder === '') return;
  const name = `${where}-${how}`.replace(/[^\w-]+/gu, '_');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
