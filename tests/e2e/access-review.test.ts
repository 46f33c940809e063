import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startTestConsole, type TestConsole } from '../support/console';
import { DESK, useBrowser } from '../support/browser';
import { csvOf } from '../support/exported-log';
import { madeBy } from '../support/made-tenants';
import { until } from '../support/replica';

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

async function open(path: string): Promise<Page> {
  const { page } = await browser.open(app.owner, { viewport: DESK });
  // The browser saves by itself: a dialog of the system cannot be pressed from here.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await page.goto(path);
  return page;
}

const add = async (name: string, roleId: string) => {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@northwind.example`;
  const made = await app.owner.call<{ id: string; link: string }>('administrators.create', {
    name,
    email,
    roleId
  });
  return { ...made, email };
};
const roleOf = async (id: string) =>
  (await app.owner.call<{ roleId: string }>('administrators.get', { id })).roleId;

/** Presses what saves a file, and reads it. */
async function saved(page: Page, press: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return readFile(await download.path(), 'utf8');
}

test('[ADM-1] [LOG-5] the list of administrators is exported as it is filtered', async () => {
  await add('Rita Review', 'support');
  await add('Rolf Review', 'analyst');
  await add('Nils Nobody', 'support');
  const page = await open('/administrators?search=review');
  await page.getByText('Rita Review').waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/2 administrators: “review”/).waitFor();
  const text = await saved(page, () => dialog.getByRole('button', { name: 'Export' }).click());
  expect(csvOf(text).map(({ name }) => name)).toEqual(['Rita Review', 'Rolf Review']);
  await page.getByText(/The export is in the log, with your name/).waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
});

test('[TEN-8] [LOG-5] the list of users is exported as it is filtered', async () => {
  const made = madeBy(app.owner);
  const [growth, scale] = [await made.package({ name: 'Growth' }), await made.package({ name: 'Scale' })];
  await made.user(growth.id, { name: 'Kestrel Outdoor' });
  await made.user(scale.id, { name: 'Orchard & Vine' });
  const page = await open(`/users?package=${growth.id}`);
  await page.getByText('Kestrel Outdoor').waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/1 user: Growth/).waitFor();
  const text = await saved(page, () => dialog.getByRole('button', { name: 'Export' }).click());
  expect(csvOf(text).map((row) => row['name'])).toEqual(['Kestrel Outdoor']);
  await page.getByRole('button', { name: 'Done' }).click();
});

test('[ROL-12] [LOG-5] roles are exported with what they hold', async () => {
  const page = await open('/roles');
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/a column for each, a row for each permission/).waitFor();
  const text = await saved(page, () => dialog.getByRole('button', { name: 'Export' }).click());
  expect(csvOf(text).find(({ id }) => id === 'people.roles.view')).toMatchObject({
    Support: expect.any(String)
  });
  await page.getByRole('button', { name: 'Done' }).click();
});

test('[ROL-5] members are added from the page of their role', async () => {
  const mona = await add('Mona Mover', 'support');
  const mark = await add('Mark Mover', 'support');
  const page = await open('/roles/analyst');
  await page.getByRole('link', { name: /^Members/ }).click();
  await page.getByRole('button', { name: 'Add members' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Search people').fill('mover');
  await dialog.getByRole('checkbox', { name: /Mona Mover/ }).check();
  await dialog.getByRole('button', { name: 'Add 1 person' }).click();
  await dialog.getByText(/1 person moved to/).waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'Mona Mover' }).waitFor();
  expect(await roleOf(mona.id)).toBe('analyst');
  expect(await roleOf(mark.id)).toBe('support');
});

test('[ADM-7] [ADM-10] invitations are renewed for many, and their links are not lost with a press', async () => {
  const inga = await add('Inga Renew', 'support');
  const ivo = await add('Ivo Renew', 'support');
  const page = await open('/administrators?search=renew&sort=name');
  for (const name of ['Inga Renew', 'Ivo Renew'])
    await page.getByRole('checkbox', { name: `Select ${name}` }).check({ force: true });
  await page.getByRole('button', { name: 'New invitations' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Invite 2 people' }).click();
  await dialog.getByText('New invitations for 2 people').waitFor();
  const done = dialog.getByRole('button', { name: 'Done' });
  await expect.poll(() => done.isDisabled()).toBe(true);
  await page.keyboard.press('Escape');
  const text = await saved(page, () => dialog.getByRole('button', { name: 'Download links' }).click());
  const rows = csvOf(text);
  expect(rows.map(({ email }) => email).sort()).toEqual([inga.email, ivo.email].sort());
  const opens = async (link: string) =>
    (await app.anonymous().try('auth.readInvitation', { token: link.split('#')[1] })).status === 200;
  for (const row of rows) expect(await opens(row['invitation']!)).toBe(true);
  expect(await opens(inga.link)).toBe(false);
  await done.click();
  await until(async () => !(await dialog.isVisible()), 'the dialog closes');
});
