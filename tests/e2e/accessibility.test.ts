import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestConsole, type TestConsole } from '../support/console';
import { DESK, PHONE, useBrowser } from '../support/browser';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const browser = useBrowser();
let app: TestConsole;
let ownerId: string;
beforeAll(async () => {
  app = await startTestConsole();
  ownerId = app.ownerId;
  await app.person('Priya Nair', 'admin');
});
afterAll(() => app.stop());

const PAGES = [
  '/',
  '/administrators',
  '/administrators/new',
  '/administrators/import',
  '/administrators/:owner',
  '/roles',
  '/roles/support',
  '/roles/super_administrator',
  '/logs/authentication',
  '/logs/activity',
  '/account',
  '/nowhere'
];
const PUBLIC = ['/sign-in', '/setup?token=x'];

describe.each([
  ['desk', DESK],
  ['phone', PHONE]
])('[UX-1] on a %s', (_name, viewport) => {
  test.each(['light', 'dark'] as const)('axe finds nothing in %s', async (colorScheme) => {
    for (const [client, paths] of [
      [app.owner, PAGES],
      [app.anonymous(), PUBLIC]
    ] as const) {
      const { page } = await browser.open(client, {
        viewport,
        colorScheme,
        bypassCSP: true,
        hasTouch: viewport === PHONE,
        reducedMotion: 'reduce'
      });
      for (const path of paths) {
        await page.goto(path.replace(':owner', ownerId));
        await page.waitForLoadState('networkidle').catch(() => undefined);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await page.addScriptTag({ path: AXE });
        const found = await page.evaluate(async () => {
          const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } };
          const { violations } = await axe.run();
          return violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`
          );
        });
        expect(found, path).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, `${path} does not scroll sideways`).toBeLessThanOrEqual(0);
      }
    }
  });
});
