import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

type Listed = { id: string; name: string; keys: { id: string; last4: string; state: string }[] };

/** The question before something that cannot be undone. */
const question = (page: Page) => page.getByRole('alertdialog').or(page.getByRole('dialog')).first();
const shownKey = (page: Page) => page.getByLabel('The key', { exact: true });
const show = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${page.viewportSize()!.width}.png` });
};
/** HTTP status that the key gets when it lists the roles. */
async function tryKey(key: string): Promise<number> {
  return (await askEndpoint(app.origin, '/trpc/roles.list', { key })).status;
}

/** Done with a key that was saved. */
async function storeAndClose(page: Page): Promise<void> {
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as .env' }).click();
  await saved;
  await page.getByRole('button', { name: 'Done' }).click();
  await shownKey(page).waitFor({ state: 'detached' });
}

async function created(page: Page, name: string): Promise<string> {
  await page.goto('/applications');
  await page.getByRole('button', { name: 'New application' }).filter({ visible: true }).click();
  const form = page.getByRole('dialog', { name: 'New application' });
  // Nothing typed: the fields say so, and nothing is sent.
  await form.getByRole('button', { name: 'Create and show the key' }).click();
  await form.getByText('Enter a name.').waitFor();
  await form.getByText('Choose a role.').waitFor();
  await form.getByLabel('Name', { exact: true }).fill(name);
  await form.getByLabel('Role', { exact: true }).click();
  await expect
    .poll(() => page.getByRole('option', { name: /Super Administrator/ }).getAttribute('data-disabled'))
    .not.toBeNull();
  await page.getByRole('option', { name: /^Support/ }).click();
  await form.getByLabel('Allowed addresses').fill('127.0.0.1, ::1 and more');
  await form.getByRole('button', { name: 'Create and show the key' }).click();
  await form.getByText('“and” is not an address or network.').waitFor();
  await expect.poll(() => form.getByLabel('Name', { exact: true }).inputValue()).toBe(name);
  await form.getByLabel('Allowed addresses').fill('127.0.0.0/8\n::1');
  await show(page, 'application-create');
  await form.getByRole('button', { name: 'Create and show the key' }).click();
  await shownKey(page).waitFor();
  return shownKey(page).innerText();
}

describe.each([
  ['at a desk', DESK, 'light'],
  ['on a phone', PHONE, 'dark']
] as const)('%s', (where, viewport, colorScheme) => {
  test('[APP-1] [APP-2] [APP-3] [APP-4] an application from its key to its last call', async () => {
    const { page } = await browser.open(app.owner, { viewport, colorScheme });
    const name = `Partner portal ${where}`;
    const key = await created(page, name);
    expect(key).toMatch(/^rck_live_\w{12}_\w{38}$/);
    await show(page, 'application-key');

    // Every example holds the key and this console's address, but Postfix's, which takes no key.
    for (const tab of ['curl', 'Node', 'nginx']) {
      await page.getByRole('tab', { name: tab }).click();
      const text = await page.getByRole('region', { name: `Example for ${tab}` }).innerText();
      expect(text).toContain(`Bearer ${key}`);
      expect(text).toContain(app.origin);
      if (tab === 'nginx') expect(text).toContain('proxy_set_header Authorization "";');
    }
    await expectAccessible(page, `a key ${where}`);

    // Closing by mistake: asked first, and the key is still there.
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Back to the key' }).click();
    await expect.poll(() => shownKey(page).innerText()).toBe(key);
    // The dialog says whether anything has called with it.
    await page.getByText('Nothing has called with it yet.').waitFor();
    expect(await tryKey(key)).toBe(200);
    await page.getByText(/^It works: called by/).waitFor();
    await show(page, 'application-key-called');
    await storeAndClose(page);

    // On its page, which the key is nowhere on.
    await page.waitForURL(/\/applications\/[0-9a-f-]{36}$/);
    const keys = page.getByRole('table', { name: 'Keys', exact: true });
    await keys.getByText('First key').waitFor();
    expect(await page.content()).not.toContain(key);
    await page.reload();
    await keys.getByText(/Used by/).waitFor();
    await show(page, 'application-page');
    await expectAccessible(page, `an application ${where}`);

    // How often it calls, and what was refused.
    const refusedAt = '/access/v1/evaluation';
    expect((await askEndpoint(app.origin, refusedAt, { key, body: {} })).status).toBe(403);
    const calls = page.getByRole('region', { name: 'Requests a minute' });
    await calls.getByText(/of 6,000/).waitFor();
    await calls.getByText(/The role “Support” doesn’t include it · once/).waitFor();
    await calls.getByRole('link', { name: /^Why\?/ }).waitFor();
    await calls.scrollIntoViewIfNeeded();
    await show(page, 'application-calls');

    // Replaced, with an overlap: both work, and the page says who still uses the old one.
    await keys.getByRole('button', { name: /^Replace First key/ }).click();
    await page.getByText('Both keys work for 24 hours.').waitFor();
    await show(page, 'application-rotate');
    await page.getByRole('button', { name: 'Replace and show the new key' }).click();
    await shownKey(page).waitFor();
    const next = await shownKey(page).innerText();
    expect(next).not.toBe(key);
    await storeAndClose(page);
    expect([await tryKey(key), await tryKey(next)]).toEqual([200, 200]);
    await keys.getByText(/Old key\s+still used/).waitFor();
    // Both on one time axis, with who uses which.
    const lanes = page.getByRole('img', { name: /^Two keys work\./ });
    expect(await lanes.getAttribute('aria-label')).toContain(`The old one, …${key.slice(-4)}, ends on`);
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Old key' })
      .getByText(/used by/i)
      .waitFor();
    await show(page, 'application-two-keys');

    // A day more: the lanes, the table and the log say until when.
    const end = () => lanes.getAttribute('aria-label');
    const before = await end();
    await page.getByRole('button', { name: /^A day more: First key/ }).click();
    await page.getByText(/^The old key works until/).waitFor();
    await expect.poll(end).not.toBe(before);
    expect(await tryKey(key)).toBe(200);
    await show(page, 'application-day-more');
    await expectAccessible(page, `two keys ${where}`);

    await page.getByRole('button', { name: /^End now: First key/ }).click();
    await question(page).getByRole('button', { name: 'End now' }).click();
    await keys.getByText(/Old key/).waitFor({ state: 'detached' });
    await lanes.waitFor({ state: 'detached' });
    expect([await tryKey(key), await tryKey(next)]).toEqual([401, 200]);
    await keys.getByRole('button', { name: /^Revoke First key/ }).click();
    await question(page).getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No key works, so this application can’t call anything.').waitFor();
    expect(await tryKey(next)).toBe(401);

    await page.goto('/applications');
    await page.getByRole('row', { name: new RegExp(name) }).waitFor();
    if (viewport.width > 1000)
      await page
        .getByRole('cell', { name: /of 6,000/ })
        .first()
        .waitFor();
    await show(page, 'applications');
    // No key of it works: it is worth a look, and says why.
    await page
      .getByRole('row', { name: new RegExp(name) })
      .getByText('No key that works')
      .waitFor();
    await page.getByRole('searchbox', { name: 'Search applications' }).fill('nothing like it');
    await page.getByText('No matching applications').waitFor();
  });
});

test('[APP-4] suspended from its page, its key opens nothing; reactivated, it works again; deleted, it is gone', async () => {
  const { id } = await app.owner.call<{ id: string }>('applications.create', {
    name: 'Nightly backup',
    roleId: 'support'
  });
  const { key } = await app.owner.call<{ key: string }>('applications.createKey', { id });
  const { page } = await browser.open(app.owner);
  await page.goto(`/applications/${id}`);
  await page.getByRole('button', { name: 'Suspend' }).click();
  const asked = question(page);
  await asked.getByText('Its key stops working immediately.').waitFor();
  await asked.getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('button', { name: 'Reactivate' }).waitFor();
  await until(async () => (await tryKey(key)) === 401);
  await page.getByRole('button', { name: 'Reactivate' }).click();
  await page.getByRole('button', { name: 'Suspend' }).waitFor();
  await until(async () => (await tryKey(key)) === 200);
  await page.getByRole('button', { name: 'Delete' }).click();
  await asked.getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(/\/applications$/);
  expect(await tryKey(key)).toBe(401);
  await page.goto(`/applications/${id}`);
  await page.getByText('Application not found').waitFor();
});

test('[APP-1] [LIV-7] what two people change at once: the other’s field is kept, the same field is asked about', async () => {
  const { id } = await app.owner.call<{ id: string }>('applications.create', {
    name: 'Invoice sync',
    roleId: 'support'
  });
  const { page } = await browser.open(app.owner);
  await page.goto(`/applications/${id}`);
  await page.getByLabel('Calls per minute').fill('600');
  await app.owner.call('applications.update', { id, seen: 1, perMinute: 60, allowlist: ['10.0.0.7'] });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Maya Lindqvist changed this since.').waitFor();
  await expect.poll(() => page.getByLabel('Calls per minute').inputValue()).toBe('600');
  // It comes with the record, the refusal with the answer: either may be first.
  const addresses = page.getByLabel('Allowed addresses');
  await until(async () => (await addresses.inputValue()) === '10.0.0.7', 'their address is there');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  expect((await app.owner.call<Listed[]>('applications.list')).find((each) => each.id === id)).toMatchObject({
    perMinute: 600,
    allowlist: ['10.0.0.7']
  });
});

test('[ACC-7] who may only look sees why nothing can be changed, and who may not look sees no way there', async () => {
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Key reader',
    permissions: ['people.api_keys.list']
  });
  const { id } = await app.owner.call<{ id: string }>('applications.create', {
    name: 'Grafana',
    roleId: 'support'
  });
  const reader = await app.person('Lena Vogel', roleId);
  const { page } = await browser.open(reader.client);
  await page.goto('/applications');
  await page.getByRole('link', { name: 'Grafana' }).click();
  await page.getByText('This requires “Applications and API keys › Edit scopes”.').first().waitFor();
  await expect.poll(() => page.getByLabel('Calls per minute').isDisabled()).toBe(true);
  await expect.poll(() => page.getByRole('button', { name: 'New key' }).count()).toBe(0);
  const suspend = page.getByRole('button', { name: 'Suspend', exact: true });
  await expect.poll(() => suspend.getAttribute('aria-disabled')).toBe('true');

  const { id: without } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Contact reader',
    permissions: ['audience.contacts.view']
  });
  const other = await app.person('Ben Aydin', without);
  const outside = await browser.open(other.client);
  await outside.page.goto(`/applications/${id}`);
  await outside.page.getByText('You don’t have access to applications').waitFor();
  const main = outside.page.getByRole('navigation', { name: 'Main' }).first();
  await expect.poll(() => main.getByRole('link', { name: 'Applications' }).count()).toBe(0);
});

test('[APP-5] a key of one’s own: for some of what one can do, shown once, and revoked', async () => {
  const { id: roleId } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Script writer',
    permissions: ['people.roles.view', 'people.api_keys.list', 'people.api_keys.create']
  });
  const { client } = await app.person('Priya Nair', roleId);
  const { page } = await browser.open(client);
  await page.goto('/account');
  const section = page.locator('#keys');
  await section.getByText('You have no API keys.').waitFor();
  await section.getByRole('button', { name: 'New API key' }).click();
  const form = page.getByRole('dialog', { name: 'New API key' });
  await form.getByRole('button', { name: 'Create and show the key' }).click();
  await form.getByText('Choose at least one permission.').waitFor();
  await form.getByLabel('Name of the key').fill('nightly report');
  // What is not held is not offered.
  const search = form.getByRole('searchbox', { name: 'Search permissions' });
  await search.fill('audience.contacts.view');
  await form.getByText('No matching permissions.').waitFor();
  await search.fill('people.roles.view');
  await form.getByLabel('View', { exact: true }).check({ force: true });
  await show(page, 'own-key');
  await form.getByRole('button', { name: 'Create and show the key' }).click();
  await shownKey(page).waitFor();
  const key = await shownKey(page).innerText();
  expect(await tryKey(key)).toBe(200);
  expect((await askEndpoint(app.origin, '/trpc/applications.list', { key })).status).toBe(403);
  await storeAndClose(page);
  await section.getByText('nightly report').waitFor();
  await section.scrollIntoViewIfNeeded();
  await show(page, 'own-keys');
  await section.getByRole('button', { name: 'Revoke nightly report' }).click();
  await question(page).getByRole('button', { name: 'Revoke' }).click();
  await section.getByText('Revoked').waitFor();
  expect(await tryKey(key)).toBe(401);
});

test('[LIV-1] [LIV-3] what others do to applications is there without reloading; without a connection the list stays', async () => {
  const { page, context } = await browser.open(app.owner);
  await page.goto('/applications');
  await page.getByRole('status').getByText('Live').waitFor();
  const { id } = await app.owner.call<{ id: string }>('applications.create', {
    name: 'Warehouse export',
    roleId: 'support'
  });
  const row = page.getByRole('row', { name: /Warehouse export/ });
  await row.getByText('None that works').waitFor();
  const { key } = await app.owner.call<{ key: string }>('applications.createKey', { id });
  await row.getByText(new RegExp(`…${key.slice(-4)}`)).waitFor();
  await app.owner.call('applications.suspend', { id });
  await row.getByText('Suspended').waitFor();

  await row.getByRole('link').click();
  await page.getByRole('heading', { name: 'Warehouse export' }).waitFor();
  await context.setOffline(true);
  await page.getByText('Offline. As of').waitFor();
  await expect.poll(() => page.getByLabel('Calls per minute').isDisabled()).toBe(true);
  await page.getByText('This requires a connection.').first().waitFor();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Reactivate' }).and(page.locator(':not([aria-disabled])')).waitFor();
  await app.owner.call('applications.delete', { id });
  await page.getByText('Application not found').waitFor();
});

test('[UX-2] a list that cannot be loaded says so, and another try brings it', async () => {
  const { page, context } = await browser.open(app.owner);
  await page.goto('/');
  await page.getByRole('status').getByText('Live').waitFor();
  // Until somebody presses a button: the page may ask again by itself, too.
  let pressed = false;
  await page.exposeFunction('tellPressed', () => (pressed = true));
  await page.route('**/trpc/applications.list*', (route) =>
    pressed ? route.continue() : route.fulfill({ status: 500, body: '' })
  );
  await page.goto('/applications');
  // A connection that comes back asks again by itself.
  await page.getByRole('status').getByText('Live').waitFor();
  await page.getByText('Couldn’t load the applications').waitFor();
  await page.evaluate(() => {
    const { tellPressed } = window as unknown as { tellPressed: () => Promise<void> };
    // The press goes on once it is known here.
    addEventListener(
      'click',
      (event) => {
        if (!event.isTrusted) return;
        event.stopImmediatePropagation();
        const { target } = event;
        void tellPressed().then(() => (target as HTMLElement).click());
      },
      { capture: true }
    );
  });
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('table', { name: 'Applications' }).waitFor();
  await context.close();
  const list = await app.owner.call<Listed[]>('applications.list');
  expect(list.length).toBeGreaterThan(0);
});
