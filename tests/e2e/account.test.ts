import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { enrol, PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { useBrowser } from '../support/browser';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';
import { codeOf } from '../support/totp';

const DAY_MS = 86_400_000;
const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
});
beforeEach(() => state.forgetTries());
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** The question before something that cannot be undone. */
const asked = (page: Page) => page.getByRole('alertdialog');

const open = async (page: Page, path = '/account') => {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
};

test('[AUT-3] [LIV-7] the profile: what is changed on both sides shows both values', async () => {
  const { id, email, client } = await app.person('Lena Vogel', 'admin');
  const { page } = await browser.open(client);
  await open(page);
  const name = page.locator('#profile').getByLabel('Name', { exact: true });
  await name.fill('Lena Vogel-Brandt');
  const { seq } = await app.owner.call<{ seq: number }>('administrators.get', { id });
  await app.owner.call('administrators.update', { id, seen: seq, name: 'Helena Vogel' });
  await page.locator('#profile').getByRole('button', { name: 'Save' }).click();
  const conflict = page.getByRole('group', { name: 'Name was changed twice' });
  await conflict.getByText('Helena Vogel').waitFor();
  await expect.poll(() => conflict.getByText('Lena Vogel-Brandt').count()).toBe(1);
  expect(await client.call('me.get')).toMatchObject({ name: 'Helena Vogel', email });
  await conflict.getByRole('button', { name: 'Use yours' }).click();
  await conflict.waitFor({ state: 'detached' });
  await until(
    async () => (await client.call<{ name: string }>('me.get')).name === 'Lena Vogel-Brandt',
    'one’s own name is in force'
  );
  await expect.poll(() => name.inputValue()).toBe('Lena Vogel-Brandt');

  // Somebody else's address: said at the field, nothing typed is lost.
  const address = page.locator('#profile').getByLabel('Email');
  await address.fill('MAYA@northwind.example');
  await page.locator('#profile').getByRole('button', { name: 'Save' }).click();
  await page.getByText(/^This address is taken\./).waitFor();
  await expect.poll(() => address.inputValue()).toBe('MAYA@northwind.example');
  expect(await client.call('me.get')).toMatchObject({ email });
});

test('[AUT-3] the password: the present one is asked for, the others end', async () => {
  const { email, client } = await app.person('Pass Word', 'support');
  const other = app.anonymous();
  await other.call('auth.signIn', { email, password: PASSWORD });
  const { page } = await browser.open(client);
  await open(page);
  await page.getByRole('button', { name: 'Change password' }).click();
  const section = page.locator('#password');
  await section.getByLabel('Current password').fill('not the present one');
  await section.getByLabel('New password').fill('an entirely new sentence');
  await section.getByLabel('Confirm password').fill('an entirely new sentence');
  await section.getByRole('button', { name: 'Change password' }).click();
  await section.getByText('That isn’t your current password.').waitFor();
  await expect.poll(() => section.getByLabel('New password').inputValue()).toBe('an entirely new sentence');
  await section.getByLabel('Current password').fill(PASSWORD);
  await section.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Password changed. Your other sessions have ended.').waitFor();
  expect(await other.refused('me.get')).toEqual({ code: 'auth/signed-out' });
  const again = app.anonymous();
  expect(await again.call('auth.signIn', { email, password: 'an entirely new sentence' })).toEqual({
    next: 'ready'
  });
  // The page itself goes on.
  await page.getByRole('link', { name: /^Home/ }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
});

test('[AUT-3] [AUT-2] the second factor: on, new codes, off unless it is required', async () => {
  const { id, client } = await app.person('Two Factor', 'admin');
  const { page } = await browser.open(client);
  await open(page);
  const section = page.locator('#two-factor');
  await section.getByRole('button', { name: 'Set up two-factor sign-in' }).click();
  await section.getByText('Enter it manually').click();
  const secret = (await section.getByRole('code').innerText()).replace(/\s/gu, '');
  await section.getByLabel('Code', { exact: true }).fill(await codeOf(secret));
  await section.locator('label', { hasText: 'I have saved them' }).click();
  await section.getByRole('button', { name: 'Continue' }).click();
  await section.getByText('10 of 10 recovery codes are left.').waitFor();
  expect(await client.call('me.get').catch(() => null)).toBeNull(); // the page has another cookie now

  await app.owner.call('administrators.require2fa', { id, required: true });
  await section.getByText('Required by an administrator.').waitFor();
  await expect.poll(() => section.getByRole('button', { name: 'Turn off' }).isDisabled()).toBe(true);
  await app.owner.call('administrators.require2fa', { id, required: false });
  await section.getByText(/^Not required for your account/).waitFor();
  await section.getByRole('button', { name: 'Turn off' }).click();
  await asked(page).getByRole('button', { name: 'Turn off' }).click();
  await page.getByText('Two-factor sign-in is off').first().waitFor();
  await section.getByRole('button', { name: 'Set up two-factor sign-in' }).waitFor();
  expect(await state.sql`select 1 from totp where administrator_id = ${id}`).toHaveLength(0);
});

test('[AUT-3] one’s own sessions are ended, and one’s addresses set', async () => {
  const { email, client } = await app.person('Many Places', 'admin');
  for (let n = 0; n < 2; n++) await app.anonymous().call('auth.signIn', { email, password: PASSWORD });
  const { page } = await browser.open(client);
  await open(page);
  const list = page.getByRole('list', { name: 'Your sessions' });
  await list.getByText('This device').waitFor();
  await expect.poll(() => list.getByRole('listitem').count()).toBe(3);
  await page.getByRole('button', { name: 'End all others' }).click();
  await asked(page).getByRole('button', { name: 'End all others' }).click();
  await page.getByText('2 sessions ended').waitFor();
  await expect.poll(() => list.getByRole('listitem').count()).toBe(1);

  const field = page.getByLabel('Addresses and networks');
  const save = page.locator('#addresses').getByRole('button', { name: 'Save' });
  await field.fill('10.0.0.0/8\nnonsense');
  await save.click();
  await page.getByText(/“nonsense” is not an address or network/).waitFor();
  await field.fill('10.0.0.0/8');
  await save.click();
  await page.getByText(/must hold the address you are at now/).waitFor();
  await page.getByRole('button', { name: 'Add my current address' }).click();
  await expect.poll(() => field.inputValue()).toMatch(/^10\.0\.0\.0\/8\n(127\.0\.0\.1|::1)$/);
  await save.click();
  await page.getByText('Addresses saved').waitFor();
  expect(((await client.call('me.get')) as { ipAllowlist: string[] }).ipAllowlist).toHaveLength(2);
});

test('[ACC-7] what the role does not include is locked, with the reason', async () => {
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Hands off',
    permissions: ['people.self.change_password']
  });
  const { client } = await app.person('Hands Off', roleId);
  const { page } = await browser.open(client);
  await open(page);
  await page.getByText(/Requires “Own account › Edit profile”\. Your role, Hands off,/).waitFor();
  await expect
    .poll(() => page.locator('#profile').getByLabel('Name', { exact: true }).isDisabled())
    .toBe(true);
  await expect.poll(() => page.locator('#profile').getByRole('button', { name: 'Save' }).count()).toBe(0);
  await expect
    .poll(() => page.locator('#profile').getByRole('button', { name: 'Why? Profile' }).count())
    .toBe(1);
  await expect
    .poll(() => page.getByRole('button', { name: 'Set up two-factor sign-in' }).isDisabled())
    .toBe(true);
  await expect.poll(() => page.getByRole('button', { name: 'Change password' }).isEnabled()).toBe(true);
  // ROL-5: granted while the page is open, usable at once.
  const { seq } = await app.owner.call<{ seq: number }>('roles.get', { id: roleId });
  await app.owner.call('roles.edit', { id: roleId, seen: seq, grant: ['people.self.edit_profile'] });
  await page.locator('#profile').getByRole('button', { name: 'Save' }).waitFor();
});

describe('[OWN-2] the ownership', () => {
  test('the ownership is offered, declined, offered again and accepted; both sides see each step', async () => {
    const { id, client } = await app.person('Heir Apparent', 'super_administrator');
    const candidate = await browser.open(client);
    const owner = await browser.open(app.owner);
    const offer = () => app.owner.call('owner.offer', { id });
    await offer();
    await open(candidate.page, '/');
    const banner = candidate.page.getByRole('region', { name: 'You have been offered ownership' });
    await banner.getByRole('button', { name: 'Decline' }).click();
    await candidate.page.getByText('Ownership declined').first().waitFor();
    await expect.poll(() => banner.count()).toBe(0);

    await offer();
    await open(owner.page);
    await owner.page.getByText(/You offered ownership to Heir Apparent/).waitFor();
    await owner.page.getByRole('button', { name: 'Withdraw offer' }).click();
    await owner.page.getByText('Offer withdrawn').first().waitFor();

    await offer();
    await open(candidate.page, '/account/notices');
    await state.audited(
      (tx) => tx`update sessions set proved_at = now() - interval '11 minutes' where administrator_id = ${id}`
    );
    await candidate.page.getByRole('button', { name: 'Accept' }).first().click();
    const dialog = asked(candidate.page);
    await dialog.getByText('Maya Lindqvist stays Super Administrator.').waitFor();
    await dialog.getByRole('button', { name: 'Become the owner' }).click();
    const proof = candidate.page.getByRole('dialog', { name: "Confirm it's you" });
    await proof.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await proof.getByRole('button', { name: 'Continue' }).click();
    await candidate.page.getByText('You are now the owner').waitFor();
    expect(await state.sql`select id from administrators where owner`).toEqual([{ id }]);
    await open(owner.page);
    await owner.page.getByText('Heir Apparent owns this account.').waitFor();
    // Back, for the other tests.
    const page = candidate.page;
    await page.evaluate(async (to) => {
      const op = crypto.randomUUID();
      await fetch('/trpc/owner.offer', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ op, id: to })
      });
    }, app.ownerId);
    await app.owner.call('owner.accept');
  });
});

describe('[AUT-2] notices', () => {
  const notices = (page: Page) => page.getByRole('link', { name: /^Notices/ }).first();

  test('news is one line on Home and a card under Notices, is counted, and goes when dismissed', async () => {
    const { email, client } = await app.person('Well Told', 'admin');
    await app.anonymous().call('auth.signIn', { email, password: PASSWORD });
    const { page } = await browser.open(client);
    await open(page, '/');
    const line = page.getByRole('link', { name: /New sign-in, / });
    await line.waitFor();
    await page
      .getByRole('link', { name: 'My account' })
      .or(page.getByRole('link', { name: 'Roles' }))
      .first()
      .click();
    await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Home' }).waitFor();
    await expect.poll(() => line.count()).toBe(0);
    await notices(page).getByText('1', { exact: true }).waitFor();
    await notices(page).click();
    await page.getByRole('heading', { level: 1, name: 'Notices' }).waitFor();
    const told = page.waitForResponse(/me\.dismissNotice/);
    await page.getByRole('button', { name: 'Dismiss: Sign-in from a new device' }).click();
    await page.getByText('No notices').waitFor();
    await told;
    await page.reload();
    await page.getByText('No notices').waitFor();
  });

  test('a second factor to come: put off for a day at first, not in the last week', async () => {
    const { id, client } = await app.person('Soon Asked', 'admin');
    const from = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
    await app.owner.call('administrators.require2fa', { id, required: true, from: from(20) });
    const { page } = await browser.open(client);
    await open(page, '/');
    const banner = page.getByRole('region', { name: 'Two-factor sign-in' });
    await banner.getByRole('button', { name: 'Remind me tomorrow' }).click();
    await expect.poll(() => banner.count()).toBe(0);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await expect.poll(() => banner.count()).toBe(0);
    await app.owner.call('administrators.require2fa', { id, required: true, from: from(3) });
    await banner.waitFor();
    await expect.poll(() => banner.getByRole('button', { name: 'Remind me tomorrow' }).count()).toBe(0);
    await banner.getByRole('link', { name: 'Set up now' }).click();
    await page.getByRole('heading', { level: 2, name: 'Two-factor sign-in' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#two-factor');
  });
});

test('[UX-1] axe finds nothing in the second step, the notices and the account', async () => {
  const { email, client } = await app.person('Axe Account', 'super_administrator');
  const { totpSecret } = await enrol(client);
  await app.anonymous().call('auth.signIn', { email, password: PASSWORD });
  const { page } = await browser.open(app.anonymous());
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Enter your code' }).waitFor();
  await expectAccessible(page, 'code');
  await state.audited((tx) => tx`update totp set last_step = 0`);
  await page.getByLabel('Code', { exact: true }).fill(await codeOf(totpSecret));
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await open(page, '/account/notices');
  await expectAccessible(page, 'notices');
  await open(page);
  await page.getByRole('list', { name: 'Your sessions' }).waitFor();
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByRole('button', { name: 'Move to another phone' }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await expectAccessible(page, 'account');
});
