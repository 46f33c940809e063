import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startTestConsole, type TestConsole } from '../support/console';
import { useBrowser } from '../support/browser';
import { until } from '../support/replica';

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

async function open(client: Parameters<typeof browser.open>[0], path: string): Promise<Page> {
  const { page } = await browser.open(client);
  await page.goto(path);
  return page;
}

/** Opens the branches down to an action and returns its row. */
async function row(page: Page, id: string) {
  await page.getByRole('searchbox', { name: 'Search permissions' }).fill(id);
  const item = page.locator(`[role=treeitem][data-row="${id}"]`);
  await item.waitFor();
  return item;
}

test('[LIV-1] [ROL-6] two people on one role see each other, and each other’s ticks with who made them', async () => {
  const priya = await app.person('Priya Nair', 'super_administrator');
  const [mine, hers] = await Promise.all([
    open(app.owner, '/roles/analyst'),
    open(priya.client, '/roles/analyst')
  ]);
  await mine.getByText('Live', { exact: true }).waitFor();
  await hers.getByText('Live', { exact: true }).waitFor();
  await mine
    .getByRole('img', { name: /Priya Nair/ })
    .or(mine.getByRole('button', { name: /Priya Nair/ }))
    .first()
    .waitFor();

  const myRow = await row(mine, 'audience.contacts.add');
  const herRow = await row(hers, 'audience.contacts.add');
  await expect.poll(() => herRow.getAttribute('aria-checked')).toBe('false');
  await myRow.locator('[data-part=box]').click();
  await until(async () => (await herRow.getAttribute('aria-checked')) === 'true', 'the tick arrives');
  await hers
    .getByText(/Maya ticked/)
    .first()
    .waitFor();

  const granted = await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'analyst' });
  expect(granted.permissions).toContain('audience.contacts.add');
});

test('[LIV-1] concurrent ticks on different rows both stay', async () => {
  const tomas = await app.person('Tomás Herrera', 'super_administrator');
  const [mine, his] = await Promise.all([
    open(app.owner, '/roles/billing'),
    open(tomas.client, '/roles/billing')
  ]);
  const myRow = await row(mine, 'audience.contacts.edit');
  const hisRow = await row(his, 'audience.contacts.import');
  await Promise.all([myRow, hisRow].map((each) => each.locator('[data-part=box]').click()));
  await until(async () => {
    const { permissions } = await app.owner.call<{ permissions: string[] }>('roles.get', { id: 'billing' });
    return ['audience.contacts.edit', 'audience.contacts.import'].every((id) => permissions.includes(id));
  });
  const theirs = await row(mine, 'audience.contacts.import');
  await until(async () => (await theirs.getAttribute('aria-checked')) === 'true');
});

test('[ROL-5] whoever gets another role while they look is told, and has nothing left to undo', async () => {
  const role = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Editors of roles',
    permissions: [
      'people.roles.view',
      'people.roles.edit',
      'audience.contacts.view',
      'audience.contacts.export'
    ]
  });
  const team = await app.owner.call<{ id: string }>('roles.create', { name: 'Their team', permissions: [] });
  const { id, client } = await app.person('Nadia Berg', role.id);
  const page = await open(client, `/roles/${team.id}`);
  const mine = await row(page, 'audience.contacts.export');
  await mine.locator('[data-part=box]').click();
  const undo = page.getByRole('button', { name: 'Undo' }).first();
  await expect.poll(() => undo.isEnabled()).toBe(true);
  await until(async () => {
    const { permissions } = await app.owner.call<{ permissions: string[] }>('roles.get', { id: team.id });
    return permissions.length === 1;
  }, 'the tick is in force');

  const readers = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Readers of roles',
    permissions: ['people.roles.view']
  });
  await app.owner.call('administrators.update', { id, seen: 1_000_000, roleId: readers.id });
  await page.getByText('Your role is now Readers of roles').waitFor();
  await expect.poll(() => undo.isEnabled()).toBe(false);
  await page.keyboard.press('Control+z');
  const { permissions } = await app.owner.call<{ permissions: string[] }>('roles.get', { id: team.id });
  expect(permissions).toEqual(['audience.contacts.export']);
});

test('[ROL-5] a revoked permission takes the button away without reloading, and the next request is refused', async () => {
  const role = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Role makers',
    permissions: ['people.roles.view', 'people.roles.add', 'people.roles.edit', 'people.administrators.view']
  });
  const { client } = await app.person('Omar Haddad', role.id);
  const page = await open(client, '/roles');
  const button = page.getByRole('button', { name: 'New role' });
  await button.waitFor();
  await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));

  await app.owner.call('roles.edit', { id: role.id, seen: 1, revoke: ['people.roles.add'] });
  await button.waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => 'stillTheSamePage' in window)).toBe(true);
  expect(await client.refused('roles.create', { name: 'One more' })).toEqual({
    code: 'access/permission-required',
    permission: 'people.roles.add'
  });

  await app.owner.call('roles.edit', { id: role.id, seen: 99, grant: ['people.roles.add'] });
  await button.waitFor();
});

test('[LIV-1] [UX-4] what is typed for a copy, and for a saved filter, stays while others change what it is about', async () => {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'Copied', permissions: [] });
  const page = await open(app.owner, `/roles/${id}`);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Clone', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const name = dialog.getByLabel('Name');
  await expect.poll(() => name.inputValue()).toBe('Copy of Copied');
  await name.fill('Night desk');
  await dialog.getByLabel('Description').fill('For those who stay up');
  await app.owner.call('roles.edit', { id, seen: 1, name: 'Copied meanwhile' });
  // The title goes along with what is copied.
  await page.getByRole('dialog', { name: 'Clone Copied meanwhile' }).waitFor();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  expect(await name.inputValue()).toBe('Night desk');
  expect(await dialog.getByLabel('Description').inputValue()).toBe('For those who stay up');

  const list = await open(app.owner, `/administrators?role=${id}`);
  await list.getByRole('button', { name: 'Saved filters' }).click();
  const saved = list.getByLabel('Save this filter as');
  await expect.poll(() => saved.inputValue()).toMatch(/Copied meanwhile/);
  await app.owner.call('roles.edit', { id, seen: 99, name: 'Copied twice' });
  // A suggestion follows what it names, until somebody types.
  await expect.poll(() => saved.inputValue()).toMatch(/Copied twice/);
  await saved.fill('Mine');
  await app.owner.call('roles.edit', { id, seen: 99, name: 'Copied thrice' });
  await list.getByRole('button', { name: /Role.*Copied thrice/ }).waitFor();
  expect(await saved.inputValue()).toBe('Mine');
});
