import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { ApiClient } from '../support/api-client';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { madeBy } from '../support/made-tenants';
import { openState, type StateProbe } from '../support/state';
import { inviteOf, OWN_RIGHTS } from '../support/tenant-sign-in';

// The brand of a user: staff set it on its page, and the user's open console wears it at once.

const SHOTS = process.env['SHOTS'];
/** A yellow disc on nothing. */
const LOGO =
  'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAYAAADgdz34AAAAXElEQVR42mNgGEiwxUruPzGYpoaTbAmpBpNkEaWGE7SEphZQy3CslhCj4f+1ChRMkiWkGEyKRQNvASHDCVkyagHlFgz9VES1jEbzomJ4lKZ0qXDoUmXSrdKnFgAApH6mBgMLqIgAAAAASUVORK5CYII=';
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

async function newUser() {
  const made = madeBy(app.owner);
  const { id: packageId } = await made.package({ roleId: await made.role(undefined, [...OWN_RIGHTS]) });
  const name = `Orchard & Vine ${randomUUID().slice(0, 4)}`;
  const { id } = await made.user(packageId, { name });
  const client = new ApiClient(app.origin);
  await client.call('auth.acceptInvitation', { token: await inviteOf(app, id), password: PASSWORD });
  return { id, name, client };
}

const installation = (name: string) =>
  app.owner.call('settings.update', { seen: 1e6, branding: { name, accent: null, logo: null } });
const titleOf = (page: Page) => expect.poll(() => page.title());
const shown = (page: Page, text: string) =>
  page.getByText(text, { exact: true }).filter({ visible: true }).first();
const wears = (page: Page) =>
  page.evaluate(() => document.documentElement.style.getPropertyValue('--accent').includes('#7438ac'));

async function show(page: Page, name: string): Promise<void> {
  if (!SHOTS) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${SHOTS}/${name}-${page.viewportSize()!.width}-${colorScheme}.png` });
  }
}

describe.each([
  ['at a desk', DESK, 'light'],
  ['on a phone', PHONE, 'dark']
] as const)('[TEN-5] %s', (where, viewport, colorScheme) => {
  test('a user’s console wears its own brand as soon as staff set it, and the installation’s where it has none', async () => {
    await installation('Northwind Mail');
    const user = await newUser();
    const look = { viewport, colorScheme };
    const { page: own } = await browser.open(user.client, look);
    await own.goto('/');
    await titleOf(own).toBe('Overview · Northwind Mail');
    await shown(own, 'Northwind Mail').waitFor();
    // The page hears of what becomes of the installation's.
    await shown(own, 'Live').waitFor();
    await installation('Northwind Post');
    await titleOf(own).toBe('Overview · Northwind Post');
    await shown(own, 'Northwind Post').waitFor();

    const { page: staff } = await browser.open(app.owner, look);
    await staff.goto(`/users/${user.id}`);
    const part = staff.getByRole('region', { name: 'Name and look' });
    await part.getByLabel('Name shown').fill('Orchard Mailroom');
    await part.getByLabel('Accent', { exact: true }).fill('#f5e663');
    await part.getByText('Too light to read on white').waitFor();
    await part.getByLabel('Accent', { exact: true }).fill('#7438ac');
    await part
      .getByLabel('Logo file')
      .setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(LOGO, 'base64') });
    await part.getByAltText('The logo').waitFor();
    await part.scrollIntoViewIfNeeded();
    await show(staff, 'brand-form');
    await expectAccessible(staff, `the form ${where}`);
    await staff.getByRole('button', { name: 'Save', exact: true }).click();

    await titleOf(own).toBe('Overview · Orchard Mailroom');
    await shown(own, 'Orchard Mailroom').waitFor();
    await expect.poll(() => wears(own)).toBe(true);
    await own.locator('img[src^="data:image/png"]').filter({ visible: true }).first().waitFor();
    await expect.poll(() => own.getByText('Northwind Post').count()).toBe(0);
    await show(own, 'own-brand');
    await expectAccessible(own, `the console ${where}`);
    // Staff still wear the installation's.
    await titleOf(staff).toBe(`${user.name} · Northwind Post`);
    expect(await wears(staff)).toBe(false);

    // A part that is taken back is the installation's again.
    await app.owner.call('users.update', { id: user.id, seen: 1e6, brandName: null });
    await titleOf(own).toBe('Overview · Northwind Post');
    await expect.poll(() => wears(own)).toBe(true);
  });
});
