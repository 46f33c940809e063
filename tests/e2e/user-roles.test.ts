import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import type { ApiClient } from '../support/api-client';
import { PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { plantPackage, plantUser } from '../support/packages';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [TEN-4] A role of users is made and built in a browser: the same machinery, and nothing in it that administers
// others.

const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

async function open(
  path: string,
  { client = app.owner, ...options }: Parameters<typeof browser.open>[1] & { client?: ApiClient } = {}
): Promise<Page> {
  const { page } = await browser.open(client, options);
  await page.goto(path);
  return page;
}

const box = (page: Page, id: string) => page.locator(`[role=treeitem][data-row="${id}"] [data-part=box]`);

type Listed = { id: string; name: string; permissions: string[] };
const granted = async (id: string) => (await app.owner.call<Listed>('userRoles.get', { id })).permissions;

test('it is made from the list, built with what users may hold alone, and changed without a connection', async () => {
  const page = await open('/roles');
  await page.getByRole('link', { name: 'Support', exact: true }).waitFor();
  await page.getByRole('radiogroup', { name: 'Roles of' }).getByText('Users', { exact: true }).click();
  await page.waitForURL('**/roles?for=users');
  await page.getByText('No user roles yet').waitFor();
  await expect.poll(() => page.getByRole('link', { name: 'Support', exact: true }).count()).toBe(0);
  await expectAccessible(page, 'roles of users');

  await page.getByRole('button', { name: 'New role' }).first().click();
  await page.getByRole('dialog').getByLabel('Name').fill('Newsletter senders');
  await page.getByRole('dialog').getByRole('button', { name: 'Create role' }).click();
  await page.waitForURL(/\/roles\/[0-9a-f-]+\?for=users$/);
  const id = /roles\/([0-9a-f-]+)/.exec(page.url())![1]!;
  await page.getByText('Each user does this with their own records only.').waitFor();
  const tree = page.getByRole('tree', { name: 'Permissions' });
  await tree.waitFor();
  const areas = async () => (await tree.locator('[aria-level="1"]').allInnerTexts()).join();
  await expect.poll(areas).toContain('Audience');
  expect(await areas()).not.toMatch(/Tenants|Users and/);
  await page.getByLabel('Search permissions').fill('tenants.users');
  await page.getByText('No matching permissions').waitFor();
  await page.getByLabel('Search permissions').fill('audience.contacts.view');
  await box(page, 'audience.contacts.view').click();
  await until(async () => (await granted(id)).includes('audience.contacts.view'), 'the tick landed');

  // The address alone does not say of which kind it is: the role does.
  await page.goto(`/roles/${id}`);
  await page.getByText('Each user does this with their own records only.').waitFor();
  await page.getByLabel('Search permissions').fill('audience.contacts.view');
  await box(page, 'audience.contacts.view').waitFor();
  await page.goto(`/roles/${id}/history`);
  await page.locator('a[data-version="2"]').waitFor();
  await page.goto(`/roles/${id}?for=users`);
  await page.getByText('Each user does this with their own records only.').waitFor();

  // Not offered, and refused by name to whoever asks past the page.
  const { refused } = await app.owner.call<{ refused: { code: string }[] }>('userRoles.edit', {
    id,
    seen: 1e6,
    grant: ['people.administrators.add']
  });
  expect(refused).toMatchObject([
    { code: 'input/not-for-users', permissions: ['people.administrators.add'] }
  ]);

  await page.context().setOffline(true);
  await page.getByText('Offline').first().waitFor();
  await page.getByLabel('Search permissions').fill('audience.contacts.add');
  await box(page, 'audience.contacts.add').click();
  await page.getByRole('treeitem', { name: /Waiting/ }).waitFor();
  expect(await granted(id)).toEqual(['audience.contacts.view']);
  await page.context().setOffline(false);
  await until(async () => (await granted(id)).includes('audience.contacts.add'), 'it landed later');

  await page.getByRole('link', { name: 'History' }).click();
  await page.waitForURL(`**/roles/${id}/history?for=users`);
  await page.locator('a[data-version="3"]').waitFor();
  await page.locator('a[data-version="2"]').click();
  await page.getByText('1 added since').waitFor();
  await page.getByRole('button', { name: 'Restore this version' }).click();
  await page
    .getByRole('dialog')
    .or(page.getByRole('alertdialog'))
    .getByRole('button', { name: 'Restore version 2' })
    .click();
  await until(async () => (await granted(id)).length === 1, 'the earlier version is back');
});

test('one that packages have is deleted with a replacement; a phone shows whose it is', async () => {
  const make = async (name: string) =>
    (
      await app.owner.call<{ id: string }>('userRoles.create', {
        name,
        permissions: ['audience.contacts.view']
      })
    ).id;
  const [old, next] = [await make('Old plan'), await make('New plan')];
  const packageId = await plantPackage(state, old, 'Starter');
  await plantUser(state, packageId, 'Ada Client');
  const page = await open('/roles?for=users', { viewport: PHONE });
  await page.getByRole('link', { name: 'Old plan' }).waitFor();
  await expectAccessible(page, 'roles of users');
  await page.getByRole('link', { name: 'Old plan' }).click();
  await page.getByRole('tree', { name: 'Permissions' }).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await expect.poll(() => page.getByRole('menuitem', { name: /Sign out everyone/ }).count()).toBe(0);
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog')).last();
  await dialog.getByText('1 package gets the role you choose immediately').waitFor();
  await dialog.getByLabel('Replace it with').click();
  await page.getByRole('option', { name: 'New plan', exact: true }).click();
  await dialog.getByRole('button', { name: 'Replace and delete' }).click();
  await page.waitForURL('**/roles?for=users');
  const [row] = await state.sql`select role_id from packages where id = ${packageId}`;
  expect(row!['role_id']).toBe(next);
});

test('whoever may see one kind alone sees that kind, whatever the address says', async () => {
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  const ofUsers = await app.person('Uma', await role('User roles only', ['tenants.user_roles.view']));
  const ofStaff = await app.person('Adam', await role('Staff roles only', ['people.roles.view']));
  await app.owner.call('userRoles.create', { name: 'Seen by Uma' });
  const hers = await open('/roles', { client: ofUsers.client });
  await hers.getByRole('link', { name: 'Seen by Uma' }).waitFor();
  await expect.poll(() => hers.getByRole('radiogroup', { name: 'Roles of' }).count()).toBe(0);
  await expect.poll(() => hers.getByRole('link', { name: 'Support', exact: true }).count()).toBe(0);
  const his = await open('/roles?for=users', { client: ofStaff.client });
  await his.getByRole('link', { name: 'Support', exact: true }).waitFor();
  await expect.poll(() => his.getByText('Seen by Uma').count()).toBe(0);
});
