import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { ApiClient } from '../support/api-client';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { madeBy } from '../support/made-tenants';
import { keptOnDevice } from '../support/device';
import { until } from '../support/replica';
import { inviteOf, OWN_RIGHTS } from '../support/tenant-sign-in';

// One of staff signed in as a user, in a real browser (TEN-6).

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
let count = 0;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(async () => {
  await app.stop();
});

async function newUser() {
  const made = madeBy(app.owner);
  const { id: packageId } = await made.package({ roleId: await made.role(undefined, [...OWN_RIGHTS]) });
  const name = `Orchard & Vine ${++count}`;
  const { id } = await made.user(packageId, { name, email: `mail${count}@orchard.example` });
  const client = new ApiClient(app.origin);
  await client.call('auth.acceptInvitation', { token: await inviteOf(app, id), password: PASSWORD });
  return { id, name, client };
}

const show = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${page.viewportSize()!.width}.png` });
};
const band = (page: Page, name: string) => page.getByText(`You are signed in as ${name}`);
const leave = (page: Page) => page.getByRole('button', { name: /^Leave/ }).filter({ visible: true });

test('[TEN-6] at a desk it begins in the list, too, where somebody points at a user who is not suspended', async () => {
  const [user, barred] = [await newUser(), await newUser()];
  await app.owner.call('users.suspend', { id: barred.id, reason: 'Unpaid' });
  const { page } = await browser.open(await owner());
  await page.goto('/users');
  const row = ({ name }: { name: string }) => page.getByRole('row', { name: new RegExp(`${name}\\b`) });
  const button = (of: { name: string }) => row(of).getByRole('button', { name: /Sign in as/ });
  await row(barred).hover();
  expect(await button(barred).count()).toBe(0);
  await row(user).hover();
  await show(page, 'users-sign-in-as');
  // By keyboard as well: from the name to what can be done.
  await page.mouse.move(0, 0);
  await row(user).getByRole('link').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('alertdialog');
  await dialog.getByLabel('Why').waitFor();
  // Whoever thinks better of it goes on where they were.
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => button(user).evaluate((each) => each === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Why').fill('Ticket 2282');
  await dialog.getByRole('button', { name: `Sign in as ${user.name}` }).click();
  await band(page, user.name).waitFor();
  const { client } = await app.person('Ursula Viewer', await viewers());
  const other = await browser.open(client);
  await other.page.goto('/users');
  await other.page.getByRole('row', { name: new RegExp(`${user.name}\\b`) }).hover();
  expect(await other.page.getByRole('button', { name: /Sign in as/ }).count()).toBe(0);
});

/** A role that sees users, and does nothing in their place. */
const viewers = async () => {
  const given = { name: 'Viewers of users', permissions: ['tenants.users.view'] };
  return (await app.owner.call<{ id: string }>('roles.create', given)).id;
};

async function begin(page: Page, user: { id: string; name: string }): Promise<void> {
  await page.goto(`/users/${user.id}`);
  await page.getByRole('button', { name: 'Sign in as…' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByLabel('Why').fill('Ticket 2281: import stops at 80 %');
  await show(page, 'sign-in-as');
  await dialog.getByRole('button', { name: `Sign in as ${user.name}` }).click();
  await band(page, user.name).waitFor();
}

/** Names of the databases that this browser keeps. */
const databases = (page: Page) =>
  page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''));

async function owner(): Promise<ApiClient> {
  const client = app.anonymous();
  await client.call('auth.signIn', { email: 'maya@northwind.example', password: PASSWORD });
  return client;
}

describe.each([
  ['at a desk', DESK, 'light'],
  ['on a phone', PHONE, 'dark']
] as const)('[TEN-6] %s', (where, viewport, colorScheme) => {
  test('the user’s console stands under a band, and leaving leads back without signing in', async () => {
    const user = await newUser();
    const { page, context } = await browser.open(await owner(), { viewport, colorScheme });
    await begin(page, user);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page
      .getByText(/Ends in (29|30) min/)
      .filter({ visible: true })
      .waitFor();
    await expect.poll(() => page.title()).toMatch(new RegExp(`^As ${user.name}: `));
    await until(
      async () => (await page.getByText('Live', { exact: true }).filter({ visible: true }).count()) > 0,
      20_000,
      'the document of the user is live'
    );
    await show(page, `as-overview-${colorScheme}`);
    await expectAccessible(page, `the visit ${where}`);

    // It stays while the page scrolls, and all round it is the frame.
    await page.mouse.wheel(0, 2000);
    const at = await page.locator('[data-visit-band]').boundingBox();
    expect([at?.x, at?.y, at?.width]).toEqual([0, 0, viewport.width]);
    const frame = await page.locator('[data-visit-frame]').boundingBox();
    expect([frame?.width, frame?.height]).toEqual([viewport.width, viewport.height]);

    await page.getByRole('link', { name: 'Log', exact: true }).filter({ visible: true }).click();
    await page.getByText('Ticket 2281: import stops at 80 %').first().waitFor();
    await show(page, `as-log-${colorScheme}`);
    await page.getByRole('link', { name: 'Account', exact: true }).filter({ visible: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
    await page.getByText(`Only ${user.name} sees and changes this.`).waitFor();
    expect(await page.getByLabel('Current password').count()).toBe(0);
    await show(page, `as-account-${colorScheme}`);

    // Beside it another tab is one's own console, and a reload is still in the visit.
    const other = await context.newPage();
    await other.goto('/users');
    await other.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
    expect(await band(other, user.name).count()).toBe(0);
    await page.reload();
    await band(page, user.name).waitFor();
    // The device keeps nothing of the user's.
    expect((await databases(page)).filter((name) => name.includes(user.id))).toEqual([]);

    await leave(page).first().click();
    await page.waitForURL(`**/users/${user.id}`);
    await page.getByRole('heading', { name: 'Status' }).waitFor();
    expect(await band(page, user.name).count()).toBe(0);
    await other.reload();
    await other.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
  });

  test('when it ends by itself the page says so, where one came from', async () => {
    const user = await newUser();
    const { page } = await browser.open(await owner(), { viewport, colorScheme });
    await begin(page, user);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await app.owner.call('users.suspend', { id: user.id, reason: 'Complaints' });
    await page.waitForURL(`**/users/${user.id}`);
    await page.getByText('You are no longer signed in as this user').waitFor();
  });
});

describe('[TEN-6] [S-11] signing out beside a visit', () => {
  const CLEARED = 'You are signed out, and this device is cleared.';

  async function besideOwnTab() {
    const [user, client] = [await newUser(), await owner()];
    const { page, context } = await browser.open(client, { viewport: DESK, serviceWorkers: 'allow' });
    await begin(page, user);
    const other = await context.newPage();
    await other.goto('/account');
    await other.getByRole('heading', { level: 1, name: 'My account' }).waitFor();
    return { user, client, page, context, other };
  }

  test('without a connection: the tab of the visit shows nothing any more, and the server hears of it first thing', async () => {
    const { user, client, page, context, other } = await besideOwnTab();
    await keptOnDevice(other);
    await context.setOffline(true);
    await other.getByText('Offline', { exact: true }).filter({ visible: true }).first().waitFor();
    await other.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await other.getByText(CLEARED).waitFor();
    await expect.poll(() => page.url()).toContain('sign-in');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await band(page, user.name).count()).toBe(0);
    expect(await page.getByText(user.name).count()).toBe(0);

    await context.setOffline(false);
    await until(async () => (await client.try('me.get')).status === 401, 'the server has heard of it');
    await expect.poll(() => page.url()).toContain('sign-in');
  });

  test('a tab of a visit that heard nothing of it goes back to its own place and pays there', async () => {
    const { user, client, page, other } = await besideOwnTab();
    const { id } = await client.call<{ id: string }>('me.get');
    await other.close();
    // What the device notes for somebody who signs out without a connection.
    await page.evaluate((personId) => localStorage.setItem('rolecall:sign-out', personId), id);
    // It goes on to two other addresses by itself: what is waited for is where that ends.
    await page.reload({ waitUntil: 'commit' });
    await expect.poll(() => page.url()).toContain('sign-in');
    await until(async () => (await client.try('me.get')).status === 401, 'the session is over');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await band(page, user.name).count()).toBe(0);
    await expect.poll(() => page.evaluate(() => localStorage.getItem('rolecall:sign-out'))).toBeNull();
  });
});
