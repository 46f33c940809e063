import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enrol, INITIAL_PASSWORD, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { openState, type StateProbe } from '../support/state';
import { codeOf } from '../support/totp';

const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
let people = 0;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
});
beforeEach(() => state.forgetTries());
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** Somebody whose initial password waits to be used; of whom a second factor is asked, too. */
async function newcomer(require2fa = true): Promise<{ id: string; email: string }> {
  const email = `newcomer${++people}@northwind.example`;
  const person = { name: `New Comer ${people}`, email, roleId: 'admin', password: INITIAL_PASSWORD };
  const { id } = await app.owner.call<{ id: string }>('administrators.create', person);
  if (require2fa) await app.owner.call('administrators.require2fa', { id, required: true });
  return { id, email };
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const path = (page: Page) => new URL(page.url()).pathname;

/** The secret as it is shown for typing. */
async function typedSecret(page: Page): Promise<string> {
  await page.getByText('Enter it manually').click();
  const text = await page.getByRole('code').innerText();
  return text.replace(/\s/gu, '');
}

describe.each([
  ['desk', DESK],
  ['phone', PHONE]
])('[ADM-5] [AUT-1] the first sign-in on a %s', (_name, viewport) => {
  test('changes the password, enrols, shows recovery codes once, and leads where one wanted to go', async () => {
    const { email } = await newcomer();
    const { page } = await browser.open(app.anonymous(), {
      viewport,
      hasTouch: viewport === PHONE,
      acceptDownloads: true
    });
    await page.goto('/roles');
    await signIn(page, email, INITIAL_PASSWORD);

    await heading(page, 'Choose your password');
    // [UX-1] Read aloud, both are there once.
    const aloud = await page.locator('body').ariaSnapshot();
    for (const words of ['Choose your password', 'Someone else knows'])
      expect(aloud.split(words), aloud).toHaveLength(2);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Confirm password').fill('another one');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('The passwords don’t match.').waitFor();
    await expect.poll(() => page.getByLabel('Password', { exact: true }).inputValue()).toBe(PASSWORD);
    await page.getByLabel('Password', { exact: true }).fill(INITIAL_PASSWORD);
    await page.getByLabel('Confirm password').fill(INITIAL_PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Choose a password different from the current one.').waitFor();
    // A reload comes out at the same step, and nothing else can be reached.
    await page.goto('/account');
    await heading(page, 'Choose your password');
    expect(path(page)).toBe('/sign-in');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Confirm password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();

    await heading(page, 'Set up your second factor');
    await page.goto('/roles');
    await heading(page, 'Set up your second factor');
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    const secret = await typedSecret(page);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const code = page.getByLabel('Code', { exact: true });
    await code.fill('000000');
    await page.getByText('That code isn’t right.').waitFor();
    await code.fill(await codeOf(secret));

    await heading(page, 'Save your recovery codes');
    const codes = await page
      .getByRole('list', { name: 'Recovery codes' })
      .getByRole('listitem')
      .allInnerTexts();
    expect(new Set(codes).size).toBe(10);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toBe('recovery-codes.txt');
    await expect.poll(() => page.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true);
    await page.locator('label', { hasText: 'I have saved them' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { level: 1, name: 'Roles' }).waitFor();
    expect(path(page)).toBe('/roles');

    // The lost phone: a recovery code gets in, once.
    const other = await browser.open(app.anonymous(), { viewport });
    await other.page.goto('/account');
    await signIn(other.page, email, PASSWORD);
    await heading(other.page, 'Enter your code');
    await other.page.reload();
    await heading(other.page, 'Enter your code');
    await other.page.getByRole('button', { name: 'Use a recovery code' }).click();
    await other.page.getByLabel('Recovery code').fill(codes[0]!.toLowerCase());
    await other.page.getByRole('button', { name: 'Verify' }).click();
    await other.page.getByRole('heading', { level: 1, name: 'My account' }).waitFor();
    await other.page.getByText('9 of 10 recovery codes are left.').waitFor();
    await other.page.goto('/account/notices');
    await other.page.getByText('A recovery code was used').last().waitFor();

    const third = await browser.open(app.anonymous(), { viewport });
    await third.page.goto('/sign-in');
    await signIn(third.page, email, PASSWORD);
    await third.page.getByRole('button', { name: 'Use a recovery code' }).click();
    await third.page.getByLabel('Recovery code').fill(codes[0]!);
    await third.page.getByRole('button', { name: 'Verify' }).click();
    await third.page.getByText('That isn’t one of your unused recovery codes.').waitFor();
    await expect.poll(() => third.page.getByLabel('Recovery code').inputValue()).toBe(codes[0]);
  });
});

test('[ADM-5] at every address a half-finished sign-in leads to its step, and to no other', async () => {
  const { email } = await newcomer(false);
  const client = app.anonymous();
  await client.call('auth.signIn', { email, password: INITIAL_PASSWORD });
  const { page } = await browser.open(client);
  const addresses = [
    '/',
    '/administrators',
    '/administrators/new',
    '/roles/support',
    '/logs/activity',
    '/account'
  ];
  for (const address of [...addresses, '/account/notices', '/sign-in']) {
    await page.goto(address);
    await heading(page, 'Choose your password');
    expect(path(page), address).toBe('/sign-in');
    await expect.poll(() => page.getByRole('navigation').count(), { message: address }).toBe(0);
  }
  await page.getByRole('button', { name: 'Sign in as someone else' }).click();
  await heading(page, 'Sign in');
  expect(await client.refused('auth.changePassword', { password: PASSWORD })).toEqual({
    code: 'auth/signed-out'
  });
});

test('[UX-2] nobody is here: no error stands in the console; signed out from elsewhere: the page says so', async () => {
  const { id, client } = await app.person('Sent Away', 'admin');
  const { page } = await browser.open(app.anonymous());
  const refused: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 401) refused.push(response.url());
  });
  await page.goto('/roles');
  await heading(page, 'Sign in');
  await page.getByLabel('Password', { exact: true }).waitFor();
  await expect.poll(() => page.getByText('You were signed out.').count()).toBe(0);
  expect(refused).toEqual([]);

  const theirs = await browser.open(client);
  await theirs.page.goto('/roles');
  await theirs.page.getByRole('heading', { level: 1, name: 'Roles' }).waitFor();
  await app.owner.call('administrators.suspend', { id });
  await theirs.page.getByText('You were signed out.').waitFor();
  await theirs.page.getByText(/An administrator ended your session/).waitFor();
});

test('[UX-4] a form half filled when the session ends is as it was left, for the same person', async () => {
  const { id, email, client } = await app.person('Half Way', 'admin');
  const { page } = await browser.open(client);
  await page.goto('/administrators/new');
  await page.getByLabel('Name', { exact: true }).fill('Priya Nair');
  await page.getByLabel('Email', { exact: true }).fill('priya.nair@northwind.example');
  await page.getByLabel('Password', { exact: true }).fill('seven quiet herons wade');
  await app.owner.call('administrators.revokeSessions', { id });
  await page.getByText('You were signed out.').waitFor();
  await signIn(page, email, PASSWORD);
  await page.getByRole('button', { name: 'Save & add new' }).waitFor();
  await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('Priya Nair');
  expect(await page.getByLabel('Email', { exact: true }).inputValue()).toBe('priya.nair@northwind.example');
  expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
});

test('[AUT-1] a browser that keeps no cookie says so, and what helps', async () => {
  const { email } = await app.person('No Cookie', 'admin');
  const { page } = await browser.open(app.anonymous());
  await page.route('**/trpc/auth.signIn*', async (route) => {
    const response = await route.fetch();
    await page.context().clearCookies();
    const { 'set-cookie': _lost, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  await page.goto('/sign-in');
  await signIn(page, email, PASSWORD);
  await page.getByText(/This browser didn’t keep the cookie/).waitFor();
  await page.getByText(/use another browser, or https/).waitFor();
  expect(path(page)).toBe('/sign-in');
});

test('[ADM-7] a second factor that is asked for from now on ends an open page at its step', async () => {
  const { id, client } = await app.person('Open Page', 'admin');
  const { page } = await browser.open(client);
  await page.goto('/roles');
  await page.getByRole('heading', { level: 1, name: 'Roles' }).waitFor();
  await app.owner.call('administrators.require2fa', { id, required: true });
  await heading(page, 'Set up your second factor');
  expect(new URL(page.url()).searchParams.get('next')).toBe('/roles');
});

describe('[ADM-5] an invitation', () => {
  const invite = async () => {
    const email = `invited${++people}@northwind.example`;
    const person = { name: `In Vited ${people}`, email, roleId: 'support', invite: true };
    const { link } = await app.owner.call<{ link: string }>('administrators.create', person);
    return { email, link };
  };

  test('an invitation takes its secret out of the address, sets a password, and works once', async () => {
    const { email, link } = await invite();
    const { page } = await browser.open(app.anonymous());
    await page.goto(link);
    await heading(page, `Welcome, In Vited ${people}`);
    expect(page.url()).toBe(`${app.origin}/invitation`);
    await expect.poll(() => page.getByLabel('Email').inputValue()).toBe(email);
    await page.getByLabel('Password', { exact: true }).fill('too short');
    await page.getByLabel('Confirm password').fill('too short');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText(/Use at least 15 characters/).waitFor();
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Confirm password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();

    const late = await browser.open(app.anonymous());
    await late.page.goto(link);
    await heading(late.page, 'This invitation has expired');
    await late.page.getByText(/Ask the administrator who invited you/).waitFor();
  });

  test('[ADM-7] a link after a reset asks for a new password, and welcomes nobody who was here', async () => {
    const { id } = await app.person(`Re Turning ${++people}`, 'support');
    const { link } = await app.owner.call<{ link: string }>('administrators.resetPassword', { id });
    const { page } = await browser.open(app.anonymous());
    await page.goto(link);
    await heading(page, 'Choose a new password');
    await page.getByText(`An administrator reset the password of Re Turning ${people}’s`).waitFor();
    expect(await page.getByText(/Welcome/).count()).toBe(0);
  });

  test('without its secret the page says what to do', async () => {
    const { page } = await browser.open(app.anonymous());
    await page.goto('/invitation');
    await heading(page, 'Open your invitation link again');
  });
});

describe('[AUT-4] a sensitive step with an old proof', () => {
  const grow = (email: string) =>
    state.audited(
      (tx) => tx`update sessions set proved_at = now() - interval '11 minutes'
      where administrator_id = (select id from administrators where email = ${email})`
    );
  const shown = (page: Page) => page.getByRole('dialog', { name: "Confirm it's you" });

  test('a sensitive step with an old proof asks for the password once, and then does what was asked', async () => {
    const { client, email } = await app.person('Old Proof', 'admin');
    const other = app.anonymous();
    await other.call('auth.signIn', { email, password: PASSWORD });
    const { page } = await browser.open(client);
    await page.goto('/account');
    const row = page.getByRole('list', { name: 'Your sessions' }).getByRole('listitem');
    await row.nth(1).waitFor();
    await grow(email);

    await row.getByRole('button', { name: /^End/ }).click();
    await shown(page).getByLabel('Password', { exact: true }).fill('not the password');
    await shown(page).getByRole('button', { name: 'Continue' }).click();
    await shown(page).getByText('This password is wrong.').waitFor();
    expect((await other.try('me.get')).status).toBe(200);
    await shown(page).getByLabel('Password', { exact: true }).fill(PASSWORD);
    await shown(page).getByRole('button', { name: 'Continue' }).click();
    await page.getByText('1 session ended').waitFor();
    expect(await other.refused('me.get')).toEqual({ code: 'auth/signed-out' });
    await shown(page).waitFor({ state: 'hidden' });
    // The cookie is another one now; the page goes on as if nothing had been.
    await page.getByLabel('Name', { exact: true }).fill('Fresh Proof');
    await page.locator('#profile').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Profile saved').waitFor();
  });

  test('that is given up changes nothing and says so', async () => {
    const { client, email } = await app.person('Given Up', 'admin');
    const { page } = await browser.open(client);
    await page.goto('/account');
    await page.getByLabel('Addresses and networks').fill('127.0.0.0/8');
    await grow(email);
    await page.locator('#addresses').getByRole('button', { name: 'Save' }).click();
    await shown(page).getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Nothing was changed: this requires your password.').waitFor();
    await expect.poll(() => page.getByLabel('Addresses and networks').inputValue()).toBe('127.0.0.0/8');
    expect(await client.call('me.get')).toMatchObject({ ipAllowlist: [] });
  });

  test('a sensitive step with an old proof takes a code as well where a second factor is on', async () => {
    const { client, email } = await app.person('With Code', 'admin');
    const { totpSecret } = await enrol(client);
    const { page } = await browser.open(client);
    await page.goto('/account');
    await page.getByRole('button', { name: 'New recovery codes' }).waitFor();
    await grow(email);
    // The step of the enrolment is spent.
    await state.audited((tx) => tx`update totp set last_step = 0`);
    await page.getByRole('button', { name: 'New recovery codes' }).click();
    await page.getByRole('button', { name: 'Create new codes' }).click();
    await shown(page).getByLabel('Password', { exact: true }).fill(PASSWORD);
    await shown(page)
      .getByLabel('Code', { exact: true })
      .fill(await codeOf(totpSecret));
    await shown(page).getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('list', { name: 'Recovery codes' }).waitFor();
  });
});
