import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { useBrowser } from '../support/browser';

// Devices that are not like ours: another layout, an input method, a clock that is wrong.

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

/** Presses a key as a browser says it on such a device. */
function press(
  page: Page,
  { key, code, ctrlKey = false, isComposing = false }: Partial<KeyboardEvent>
): Promise<void> {
  const facts = { key: key ?? '', code: code ?? '', ctrlKey, isComposing };
  return page.evaluate((init) => {
    const at = document.activeElement ?? document.body;
    at.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
  }, facts);
}

test('[UX-1] shortcuts work on a Russian layout, and an Escape of an input method closes nothing', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/roles');
  await page.getByRole('heading', { name: 'Roles' }).first().waitFor();
  await press(page, { key: 'л', code: 'KeyK', ctrlKey: true });
  const palette = page.getByRole('dialog');
  await palette.waitFor();
  await palette.getByRole('combobox').focus();
  await press(page, { key: 'Escape', code: 'Escape', isComposing: true });
  await page.waitForTimeout(300);
  expect(await palette.isVisible()).toBe(true);
  await press(page, { key: 'Escape', code: 'Escape' });
  await palette.waitFor({ state: 'detached' });
});

test('[UX-3] on a device whose clock is a day behind, ages are those of the server', async () => {
  await app.owner.call('roles.create', { name: 'An hour of its own' });
  const { page } = await browser.open(app.owner);
  await page.addInitScript(() => {
    const Real = Date;
    const BEHIND = 86_400_000;
    class Behind extends Real {
      constructor(...given: unknown[]) {
        if (given.length === 0) super(Real.now() - BEHIND);
        else super(...(given as [number]));
      }
      static override now() {
        return Real.now() - BEHIND;
      }
    }
    globalThis.Date = Behind as DateConstructor;
  });
  await page.goto('/logs/activity');
  const row = page.locator('tr', { hasText: 'An hour of its own' }).first();
  await row.waitFor();
  await expect.poll(() => row.locator('time').first().innerText()).toMatch(/^[1-9]\d? [sm]/);
});

test('[UX-2] signing in leads back to the place on the page', async () => {
  const { page } = await browser.open({ origin: app.owner.origin });
  await page.goto('/account#two-factor');
  await page.waitForURL(/\/sign-in\?next=/);
  await page.getByLabel('Email').fill('maya@northwind.example');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(/\/account#two-factor$/);
});
