import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import type { ApiClient } from '../support/api-client';
import { PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { until } from '../support/replica';

const VIEW = 'audience.contacts.view';
const EXPORT = 'audience.contacts.export';
const ADD = 'audience.contacts.add';

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

async function open(
  path: string,
  { client = app.owner, ...options }: Parameters<typeof browser.open>[1] & { client?: ApiClient } = {}
): Promise<Page> {
  const { page } = await browser.open(client, options);
  await page.goto(path);
  return page;
}

/** A role with three versions: created with two, one taken out and one put in, renamed. */
async function roleWithPast(name: string): Promise<string> {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name, permissions: [VIEW, EXPORT] });
  await app.owner.call('roles.edit', { id, seen: 1, grant: [ADD], revoke: [EXPORT] });
  await app.owner.call('roles.edit', { id, seen: 2, name: `${name} desk` });
  return id;
}

const granted = async (id: string) =>
  (await app.owner.call<{ permissions: string[] }>('roles.get', { id })).permissions;
const entry = (page: Page, seq: number) => page.locator(`a[data-version="${seq}"]`);

const SHOTS = process.env['SHOTS'];
async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

describe('[ROL-9] [ROL-10] permissions, members, history and comparison of a role', () => {
  test('permissions, members, history and comparison of a role are tabs with addresses, in one place on every one of their pages', async () => {
    const id = await roleWithPast('Tabbed');
    const page = await open(`/roles/${id}`);
    const tabs = page.getByRole('navigation', { name: 'Role' });
    const current = () => tabs.locator('[aria-current=page]').innerText();
    await page.getByRole('tree', { name: 'Permissions' }).waitFor();
    const heights = new Set<number>();
    const note = async () => heights.add(Math.round((await tabs.boundingBox())!.y));
    await expect
      .poll(() => tabs.getByRole('link').allInnerTexts())
      .toEqual(['Permissions', expect.stringMatching(/^Members\s+0$/), 'History', 'Compare']);
    await note();
    await shoot(page, 'role-permissions');
    await tabs.getByRole('link', { name: /^Members/ }).click();
    await page.waitForURL(`**/roles/${id}?tab=members`);
    await page.getByRole('button', { name: 'Add members' }).waitFor();
    expect(await current()).toMatch(/^Members/);
    await note();
    // The address is the tab's: it is there after a reload, and one step back leads to the tab before.
    await page.reload();
    await page.getByRole('button', { name: 'Add members' }).waitFor();
    await page.goBack();
    await page.getByRole('tree', { name: 'Permissions' }).waitFor();

    await tabs.getByRole('link', { name: 'History' }).click();
    await page.waitForURL(`**/roles/${id}/history`);
    await entry(page, 3).waitFor();
    await expect.poll(() => page.getByRole('heading', { level: 1 }).allInnerTexts()).toEqual(['Tabbed desk']);
    await note();
    await shoot(page, 'role-history');

    await tabs.getByRole('link', { name: 'Compare' }).click();
    await page.waitForURL(`**/roles/${id}/compare`);
    await page.getByText('No role chosen').waitFor();
    await note();
    await page.getByLabel('Compare with').click();
    await page.getByRole('option', { name: /^Analyst/ }).click();
    await page.waitForURL(`**/roles/${id}/compare?with=analyst`);
    await page.getByText(/only in Analyst/).waitFor();
    await shoot(page, 'role-compare');
    await expectAccessible(page, 'the comparison of two roles');
    // Live: what changes in one of the two is there by itself.
    const before = await page.getByRole('status').filter({ hasText: 'only in' }).innerText();
    await app.owner.call('roles.edit', { id, seen: 3, revoke: [VIEW] });
    await expect
      .poll(() => page.getByRole('status').filter({ hasText: 'only in' }).innerText())
      .not.toBe(before);
    expect(heights.size).toBe(1);
    await tabs.getByRole('link', { name: 'Permissions' }).click();
    await page.waitForURL(`**/roles/${id}`);
    await page.getByRole('tree', { name: 'Permissions' }).waitFor();
  });

  test('a role of users has them too, at addresses of its kind; without the right to its past two of them', async () => {
    const { id } = await app.owner.call<{ id: string }>('userRoles.create', { name: 'Tenants' });
    const page = await open(`/roles/${id}/compare?for=users`);
    const tabs = page.getByRole('navigation', { name: 'Role' });
    await page.getByText('No role chosen').waitFor();
    await tabs.getByRole('link', { name: /^Users/ }).click();
    await page.waitForURL(`**/roles/${id}?tab=members&for=users`);
    await tabs.getByRole('link', { name: 'History' }).click();
    await page.waitForURL(`**/roles/${id}/history?for=users`);
    await entry(page, 1).waitFor();

    const { id: plain } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'No past',
      permissions: ['people.roles.view']
    });
    const { client } = await app.person('Pia Plain', plain);
    const hers = await open('/roles/analyst', { client });
    await hers.getByRole('tree', { name: 'Permissions' }).waitFor();
    await expect.poll(() => hers.getByRole('navigation', { name: 'Role' }).getByRole('link').count()).toBe(2);
    await hers.goto('/roles/analyst/compare');
    await hers.getByText('You don’t have access to role history').waitFor();
  });

  test('[UX-8] a phone has them in the menu', async () => {
    const id = await roleWithPast('Small');
    const page = await open(`/roles/${id}`, { viewport: PHONE, hasTouch: true, colorScheme: 'dark' });
    await page.getByRole('button', { name: 'More actions' }).first().click();
    await page.getByRole('menuitem', { name: 'Compare' }).click();
    await page.waitForURL(`**/roles/${id}/compare`);
    await page.getByLabel('Compare with').click();
    await page.getByRole('option', { name: /^Analyst/ }).click();
    await page.getByText(/only in Analyst/).waitFor();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
    await shoot(page, 'role-compare-phone');
    await page.getByRole('link', { name: /^Back to/ }).click();
    await page.getByRole('tree', { name: 'Permissions' }).waitFor();
  });
});

describe('[ROL-9] at a desk', () => {
  test('the history shows who did what, a version as it was, and its difference to now', async () => {
    const id = await roleWithPast('Desk');
    const page = await open(`/roles/${id}`);
    await page.getByRole('link', { name: 'History' }).click();
    await page.waitForURL(`**/roles/${id}/history`);
    await entry(page, 3).getByText('Current', { exact: true }).waitFor();
    await expect
      .poll(() => entry(page, 2).innerText())
      .toMatch(/Maya Lindqvist\s+added Contacts › Add and removed Contacts › Export/);

    await entry(page, 1).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/history?a=1');
    await page.getByRole('heading', { name: 'Version 1' }).waitFor();
    await page.getByText('1 added since · 1 removed since · 1 field differs').waitFor();
    const contacts = page.getByRole('list', { name: 'Contacts', exact: true });
    await expect
      .poll(() => contacts.getByText('Export', { exact: true }).locator('..').innerText())
      .toContain('Removed since');
    await expect
      .poll(() => contacts.getByText('Add', { exact: true }).locator('..').innerText())
      .toContain('Added since');

    // Live: a change made elsewhere appears by itself.
    await app.owner.call('roles.edit', { id, seen: 3, revoke: [ADD] });
    await entry(page, 4).waitFor();
    await page.getByText('1 removed since · 1 field differs').waitFor();
  });

  test('a long history comes page by page, and what was fetched stays when a version is added', async () => {
    const { id } = await app.owner.call<{ id: string }>('roles.create', { name: 'Long story' });
    for (let seq = 1; seq <= 54; seq++)
      await app.owner.call('roles.edit', {
        id,
        seen: seq,
        ...(seq % 2 ? { grant: [VIEW] } : { revoke: [VIEW] })
      });
    const page = await open(`/roles/${id}/history`);
    await entry(page, 55).waitFor();
    await expect.poll(() => page.locator('a[data-version]').count()).toBe(50);
    await page.getByRole('button', { name: 'Show older versions' }).click();
    await entry(page, 1).waitFor();
    await app.owner.call('roles.edit', { id, seen: 55, grant: [VIEW] });
    await entry(page, 56).waitFor();
    await expect.poll(() => page.locator('a[data-version]').count()).toBe(56);
    await page.getByText('Start of the history').waitFor();
  });

  test('two versions, and two roles, are compared; the address holds the selection', async () => {
    const id = await roleWithPast('Compared');
    const page = await open(`/roles/${id}/history?a=3&b=1`);
    await page.getByText('1 added · 1 removed · 1 field differs').waitFor();
    await page
      .getByRole('button', { name: 'Compare with' })
      .or(page.getByRole('combobox', { name: 'Compare with' }))
      .first()
      .click();
    await page.getByRole('option', { name: /^Analyst/ }).click();
    await page.waitForURL('**/history?a=3&with=analyst');
    await page.getByText(/only in Analyst/).waitFor();
    await page.reload();
    await page.getByText(/only in Analyst/).waitFor();
    await page.goto(`/roles/${id}/history?a=99`);
    await page.getByText('Version not found').waitFor();
  });

  test('a restore says what it will do, does it, and can be undone', async () => {
    const id = await roleWithPast('Restored');
    await app.person('Tomas Herrera', id);
    const page = await open(`/roles/${id}/history?a=1`);
    await page.getByRole('button', { name: 'Restore this version' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('1 member is affected').waitFor();
    const text = await dialog.innerText();
    expect(text).toContain('Adds 1 permission: Contacts › Export.');
    expect(text).toContain('Removes 1 permission: Contacts › Add.');
    expect(text).toContain('Renames it to “Restored”.');
    await dialog.getByRole('button', { name: 'Restore version 1' }).click();
    await entry(page, 4).getByText('version 1', { exact: true }).waitFor();
    expect(new Set(await granted(id))).toEqual(new Set([VIEW, EXPORT]));
    await page.getByRole('button', { name: 'Undo' }).click();
    await entry(page, 5).waitFor();
    expect(new Set(await granted(id))).toEqual(new Set([VIEW, ADD]));
  });

  test('[ACC-7] what may not be restored is said before and after, with the reason', async () => {
    const id = await roleWithPast('Partly');
    const { id: mine } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Restorers',
      permissions: [
        'people.roles.view',
        'people.roles.view_history',
        'people.roles.rollback',
        'people.roles.edit',
        VIEW,
        ADD
      ]
    });
    const { client } = await app.person('Rhea Stone', mine);
    const page = await open(`/roles/${id}/history?a=1`, { client });
    await page.getByRole('button', { name: 'Restore this version' }).click();
    await page.getByText('Leaves out Contacts › Export: you do not have this permission yourself.').waitFor();
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByRole('heading', { name: '1 part of version 1 was not restored' }).waitFor();
    await page.getByText('You do not have this permission yourself.', { exact: true }).waitFor();
    expect(await granted(id)).toEqual([VIEW]);

    // Without the right to restore the button says why.
    await app.owner.call('roles.edit', { id: mine, seen: 1, revoke: ['people.roles.rollback'] });
    await page.getByRole('button', { name: /Restore this version.*why not/ }).click();
    await page.getByText('This requires “Roles › Restore earlier version”.').waitFor();
    // Without the right to see the history nothing of it stays on screen.
    await app.owner.call('roles.edit', { id: mine, seen: 2, revoke: ['people.roles.view_history'] });
    await page.getByText('You don’t have access to role history').waitFor();
    await expect.poll(() => entry(page, 1).count()).toBe(0);
  });
});

test('[ROL-9] [UX-1] on a phone the list leads to a version and back, and restores', async () => {
  const id = await roleWithPast('Pocket');
  const page = await open(`/roles/${id}`, { viewport: PHONE, hasTouch: true });
  await page.getByRole('button', { name: 'More actions' }).first().click();
  await page.getByRole('menuitem', { name: 'History' }).click();
  await page.waitForURL(`**/roles/${id}/history`);
  await entry(page, 1).tap();
  await page.waitForURL('**/history?a=1');
  await page.getByRole('heading', { name: 'Version 1', level: 1 }).waitFor();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
  await page.getByRole('button', { name: 'Restore this version' }).tap();
  await page.getByRole('button', { name: 'Restore version 1' }).tap();
  await until(async () => (await granted(id)).includes(EXPORT));
  await page.getByRole('link', { name: 'Back to History' }).tap();
  await entry(page, 4).waitFor();
});

test('[UX-2] without a connection the page says so, and comes back by itself', async () => {
  const id = await roleWithPast('Adrift');
  const page = await open(`/roles/${id}/history`);
  await page.getByText('No differences').waitFor();
  await page.context().setOffline(true);
  await page.getByText('Offline. This is the last known state.').waitFor();
  await entry(page, 1).click();
  await page.getByText('This version is not available offline').waitFor();
  await page.context().setOffline(false);
  await page.getByText('1 added since').waitFor();
});

test('[UX-1] axe finds nothing in the history, in a version, and in a comparison', async () => {
  const id = await roleWithPast('Axe');
  const page = await open(`/roles/${id}/history`);
  for (const [search, seen] of [
    ['', /Version 3/],
    ['?a=1', /1 added since/],
    ['?a=2&with=analyst', /only in Analyst/]
  ] as const) {
    await page.goto(`/roles/${id}/history${search}`);
    await page.getByText(seen).first().waitFor();
    await expectAccessible(page, search);
  }
});
