import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { ApiClient } from '../support/api-client';
import { plantApplication, type Planted } from '../support/applications';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { madeBy, type MadeTenants } from '../support/made-tenants';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { inviteOf, OWN_RIGHTS } from '../support/tenant-sign-in';
import { codeOf } from '../support/totp';

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
let made: MadeTenants;
let roleId: string;
let growth: { id: string; name: string };
let relay: Planted;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  made = madeBy(app.owner);
  const branding = { name: 'Northwind Mail', accent: null, logo: null };
  await app.owner.call('settings.update', { seen: 1e6, branding });
  roleId = await made.role('Sender', [...OWN_RIGHTS]);
  growth = await made.package({
    name: 'Growth',
    roleId,
    caps: { hourly: 2000, daily: 30_000, monthly: 600_000, threads: 4 },
    counts: { contacts: 100_000, sendingDomains: 5 }
  });
  const programs = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Sending',
    permissions: ['quotas.ledger.consume']
  });
  relay = await plantApplication(state, { roleId: programs.id, name: 'Mail relay' });
});
beforeEach(() => state.forgetTries());
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** A user with a password, not signed in on any screen. */
async function newUser(name: string, fields: object = {}) {
  const email = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '.')}.${randomUUID().slice(0, 4)}@client.example`;
  const { id } = await made.user(growth.id, { name, email, ...fields });
  const client = new ApiClient(app.origin);
  await client.call('auth.acceptInvitation', { token: await inviteOf(app, id), password: PASSWORD });
  return { id, name, email, client };
}

/** Charges units as a mail server does for a user; true if they are granted. */
async function send(id: string, units: number): Promise<boolean> {
  const body = { subject: { type: 'user', id }, units, key: randomUUID() };
  return (
    (await askEndpoint(app.origin, '/caps/v1/consume', { key: relay.key, body })).body as { granted: boolean }
  ).granted;
}

/** Record of what a page asked the server for, and of what was refused. */
function askedBy(page: Page) {
  const asked = { procedures: new Set<string>(), refused: [] as string[], documents: new Set<string>() };
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/trpc/')) return;
    for (const each of pathname.slice('/trpc/'.length).split(',')) asked.procedures.add(each);
    if (response.status() >= 400) asked.refused.push(`${response.status()} ${pathname}`);
  });
  page.on('websocket', (socket) => {
    asked.documents.add(decodeURIComponent(new URL(socket.url()).pathname.split('/').at(-1)!));
  });
  return asked;
}

async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
const question = (page: Page) => page.getByRole('alertdialog').or(page.getByRole('dialog')).last();
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const show = async (page: Page, name: string, colorScheme?: 'light' | 'dark') => {
  if (!SHOTS) return;
  if (colorScheme) await page.emulateMedia({ colorScheme });
  await page.screenshot({ path: `${SHOTS}/${name}-${page.viewportSize()!.width}.png` });
};
const meter = (page: Page, name: string) => page.getByRole('meter', { name }).filter({ visible: true });
const says = (page: Page, name: string, text: string) =>
  until(
    async () => (await meter(page, name).getAttribute('aria-valuetext'))?.includes(text) ?? false,
    `${name} says ${text}`
  );

describe.each([
  ['at a desk', DESK, 'light'],
  ['on a phone', PHONE, 'dark']
] as const)('[TEN-5] %s', (where, viewport, colorScheme) => {
  test('a user signs in and finds what it may send, its log and its account, and nothing of staff', async () => {
    const user = await newUser('Orchard & Vine', { caps: { hourly: 1500 } });
    await until(() => send(user.id, 120), 'the relay may send for the user');
    const { page } = await browser.open(app.anonymous(), { viewport, colorScheme });
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await signIn(page, user.email);
    await heading(page, 'Overview');
    const asked = askedBy(page);
    await page.reload();
    await heading(page, 'Overview');
    await says(page, 'Daily limit', '120 of 30,000');
    await page.getByText('of 30,000, package Growth').waitFor();
    // Where each of the others comes from.
    const others = page.getByRole('region', { name: 'Other caps' });
    await others.getByText('Set for you').waitFor();
    await expect.poll(() => others.getByText('Package Growth').count()).toBe(2);
    await page.getByRole('region', { name: 'What you can have' }).getByText('100,000').waitFor();
    // Names by which mail servers know it are there when staff give them, and nothing to press.
    const names = page.getByRole('region', { name: 'Sending names' });
    await names.getByText(user.email).waitFor();
    const login = `relay-${user.id.slice(0, 8)}`;
    await app.owner.call('users.addSendingName', { id: user.id, name: login });
    await names.getByText(login, { exact: true }).waitFor();
    expect(await names.getByRole('button').count()).toBe(0);
    await page.getByText(`${OWN_RIGHTS.length} of`, { exact: false }).waitFor();
    await page.getByRole('img', { name: /sent in the last 24 hours/ }).waitFor();
    expect(await send(user.id, 380)).toBe(true);
    await says(page, 'Daily limit', '500 of 30,000');
    await show(page, 'own-overview');
    await expectAccessible(page, `the overview ${where}`);

    await page.getByRole('link', { name: 'Log', exact: true }).filter({ visible: true }).click();
    await heading(page, 'Log');
    await page.getByRole('list', { name: 'Sign-ins' }).getByText('You').first().waitFor();
    await show(page, 'own-log', colorScheme);
    await expectAccessible(page, `the log ${where}`);
    await page.getByRole('link', { name: 'Activity', exact: true }).click();
    await page.getByRole('list', { name: 'Activity' }).getByText('Maya Lindqvist').first().waitFor();
    await show(page, 'own-activity', colorScheme);

    await page.getByRole('link', { name: 'Account', exact: true }).filter({ visible: true }).click();
    await heading(page, 'Account');
    await page.getByRole('list', { name: 'Your sessions' }).waitFor();
    await expect.poll(() => page.getByLabel('Email').isDisabled()).toBe(true);
    await expect.poll(() => page.locator('#ownership, #caps').count()).toBe(0);
    await show(page, 'own-account', colorScheme);
    await expectAccessible(page, `the account ${where}`);
    if (viewport === PHONE) {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('dialog', { name: 'More' }).getByText('Orchard & Vine').waitFor();
      await show(page, 'own-more', colorScheme);
    } else {
      const bar = page.getByRole('navigation', { name: 'Main' }).filter({ visible: true });
      const rooms = async () =>
        (await bar.getByRole('link').allInnerTexts()).map((each) => each.split('\n')[0]);
      await expect.poll(rooms).toEqual(['Overview', 'Log', 'Account', 'Notices']);
      await bar.getByText('Northwind Mail').waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('option', { name: 'Overview' }).waitFor();
      await expect
        .poll(() => page.getByRole('option', { name: /Administrators|Settings|Roles/ }).count())
        .toBe(0);
      await show(page, 'own-palette');
      await page.keyboard.press('Escape');
      await page.getByRole('option').first().waitFor({ state: 'detached' });
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Help' }).getByText('Package', { exact: true }).waitFor();
    }
    // What is staff's was not even asked for.
    expect(asked.refused).toEqual([]);
    expect(
      [...asked.procedures].filter((each) => !/^(auth|me|own|keys|catalogue|setup)\./.test(each))
    ).toEqual([]);
    expect([...asked.documents]).toEqual(['own']);
  });
});

test('[TEN-3] pages of staff are not there for a user, like those that never were', async () => {
  const user = await newUser('Kestrel Outdoor');
  const { page } = await browser.open(user.client);
  const asked = askedBy(page);
  for (const path of [
    ...['/administrators', '/administrators/new', `/administrators/${app.ownerId}`, '/roles', '/users'],
    ...[`/users/${user.id}`, '/packages', '/settings', '/logs/activity', '/logs/wall', '/sending', '/access'],
    ...['/applications', '/attention', '/nothing-of-the-kind']
  ]) {
    await page.goto(path);
    await heading(page, 'Page not found');
    await expect.poll(() => page.getByRole('navigation').count()).toBe(0);
  }
  await show(page, 'own-not-found');
  expect(asked.refused).toEqual([]);
  expect([...asked.documents].filter((each) => each !== 'own')).toEqual([]);
  await page.getByRole('link', { name: 'Go to Home' }).click();
  await heading(page, 'Overview');
});

test('[AUT-2] [AUT-3] a user changes its name and password, enrols a second factor, and signs in with it', async () => {
  const user = await newUser('Lumen & Daughters');
  const { page } = await browser.open(user.client);
  await page.goto('/account');
  const profile = page.locator('#profile');
  await profile.getByLabel('Name', { exact: true }).fill('Lumen & Sons');
  await profile.getByRole('button', { name: 'Save' }).click();
  await until(
    async () => (await user.client.call<{ name: string }>('me.get')).name === 'Lumen & Sons',
    'the name is another'
  );
  await page.getByRole('navigation', { name: 'Main' }).getByText('Lumen & Sons').first().waitFor();

  const password = page.locator('#password');
  const other = 'another sentence of a client';
  await password.getByRole('button', { name: 'Change password' }).click();
  await password.getByLabel('Current password').fill(PASSWORD);
  await password.getByLabel('New password').fill(other);
  await password.getByLabel('Confirm password').fill(other);
  await password.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Password changed. Your other sessions have ended.').waitFor();

  const factor = page.locator('#two-factor');
  await factor.getByRole('button', { name: 'Set up two-factor sign-in' }).click();
  await factor.getByText('Enter it manually').click();
  const secret = (await factor.getByRole('code').innerText()).replace(/\s/gu, '');
  await factor.getByLabel('Code', { exact: true }).fill(await codeOf(secret));
  await factor.getByText('Your recovery codes').waitFor();
  await show(page, 'own-codes');
  const codes = await page
    .getByRole('list', { name: 'Recovery codes' })
    .getByRole('listitem')
    .allInnerTexts();
  expect(codes).toHaveLength(10);

  const again = await browser.open(app.anonymous());
  await again.page.goto('/account');
  await signIn(again.page, user.email, other);
  await heading(again.page, 'Enter your code');
  await again.page.getByRole('button', { name: 'Use a recovery code' }).click();
  await again.page.getByLabel('Recovery code').fill(codes[0]!);
  await again.page.getByRole('button', { name: 'Verify' }).click();
  await heading(again.page, 'Account');
});

test('[TEN-5] [APP-2] [UX-1] keys of its own on a narrow phone: made, shown once, revoked by staff and by itself, no more than its package allows', async () => {
  const { id: packageId } = await made.package({ roleId, counts: { keys: 2 } });
  const user = await newUser('Sparrow Post');
  await app.owner.call('users.update', { id: user.id, seen: 1e6, packageId });
  const { page } = await browser.open(user.client, { viewport: { width: 360, height: 740 } });
  await page.goto('/account');
  const section = page.locator('#keys');
  await section.getByText('You have no API keys.').waitFor();
  const works = async (key: string) => (await askEndpoint(app.origin, '/trpc/own.usage', { key })).status;
  /** Makes a key; the key itself. */
  const make = async (name: string): Promise<string> => {
    await section.getByRole('button', { name: 'New API key' }).click();
    const form = page.getByRole('dialog', { name: 'New API key' });
    await form.getByLabel('Name of the key').fill(name);
    const search = form.getByRole('searchbox', { name: 'Search permissions' });
    // What only staff do is not offered.
    await search.fill('people.roles.view');
    await form.getByText('No matching permissions.').waitFor();
    await search.fill('quotas.admin_quota.view_usage_own');
    await form.getByRole('checkbox').last().check({ force: true });
    await show(page, 'own-key-form');
    await form.getByRole('button', { name: 'Create and show the key' }).click();
    const shown = page.getByRole('alertdialog', { name: 'Your new API key' });
    const key = await shown.getByRole('group', { name: 'The key' }).innerText();
    await shown.getByText('/trpc/own.usage').first().waitFor();
    await show(page, 'own-key-shown');
    await expectAccessible(page, 'a new key on a narrow phone');
    await shown.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Close anyway' }).click();
    await section.getByText(name).waitFor();
    return key;
  };
  const [nightly, weekly] = [await make('nightly'), await make('weekly')];
  expect([await works(nightly), await works(weekly)]).toEqual([200, 200]);
  await section.scrollIntoViewIfNeeded();
  await show(page, 'own-keys');
  await expectAccessible(page, 'keys on a narrow phone');
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await section.getByRole('button', { name: 'New API key' }).click();
  const form = page.getByRole('dialog', { name: 'New API key' });
  await form.getByLabel('Name of the key').fill('one more');
  await form.getByRole('searchbox', { name: 'Search permissions' }).fill('quotas.admin_quota.view_usage_own');
  await form.getByRole('checkbox').last().check({ force: true });
  await form.getByRole('button', { name: 'Create and show the key' }).click();
  await form.getByText('Your package allows 2 API keys').waitFor();
  await form.getByRole('button', { name: 'Cancel' }).click();

  await section.getByRole('button', { name: 'Revoke nightly' }).click();
  await question(page).getByRole('button', { name: 'Revoke', exact: true }).click();
  await section.getByText('Revoked').waitFor();
  expect([await works(nightly), await works(weekly)]).toEqual([401, 200]);

  const staff = await browser.open(app.owner);
  await staff.page.goto(`/users/${user.id}`);
  await staff.page.getByRole('button', { name: 'Revoke weekly' }).click();
  await question(staff.page).getByRole('button', { name: 'Revoke', exact: true }).click();
  await staff.page.getByText('No API keys.').waitFor();
  expect(await works(weekly)).toBe(401);
});

test('[TEN-7] what staff do to a user reaches its open page at once: another package, a closing, a suspension', async () => {
  const starter = await made.package({ name: 'Starter', roleId, caps: { daily: 1000 } });
  const user = await newUser('Bramble Mill');
  const { page } = await browser.open(user.client);
  await page.goto('/');
  await page.getByText('of 30,000, package Growth').waitFor();
  await app.owner.call('users.update', {
    ...{ id: user.id, seen: Number.MAX_SAFE_INTEGER, packageId: starter.id }
  });
  await page.getByText('of 1,000, package Starter').waitFor();

  // Whose account is being closed signs in anew, to look and to export.
  await app.owner.call('users.close', { id: user.id, reason: 'Moves away' });
  await until(() => new URL(page.url()).pathname === '/sign-in', 'the session has ended');
  await signIn(page, user.email);
  await page.getByText(/This account closes on/).waitFor();
  await show(page, 'own-closing');
  await expectAccessible(page, 'the overview of an account that is being closed');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export my data' }).click()
  ]);
  expect(download.suggestedFilename()).toMatch(/^my-data-\d{4}-\d\d-\d\d\.json$/);
  const file = await readFile(await download.path(), 'utf8');
  const by = (who: string) =>
    expect.arrayContaining([expect.objectContaining({ by: expect.objectContaining({ who }) })]);
  expect(JSON.parse(file)).toMatchObject({
    account: { id: user.id, name: 'Bramble Mill', email: user.email, status: 'closing' },
    sending: { caps: { daily: { limit: 1000, source: 'package' } } },
    log: { authentication: by('you'), activity: by('staff') }
  });
  await page.goto('/account');
  await page.locator('#profile').getByText('This can’t be changed while').waitFor();
  await expect
    .poll(() => page.locator('#profile').getByLabel('Name', { exact: true }).isDisabled())
    .toBe(true);
  await expect.poll(() => page.locator('#password').getByRole('button').isDisabled()).toBe(false);

  await app.owner.call('users.reactivate', { id: user.id });
  await page.getByText(/This account closes on/).waitFor({ state: 'detached' });
  await app.owner.call('users.suspend', { id: user.id, reason: 'Invoices unpaid' });
  await until(() => new URL(page.url()).pathname === '/sign-in', 'the user is signed out');
  await signIn(page, user.email);
  await page.getByRole('alert').first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/sign-in');
});

test('[TEN-5] [LIV-3] without a connection the pages say what is not there, and what the user may send stays', async () => {
  const user = await newUser('Tidewater Books');
  const { page, context } = await browser.open(user.client);
  await page.goto('/logs');
  await page.getByRole('list', { name: 'Sign-ins' }).waitFor();
  await page.getByRole('link', { name: 'Overview', exact: true }).click();
  await page.getByText('of 30,000, package Growth').waitFor();
  await context.setOffline(true);
  await page.getByRole('status').getByText('Offline').first().waitFor();
  await page.getByText('of 30,000, package Growth').waitFor();
  await page.getByRole('link', { name: 'Log', exact: true }).click();
  await page.getByText('The log is not available offline').waitFor();
  await show(page, 'own-log-offline');
  await page.getByRole('link', { name: 'Overview', exact: true }).click();
  await page
    .getByText(/30,000/)
    .first()
    .waitFor();
  await show(page, 'own-overview-offline');
  await context.setOffline(false);
  await page.getByText('of 30,000, package Growth').waitFor();
});

test('[ADM-5] [TEN-1] staff invite a user from its page, see where it is signed in, and sign it out', async () => {
  const { id } = await made.user(growth.id, { name: 'Fernhill Dairy' });
  const { page } = await browser.open(app.owner);
  await page.goto(`/users/${id}`);
  const signing = page.getByRole('region', { name: 'Sign-in', exact: true });
  await signing.getByText('Never signed in').waitFor();
  await signing.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Invite' }).click();
  const link = (await dialog.getByText(/\/invitation#/).innerText()).trim();
  await show(page, 'user-invited');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await signing.getByText(/Their invitation has not been used yet/).waitFor();

  const own = await browser.open(app.anonymous());
  await own.page.goto(link);
  await own.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await own.page.getByLabel('Confirm password').fill(PASSWORD);
  await own.page.getByRole('button', { name: 'Continue' }).click();
  await heading(own.page, 'Overview');

  await page.reload();
  const sessions = page.getByRole('region', { name: /^Sessions/ });
  await sessions.getByText('Chrome on Linux').waitFor();
  await expectAccessible(page, 'a user who has signed in');
  await show(page, 'user-sign-in');
  await signing.getByRole('button', { name: 'Require 2FA' }).click();
  await dialog.getByRole('button', { name: 'Require 2FA' }).click();
  await signing.getByText('Required for this account.').waitFor();
  await signing.getByRole('button', { name: 'Sign out everywhere' }).click();
  await dialog.getByRole('button', { name: 'Sign out everywhere' }).click();
  await until(() => new URL(own.page.url()).pathname === '/sign-in', 'the user is signed out');
  await sessions.getByText('Not signed in on any device.').waitFor();
});
