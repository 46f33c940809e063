import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';
import { madeBy, type MadeTenants } from '../support/made-tenants';

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
let made: MadeTenants;
let roleId: string;
beforeAll(async () => {
  app = await startTestConsole();
  made = madeBy(app.owner);
  roleId = await made.role('Sender');
});
afterAll(() => app.stop());

type Of = {
  caps: Record<string, unknown>;
  counts: Record<string, unknown>;
  switches: Record<string, boolean>;
  users: number;
};
const detail = (id: string) => app.owner.call<Of>('packages.get', { id });
const show = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${page.viewportSize()!.width}.png` });
};
const dialog = (page: Page) => page.getByRole('alertdialog').or(page.getByRole('dialog')).last();

describe.each([
  ['at a desk', DESK, 'light'],
  ['on a phone', PHONE, 'dark']
] as const)('%s', (where, viewport, colorScheme) => {
  test('[TEN-2] a package is made, and a change says whom it moves before it is saved for all of them', async () => {
    const { page } = await browser.open(app.owner, { viewport, colorScheme });
    const name = `Growth ${where}`;
    await page.goto('/packages/new');
    const form = page.getByRole('form', { name: 'Package' });
    await page.getByRole('button', { name: 'Create package' }).click();
    await form.getByText('Enter a name.').waitFor();
    await form.getByLabel('Name', { exact: true }).fill(name);
    await form.getByLabel('User role').click();
    await page.getByRole('option', { name: 'Sender' }).click();
    await form.getByRole('switch', { name: 'Daily limit' }).click();
    await form.getByLabel('Daily limit, messages per day').fill('30,000');
    await form.getByRole('switch', { name: 'Contacts' }).click();
    await form.getByLabel('Contacts, contacts').fill('100,000');
    await form.getByRole('switch', { name: /^DKIM/ }).click();
    await page.getByRole('button', { name: 'Create package' }).click();
    await until(() => /\/packages\/[0-9a-f-]{36}$/.test(page.url()), 'the package is open');
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    expect(await detail(id)).toMatchObject({
      caps: { daily: 30_000, hourly: 'inherit' },
      counts: { contacts: 100_000, keys: 'unlimited' },
      switches: { dkim: true, trackingDomain: false }
    });

    for (const each of ['Vela Yoga', 'Kestrel']) await made.user(id, { name: `${each} ${where}` });
    await made.user(id, { name: `Lumen ${where}`, caps: { daily: 45_000 } });
    await page
      .getByRole('button', { name: 'Close', exact: true })
      .or(page.getByText('3 users'))
      .first()
      .waitFor();
    const daily = form.getByLabel('Daily limit, messages per day');
    await daily.fill('25,000');
    const told = page.getByRole('status', { name: 'What saving will do' });
    await told.getByText('2 users').waitFor();
    await expect.poll(() => told.innerText()).toMatch(/go from 30,000 to 25,000 a day immediately\./);
    await expect.poll(() => told.innerText()).toMatch(/Lumen .* keeps its own daily limit\./);
    await show(page, 'package-form');
    await expectAccessible(page, `the form of a package ${where}`);
    await page.getByRole('button', { name: 'Save for 3 users' }).click();
    await until(async () => (await detail(id)).caps['daily'] === 25_000, 'it is in force');

    await page.getByText('History', { exact: true }).click();
    await page.getByText('changed it').first().waitFor();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    // As it was when it was made: shown with what it does, and saved like any other change.
    await page
      .getByRole('button', { name: /^Restore/ })
      .last()
      .click();
    await expect.poll(() => daily.inputValue()).toBe('30,000');
    await told.getByText('2 users').waitFor();
    await show(page, 'package-restore');
    await page.getByRole('button', { name: 'Save for 3 users' }).click();
    await until(async () => (await detail(id)).caps['daily'] === 30_000, 'it is as it was');
    await page.goto('/packages');
    await page.getByRole('row', { name: new RegExp(name) }).waitFor();
    await show(page, 'packages');
  });
});

test('[TEN-2] [LIV-1] a package’s change and its new user appear in a window that nobody touches', async () => {
  const { id, name } = await made.package({ name: 'Scale', roleId, caps: { daily: 250_000 } });
  const { page } = await browser.open(app.owner);
  await page.goto('/packages');
  const row = page.getByRole('row', { name: new RegExp(name) });
  await row.getByRole('cell', { name: '250,000' }).waitFor();
  await made.user(id);
  await row.getByRole('cell', { name: '1', exact: true }).waitFor();
  await app.owner.call('packages.update', { id, seen: 1_000, caps: { daily: 300_000 } });
  await row.getByRole('cell', { name: '300,000' }).waitFor();
});

test('[TEN-2] a package in use goes only with another for its users', async () => {
  const [gone, other] = [
    await made.package({ name: 'Trial', roleId }),
    await made.package({ name: 'Basic', roleId })
  ];
  const user = await made.user(gone.id);
  const { page } = await browser.open(app.owner);
  await page.goto(`/packages/${gone.id}`);
  await page.getByRole('button', { name: 'Delete package…' }).click();
  await dialog(page).getByRole('button', { name: 'Move users and delete' }).click();
  await dialog(page).getByText('Choose where its users go.').waitFor();
  expect((await detail(gone.id)).users).toBe(1);
  await dialog(page).getByLabel('Move its users to').click();
  await page.getByRole('option', { name: 'Basic' }).click();
  await dialog(page).getByRole('button', { name: 'Move users and delete' }).click();
  await page.getByText('Trial was deleted').waitFor();
  expect((await app.owner.call<{ package: { id: string } }>('users.get', { id: user.id })).package.id).toBe(
    other.id
  );
  await until(async () => (await page.getByRole('row', { name: /Trial/ }).count()) === 0, 'it is gone');
});

test('[LIV-7] two people raise one cap: the later one chooses', async () => {
  const { id } = await made.package({ name: 'Shared', roleId, caps: { daily: 1000 } });
  const { page } = await browser.open(app.owner);
  await page.goto(`/packages/${id}`);
  const daily = page.getByLabel('Daily limit, messages per day');
  await daily.fill('1,500');
  await app.owner.call('packages.update', { id, seen: 1, caps: { daily: 1200 } });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const conflict = page.getByRole('group', { name: 'Daily limit was changed twice' });
  await conflict.getByText('1,200').waitFor();
  await conflict.getByText('Maya Lindqvist', { exact: true }).waitFor();
  await conflict.getByRole('radio').nth(1).check();
  await conflict.getByRole('button', { name: 'Keep Maya’s' }).click();
  await until(async () => (await daily.inputValue()) === '1,200', 'theirs is shown');
  expect((await detail(id)).caps['daily']).toBe(1200);
});
