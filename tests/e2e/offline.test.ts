import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { startTestConsole, type TestConsole } from '../support/console';
import { PHONE, useBrowser, type Screen } from '../support/browser';
import { until } from '../support/replica';

const browser = useBrowser();
let app: TestConsole;
let screens: Screen[] = [];
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());
afterEach(() => {
  for (const { errors } of screens) expect(errors).toEqual([]);
  screens = [];
});

async function open(...args: Parameters<typeof browser.open>): Promise<Screen> {
  const screen = await browser.open(...args);
  screens.push(screen);
  return screen;
}

const live = (page: Page) => page.getByRole('status').getByText('Live', { exact: true }).waitFor();
const offline = (page: Page) =>
  page.getByRole('status').getByText('Offline', { exact: true }).waitFor({ timeout: 8000 });

/** The app is on this device, and answers its pages. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 50));
  });

const databases = (page: Page) =>
  page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? '').sort());

test('[LIV-3] the console opens without a connection, wherever one was', async () => {
  const { page, context } = await open(app.owner);
  await page.goto('/roles/support');
  await page.getByRole('heading', { name: 'Support' }).waitFor({ timeout: 6000 });
  await kept(page);
  for (const path of ['/administrators', '/']) {
    await page.goto(path);
    await live(page);
  }
  await context.setOffline(true);
  console.info(await databases(page));
  await page.goto('/roles/support');
  await page.getByRole('heading', { name: 'Support' }).waitFor({ timeout: 6000 });
  await offline(page);
  expect(await page.getByRole('tree', { name: 'Permissions' }).count()).toBe(1);
});
