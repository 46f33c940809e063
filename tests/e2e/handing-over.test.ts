import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { expectAccessible } from '../support/accessible';
import { PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { keptOnDevice } from '../support/device';
import { until } from '../support/replica';

// [LIV-8] A refused change goes from the tray of one person, on a phone, to that of another, at a desk.

const EXPORT = 'audience.contacts.export';
const EDITING = ['people.administrators.view', 'people.roles.view', 'people.roles.edit'];
const seen = 1_000_000;

const browser = useBrowser();
let app: TestConsole;
let omar: TestPerson;
let priya: TestPerson;
let editors: string;
beforeAll(async () => {
  app = await startTestConsole();
  editors = await newRole('Role editors', EDITING);
  omar = await app.person('Omar Haddad', editors);
  priya = await app.person('Priya Nair', await newRole('Role leads', [...EDITING, EXPORT]));
});
afterAll(() => app.stop());

async function newRole(name: string, permissions: string[] = []): Promise<string> {
  return (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
}

const says = (page: Page, word: string) =>
  page.getByRole('status').getByText(word, { exact: true }).waitFor();

async function phone(person: TestPerson, path: string): Promise<Page> {
  const size = { viewport: PHONE, hasTouch: true, isMobile: true };
  const { page } = await browser.open(person.client, { ...size, serviceWorkers: 'allow' });
  await page.goto(path);
  await says(page, 'Live');
  // What opens without a connection is on the device.
  await keptOnDevice(page);
  return page;
}

async function desk(person: TestPerson, path: string): Promise<Page> {
  const { page } = await browser.open(person.client);
  await page.goto(path);
  await says(page, 'Live');
  return page;
}

/** Omar ticks something without a connection, and loses the right to it meanwhile: his tick is refused. */
async function refusedTick(roleId: string): Promise<Page> {
  await app.owner.call('roles.edit', { id: editors, seen, grant: [EXPORT] });
  const page = await phone(omar, `/roles/${roleId}`);
  await page.getByRole('searchbox', { name: 'Search permissions' }).fill(EXPORT);
  const row = page.locator(`[role=treeitem][data-row="${EXPORT}"]`);
  await row.waitFor();
  await page.context().setOffline(true);
  await says(page, 'Offline');
  await row.locator('[data-part=box]').tap();
  await page
    .getByRole('tree')
    .getByRole('treeitem', { name: /^Export\b.*Waiting/ })
    .waitFor();
  await app.owner.call('roles.edit', { id: editors, seen, revoke: [EXPORT] });
  await page.context().setOffline(false);
  // It does not just jump back: where it waited, there is a bar, on every page.
  const bar = page.getByRole('region', { name: 'Not saved' });
  await bar.getByText('1 edit was not saved').waitFor();
  await expectInView(page, bar);
  return page;
}

/** Expects it on screen without scrolling, above the tab bar. */
async function expectInView(page: Page, bar: Locator): Promise<void> {
  await bar.waitFor();
  await until(async () => {
    const box = await bar.boundingBox();
    const tabs = await page.getByRole('navigation').filter({ visible: true }).last().boundingBox();
    return box !== null && tabs !== null && box.height >= 44 && box.y + box.height <= tabs.y + 1;
  }, 'it lies above the tabs');
  await expectWithin(page, bar);
}

/** No wider than the screen, with all that is in it. */
async function expectWithin(page: Page, bar: Locator): Promise<void> {
  const right = await bar.evaluate((element) =>
    Math.max(...[element, ...element.querySelectorAll('*')].map((each) => each.getBoundingClientRect().right))
  );
  expect(right).toBeLessThanOrEqual(page.viewportSize()!.width);
  expect(await bar.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
}

const permissions = async (id: string) =>
  (await app.owner.call<{ permissions: string[] }>('roles.get', { id })).permissions;

test('what was not saved is told in a strip no wider than its page, where there is no room for a rail', async () => {
  const team = await newRole('Narrow team');
  const his = await refusedTick(team);
  for (const width of [720, 800, 1100]) {
    await his.setViewportSize({ width, height: 800 });
    const strip = his.getByRole('region', { name: 'Needs attention' });
    await strip.getByText('1 edit was not saved').waitFor();
    await expectWithin(his, strip);
  }
});

test('handed on from a phone, it arrives live, is applied with the rights of its recipient, and its author is told', async () => {
  const team = await newRole('Contact team');
  const hers = await desk(priya, '/attention');
  await hers.getByText('Nothing needs your attention').waitFor();
  const his = await refusedTick(team);

  const bar = his.getByRole('region', { name: 'Not saved' });
  await his.goto('/');
  await expectInView(his, bar);
  await expectAccessible(his, 'told what was not saved');
  await bar.getByRole('link', { name: 'Show' }).tap();
  await bar.waitFor({ state: 'detached' });
  await his.getByRole('button', { name: 'Send to…' }).tap();
  const dialog = his.getByRole('dialog', { name: 'Send to…' });
  await dialog.getByRole('list', { name: 'Requested change' }).getByText('Tick Contacts › Export').waitFor();
  await dialog.getByRole('searchbox', { name: 'Search people' }).fill('priya');
  const choice = dialog.getByRole('radio', { name: /Priya Nair/ });
  await choice.waitFor();
  await until(async () => (await dialog.getByRole('radio').count()) === 1, 'nobody else is found');
  await dialog.getByText('Can do this').waitFor();
  await expect.poll(() => dialog.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
  await choice.check();
  await dialog.getByLabel('Note').fill('For the fair on Monday');
  const send = dialog.getByRole('button', { name: 'Send' });
  await send.dblclick();
  await dialog.waitFor({ state: 'detached' });
  await his.getByRole('region', { name: 'Needs attention' }).waitFor({ state: 'detached' });

  const card = hers.getByRole('article', { name: 'Omar Haddad asks: Tick Contacts › Export' });
  await card.waitFor();
  await expect.poll(() => hers.getByRole('article').count()).toBe(1);
  await card
    .getByRole('figure', { name: 'Omar Haddad writes' })
    .getByText('For the fair on Monday')
    .waitFor();
  await card.getByText(/They do not have Contacts › Export themselves/).waitFor();
  expect(await permissions(team)).toEqual([]);
  await expectAccessible(hers, 'handed to somebody');
  await card.getByRole('button', { name: 'Apply' }).click();
  await until(async () => (await permissions(team)).includes(EXPORT), 'it landed');
  await card.waitFor({ state: 'detached' });

  // He hears of it where he is, without a reload.
  await his.goto('/attention');
  await his.getByRole('article', { name: /Tick Contacts › Export: Priya Nair applied it/ }).waitFor();
  await his.goto('/account/notices');
  await his.getByText('Your change was applied').first().waitFor();
  type Entry = { action: string; actor: { name: string } };
  const told = async () =>
    (await app.owner.call<{ entries: Entry[] }>('log.list', { view: 'activity' })).entries
      .filter(({ action }) => action.startsWith('handover.') || action === 'role.edited')
      .slice(0, 3)
      .map(({ action, actor }) => [action, actor.name]);
  await expect.poll(told).toEqual([
    ['handover.applied', 'Priya Nair'],
    ['role.edited', 'Priya Nair'],
    ['handover.sent', 'Omar Haddad']
  ]);
});

test('declined with a word, it is told live and can go back to the tray; without a connection nothing is handed on', async () => {
  const team = await newRole('Newsletter team');
  const his = await refusedTick(team);
  await his.goto('/attention');
  const tray = his.getByRole('region', { name: 'Needs attention' });
  await tray.getByText('Contacts › Export stays off').waitFor();

  await his.context().setOffline(true);
  await says(his, 'Offline');
  await tray.getByRole('button', { name: 'Send to…' }).tap();
  const dialog = his.getByRole('dialog', { name: 'Send to…' });
  await dialog.getByText('Sending a change to someone requires a connection.').waitFor();
  await expect.poll(() => dialog.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
  await dialog.getByRole('button', { name: 'Cancel' }).tap();
  await tray.getByText('Contacts › Export stays off').waitFor();

  await his.context().setOffline(false);
  await says(his, 'Live');
  await tray.getByRole('button', { name: 'Send to…' }).tap();
  await dialog.getByRole('radio', { name: /Priya Nair/ }).check();
  await expectAccessible(his, 'handing on');
  await dialog.getByRole('button', { name: 'Send' }).tap();
  await tray.waitFor({ state: 'detached' });
  await his.getByRole('article', { name: /Waiting for Priya Nair/ }).waitFor();
  await expectAccessible(his, 'handed on');

  const hers = await desk(priya, '/');
  const link = hers.getByRole('link', { name: /Needs attention/ }).first();
  await link.click();
  const card = hers.getByRole('article', { name: /Omar Haddad asks/ });
  await card.getByRole('button', { name: 'Decline' }).click();
  const why = hers.getByRole('dialog', { name: 'Decline' });
  await why.getByLabel('Why').fill('Not before the audit');
  await why.getByRole('button', { name: 'Decline' }).click();
  await card.waitFor({ state: 'detached' });

  const declined = his.getByRole('article', { name: /Priya Nair declined it/ });
  await declined.waitFor();
  await declined.getByText('Not before the audit').waitFor();
  await declined.getByRole('button', { name: 'Back to Needs attention' }).tap();
  await tray.getByText('Contacts › Export stays off').waitFor();
  expect(await permissions(team)).toEqual([]);

  // Handed on once more and taken back: his again, and not hers any more.
  await tray.getByRole('button', { name: 'Send to…' }).tap();
  await dialog.getByRole('radio', { name: /Priya Nair/ }).check();
  await dialog.getByRole('button', { name: 'Send' }).tap();
  await card.waitFor();
  await his
    .getByRole('article', { name: /Waiting for Priya Nair/ })
    .getByRole('button', { name: 'Withdraw' })
    .tap();
  await card.waitFor({ state: 'detached' });
  await tray.getByText('Contacts › Export stays off').waitFor();
  expect(await permissions(team)).toEqual([]);
});

test('[UX-7] everything that would be applied is read before it is, however much it is', async () => {
  const team = await newRole('Many', ['audience.contacts.view']);
  const grant = ['add', 'edit', 'import', 'export', 'validate', 'bulk_update', 'delete', 'delete_bulk'].map(
    (action) => `audience.contacts.${action}`
  );
  const input = { id: team, seen, grant, revoke: ['audience.contacts.view'], name: 'Many more' };
  const { id } = await omar.client.call<{ id: string }>('handovers.send', {
    to: priya.id,
    asked: { procedure: 'roles.edit', input }
  });
  const hers = await phone(priya, '/attention');
  const card = hers.getByRole('article', { name: /Omar Haddad asks/ });
  const list = card.getByRole('list', { name: 'Requested change' });
  await list.waitFor();
  // What destroys stands before what only reads or writes; the rest is one press away, of a thumb or a key.
  const second = list.getByRole('listitem').nth(1);
  await second
    .getByRole('img', { name: /Destructive|Sensitive/ })
    .first()
    .waitFor();
  const open = card.getByRole('button', { name: `Show all ${grant.length + 2}` });
  expect((await open.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  await open.focus();
  await hers.keyboard.press('Enter');
  await until(async () => (await list.getByRole('listitem').count()) === grant.length + 2, 'all of it');
  await list.getByText(/Name: Many.*Many more/).waitFor();
  await list.getByText(/Untick Contacts › View/).waitFor();
  await expectAccessible(hers, 'all that is asked for');
  await priya.client.call('handovers.decline', { id });
});
