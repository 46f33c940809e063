import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startTestConsole, type TestConsole } from '../support/console';
import { PHONE, useBrowser } from '../support/browser';
import { holdsDocument, keptOnDevice, mayLeave } from '../support/device';
import { until } from '../support/replica';

const EXPORT = 'audience.contacts.export';

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

/** Somebody's phone, on the page of a role. */
async function phone(client: Parameters<typeof browser.open>[0], roleId: string): Promise<Page> {
  const { page } = await browser.open(client, {
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
    serviceWorkers: 'allow'
  });
  await page.goto(`/roles/${roleId}`);
  await says(page, 'Live');
  await page.getByRole('searchbox', { name: 'Search permissions' }).waitFor();
  await keptOnDevice(page);
  await until(() => holdsDocument(page, `role:${roleId}`), 'the role is kept');
  return page;
}

const says = (page: Page, word: string) =>
  page.getByRole('status').getByText(word, { exact: true }).waitFor();

async function row(page: Page, id: string) {
  await page.getByRole('searchbox', { name: 'Search permissions' }).fill(id);
  const found = page.locator(`[role=treeitem][data-row="${id}"]`);
  await found.waitFor();
  return found;
}

async function tap(page: Page, id: string): Promise<void> {
  await (await row(page, id)).locator('[data-part=box]').tap();
}

async function rename(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).filter({ visible: true }).first().tap();
  await page.getByRole('menuitem', { name: 'Edit name and description' }).tap();
  const form = page.getByRole('form', { name: 'Edit name and description' });
  await form.getByLabel('Name').fill(name);
  await form.getByRole('button', { name: 'Save' }).tap();
  await form.waitFor({ state: 'detached' });
}

type RoleNow = { name: string; permissions: string[]; seq: number };
const now = (id: string) => app.owner.call<RoleNow>('roles.get', { id });

/** Entries of a role's changes, and of what somebody was refused on it. */
async function logged(
  target: string
): Promise<{ action: string; outcome: string; actor: { name: string } }[]> {
  const { entries } = await app.owner.call<{
    entries: { action: string; outcome: string; actor: { name: string } }[];
  }>('log.list', { target });
  return entries;
}

async function newRole(name: string, permissions: string[] = []): Promise<string> {
  return (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
}

test('[LIV-4] [LIV-6] [LIV-8] a grant made offline does not undo a revocation; its author is told by whom and when, and may apply it knowingly', async () => {
  const id = await newRole('Contact team');
  const priya = await app.person('Priya Nair', 'super_administrator');
  const [hers, mine] = await Promise.all([phone(priya.client, id), phone(app.owner, id)]);

  // B goes into a tunnel; A grants and takes back in the meantime.
  await hers.context().setOffline(true);
  await says(hers, 'Offline');
  await tap(mine, EXPORT);
  await until(async () => (await now(id)).permissions.includes(EXPORT), 'A grants');
  await tap(mine, EXPORT);
  await until(async () => !(await now(id)).permissions.includes(EXPORT), 'A revokes');

  await tap(hers, EXPORT);
  await rename(hers, 'Contact team, north');
  // The tunnel is long: the page is opened anew in it, from what the device holds.
  await mayLeave(hers);
  await hers.reload();
  await says(hers, 'Offline');
  await row(hers, EXPORT);
  const tree = hers.getByRole('tree', { name: 'Permissions' });
  await tree.getByRole('treeitem', { name: /^Export\b.*Waiting/ }).waitFor();
  expect(await now(id)).toMatchObject({ name: 'Contact team', permissions: [] });

  await hers.context().setOffline(false);
  await until(async () => (await now(id)).name === 'Contact team, north', 'the name arrives');
  await hers.getByRole('region', { name: 'Not saved' }).getByRole('link', { name: 'Show' }).tap();
  const sheet = hers.getByRole('region', { name: 'Needs attention' });
  await sheet.getByText('Contacts › Export stays off').waitFor();
  await sheet.getByText(/Maya Lindqvist removed it at \d/).waitFor();
  expect((await now(id)).permissions).toEqual([]);
  await expect.poll(async () => (await row(mine, EXPORT)).getAttribute('aria-checked')).toBe('false');

  await sheet.getByRole('button', { name: 'Try again' }).tap();
  await until(async () => (await now(id)).permissions.includes(EXPORT), 'B applies it knowingly');
  await sheet.waitFor({ state: 'detached' });
  await says(hers, 'Live');
  const minesRow = await row(mine, EXPORT);
  await until(async () => (await minesRow.getAttribute('aria-checked')) === 'true', 'A sees it');
  // The name, and the grant that was made knowingly: nothing else of hers ever counted.
  const landed = async () =>
    (await logged(id)).filter(
      ({ actor, action, outcome }) =>
        actor.name === 'Priya Nair' && action === 'role.edited' && outcome === 'success'
    );
  await expect.poll(landed).toHaveLength(2);
});

test('[LIV-5] [LIV-8] somebody who was demoted while offline lands nothing, and is told', async () => {
  const id = await newRole('Newsletter team');
  const editing = ['people.roles.view', 'people.roles.edit', 'audience.contacts.add', EXPORT];
  const editors = await newRole('Role editors', editing);
  const readers = await newRole('Role readers', ['people.roles.view']);
  const omar = await app.person('Omar Haddad', editors);
  const his = await phone(omar.client, id);

  await his.context().setOffline(true);
  await says(his, 'Offline');
  await tap(his, 'audience.contacts.add');
  await tap(his, EXPORT);
  await rename(his, 'Omar’s team');
  await app.owner.call('administrators.update', { id: omar.id, seen: 1_000_000, roleId: readers });
  const before = await now(id);

  await his.context().setOffline(false);
  const notSaved = his.getByRole('region', { name: 'Not saved' });
  await notSaved.getByText('3 edits were not saved').waitFor();
  await notSaved.getByRole('link', { name: 'Show' }).tap();
  const sheet = his.getByRole('region', { name: 'Needs attention' });
  await notSaved.waitFor({ state: 'detached' });
  await sheet.getByText('You do not have permission').first().waitFor();
  await sheet
    .getByText(/Roles › Edit/)
    .first()
    .waitFor();
  expect(await now(id)).toEqual(before);
  let tried: Awaited<ReturnType<typeof logged>> = [];
  await until(async () => {
    tried = (await logged(id)).filter(({ actor }) => actor.name === 'Omar Haddad');
    return tried.length > 0;
  }, 'what was tried is in the log');
  expect(tried.filter(({ outcome }) => outcome === 'success')).toEqual([]);

  // Asking again does not help, and nothing is dropped meanwhile.
  await sheet.getByRole('button', { name: 'Try again' }).first().tap();
  await sheet.getByText('You do not have permission').first().waitFor();
  expect(await now(id)).toEqual(before);
});
