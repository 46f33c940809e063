import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { until } from '../support/replica';
import { startTestConsole, type TestConsole } from '../support/console';
import { useBrowser } from '../support/browser';

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
  for (let at = 1; at <= 40; at++)
    await app.owner.call('administrators.create', {
      name: `Newcomer Number ${at}`,
      email: `newcomer.${at}@northwind.example`,
      roleId: 'support',
      password: 'an initial sentence for the newcomer'
    });
});
afterAll(() => app.stop());

/** Puts a page on paper, and says what is wrong with it there. */
async function faultsOnPaper(page: Page, name: string): Promise<string[]> {
  // A browser without a screen may keep it to itself that the medium is another: it is told again.
  await until(async () => {
    await page.emulateMedia({ media: null });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.waitForTimeout(300);
    return page.locator('[data-print-head]').isVisible();
  }, 'the page is on paper');
  const faults = await page.evaluate(() => {
    const found: string[] = [];
    const isSeen = (element: Element) =>
      element.checkVisibility() && element.getBoundingClientRect().width > 1 && !element.closest('.sr-only');
    const pressed =
      'nav, [role=tablist], button:not([role=switch], [data-shows-value], th button), [type=search]';
    for (const each of document.querySelectorAll(pressed))
      if (isSeen(each))
        found.push(`to be pressed: ${each.getAttribute('aria-label') ?? each.textContent?.trim()}`);
    const { backgroundColor, color } = getComputedStyle(document.body);
    if (backgroundColor !== 'rgb(255, 255, 255)' || color !== 'rgb(0, 0, 0)')
      found.push(`${color} on ${backgroundColor}`);
    for (const each of document.querySelectorAll('body *')) {
      const { overflowY, position } = getComputedStyle(each);
      if (!isSeen(each)) continue;
      if (overflowY === 'auto' || overflowY === 'scroll') found.push(`scrolls: ${each.className}`);
      if (position === 'fixed' || position === 'sticky') found.push(`stays: ${each.className}`);
    }
    return found;
  });
  expect(await page.locator('[data-print-head]').innerText()).toMatch(
    /^Rolecall\s+Printed \w+ \d+, 20\d\d.+ by Maya Lindqvist$/
  );
  if (SHOTS)
    await page.screenshot({
      path: `${SHOTS}/print-${name}.png`,
      clip: { x: 0, y: 0, width: 1440, height: 1800 },
      fullPage: true
    });
  return faults;
}

/** Number of printed sheets. */
async function sheets(page: Page): Promise<number> {
  const bytes = await page.pdf({ preferCSSPageSize: true });
  return bytes.toString('latin1').split(/\/Type\s*\/Page\b(?!s)/).length - 1;
}

test('[UX-8] a role on paper is all of its permissions, black on white, with whose it is, when, and who printed it', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/roles/support');
  await page.getByRole('tree', { name: 'Permissions' }).waitFor();
  const rows = page.locator('[role=treeitem][aria-level="3"]');
  await rows.first().waitFor();
  // What comes later may change how much room there is for rows.
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  const { areas } = await app.owner.call<{ areas: { groups: { actions: unknown[] }[] }[] }>('catalogue.get');
  const all = areas.flatMap(({ groups }) => groups.flatMap(({ actions }) => actions)).length;
  const before = await rows.count();
  expect(before).toBeLessThan(all);
  expect(await faultsOnPaper(page, 'role')).toEqual([]);
  expect(await rows.count()).toBe(all);
  expect(await sheets(page)).toBeGreaterThan(5);
  // On the screen it is as it was.
  await page.emulateMedia({ media: null, colorScheme: null });
  await page.getByRole('button', { name: 'Undo' }).first().waitFor();
  await page.waitForFunction(
    (count) => document.querySelectorAll('[role=treeitem][aria-level="3"]').length === count,
    before
  );
  expect(await page.locator('[data-print-head]').count()).toBe(0);
});

test('[UX-8] a person, their list and the log on paper: every row that is loaded, and times that hold', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto(`/administrators/${app.ownerId}`);
  await page.getByRole('heading', { name: 'What they can do' }).waitFor();
  await page.getByText('Recent entries').first().waitFor();
  expect(await faultsOnPaper(page, 'person')).toEqual([]);
  expect(await page.getByLabel('Email').inputValue()).toBe('maya@northwind.example');
  expect(await sheets(page)).toBeGreaterThan(3);

  await page.emulateMedia({ media: null });
  await page.goto('/administrators');
  await page
    .getByRole('row', { name: /Newcomer Number/ })
    .first()
    .waitFor();
  expect(await faultsOnPaper(page, 'people')).toEqual([]);
  expect(await page.getByRole('row', { name: /Newcomer Number/ }).count()).toBe(40);

  await page.emulateMedia({ media: null });
  await page.goto('/logs/activity');
  await page.getByRole('row').nth(12).waitFor();
  expect(await faultsOnPaper(page, 'log')).toEqual([]);
  const times = await page.getByRole('row').locator('time').allInnerTexts();
  expect(times.length).toBeGreaterThan(10);
  expect(times.filter((time) => /ago|now/i.test(time))).toEqual([]);
});

test('[UX-8] Print stands in the menus of a role and of the log, on a person’s page and in the palette', async () => {
  const { page } = await browser.open(app.owner);
  await page.addInitScript(() => {
    window.print = () => void (document.body.dataset['printed'] = 'yes');
  });
  const isPrinted = () => page.locator('body[data-printed]').waitFor();
  await page.goto('/roles/support');
  await page.getByRole('button', { name: 'More actions' }).first().click();
  await page.getByRole('menuitem', { name: 'Print' }).click();
  await isPrinted();
  await page.goto('/logs/activity');
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Print' }).click();
  await isPrinted();
  await page.goto(`/administrators/${app.ownerId}`);
  await page.getByRole('button', { name: 'Print' }).click();
  await isPrinted();
  await page.goto('/sending');
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').first().fill('print');
  await page.keyboard.press('Enter');
  await isPrinted();
});
