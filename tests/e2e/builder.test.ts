import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startTestConsole, type TestConsole } from '../support/console';
import { PHONE, useBrowser } from '../support/browser';
import { until } from '../support/replica';

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

async function open(path: string, options?: Parameters<typeof browser.open>[1]): Promise<Page> {
  const { page } = await browser.open(app.owner, options);
  await page.goto(path);
  return page;
}

async function newRole(name: string, permissions: string[] = []): Promise<string> {
  const { id } = await app.owner.call<{ id: string }>('roles.create', { name, permissions });
  return id;
}

async function granted(id: string): Promise<string[]> {
  return (await app.owner.call<{ permissions: string[] }>('roles.get', { id })).permissions;
}

const search = (page: Page) => page.getByRole('searchbox', { name: 'Search permissions' });
const tree = (page: Page) => page.getByRole('tree', { name: 'Permissions' });
const branch = (page: Page, name: RegExp) => tree(page).getByRole('treeitem', { name }).first();

test('[ROL-1] [ROL-3] a parent ticks its actions, shows mixed and counts; check all and clear all can be undone', async () => {
  const id = await newRole('Parents');
  const page = await open(`/roles/${id}`);
  const audience = branch(page, /^Audience/);
  await audience.waitFor();
  await expect.poll(() => audience.getAttribute('aria-checked')).toBe('false');
  await audience.focus();
  await page.keyboard.press('Space');
  await until(async () => (await granted(id)).length === 58, 'the area is granted');
  await expect.poll(() => audience.getAttribute('aria-checked')).toBe('true');
  await page.getByText('58 of 58').first().waitFor();

  await search(page).fill('audience.contacts.view');
  await page.locator('[data-row="audience.contacts.view"] [data-part=box]').click();
  await until(async () => !(await granted(id)).includes('audience.contacts.view'));
  await search(page).fill('');
  await until(async () => (await audience.getAttribute('aria-checked')) === 'mixed');
  await page.getByText('57 of 58').first().waitFor();

  await page.getByRole('button', { name: 'Check all' }).click();
  await until(async () => (await granted(id)).length === 380, 'all granted');
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await until(async () => (await granted(id)).length === 57, 'undone');
  await page.getByRole('button', { name: 'Redo' }).click();
  await until(async () => (await granted(id)).length === 380, 'redone');
  await page.getByRole('button', { name: 'Clear all' }).click();
  await until(async () => (await granted(id)).length === 0, 'cleared');
});

test('[ROL-2] search finds synonyms, keeps the ticks of hidden rows, and unticks all shown', async () => {
  const id = await newRole('Searched', [
    'audience.contacts.view',
    'audience.contacts.delete',
    'audience.contact_lists.delete'
  ]);
  const page = await open(`/roles/${id}`);
  await search(page).fill('remove');
  await page.locator('[data-row="audience.contacts.delete"]').waitFor();
  await expect.poll(() => page.locator('[data-row="audience.contacts.view"]').count()).toBe(0);
  await page.getByRole('button', { name: /untick all shown/i }).click();
  await until(async () => (await granted(id)).length === 1);
  expect(await granted(id)).toEqual(['audience.contacts.view']);
});

test('[ROL-2] after unticking what a search found, the destructive permissions that are left are counted and shown', async () => {
  const left = ['audience.contact_lists.delete', 'audience.contacts.erase_gdpr'];
  const id = await newRole('Left over', ['audience.contacts.view', 'audience.contacts.delete', ...left]);
  const page = await open(`/roles/${id}`);
  await search(page).fill('audience.contacts.delete');
  await page.locator('[data-row="audience.contacts.delete"]').waitFor();
  expect(await page.getByText(/still ticked/).count()).toBe(0);
  await page.getByRole('button', { name: /untick all shown/i }).click();
  const line = page.getByRole('status').filter({ hasText: /still ticked/ });
  await line.getByText('2 destructive permissions are still ticked').waitFor();
  await line.getByRole('button', { name: 'Show' }).click();
  for (const each of left) await page.locator(`[data-row="${each}"]`).waitFor();
  await expect.poll(() => page.locator('[data-row="audience.contacts.view"]').count()).toBe(0);
  await page.getByRole('button', { name: /untick all shown/i }).click();
  await until(async () => (await granted(id)).length === 1, 'none is left');
  await expect.poll(() => page.getByText(/still ticked/).count()).toBe(0);
});

test('[ROL-4] undo is still there after a look at another tab of the role', async () => {
  const id = await newRole('Looked at', ['audience.contacts.view']);
  const page = await open(`/roles/${id}`);
  await search(page).fill('audience.contacts.export');
  await page.locator('[data-row="audience.contacts.export"] [data-part=box]').click();
  await until(async () => (await granted(id)).length === 2, 'it is ticked');
  const undo = page.getByRole('button', { name: 'Undo' }).first();
  const tabs = page.getByRole('navigation', { name: 'Role' });
  for (const tab of [/^Members/, /^History/, /^Compare/]) {
    await tabs.getByRole('link', { name: tab }).click();
    await tabs
      .getByRole('link', { name: tab, exact: true })
      .and(page.locator('[aria-current=page]'))
      .waitFor();
    await tabs.getByRole('link', { name: 'Permissions' }).click();
    await tree(page).waitFor();
    await expect.poll(() => undo.isEnabled()).toBe(true);
  }
  await undo.click();
  await until(async () => (await granted(id)).length === 1, 'it is undone');
});

test('[ROL-3] tick every read in one press makes an auditor', async () => {
  const id = await newRole('Auditors');
  const page = await open(`/roles/${id}`);
  await branch(page, /^Audience/).waitFor();
  await page.getByRole('button', { name: /^Read\b/ }).click();
  await page.getByRole('button', { name: /^tick all shown/i }).click();
  await until(async () => (await granted(id)).length === 130, 'every read');
});

test('[UX-1] the tree is used with the keyboard alone', async () => {
  const id = await newRole('By keyboard');
  const page = await open(`/roles/${id}`);
  const campaigns = branch(page, /^Campaigns/);
  await campaigns.waitFor();
  await branch(page, /^Audience/).focus();
  await page.keyboard.press('Home');
  const level = () => page.evaluate(() => document.activeElement?.getAttribute('aria-level'));
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-row'));
  await expect.poll(focused).toBe('audience');
  const audience = page.locator('[data-row="audience"]');
  if ((await audience.getAttribute('aria-expanded')) === 'true') await page.keyboard.press('ArrowLeft');
  await expect.poll(() => audience.getAttribute('aria-expanded')).toBe('false');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => audience.getAttribute('aria-expanded')).toBe('true');
  await page.keyboard.press('ArrowRight');
  await expect.poll(level).toBe('2');
  // An open branch closes first, then its parent gets the focus.
  for (let step = 0; step < 2 && (await focused()) !== 'audience'; step++)
    await page.keyboard.press('ArrowLeft');
  await expect.poll(focused).toBe('audience');
  await page.keyboard.press('End');
  await expect.poll(focused).not.toBe('audience');
  // All at once: letters that come late are no longer one word.
  await Promise.all([...'camp'].map((letter) => page.keyboard.press(letter)));
  await until(async () => (await focused()) === 'campaigns');
  await page.keyboard.press('/');
  await expect.poll(() => search(page).evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type('audience.web_forms.view');
  await page.keyboard.press('ArrowDown');
  await until(async () => (await level()) !== null, 'focus in the tree');
  for (let at = await focused(); at !== 'audience.web_forms.view'; at = await focused()) {
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).not.toBe(at);
  }
  await page.keyboard.press('Space');
  await until(async () => (await granted(id)).includes('audience.web_forms.view'));
});

test('[ROL-4] says honestly what waits for a connection, and sends it once when it is back', async () => {
  const id = await newRole('Tunnel');
  const page = await open(`/roles/${id}`);
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await search(page).waitFor();
  await page.context().setOffline(true);
  await search(page).fill('audience.contacts.add');
  const item = page.locator('[data-row="audience.contacts.add"]');
  await item.locator('[data-part=box]').click();
  await page.getByRole('banner').getByRole('status').filter({ hasText: 'Offline' }).waitFor();
  expect(await granted(id)).toEqual([]);
  await tree(page)
    .getByRole('treeitem', { name: /^Add\b.*Waiting/ })
    .waitFor();
  await page.context().setOffline(false);
  await until(async () => (await granted(id)).includes('audience.contacts.add'), 'sent');
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  const edits = async () =>
    (await app.owner.call<{ entries: { action: string }[] }>('log.list', { target: id })).entries.filter(
      ({ action }) => action === 'role.edited'
    );
  await expect.poll(edits).toHaveLength(1);
});

test('[ROL-7] [ACC-7] Super Administrator is locked, and says why', async () => {
  const page = await open('/roles/super_administrator');
  const audience = branch(page, /^Audience/);
  await audience.waitFor();
  await expect.poll(() => audience.getAttribute('aria-checked')).toBe('true');
  await audience.focus();
  await page.keyboard.press('Space');
  await page
    .getByText(/cannot be (edited|changed)|locked/i)
    .first()
    .waitFor();
  expect((await granted('super_administrator')).length).toBe(380);
});

test('[ROL-8] clone, rename and delete with reassignment', async () => {
  const role = await newRole('Leavers', ['audience.contacts.view']);
  const { id: memberId } = await app.person('Wei Zhang', role);
  const page = await open(`/roles/${role}`);
  await page.getByRole('button', { name: 'Clone' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Leavers, copied');
  await dialog.getByRole('button', { name: /Create|Clone/ }).click();
  await page.getByRole('heading', { name: 'Leavers, copied' }).waitFor();
  const roles = await app.owner.call<{ name: string; members: number }[]>('roles.list');
  expect(roles.find(({ name }) => name === 'Leavers, copied')?.members).toBe(0);

  expect(await app.owner.refused('roles.delete', { id: role })).toEqual({
    code: 'conflict/in-use',
    members: 1
  });
  await app.owner.call('roles.delete', { id: role, reassignTo: 'analyst' });
  expect(await app.owner.call('administrators.get', { id: memberId })).toMatchObject({ roleId: 'analyst' });
});

test('[UX-1] on a phone: tick with a thumb, nothing wider than the screen', async () => {
  const id = await newRole('By thumb');
  const page = await open(`/roles/${id}`, { viewport: PHONE, hasTouch: true, isMobile: true });
  await search(page).fill('audience.contacts.edit');
  await page.locator('[data-row="audience.contacts.edit"] [data-part=box]').tap();
  await until(async () => (await granted(id)).includes('audience.contacts.edit'));
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});
