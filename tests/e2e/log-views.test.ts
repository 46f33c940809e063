import type { BrowserContext, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillLog } from '../../bench/log-fill';
import { expectAccessible } from '../support/accessible';
import { PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { makeEntries } from '../support/made-entries';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
let priya: TestPerson;

beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  await app.pause();
  await fillLog(app.databaseUrl, 1500);
  await app.resume();
  priya = await app.person('Priya Nair', 'admin');
  await app.owner.call('roles.create', { name: 'Night shift', permissions: ['people.roles.view'] });
  await app.owner.call('roles.edit', {
    id: (await roleNamed('Night shift')).id,
    seen: 1,
    grant: ['people.administrators.view']
  });
  await app
    .anonymous()
    .try('auth.signIn', { email: 'nobody@elsewhere.example', password: 'not a password of anybody' });
  await indexed();
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

async function roleNamed(name: string): Promise<{ id: string }> {
  const roles = await app.owner.call<{ id: string; name: string }[]>('roles.list');
  return roles.find((role) => role.name === name)!;
}

/** Waits until the lists know what the log knows. */
async function indexed(): Promise<void> {
  await state.settled();
  await until(
    async () =>
      (await state.sql`select 1 where (select max(seq) from audit.seq) = (select max(seq) from audit.fact)`)
        .length > 0,
    'the log is indexed'
  );
}

const shownIds = (page: Page) =>
  page
    .locator('a[data-entry]')
    .evaluateAll((links) => links.map((link) => Number((link as HTMLElement).dataset['entry'])));

/** The newest entries that the server finds for a question. */
async function found(filter: object, limit = 60): Promise<number[]> {
  const ids: number[] = [];
  let cursor: string | undefined;
  while (ids.length < limit) {
    const page: { entries: { id: number }[]; next: string | null } = await app.owner.call('log.list', {
      ...filter,
      limit: Math.min(200, limit - ids.length),
      ...(cursor ? { cursor } : {})
    });
    ids.push(...page.entries.map(({ id }) => id));
    if (page.next === null) break;
    cursor = page.next;
  }
  return ids;
}

/** Waits until the list shows what the server finds, which is all that has happened. */
async function shows(page: Page, filter: object): Promise<void> {
  await indexed();
  const wanted = JSON.stringify(await found(filter));
  await until(
    async () => JSON.stringify((await shownIds(page)).slice(0, 60)) === wanted,
    `the list of ${JSON.stringify(filter)}`
  );
}

test('[LOG-4] filters combine, stand in the address, and an address shows the same to somebody else', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/logs/activity');
  await shows(page, { view: 'activity' });
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: 'Filter' });
  await sheet.getByRole('button', { name: 'Activity', exact: true }).click();
  await page.getByPlaceholder('Find').fill('edited role');
  await page.getByRole('option', { name: 'Edited role' }).click();
  await sheet.getByLabel('Outcome').click();
  await page.getByRole('option', { name: 'Success' }).click();
  await sheet.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('button', { name: 'Filter, 2' }).waitFor();
  await page.getByRole('searchbox').fill('role 3');
  await page.waitForURL(/action=role\.edited/);
  await page.waitForURL(/outcome=success/);
  await page.waitForURL(/search=role/);
  const filter = { view: 'activity', action: 'role.edited', outcome: 'success', search: 'role 3' };
  await shows(page, filter);
  expect((await shownIds(page)).length).toBeGreaterThan(0);

  const other = await browser.open(priya.client);
  await other.page.goto(page.url().replace(app.owner.origin, ''));
  await shows(other.page, filter);
  await expect.poll(() => other.page.getByRole('searchbox').inputValue()).toBe('role 3');
  // A chip takes its filter away, and the others stay.
  await other.page.getByRole('button', { name: 'Remove filter: Edited role' }).click();
  await shows(other.page, { view: 'activity', outcome: 'success', search: 'role 3' });
  await other.page.getByRole('button', { name: 'Filter, 1' }).waitFor();
  await other.page.waitForURL((url) => !url.searchParams.has('action'));

  // Addresses from before there were more filters.
  await page.goto(`/logs/authentication?outcome=denied&period=quarter&actor=${priya.id}`);
  await page.getByText('No matching entries').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await shows(page, { view: 'authentication' });
  await page.goto('/logs/authentication?action=nonsense&from=never&ip=%00&entry=x&outcome=maybe');
  await page.getByText('No matching entries').waitFor();
});

test('[LOG-4] a period is chosen in the chart, with the pointer and with the keyboard', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/logs/authentication');
  const chart = page.getByRole('slider', { name: 'Period' });
  await chart.waitFor();
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=.*to=/);
  const { searchParams } = new URL(page.url());
  const [from, to] = [searchParams.get('from')!, searchParams.get('to')!];
  expect(Date.parse(to) - Date.parse(from)).toBeGreaterThan(80 * 86_400_000);
  await shows(page, { view: 'authentication', from, to });

  await page.goto('/logs/authentication');
  await chart.waitFor();
  await chart.focus();
  for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight'])
    await page.keyboard.press(key);
  await expect.poll(() => chart.getAttribute('aria-valuetext')).toMatch(/succeeded, \d+ failed/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/from=.*to=/);
  const narrow = new URL(page.url()).searchParams;
  const days = (Date.parse(narrow.get('to')!) - Date.parse(narrow.get('from')!)) / 86_400_000;
  expect(Math.round(days) % 3).toBe(0);
  await shows(page, { view: 'authentication', from: narrow.get('from')!, to: narrow.get('to')! });
  await page.getByRole('button', { name: /^Remove filter: / }).click();
  await shows(page, { view: 'authentication' });
});

test('[LOG-2] an entry opens beside the list by mouse, keyboard and address, and can be taken along', async () => {
  const { page, context } = await browser.open(app.owner);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: app.origin });
  const role = await roleNamed('Night shift');
  await page.goto(`/logs/activity?target=${role.id}`);
  await shows(page, { view: 'activity', target: role.id });
  const [edited, created] = await shownIds(page);
  await page
    .getByText('added View administrators to Night shift')
    .or(page.getByText(/to Night shift/))
    .first()
    .waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect
    .poll(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset['entry']))
    .toBe(String(created));
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: 'Entry of the log' });
  await panel.getByRole('heading', { name: `Entry ${edited!.toLocaleString('en')}` }).waitFor();
  await panel.getByText('Super Administrator').waitFor();
  await page.waitForURL(new RegExp(`entry=${edited}`));

  await panel.getByRole('button', { name: 'Copy JSON' }).click();
  await page.getByText('Entry copied as JSON').waitFor();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as {
    id: number;
    action: string;
    change: object[];
  };
  expect(copied).toMatchObject({ id: edited, action: 'role.edited' });
  expect(copied.change).toContainEqual({ path: 'permissions', old: [], new: ['people.administrators.view'] });
  await panel.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('Link copied').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());

  // Stepping on moves the open entry, too; Escape closes it and gives the focus back.
  await page.locator(`a[data-entry="${edited}"]`).focus();
  await page.keyboard.press('ArrowDown');
  await panel.getByRole('heading', { name: `Entry ${created!.toLocaleString('en')}` }).waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await expect
    .poll(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset['entry']))
    .toBe(String(created));
  await page.keyboard.press('/');
  await expect
    .poll(() => page.getByRole('searchbox').evaluate((field) => field === document.activeElement))
    .toBe(true);

  const other = await browser.open(priya.client, { viewport: PHONE, hasTouch: true });
  await other.page.goto(link.replace(app.origin, ''));
  const sheet = other.page.getByRole('dialog', { name: /Entry/ });
  await sheet.getByText('Place in the log').waitFor();
  await sheet.getByRole('button', { name: 'This person' }).click();
  await other.page.waitForURL(new RegExp(`actor=${app.ownerId}`));
  await shows(other.page, { view: 'activity', actor: app.ownerId });
});

test('[LOG-4] a filter is kept under a name, for its person on every device', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/logs/authentication?outcome=denied');
  await page.getByRole('button', { name: 'Saved filters' }).click();
  await page.getByLabel('Save this filter as').fill('What went wrong');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { name: 'Saved filters' }).waitFor({ state: 'detached' });
  const again = await browser.open(app.owner);
  await again.page.goto('/logs/authentication');
  await again.page.getByRole('button', { name: 'Saved filters' }).click();
  await again.page.getByRole('button', { name: 'What went wrong', exact: true }).click();
  await again.page.waitForURL(/outcome=denied/);
  await shows(again.page, { view: 'authentication', outcome: 'denied' });
  expect(await priya.client.call('log.filters')).toEqual([]);
});

/** A connection that can be cut: open sockets break at once, which silence alone would show after half a minute. */
async function cuttable(context: BrowserContext) {
  let away = false;
  const open = new Set<WebSocketRoute>();
  await context.routeWebSocket(/\/sync\//, (socket) => {
    if (away) return void socket.close();
    socket.connectToServer();
    open.add(socket);
  });
  return {
    async begin() {
      away = true;
      await context.setOffline(true);
      for (const socket of open) await socket.close();
      open.clear();
    },
    async end() {
      away = false;
      await context.setOffline(false);
    }
  };
}

test('[LOG-3] over a long interruption nothing is missing and nothing is there twice, filtered or not', async () => {
  const all = await browser.open(app.owner);
  const filtered = await browser.open(priya.client);
  const cuts = [await cuttable(all.context), await cuttable(filtered.context)];
  await all.page.goto('/logs/authentication');
  await filtered.page.goto('/logs/authentication?outcome=denied&search=elsewhere');
  await shows(all.page, { view: 'authentication' });
  await shows(filtered.page, { view: 'authentication', outcome: 'denied', search: 'elsewhere' });
  await all.page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  const before = (await shownIds(all.page))[0]!;

  // One arrives while everybody looks: it is there at once.
  await makeEntries(state, 1, { action: 'auth.sign_in_failed', outcome: 'denied', reason: 'wrong-password' });
  await shows(filtered.page, { view: 'authentication', outcome: 'denied', search: 'elsewhere' });
  await until(async () => (await shownIds(all.page))[0]! > before, 'the entry arrives');

  for (const cut of cuts) await cut.begin();
  await all.page.getByRole('status').filter({ hasText: 'Offline' }).first().waitFor();
  await makeEntries(state, 640, { action: 'auth.sign_in', actor: { id: priya.id, name: 'Priya Nair' } });
  await makeEntries(state, 3, { action: 'auth.sign_in_failed', outcome: 'denied', reason: 'wrong-password' });
  await indexed();
  await all.page.mouse.move(600, 700);
  await all.page.mouse.wheel(0, 1500);
  await until(async () => {
    const first = await all.page.locator('a[data-entry]').first().boundingBox();
    return first !== null && first.y < -200;
  }, 'the list is scrolled');
  // Two frames: the page knows it, too.
  await all.page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  );
  for (const cut of cuts) await cut.end();

  // Somebody reads further down: what went by waits, and comes without a hole when they ask for it.
  const waiting = all.page.getByRole('button', { name: '643 new' });
  await waiting.waitFor();
  await waiting.click();
  await expect.poll(async () => (await shownIds(all.page)).length).toBeGreaterThan(700);
  const ids = await shownIds(all.page);
  expect(ids).toEqual(await found({ view: 'authentication' }, ids.length));
  await shows(filtered.page, { view: 'authentication', outcome: 'denied', search: 'elsewhere' });
});

test('[LOG-3] the wall shows sign-ins and failures as they come, by itself', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/logs/authentication');
  await page.getByRole('link', { name: /^Wall/ }).click();
  await page.waitForURL('**/logs/wall');
  const wall = page.getByRole('dialog', { name: 'Wall' });
  await wall.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await wall.getByText('Failed, 24 h').waitFor();
  const signingIn = wall.getByRole('region', { name: 'Signing in' });
  await makeEntries(state, 1, { action: 'auth.sign_in', actor: { id: priya.id, name: 'Wally Onthewall' } });
  await signingIn.getByText('Wally Onthewall').waitFor();
  await makeEntries(state, 30, {
    action: 'auth.sign_in_failed',
    outcome: 'denied',
    reason: 'wrong-password'
  });
  await until(
    async () => (await wall.getByRole('listitem').count()) === 14 + 9,
    'the wall is full, and not fuller'
  );
  await page.keyboard.press('Escape');
  await page.waitForURL('**/logs/authentication');
});

test('[LOG-3] after an import of hundreds, Home and the wall still say what failed, what was denied and who signed in', async () => {
  const by = (name: string) => ({ actor: { id: priya.id, name } });
  const imports = () => makeEntries(state, 600, { action: 'administrator.created', ...by('Ida Import') });
  await makeEntries(state, 1, { action: 'auth.sign_in', ...by('Sina Signedin') });
  await makeEntries(state, 1, { action: 'auth.sign_in_failed', outcome: 'denied', ...by('Faye Failed') });
  await makeEntries(state, 1, { action: 'access.denied', outcome: 'denied', ...by('Dana Denied') });
  await imports();
  await indexed();

  const { page } = await browser.open(app.owner);
  const { page: wallPage } = await browser.open(app.owner);
  const feed = page.getByRole('table', { name: 'Live feed' });
  await page.goto('/');
  await feed.getByText('Ida Import').first().waitFor();
  await page.goto('/?show=denied');
  await feed.getByText('Dana Denied').waitFor();
  await expect.poll(() => feed.getByText('Faye Failed').count()).toBe(0);
  await page.goto('/?show=failed');
  await feed.getByText('Faye Failed').waitFor();
  await expect.poll(() => feed.getByText('Dana Denied').count()).toBe(0);
  await wallPage.goto('/logs/wall');
  const wall = wallPage.getByRole('dialog', { name: 'Wall' });
  await wall.getByText('Sina Signedin').waitFor();
  await wall.getByText('Dana Denied').waitFor();

  // And what comes while they are open stays, when another import follows it.
  await makeEntries(state, 1, { action: 'auth.sign_in_failed', outcome: 'denied', ...by('Lana Later') });
  await feed.getByText('Lana Later').waitFor();
  await wall.getByText('Lana Later').first().waitFor();
  await imports();
  await makeEntries(state, 1, { action: 'auth.sign_in_failed', outcome: 'denied', ...by('Nora Newest') });
  for (const list of [feed, wall]) {
    await list.getByText('Nora Newest').first().waitFor();
    await list.getByText('Lana Later').first().waitFor();
  }
  await feed.getByText('Faye Failed').waitFor();

  // The way out is in sight without a move of the pointer.
  const exit = wall.getByRole('button', { name: 'Exit the wall' });
  await until(
    async () =>
      (await wall
        .getByRole('button', { name: 'Full screen' })
        .evaluate((button) => getComputedStyle(button.parentElement!).opacity)) === '0',
    'the other controls are gone'
  );
  expect(
    await exit.evaluate((button) =>
      button.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    )
  ).toBe(true);
  await exit.click();
  await wallPage.waitForURL('**/logs/authentication');
});

test('[UX-1] axe finds nothing in an open entry beside filters, and in the wall', async () => {
  const [entry] = await found({ view: 'activity', action: 'role.edited' }, 1);
  const { page } = await browser.open(app.owner);
  await page.goto(`/logs/activity?outcome=denied&period=quarter&entry=${entry}`);
  await page.getByText('Place in the log').waitFor();
  await expectAccessible(page, 'an open entry');
  await page.goto('/logs/wall');
  await page.getByRole('dialog', { name: 'Wall' }).getByRole('heading', { level: 1 }).waitFor();
  await expectAccessible(page, 'the wall');
});
