import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantApplication, type Planted } from '../support/applications';
import { ApiClient } from '../support/api-client';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { PASSWORD, startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { madeBy } from '../support/made-tenants';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { inviteOf, OWN_RIGHTS } from '../support/tenant-sign-in';

// [TEN-9] An agency: three of staff with different roles, twelve clients in three packages, a mail relay that sends
// for them.

const SHOTS = process.env['SHOTS'];
const NAMES = [
  ...['Alder Print', 'Birch Bakery', 'Cedar Cycles', 'Dogwood Dental'],
  ...['Elm Events', 'Fir Florist', 'Ginkgo Games', 'Hazel Hotels'],
  ...['Ivy Insurance', 'Juniper Jewels', 'Kapok Kitchens', 'Larch Logistics']
];
type Client = { id: string; name: string; email: string; client: ApiClient };
type Package = { id: string; name: string };

const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
let relay: Planted;
let manager: TestPerson;
let biller: TestPerson;
let onCall: TestPerson;
let packages: Record<'Starter' | 'Growth' | 'Scale', Package>;
let clients: Client[];

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  const seesUsers = ['tenants.users.view', 'tenants.packages.view', 'tenants.user_roles.view'];
  manager = await app.person(
    'Mira Manager',
    await role('Agency accounts', [
      ...[...seesUsers, 'tenants.users.add', 'tenants.users.edit', 'tenants.users.close'],
      ...[
        'tenants.packages.edit',
        'quotas.admin_quota.set',
        'people.credentials.reset_password',
        ...OWN_RIGHTS
      ]
    ])
  );
  biller = await app.person(
    'Bo Biller',
    await role('Agency billing', [
      ...seesUsers,
      'tenants.users.suspend',
      'tenants.users.activate',
      ...OWN_RIGHTS
    ])
  );
  onCall = await app.person(
    'Odile Oncall',
    await role('Agency on call', [...seesUsers, 'quotas.ledger.view_usage', 'quotas.ledger.pause'])
  );
  const programs = await role('Agency relay', ['quotas.ledger.consume']);
  relay = await plantApplication(state, { roleId: programs, name: 'Mail relay' });

  const made = madeBy(app.owner);
  const roleId = await made.role('Client', OWN_RIGHTS);
  const pack = (name: string, daily: number) => made.package({ name, roleId, caps: { daily } });
  packages = {
    Starter: await pack('Starter', 100),
    Growth: await pack('Growth', 1000),
    Scale: await pack('Scale', 10_000)
  };
  clients = [];
  for (const [index, name] of NAMES.entries()) {
    const has = Object.values(packages)[index % 3]!;
    const email = `${name.split(' ')[0]!.toLowerCase()}@client.example`;
    const { id } = await made.user(has.id, { name, email });
    const client = new ApiClient(app.origin);
    await client.call('auth.acceptInvitation', { token: await inviteOf(app, id), password: PASSWORD });
    await state.forgetTries();
    clients.push({ id, name, email, client });
  }
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

const named = (name: string) => clients.find((each) => each.name === name)!;
const show = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${page.viewportSize()!.width}.png` });
};
const dialog = (page: Page) => page.getByRole('alertdialog').or(page.getByRole('dialog')).last();

/** Charges units as the relay does before it sends for a client. */
async function consume({ id }: Client, units: number): Promise<{ granted: boolean }> {
  const body = { subject: { type: 'user', id }, units, key: randomUUID() };
  const { body: answer } = await askEndpoint(app.origin, '/caps/v1/consume', { key: relay.key, body });
  return answer as { granted: boolean };
}

/** Everything that a page is told: answers, and what comes over its sockets. */
function toldTo(page: Page): { text: () => Promise<string> } {
  const told: Promise<string>[] = [];
  page.on('response', (response) => {
    const isData = /\/(trpc|exports?|api)\//.test(new URL(response.url()).pathname);
    if (isData) told.push(response.text().catch(() => ''));
  });
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => told.push(Promise.resolve(payload.toString())));
  });
  return { text: async () => (await Promise.all(told)).join('\n') };
}

/** Words of the other clients, and of staff but their names, that a client must never be told. */
function secretsFor(own: Client): string[] {
  const others = clients.filter(({ id }) => id !== own.id);
  const staff = [manager, biller, onCall].flatMap(({ id, email }) => [id, email]);
  return [...others.flatMap(({ id, name, email }) => [id, name, email]), ...staff];
}

describe.each([
  ['at a desk', DESK, 'Alder Print'],
  ['on a phone', PHONE, 'Birch Bakery']
] as const)('%s', (_, viewport, name) => {
  test('[TEN-9] [TEN-3] a client sees what it sends and what was done to it, and nothing of the eleven others', async () => {
    const own = named(name);
    await until(async () => (await consume(own, 40)).granted, 'the relay may send for it');
    for (const each of clients) if (each.id !== own.id) expect((await consume(each, 7)).granted).toBe(true);
    const { page } = await browser.open(own.client, { viewport });
    const told = toldTo(page);
    await page.goto('/');
    const meter = page.getByRole('meter', { name: 'Daily limit' }).filter({ visible: true });
    const used = async () => (await meter.getAttribute('aria-valuetext')) ?? '';
    await until(async () => /^4[07] of/.test(await used()), 'what it has sent is there');
    await show(page, 'agency-client');
    for (const path of ['/logs', '/logs/activity', '/account', '/account/notices']) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForLoadState('networkidle');
    }
    const [text, shown] = [await told.text(), await page.locator('body').innerText()];
    expect(text.length).toBeGreaterThan(1000);
    expect(text).toContain(own.name);
    expect(secretsFor(own).filter((secret) => text.includes(secret) || shown.includes(secret))).toEqual([]);
  });

  test('[TEN-9] [TEN-4] whoever is on call finds every client where the caps are', async () => {
    const { page } = await browser.open(onCall.client, { viewport });
    await page.goto('/users');
    for (const each of ['Alder Print', 'Larch Logistics'])
      await page.getByText(each, { exact: true }).filter({ visible: true }).first().waitFor();
    await page.goto('/sending');
    await page.getByText('Alder Print').filter({ visible: true }).first().waitFor();
    await show(page, 'agency-on-call');
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
  });
});

test('[TEN-9] [TEN-7] one that does not pay is suspended: its page and its mail stop, the other eleven go on', async () => {
  const debtor = named('Cedar Cycles');
  expect((await consume(debtor, 1)).granted).toBe(true);
  const own = await browser.open(debtor.client);
  await own.page.goto('/');
  await own.page.getByText(/of 10,000, package Scale/).waitFor();
  const desk = await browser.open(biller.client);
  await desk.page.goto(`/users/${debtor.id}`);
  await desk.page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await dialog(desk.page).getByLabel('Why').fill('Invoices unpaid since October');
  await dialog(desk.page).getByRole('button', { name: 'Suspend', exact: true }).click();
  await desk.page.getByText('Suspended: Invoices unpaid since October').waitFor();
  await show(desk.page, 'agency-suspended');
  await until(() => new URL(own.page.url()).pathname === '/sign-in', 'its page is signed out');
  await until(async () => !(await consume(debtor, 1)).granted, 'nothing is sent for it');
  for (const each of clients) if (each.id !== debtor.id) expect((await consume(each, 1)).granted).toBe(true);
  // Who may suspend may not change what a client may send, or invite.
  expect(
    (await biller.client.refused('users.update', { id: debtor.id, seen: 1e6, caps: { daily: 9 } })).code
  ).toBe('access/permission-required');
});

test('[TEN-9] [TEN-7] one that leaves sends no more, reads and takes with it what is its own, and nothing else', async () => {
  const leaver = named('Dogwood Dental');
  const desk = await browser.open(manager.client);
  await desk.page.goto(`/users/${leaver.id}`);
  await desk.page.getByRole('button', { name: 'Close account', exact: true }).click();
  await dialog(desk.page).getByLabel('Why').fill('Moves to another agency');
  await dialog(desk.page).getByRole('button', { name: 'Close account', exact: true }).click();
  await until(async () => !(await consume(leaver, 1)).granted, 'nothing is sent for it');
  const again = new ApiClient(app.origin);
  await until(
    async () =>
      (await again.call('auth.signIn', { email: leaver.email, password: PASSWORD }).catch(() => null)) !==
      null,
    'it signs in to look'
  );
  const own = await browser.open(again, { viewport: PHONE });
  const told = toldTo(own.page);
  await own.page.goto('/');
  await own.page
    .getByText(/This account closes on/)
    .first()
    .waitFor();
  await show(own.page, 'agency-closing');
  await own.page.waitForLoadState('networkidle');
  const text = await told.text();
  expect(secretsFor(leaver).filter((secret) => text.includes(secret))).toEqual([]);
});

test('[TEN-9] [TEN-2] a package that is changed reaches its four clients at once, whoever looks, and no other', async () => {
  const [first, other] = [named('Ginkgo Games'), named('Elm Events')];
  const theirs = await browser.open(first.client, { viewport: PHONE });
  await theirs.page.goto('/');
  await theirs.page.getByText(/of 100, package Starter/).waitFor();
  const elsewhere = await browser.open(other.client);
  await elsewhere.page.goto('/');
  await elsewhere.page.getByText(/of 1,000, package Growth/).waitFor();
  await manager.client.call('packages.update', {
    ...{ id: packages.Starter.id, seen: Number.MAX_SAFE_INTEGER, caps: { daily: 250 } }
  });
  await theirs.page.getByText(/of 250, package Starter/).waitFor();
  await elsewhere.page.getByText(/of 1,000, package Growth/).waitFor();
});
