import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantApplication } from '../support/applications';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { keptOnDevice } from '../support/device';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

const SHOTS = process.env['SHOTS'];
const LISTS = 'audience.contact_lists';
const MERGE = `${LISTS}.merge`;
const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
let role: string;
let ann: string;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const permissions = [`${LISTS}.view`];
  role = (await app.owner.call<{ id: string }>('roles.create', { name: 'List readers', permissions })).id;
  ann = (await app.person('Ann Archer', role)).id;
  const { id: warehouse } = await plantApplication(state, { roleId: role, name: 'Warehouse export' });
  for (const subject of [
    { type: 'administrator', id: ann },
    { type: 'application', id: warehouse }
  ])
    await until(async () => (await app.owner.try('access.what', { subject })).status === 200, 'known');
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

const show = async (page: Page, name: string) => {
  // [UX-8] Nothing is wider than the screen.
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), { message: name })
    .toBe(true);
  if (!SHOTS) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${SHOTS}/${name}-${page.viewportSize()!.width}-${colorScheme}.png` });
  }
};
const fill = async (page: Page, blank: RegExp, text: string) => {
  await page.getByRole('search', { name: 'Question' }).getByRole('button', { name: blank }).click();
  await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
  await page.keyboard.type(text);
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
};

describe.each([
  ['at a desk', DESK],
  ['on a phone', PHONE]
] as const)('%s', (_where, viewport) => {
  test('[DEC-7] [DEC-3] the four questions: asked by keyboard, answered with reasons, held by the address', async () => {
    const { page } = await browser.open(app.owner, { viewport });
    await page.goto('/access');
    await page.getByText('Ask about access').waitFor();
    await fill(page, /^Person, application or user/, 'Ann Archer');
    await fill(page, /^Permission/, 'Contact lists and groups Merge');
    const answer = page.getByRole('region', { name: 'Answer' });
    await answer.getByRole('heading', { name: 'No' }).waitFor();
    const why =
      'Ann Archer has the role “List readers”, which doesn’t include “Contact lists and groups › Merge”.';
    await expect.poll(() => answer.getByText(why).count()).toBe(2);
    await expect
      .poll(() => answer.getByRole('listitem').allInnerTexts())
      .toEqual([
        expect.stringContaining('The account can be used'),
        expect.stringContaining('Not kept for the owner'),
        expect.stringContaining('The role doesn’t include it')
      ]);
    const remedies = page.getByRole('region', { name: 'What would make it a yes' });
    await remedies
      .getByText('1 person or application with this role would get it.')
      .waitFor({ state: 'hidden' });
    await remedies.getByText('2 people and applications with this role would get it.').waitFor();
    await remedies.getByText('You can').first().waitFor();
    await page.waitForURL((url) => url.searchParams.get('permission') === MERGE);
    await show(page, 'access-no');

    // The same address asks it again, and the tab keeps what was filled in.
    await page.reload();
    await answer.getByRole('heading', { name: 'No' }).waitFor();
    await page.getByRole('tab', { name: 'Who can …?' }).click();
    const row = page.getByRole('row', { name: /Maya Lindqvist/ });
    await row.getByText('Super Administrator').waitFor();
    await expect.poll(() => page.getByRole('row', { name: /Ann Archer/ }).count()).toBe(0);
    await show(page, 'access-who');
    await row.getByRole('link').click();
    await answer.getByRole('heading', { name: 'Yes' }).waitFor();
    await show(page, 'access-yes');

    await page.goto(`/access?ask=what&subject=administrator%3A${ann}`);
    await page.getByRole('heading', { name: /They can do 1 of/ }).waitFor();
    await show(page, 'access-what');
  });

  test('[DEC-7] what changed, with who did it and the way to the entry', async () => {
    const { page } = await browser.open(app.owner, { viewport });
    const { seq } = await app.owner.call<{ seq: number }>('roles.get', { id: role });
    await app.owner.call('roles.edit', { id: role, seen: seq, grant: [`${LISTS}.export`], revoke: [] });
    const grants = page.getByText('Contact lists and groups › Export');
    await until(async () => (await state.sql`select 1 from audit.pending`).length === 0);
    await page.goto(`/access?ask=since&subject=administrator%3A${ann}&since=day`);
    await grants.first().waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Maya Lindqvist added' }).first().waitFor();
    await show(page, 'access-since');
    await page
      .getByRole('link', { name: /\(open the entry\)/ })
      .first()
      .click();
    await page.waitForURL(/\/logs\/activity\?entry=\d+/);
    const now = await app.owner.call<{ seq: number }>('roles.get', { id: role });
    await app.owner.call('roles.edit', { id: role, seen: now.seq, grant: [], revoke: [`${LISTS}.export`] });
  });
});

test('[DEC-7] beside the question: by which roles others can, the way to what changed, and what was asked lately', async () => {
  const { page } = await browser.open(app.owner, { viewport: DESK });
  await page.goto(`/access?subject=administrator%3A${ann}&permission=${MERGE}`);
  const rail = page.getByRole('complementary', { name: 'More about this question' });
  const who = rail.getByRole('region', { name: 'Who can do Contact lists and groups › Merge?' });
  await who.getByRole('listitem').filter({ hasText: 'Super Administrator' }).getByText('1').waitFor();
  const lately = rail.getByRole('region', { name: 'Asked lately' }).getByRole('listitem');
  await lately.getByText('Can Ann Archer do Contact lists and groups › Merge?').waitFor();
  await expect.poll(() => lately.first().innerText()).toMatch(/No$/);
  await show(page, 'access-rail');
  await rail
    .getByRole('region', { name: 'What changed for Ann Archer since …' })
    .getByText('7 days ago')
    .click();
  await page.getByText(/permissions now/).waitFor();
  await lately.getByText('What changed for Ann Archer?').waitFor();
  // A way back to what was asked before.
  await lately.getByText('Can Ann Archer do Contact lists and groups › Merge?').click();
  await who.getByRole('link', { name: /^\d+ (person|people)$/ }).click();
  await page.getByRole('table', { name: 'Who can' }).waitFor();
  await rail.waitFor({ state: 'detached' });
});

test('[DEC-7] [ACC-7] whoever may ask one thing asks that, by address where they may not see the list', async () => {
  const explains = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Explainers',
    permissions: ['tools.decisions.explain']
  });
  const { client } = await app.person('Eve Explains', explains.id);
  const { page } = await browser.open(client);
  await page.goto('/');
  await page.getByRole('link', { name: 'Access', exact: true }).click();
  await page.getByLabel('Email address or ID').fill(ann);
  await page.keyboard.press('Enter');
  await fill(page, /^Permission/, 'Contact lists and groups Merge');
  await page.getByRole('heading', { name: 'No', exact: true }).waitFor();
  // Who could help is counted, and not named.
  await page.getByText('1 person can').first().waitFor();
  await expect.poll(() => page.getByRole('main').getByText('Maya Lindqvist').count()).toBe(0);
  await page.getByRole('tab', { name: 'Who can …?' }).click();
  await page.getByText('You don’t have access to this question').waitFor();
});

test('[ACC-7] where something is refused or disabled, Why? names the rule, the permission, who can grant it, and leads to all reasons', async () => {
  const { id } = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Readers of people',
    permissions: ['people.administrators.view', 'tools.decisions.explain']
  });
  const { client } = await app.person('Rea Reader', id);
  const { page } = await browser.open(client, { viewport: PHONE });
  // A page that may not be seen.
  await page.goto('/roles');
  await page.getByText('You don’t have access to roles').waitFor();
  await page.getByRole('button', { name: 'Why?' }).click();
  const why = page.getByRole('dialog', { name: 'Why?' });
  await why.getByText('Roles › View', { exact: true }).waitFor();
  await why.getByText('A Super Administrator.').waitFor();
  await show(page, 'access-why-page');
  // A button that is disabled.
  await page.goto(`/administrators/${ann}`);
  await page.getByRole('button', { name: 'Why? Suspend' }).click();
  await why.getByText('Administrators › Suspend', { exact: true }).waitFor();
  await show(page, 'access-why-button');
  await page.keyboard.press('Escape');
  await why.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Why? Suspend' }).click();
  await why.getByRole('link', { name: 'All reasons' }).click();
  await page.getByRole('heading', { name: 'No', exact: true }).waitFor();
  await page
    .getByText(
      'Rea Reader has the role “Readers of people”, which doesn’t include “Administrators › Suspend”.'
    )
    .first()
    .waitFor();
});

test('[DEC-7] without a connection nothing is claimed; an address that means no one says so', async () => {
  const { page, context } = await browser.open(app.owner, { serviceWorkers: 'allow' });
  await page.goto('/access?ask=what&subject=administrator%3Anobody');
  await page.getByText('No such person or application').waitFor();
  await keptOnDevice(page);
  await context.setOffline(true);
  await page.getByRole('tab', { name: 'What changed?' }).click();
  await page.getByText('Questions about access require a connection').waitFor();
});
