import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { keptOnDevice } from '../support/device';
import { plantApplication } from '../support/applications';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState } from '../support/state';
import { madeBy, type MadeTenants } from '../support/made-tenants';

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
let made: MadeTenants;
let starter: { id: string; name: string };
let growth: { id: string; name: string };
beforeAll(async () => {
  app = await startTestConsole();
  made = madeBy(app.owner);
  const roleId = await made.role('Sender');
  starter = await made.package({
    name: 'Starter',
    roleId,
    caps: { hourly: 1000, daily: 10_000, monthly: 200_000, threads: 2 }
  });
  growth = await made.package({
    name: 'Growth',
    roleId,
    caps: { hourly: 2000, daily: 30_000, monthly: 600_000, threads: 4 },
    counts: { contacts: 100_000, sendingDomains: 5 }
  });
});
afterAll(() => app.stop());

type Detail = {
  status: string;
  statusReason: string | null;
  package: { id: string };
  caps: Record<string, unknown>;
  counts: Record<string, unknown>;
  name: string;
  seq: number;
};
const detail = (id: string) => app.owner.call<Detail>('users.get', { id });
const show = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${page.viewportSize()!.width}.png` });
};
const dialog = (page: Page) => page.getByRole('alertdialog').or(page.getByRole('dialog')).last();
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) });
const idIn = (page: Page) => new URL(page.url()).pathname.split('/').at(-1)!;

async function fill(page: Page, { name, email, of }: { name: string; email: string; of: string }) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('combobox', { name: 'Package' }).click();
  await page.getByRole('option', { name: of }).click();
}

describe.each([
  ['at a desk', DESK, 'light'],
  ['on a phone', PHONE, 'dark']
] as const)('%s', (where, viewport, colorScheme) => {
  test('[TEN-1] [QUO-1] a user is added with own limits, moved, suspended and reactivated', async () => {
    const { page } = await browser.open(app.owner, { viewport, colorScheme });
    const name = `Lumen & Daughters ${where}`;
    await page.goto('/users/new');
    // Nothing typed: the fields say so, and nothing is sent.
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Choose a package.').waitFor();
    await fill(page, { name, email: `lumen.${viewport.width}@client.example`, of: 'Starter' });
    await page.getByRole('switch', { name: 'Daily limit' }).click();
    await page.getByLabel('Daily limit, messages per day').fill('45,000');
    await page
      .getByRole('region', { name: /In force/ })
      .getByText('45,000', { exact: true })
      .waitFor();
    await show(page, 'user-new');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('form', { name: 'User' }).waitFor();
    await until(() => /\/users\/[0-9a-f-]{36}$/.test(page.url()), 'the page of the user is open');
    const id = idIn(page);
    expect((await detail(id)).caps).toMatchObject({ daily: 45_000, hourly: 'inherit' });

    await page.getByRole('combobox', { name: 'Package' }).click();
    await page.getByRole('option', { name: 'Growth' }).click();
    await page.getByText(/From Starter to Growth:/).waitFor();
    await page.getByText(/The own daily limit stays\./).waitFor();
    await show(page, 'user-form');
    // Who is there already is saved; another one is added from the list.
    expect(await page.getByRole('button', { name: 'Save & add new' }).count()).toBe(0);
    await expectAccessible(page, `the form of a user ${where}`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await until(async () => (await detail(id)).package.id === growth.id, 'the package is another');
    expect((await detail(id)).caps).toMatchObject({ daily: 45_000 });

    await page.getByRole('button', { name: 'Suspend', exact: true }).click();
    await dialog(page).getByRole('button', { name: 'Suspend', exact: true }).click();
    await dialog(page).getByText('Say why: it stands in the log.').waitFor();
    expect((await detail(id)).status).toBe('active');
    await dialog(page).getByLabel('Why').fill('Invoices unpaid');
    await dialog(page).getByRole('button', { name: 'Suspend', exact: true }).click();
    await page.getByText('Suspended: Invoices unpaid').waitFor();
    expect(await detail(id)).toMatchObject({ status: 'suspended', statusReason: 'Invoices unpaid' });
    await show(page, 'user-suspended');
    await page.getByRole('button', { name: 'Reactivate', exact: true }).click();
    await until(async () => (await detail(id)).status === 'active', 'they are back');
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
  });
});

test('[ADM-5] whoever is added can be invited at once: the link is there before the page goes on, and the log says invited', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/users/new');
  await fill(page, { name: 'Harbour Lights', email: 'harbour@client.example', of: 'Starter' });
  await page.getByText('Invite them to sign in').click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await show(page, 'user-new-invited');
  await dialog(page).getByText('Invite Harbour Lights?').waitFor();
  await dialog(page).getByRole('button', { name: 'Invite', exact: true }).click();
  await dialog(page).getByText('Invitation created').waitFor();
  const link = await dialog(page).getByText('/invitation').innerText();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await until(() => /\/users\/[0-9a-f-]{36}$/.test(page.url()), 'the page of the user is open');
  const guest = await browser.open({ origin: app.owner.origin });
  await guest.page.goto(link.trim());
  await guest.page.getByText('Harbour Lights').first().waitFor();
  const invited = async () => {
    const { entries } = await app.owner.call<{ entries: { target: { name: string } }[] }>('log.list', {
      action: 'user.invited'
    });
    return entries.some(({ target }) => target.name === 'Harbour Lights');
  };
  await until(invited, 'the log says that they were invited');
});

test('[TEN-8] the list filters by status and package, in its address, and what somebody else does appears by itself', async () => {
  const user = await made.user(starter.id, { name: 'Kestrel Outdoor' });
  await made.user(growth.id, { name: 'Orchard & Vine' });
  const { page } = await browser.open(app.owner);
  const other = await browser.open(app.owner);
  await page.goto('/users');
  await other.page.goto(`/users?package=${starter.id}`);
  await row(other.page, 'Kestrel Outdoor').waitFor();
  await expect.poll(() => row(other.page, 'Orchard & Vine').count()).toBe(0);

  await row(page, 'Kestrel Outdoor').waitFor();
  await show(page, 'users');
  await page.getByRole('checkbox', { name: 'Select Kestrel Outdoor' }).check({ force: true });
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Suspend' }).click();
  await dialog(page).getByLabel('Why').fill('Too many bounces');
  await dialog(page).getByRole('button', { name: 'Suspend 1 user' }).click();
  await dialog(page).getByText('1 user suspended').waitFor();
  // Live, in a window that nobody touched.
  await row(other.page, 'Kestrel Outdoor').getByText('Suspended').waitFor();
  await dialog(page).getByRole('button', { name: 'Undo' }).click();
  await dialog(page).getByText('1 user reactivated').waitFor();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await row(other.page, 'Kestrel Outdoor').getByText('Active').waitFor();

  await page.getByRole('checkbox', { name: 'Select Kestrel Outdoor' }).check({ force: true });
  await page
    .getByRole('region', { name: 'Selection' })
    .getByRole('button', { name: 'Change package' })
    .click();
  await dialog(page).getByLabel('New package').click();
  await page.getByRole('option', { name: 'Growth' }).click();
  await dialog(page).getByRole('button', { name: 'Move 1 user' }).click();
  await dialog(page).getByText('1 user moved').waitFor();
  await until(async () => (await row(other.page, 'Kestrel Outdoor').count()) === 0, 'it left the filter');
  expect((await detail(user.id)).package.id).toBe(growth.id);
});

test('[TEN-8] [QUO-6] those near a limit are found by a filter, as it moves', async () => {
  const state = openState(app.databaseUrl);
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Sending', permissions: ['quotas.ledger.consume'] }
  });
  const { key } = await plantApplication(state, { roleId, name: 'Mail relay' });
  const near = await made.user(growth.id, { name: 'Harvest Fair', caps: { daily: 10 } });
  const calm = await made.user(growth.id, { name: 'Quiet Corner', caps: { daily: 1000 } });
  const send = async ({ id }: { id: string }, units: number) => {
    const body = { subject: { type: 'user', id }, units, key: randomUUID() };
    const answer = await askEndpoint(app.origin, '/caps/v1/consume', { key, body });
    return (answer.body as { granted?: boolean }).granted === true;
  };
  await until(() => send(near, 9), 'the relay may send');
  await send(calm, 5);
  const { page } = await browser.open(app.owner);
  await page.goto('/users');
  await row(page, 'Quiet Corner').waitFor();
  await page.getByRole('button', { name: 'Usage', exact: true }).click();
  await page.getByRole('menuitemradio', { name: 'Near a limit (1)' }).click();
  await until(() => new URL(page.url()).searchParams.get('show') === 'near', 'the address says it');
  await row(page, 'Harvest Fair').waitFor();
  await expect.poll(() => row(page, 'Quiet Corner').count()).toBe(0);
  await show(page, 'users-near');
  // What cannot be exported says why.
  const exporting = page.getByRole('button', { name: 'Export', exact: true }).filter({ visible: true });
  await expect.poll(() => exporting.getAttribute('aria-disabled')).toBe('true');
  await exporting.click({ force: true });
  await page.getByText('Users near a limit can’t be exported').waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  await send(calm, 900);
  await row(page, 'Quiet Corner').waitFor();
  await page.reload();
  await row(page, 'Quiet Corner').waitFor();
  await expect.poll(() => row(page, 'Orchard & Vine').count()).toBe(0);
  await state.close();
});

test('[ADM-12] [LIV-7] two people change one field: the later one chooses, and other fields merge', async () => {
  const { id } = await made.user(growth.id, { name: 'Tidewater Clinic' });
  const { page } = await browser.open(app.owner);
  await page.goto(`/users/${id}`);
  await page.getByLabel('Name', { exact: true }).fill('Tidewater Hospital');
  await app.owner.call('users.update', {
    id,
    seen: (await detail(id)).seq,
    name: 'Tidewater Health',
    caps: { hourly: 700 }
  });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const conflict = page.getByRole('group', { name: 'Name was changed twice' });
  await conflict.getByText('Tidewater Health').waitFor();
  expect((await detail(id)).name).toBe('Tidewater Health');
  await conflict.getByRole('button', { name: 'Use yours' }).click();
  await until(async () => (await detail(id)).name === 'Tidewater Hospital', 'the choice is in force');
  expect((await detail(id)).caps).toMatchObject({ hourly: 700 });
});

test('[LIV-4] [TEN-8] suspended without a connection, it lands when the connection is back', async () => {
  const { id, name } = await made.user(growth.id, { name: 'Copper Kettle' });
  const { page, context } = await browser.open(app.owner, { serviceWorkers: 'allow' });
  await page.goto('/users');
  await page.getByRole('link', { name }).click();
  await page.getByRole('form', { name: 'User' }).waitFor();
  await keptOnDevice(page);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await dialog(page).getByLabel('Why').fill('Reported by a provider');
  await dialog(page).getByRole('button', { name: 'Suspend', exact: true }).click();
  await page
    .getByText(/Saved on this device/)
    .first()
    .waitFor();
  expect((await detail(id)).status).toBe('active');
  await page.getByRole('link', { name: 'Users', exact: true }).first().click();
  await row(page, name).getByText('(your edit is waiting)').waitFor({ state: 'attached' });
  await context.setOffline(false);
  await until(async () => (await detail(id)).status === 'suspended', 'it landed');
  expect((await detail(id)).statusReason).toBe('Reported by a provider');
});

test('[TEN-7] closing says what will happen, and can be taken back', async () => {
  const { id, name } = await made.user(growth.id, { name: 'Old Mill Records' });
  const { page } = await browser.open(app.owner);
  await page.goto(`/users/${id}`);
  await page.getByRole('button', { name: 'Close account' }).click();
  await dialog(page)
    .getByText(/what is personal is erased permanently/)
    .waitFor();
  await dialog(page).getByLabel('Why').fill('They left');
  await dialog(page).getByRole('button', { name: 'Close account' }).click();
  await page.getByText('This account is being closed: They left').waitFor();
  await page
    .getByText(/days left/)
    .first()
    .waitFor();
  expect((await detail(id)).status).toBe('closing');
  await page.getByRole('button', { name: 'Reactivate' }).click();
  await until(async () => (await detail(id)).status === 'active', `${name} stays`);
});

test('[TEN-8] a file of users is tried first, and added when it is right', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/users/import');
  const csv =
    'name,email,package,daily\nHalden Ferries,web@halden.example,Growth,\nAshgrove,office@ashgrove.example,,500\nBad,nonsense,Growth,\n';
  await page
    .getByLabel('CSV file')
    .setInputFiles({ name: 'users.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByRole('heading', { name: 'Preview' }).waitFor();
  await page.getByText(/1 user can be added/).waitFor();
  await page.getByLabel('Package for rows without one').click();
  await page.getByRole('option', { name: 'Starter' }).click();
  await page.getByText(/2 users can be added/).waitFor();
  await show(page, 'users-import');
  await page.getByRole('button', { name: 'Add 2 users' }).click();
  await page.getByRole('heading', { name: 'Result' }).waitFor();
  await page.getByText(/2 users added/).waitFor();
  await page.getByRole('link', { name: 'Done' }).click();
  await row(page, 'Halden Ferries').waitFor();
  await row(page, 'Ashgrove').getByText('1 own').waitFor();
});

test('[ACC-7] who may not see users sees none of it, and who may only look cannot change', async () => {
  const viewer = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Onlooker',
    permissions: ['tenants.users.view', 'tenants.packages.view']
  });
  const { client } = await app.person('Olga Look', viewer.id);
  const { id } = await made.user(growth.id, { name: 'Mirador Travel' });
  const { page } = await browser.open(client);
  await page.goto(`/users/${id}`);
  await page.getByRole('form', { name: 'User' }).waitFor();
  await expect.poll(() => page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true);
  await expect
    .poll(() => page.getByRole('button', { name: 'Suspend', exact: true }).getAttribute('aria-disabled'))
    .toBe('true');
  await page.goto('/users');
  await row(page, 'Mirador Travel').waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Add user' }).count()).toBe(0);
  await expect.poll(() => page.getByRole('checkbox').count()).toBe(0);

  const nobody = await app.owner.call<{ id: string }>('roles.create', { name: 'Nobody', permissions: [] });
  const { client: blind } = await app.person('Nora Blind', nobody.id);
  const { page: empty } = await browser.open(blind);
  await empty.goto('/users');
  await empty.getByText('You don’t have access to users').waitFor();
  await expect.poll(() => empty.getByRole('link', { name: 'Users' }).count()).toBe(0);
});
