import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestConsole, type TestConsole } from '../support/console';
import { useBrowser } from '../support/browser';

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

async function open(path: string) {
  const { page } = await browser.open(app.owner);
  await page.goto(path);
  return page;
}

test('[UX-2] [UX-3] an empty list says what is missing and leads back; the address holds the search', async () => {
  const page = await open('/administrators');
  await page.getByRole('searchbox').fill('nobody is called that');
  await page.getByText('No matching administrators').waitFor();
  await page.waitForURL(/nobody/);
  await page.reload();
  await page.getByText('No matching administrators').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByText('maya@northwind.example').first().waitFor();
});

test('[UX-2] a role that is gone says so, also to somebody who was looking at it', async () => {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'Short-lived' });
  const page = await open(`/roles/${id}`);
  await page.getByRole('heading', { name: 'Short-lived' }).waitFor();
  await app.owner.call('roles.delete', { id });
  await page.getByText('Role not found').waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Check all' }).count()).toBe(0);
});

test('[UX-2] what cannot be undone asks first, says what will happen, and keeps everything on a no', async () => {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'Kept after all' });
  const page = await open(`/roles/${id}`);
  await page.getByRole('heading', { name: 'Kept after all' }).waitFor();
  await page
    .getByRole('button', { name: /more|actions/i })
    .first()
    .click();
  await page.getByRole('menuitem', { name: /delete/i }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  expect(await app.owner.call('roles.get', { id })).toMatchObject({ name: 'Kept after all' });
});

test('[UX-4] bad input is told at its field, and what was typed stays', async () => {
  const page = await open('/administrators/new');
  await page.getByLabel('Name', { exact: true }).fill('Petra Novotná');
  await page.getByLabel('Email').fill('petra@northwind');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const email = page.getByLabel('Email');
  await page.locator('[aria-invalid="true"]').first().waitFor();
  await expect.poll(() => email.getAttribute('aria-invalid')).toBe('true');
  await expect.poll(() => email.inputValue()).toBe('petra@northwind');
  await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('Petra Novotná');
});

test('[UX-2] who is online is not counted before it is known', async () => {
  const { page } = await browser.open(app.owner);
  const rail = page.getByRole('region', { name: 'Online' });
  // Their document is never answered.
  await page.routeWebSocket(/\/sync\/people/, () => undefined);
  await page.goto('/');
  await rail.getByText(/^… of \d/).waitFor();
  await page.unrouteAll();
  await page.close();
  const later = await open('/');
  await later
    .getByRole('region', { name: 'Online' })
    .getByText(/^[1-9]\d* of \d/)
    .waitFor();
});

test('[UX-5] help with the keys of the page is one press away, and no key while somebody types', async () => {
  const page = await open('/logs/activity');
  const help = page.getByRole('dialog', { name: 'Help' });
  await page.getByRole('heading', { name: 'Activity logs' }).first().waitFor();
  await page.keyboard.press('?');
  await help.getByText('Next entry').waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  await page
    .getByRole('button', { name: /^Account|Maya Lindqvist/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Help and keys' }).click();
  await help.getByText('Super Administrator', { exact: true }).waitFor();
  await help.getByRole('button', { name: 'Close' }).last().click();
  await page.goto('/administrators');
  await page.getByRole('searchbox').fill('maya?');
  await expect.poll(() => help.count()).toBe(0);
  await page.getByRole('searchbox').blur();
  await page.keyboard.press('?');
  await help.getByText('Select all that are shown').waitFor();
});
