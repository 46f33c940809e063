import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { plantApplication } from '../support/applications';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

// [DEC-4] The table of routes, from the first to the last: what is changed on the page is what the endpoint says.

const SHOTS = process.env['SHOTS'];
const SECRET = 'the secret of the only proxy';
const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
let key: string;
beforeAll(async () => {
  app = await startTestConsole({
    env: { FORWARD_AUTH_SECRET: SECRET, FORWARD_AUTH_PROXIES: '127.0.0.1, ::1' }
  });
  state = openState(app.databaseUrl);
  key = (await plantApplication(state, { roleId: 'read_only_auditor', name: 'Report mill' })).key;
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

const show = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${page.viewportSize()!.width}.png` });
};
const table = (page: Page) => page.getByRole('table', { name: 'Routes' });
const rows = (page: Page) => table(page).locator('tr[data-route]');

async function endpoint(uri: string): Promise<string> {
  const { status, headers } = await askEndpoint(app.origin, '/authz/forward', {
    key,
    headers: {
      ...{ 'X-Rolecall-Proxy': SECRET, 'X-Forwarded-Method': 'GET', 'X-Forwarded-Uri': uri },
      'X-Forwarded-Host': 'app.example.com'
    }
  });
  return `${status} ${headers.get('x-rolecall-decision') ?? ''}`.trim();
}
const soon = (uri: string, answer: string) =>
  until(async () => (await endpoint(uri)) === answer, `${uri}: ${answer}`);

async function add(page: Page, path: string, takes: RegExp, search?: string): Promise<void> {
  await page.getByRole('button', { name: 'New route' }).click();
  const form = page.getByRole('dialog', { name: 'New route' });
  await form.getByLabel('Path').fill(path);
  await form.getByLabel('Requires').click();
  if (search) await page.getByPlaceholder('Find').fill(search);
  await page.getByRole('option', { name: takes }).first().click();
  await form.getByRole('button', { name: 'Add route' }).click();
  await form.waitFor({ state: 'detached' });
}

/** Distance that an open list moves when what lies behind it is scrolled, as the keyboard of a phone does, in px. */
const movedByScrolling = (page: Page) =>
  page.evaluate(() => {
    const top = () => document.querySelector('[data-popover-content]')?.getBoundingClientRect().top ?? NaN;
    const [before, room] = [top(), document.body.style.minHeight];
    document.body.style.minHeight = '200vh';
    scrollBy(0, 100);
    const moved = top() - before;
    scrollBy(0, -100);
    document.body.style.minHeight = room;
    return moved;
  });

describe.each([
  ['at a desk', DESK, 'light'],
  ['on a phone', PHONE, 'dark']
] as const)('%s', (where, viewport, colorScheme) => {
  test('[DEC-4] [LIV-1] a route is added, tried, moved by keyboard, changed and deleted', async () => {
    const { page } = await browser.open(app.owner, { viewport, colorScheme });
    await page.goto('/applications');
    await page.getByRole('link', { name: 'Routes' }).click();
    await page.getByText('No routes yet').waitFor();
    await show(page, 'routes-empty');

    // Nothing typed, and something that no path can be: the fields say so.
    await page.getByRole('button', { name: 'New route' }).click();
    const form = page.getByRole('dialog', { name: 'New route' });
    await form.getByRole('button', { name: 'Add route' }).click();
    await form.getByText('Choose what it requires.').waitFor();
    await form.getByLabel('Path').fill('/reports/../x');
    await form.getByLabel('Requires').click();
    const choice = page.getByRole('option', { name: 'Anyone with a working key' });
    await choice.waitFor();
    expect(await movedByScrolling(page), 'the list stays at its field when the page behind moves').toBe(0);
    await choice.click();
    await form.getByRole('button', { name: 'Add route' }).click();
    await form.getByText(/is written as people read it/).waitFor();
    await form.getByLabel('Path').fill('/reports/');
    await show(page, 'routes-form');
    await expectAccessible(page, `a route ${where}`);
    await form.getByRole('button', { name: 'Add route' }).click();
    await form.waitFor({ state: 'detached' });
    await add(page, '/reports/secret', /^Roles › View/, 'roles view');
    await add(page, '/reports/secret', /^No one/);
    await until(async () => (await rows(page).count()) === 3, 'all three are there');
    await soon('/reports/secret', '204 signed-in');

    // The last one to the top, with the keyboard alone: its button stays under the hand.
    const shut = rows(page).filter({ hasText: 'No one' });
    await shut.getByRole('button', { name: /up$/ }).focus();
    for (const place of ['2', '1']) {
      await page.keyboard.press('Enter');
      await until(async () => (await shut.locator('td').first().innerText()) === place, place);
      await page.waitForFunction(() => document.activeElement?.getAttribute('data-by') === '-1');
    }
    await soon('/reports/secret', '403 nobody');
    await soon('/reports', '204 signed-in');
    await show(page, 'routes');
    await expectAccessible(page, `routes ${where}`);

    await page.getByLabel('Address').fill('https://app.example.com/reports/secret/1');
    await page.getByLabel('Who asks').click();
    if (await page.getByPlaceholder('Find').isVisible())
      await page.getByPlaceholder('Find').fill('Report mill');
    await page.getByRole('option', { name: /^Report mill/ }).click();
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByText('The route refuses everyone.').waitFor();
    await page.getByText('Decided by /reports/secret').waitFor();
    await show(page, 'routes-tried');
    await page.getByLabel('Address').fill('https://app.example.com/reports');
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByText('Let through').waitFor();

    // Somebody else changes it meanwhile: the page shows it, and what was begun before does not overwrite it.
    await shut.getByRole('button', { name: /^Edit/ }).click();
    const edit = page.getByRole('dialog', { name: 'Edit route' });
    await edit.getByLabel('Path').fill('/elsewhere');
    const [first] = await app.owner.call<{ id: string; seq: number }[]>('routes.list');
    await app.owner.call('routes.update', { id: first!.id, seen: first!.seq, path: '/reports/closed' });
    await rows(page).filter({ hasText: '/reports/closed' }).waitFor();
    await edit.getByRole('button', { name: 'Save route' }).click();
    await edit.getByRole('alert').waitFor();
    await edit.getByRole('button', { name: 'Cancel' }).click();

    for (const tab of ['nginx', 'Caddy', 'Traefik']) {
      await page.getByRole('tab', { name: tab }).click();
      const text = await page.getByRole('region', { name: `Configuration of ${tab}` }).innerText();
      expect(text).toContain(app.origin);
    }
    for (let left = 2; left >= 0; left--) {
      await rows(page)
        .first()
        .getByRole('button', { name: /^Delete/ })
        .click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click();
      await until(async () => (await rows(page).count()) === left, 'deleted');
    }
    await soon('/reports', '403 no-route');
  });
});

test('[ACC-1] [ACC-7] what somebody does not hold they cannot choose, move or delete, and it says so', async () => {
  const shut = await app.owner.call<{ id: string }>('routes.create', {
    path: '/billing',
    takes: 'people.ownership.view'
  });
  await app.owner.call('routes.create', { path: '/', takes: 'signed-in' });
  const permissions = ['people.api_keys.list', 'people.api_keys.edit_scope'];
  const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Keeper', permissions });
  const kay = await app.person('Kay Keeper', role.id);
  const { page } = await browser.open(kay.client);
  await page.goto('/applications/routes');
  await rows(page).first().waitFor();
  await page.getByRole('button', { name: 'Move /billing down' }).click();
  await page
    .getByRole('alert')
    .getByText(/which you don’t have yourself/)
    .waitFor();
  await page.getByRole('button', { name: 'New route' }).click();
  await page.getByRole('dialog').getByLabel('Requires').click();
  await page.getByPlaceholder('Find').fill('ownership view');
  const option = page.getByRole('option', { name: /You don’t have it/ }).first();
  await expect.poll(() => option.getAttribute('aria-disabled')).toBe('true');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  // Whoever may only look sees the table, and why it is all.
  await app.owner.call('roles.edit', {
    id: role.id,
    seen: 1_000_000,
    revoke: ['people.api_keys.edit_scope']
  });
  await page.getByText(/^Changing routes requires “/).waitFor();
  await expect.poll(() => page.getByRole('button', { name: /^Move/ }).count()).toBe(0);
  await app.owner.call('routes.delete', { id: shut.id });
  await until(async () => (await rows(page).count()) === 1, 'the page follows');
});

test('[LIV-3] without a connection it says so, and changes nothing', async () => {
  const { page, context } = await browser.open(app.owner);
  await page.goto('/applications/routes');
  await rows(page).first().waitFor();
  await context.setOffline(true);
  await page.getByText('Changing routes requires a connection.').waitFor();
  await expect.poll(() => page.getByRole('button', { name: /^(Move|Edit|Delete)/ }).count()).toBe(0);
  await expect.poll(() => page.getByRole('button', { name: 'New route' }).isDisabled()).toBe(true);
  await context.setOffline(false);
  await page.getByRole('button', { name: /^Edit/ }).first().waitFor();
});
