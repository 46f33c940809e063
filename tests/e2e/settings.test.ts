import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { startMailServer, type TestMailServer } from '../support/mail-server';
import { until } from '../support/replica';

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
let smtp: TestMailServer;
beforeAll(async () => {
  app = await startTestConsole();
  smtp = await startMailServer();
});
afterAll(async () => {
  await smtp.stop();
  await app.stop();
});

async function open(options: Parameters<typeof browser.open>[1] = {}, client = app.owner): Promise<Page> {
  const { page } = await browser.open(client, options);
  await page.goto('/settings');
  return page;
}

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const bar = (page: Page) => page.getByRole('region', { name: 'Unsaved changes' });
const save = (page: Page) => bar(page).getByRole('button', { name: 'Save', exact: true }).click();
const settings = () => app.owner.call<Record<string, Record<string, unknown>>>('settings.get');

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

describe('[SET-1] settings', () => {
  test('settings are reached from the side bar, saved by one bar that is there when something is changed, with bad input told at its field', async () => {
    const page = await open();
    await page.goto('/');
    await page.getByRole('link', { name: 'Settings' }).first().click();
    const passwords = section(page, 'Passwords');
    const least = passwords.getByLabel('Minimum length', { exact: true });
    await least.waitFor();
    // Nothing is offered to be saved while nothing is changed, and a cap without a limit has no field.
    const caps = section(page, 'Platform caps');
    const daily = caps.getByLabel('Daily limit, messages per day');
    expect([await bar(page).count(), await daily.count()]).toEqual([0, 0]);
    await least.fill('9');
    await bar(page).getByText('1 change', { exact: true }).waitFor();
    await save(page);
    await passwords.getByText('Enter a whole number from 15 to 64.').waitFor();
    await expect.poll(() => least.getAttribute('aria-invalid')).toBe('true');
    await least.fill('16');
    await passwords.getByLabel('Minimum length with a second factor').fill('20');
    await save(page);
    await passwords.getByText('at most 16.').waitFor();
    await passwords.getByLabel('Minimum length with a second factor').fill('12');
    await save(page);
    await page.getByText('Passwords: saved.').waitFor();
    expect((await settings())['passwords']).toEqual({ minLength: 16, minLengthWith2fa: 12 });
    await passwords.getByText('Changed by Maya Lindqvist').waitFor();

    // Two sections at once; what is discarded is gone, and a switch put back is no change.
    await caps.getByRole('switch', { name: 'Daily limit' }).click();
    await daily.fill('40,000');
    await caps.getByRole('switch', { name: 'Hourly rate' }).click();
    await caps.getByLabel('Hourly rate, messages per hour').fill('7');
    await caps.getByRole('switch', { name: 'Hourly rate' }).click();
    await section(page, 'Sessions').getByLabel('Idle timeout').fill('25');
    await bar(page).getByText('2 changes').waitFor();
    await shoot(page, 'two-changes');
    await page
      .getByRole('navigation', { name: 'Settings' })
      .getByText(/not saved/)
      .first()
      .waitFor({ state: 'attached' });
    await save(page);
    await page.getByText('Platform caps, Sessions: saved.').waitFor();
    await bar(page).waitFor({ state: 'detached' });
    expect(await settings()).toMatchObject({
      caps: { daily: 40_000, hourly: 'unlimited' },
      sessions: { idleMinutes: 25 }
    });
    await least.fill('20');
    await bar(page).getByRole('button', { name: 'Discard' }).click();
    await bar(page).waitFor({ state: 'detached' });
    expect(await least.inputValue()).toBe('16');
    // Enter in a field saves too.
    await least.fill('17');
    await least.press('Enter');
    await page.getByText('Passwords: saved.').waitFor();
    expect((await settings())['passwords']).toMatchObject({ minLength: 17 });
  });

  test('the name and colour appear in every open console; the time zone is checked', async () => {
    const page = await open();
    const other = await open();
    const look = section(page, 'Name and look');
    await look.getByLabel('Name', { exact: true }).fill('Northwind Mail');
    await look.getByLabel('Accent', { exact: true }).fill('#f5e663');
    await look.getByText('Too light to read on white').waitFor();
    await look.getByLabel('Accent', { exact: true }).fill('#7438ac');
    await look.getByLabel('Logo file').setInputFiles({
      name: 'logo.png',
      mimeType: 'image/png',
      buffer: Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64'
      )
    });
    await look.getByAltText('The logo').waitFor();
    await shoot(page, 'look-unsaved');
    await save(page);
    await page.getByText('Name and look: saved.').waitFor();
    await other.getByText('Northwind Mail').first().waitFor();
    const shown = section(other, 'Name and look').getByLabel('Name', { exact: true });
    await until(async () => (await shown.inputValue()) === 'Northwind Mail', 'the form follows');
    const zone = section(page, 'Time zone');
    await zone.getByLabel('Time zone', { exact: true }).fill('Mars/Olympus');
    await save(page);
    await zone.getByText('No time zone has this name. Choose one from the list.').waitFor();
    await zone.getByLabel('Time zone', { exact: true }).fill('Europe/Berlin');
    await save(page);
    await page.getByText('Time zone: saved.').waitFor();
  });

  test('the name is on the pages before the sign-in too, the set-up page among them', async () => {
    const { branding } = await settings();
    await app.owner.call('settings.update', {
      seen: (await app.owner.call<{ versions: { branding: number } }>('settings.get')).versions.branding,
      branding: { name: 'Harbour Post' }
    });
    const { page } = await browser.open(app.anonymous());
    for (const path of ['/setup?token=x', '/sign-in', '/invitation#nothing']) {
      await page.goto(path);
      await page.getByText('Harbour Post').first().waitFor();
      await expect.poll(() => page.title(), { message: path }).toMatch(/Harbour Post$/);
      expect(await page.getByText('Rolecall').count(), path).toBe(0);
    }
    await app.owner.call('settings.update', { seen: 1_000_000, branding: { name: branding!['name'] } });
  });

  test('[LIV-7] the same field changed twice shows both values; what was not touched follows', async () => {
    const page = await open();
    const sessions = section(page, 'Sessions');
    await sessions.getByLabel('Idle timeout').fill('20');
    await app.owner.call('settings.update', {
      seen: 1_000_000,
      sessions: { idleMinutes: 45, absoluteHours: 8 }
    });
    const latest = sessions.getByLabel('Maximum session length');
    await until(async () => (await latest.inputValue()) === '8', 'the other field follows');
    await expect.poll(() => sessions.getByLabel('Idle timeout').inputValue()).toBe('20');
    await save(page);
    const card = sessions.getByRole('group', { name: 'Idle timeout was changed twice' });
    await card.waitFor();
    await expect
      .poll(() => card.innerText())
      .toMatch(/Yours[\s\S]*20[\s\S]*Maya Lindqvist[\s\S]*current[\s\S]*45/);
    await shoot(page, 'conflict');
    await card.getByRole('button', { name: 'Use yours' }).click();
    await card.waitFor({ state: 'detached' });
    await until(
      async () => (await settings())['sessions']?.['idleMinutes'] === 20,
      'one’s own value is in force'
    );
    expect((await settings())['sessions']).toMatchObject({ idleMinutes: 20, absoluteHours: 8 });
  });

  test('[E9] a second factor for everybody needs one’s own first', async () => {
    const page = await open();
    const twoFactor = section(page, 'Two-factor sign-in');
    await twoFactor.getByText('Set up your own second factor first').waitFor();
    await expect.poll(() => twoFactor.getByRole('radio', { name: 'Required now' }).isDisabled()).toBe(true);
  });

  test('mail is set up and tested; the stored password is not shown', async () => {
    const page = await open();
    const mail = section(page, 'Mail');
    await page.getByText('Save a mail server first.').waitFor();
    await mail.getByLabel('Host').fill('127.0.0.1');
    await mail.getByLabel('Encryption').click();
    await page.getByRole('option', { name: /None/ }).click();
    await mail.getByLabel('Port').fill(String(smtp.port));
    await mail.getByLabel('From').fill('robot@northwind.example');
    await mail.getByLabel('User').fill('robot');
    await mail.getByLabel('Password', { exact: true }).fill('secret-of-the-robot');
    await save(page);
    await page.getByText('Mail: saved.').waitFor();
    await expect.poll(() => mail.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    await mail.getByText('A password is stored. It is never shown again.').waitFor();
    await page.getByLabel('Send test to').fill('me@northwind.example');
    await page.getByRole('button', { name: 'Send test' }).click();
    await page.getByText('The server took the mail to me@northwind.example').waitFor();
    expect(smtp.mails).toMatchObject([{ to: ['me@northwind.example'], user: 'robot:secret-of-the-robot' }]);
    await shoot(page, 'mail');
    // Another server: the password has to be given again.
    await mail.getByLabel('Host').fill('localhost');
    await save(page);
    await mail.getByText('Give the password again').waitFor();
  });

  test('every mail can be read as it will be sent, in the name of the installation', async () => {
    const { branding } = await settings();
    const page = await open();
    const mail = section(page, 'Mail');
    await mail.getByRole('button', { name: 'Preview mails' }).click();
    const preview = mail.getByRole('article', { name: 'Preview' });
    await preview.getByRole('heading', { name: `You are invited to ${branding!['name']}` }).waitFor();
    await preview.getByText(/Hello Sam Example,[^]*Choose a password: http/).waitFor();
    await mail.getByLabel('Mail', { exact: true }).click();
    await page.getByRole('option', { name: /Your second factor at .* was reset/ }).click();
    await preview.getByText(/Alex Example removed your second factor/).waitFor();
    await shoot(page, 'mail-preview');
  });

  test('[ACC-7] what one may not change is disabled and says why; what one may not see is absent', async () => {
    const { id } = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Policy reader',
      permissions: ['settings.security_policy.view', 'settings.security_policy.edit_session_policy']
    });
    const { client } = await app.person('Rita Reader', id);
    const page = await open({}, client);
    const retention = section(page, 'Log retention');
    await retention.getByText('Changing this requires').waitFor();
    await expect.poll(() => retention.getByLabel('Kept for', { exact: true }).isDisabled()).toBe(true);
    await expect.poll(() => section(page, 'Sessions').getByLabel('Idle timeout').isDisabled()).toBe(false);
    await expect.poll(() => section(page, 'Mail').count()).toBe(0);
    await shoot(page, 'reader');
  });
});

test('[UX-1] [UX-8] axe finds nothing in the settings; on a phone the bar rests over the tabs', async () => {
  const page = await open();
  await section(page, 'Mail').waitFor();
  await section(page, 'Passwords').getByLabel('Minimum length', { exact: true }).fill('20');
  await bar(page).waitFor();
  await expectAccessible(page, 'settings');
  const small = await open({ viewport: PHONE, isMobile: true, hasTouch: true, colorScheme: 'dark' });
  await section(small, 'Passwords').getByLabel('Minimum length', { exact: true }).fill('20');
  const button = bar(small).getByRole('button', { name: 'Save', exact: true });
  await button.waitFor();
  await shoot(small, 'settings-phone');
  const bottomOf = async (one: Locator) => {
    const { y, height } = (await one.boundingBox())!;
    return Math.round(y + height);
  };
  const tabs = (await small.getByRole('navigation', { name: 'Main' }).boundingBox())!;
  await expect.poll(async () => Math.abs((await bottomOf(bar(small))) - tabs.y)).toBeLessThanOrEqual(1);
  expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  // The field that has the focus is not under it once it is scrolled to, nor is the last of the page.
  const timeout = section(small, 'Sessions').getByLabel('Maximum session length');
  await small.evaluate(() => scrollTo(0, 0));
  await timeout.focus();
  await expect
    .poll(async () => (await bar(small).boundingBox())!.y - (await bottomOf(timeout)))
    .toBeGreaterThan(0);
  await small.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  const send = section(small, 'Mail').getByRole('button', { name: 'Send test' });
  await expect
    .poll(async () => Math.round((await bar(small).boundingBox())!.y) - (await bottomOf(send)))
    .toBeGreaterThan(0);
});
