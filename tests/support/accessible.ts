import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { DESK, PHONE } from './browser';
import { until } from './replica';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Rules whose result depends on the theme. */
const COLOURS: RunOptions = { runOnly: ['color-contrast'] };

/**
 * A page as it stands is free of what axe finds, at a desk and on a phone, in light and dark, and nowhere wider than
 * its screen.
 */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  // Evaluated, not added to the page: the content security policy stays in force. Once for each document: it is half a
  // megabyte.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const before = page.viewportSize();
  for (const viewport of [DESK, PHONE]) {
    const where = `${what} at ${viewport.width}`;
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const found = await violations(page, colorScheme === 'dark' ? COLOURS : {});
      expect(found, `${where}, ${colorScheme}`).toEqual([]);
    }
    await until(() => fits(page)).catch(async () => {
      expect(await stickingOut(page), `${where} does not scroll sideways`).toEqual([]);
      throw new Error(`${where} scrolls sideways`);
    });
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}

const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

/** Elements that end a little right of the screen, to find out what makes a page wider than it. */
function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth;
    return [...document.querySelectorAll('body, body *')].flatMap((element) => {
      const { right } = element.getBoundingClientRect();
      return right > innerWidth && right <= wide ? [`${right}: ${element.outerHTML.slice(0, 160)}`] : [];
    });
  });
}

function violations(page: Page, options: RunOptions): Promise<string[]> {
  return page.evaluate(async (given) => {
    const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
    // Two frames: the layout of this size and theme is there.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const { violations } = await axe.run({ ...given, resultTypes: ['violations'] });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`
    );
  }, options);
}
