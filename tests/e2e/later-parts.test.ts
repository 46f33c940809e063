import { gzipSync } from 'node:zlib';
import type { BrowserContext, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../support/browser';
import { INITIAL_PASSWORD, startTestConsole, type TestConsole } from '../support/console';

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

// Asked before any part of the app is fetched: what answers here decides whether one comes.
const PROBE = '**/_app/version.json';
const FILES = '**/_app/immutable/**';

/** Lets the page wait as long as it takes: it gives up after 5 s, which may pass between two steps of a test. */
const patient = (context: BrowserContext) =>
  context.addInitScript(() => (AbortSignal.timeout = () => new AbortController().signal));

test('[UX-2] [LIV-3] what cannot be fetched says so, loses nothing that was typed, and opens as soon as it can be', async () => {
  const { page, context } = await browser.open(app.owner);
  await context.route(PROBE, (route) => route.abort());
  await page.goto('/roles');
  const search = page.getByRole('searchbox');
  await search.fill('supp');
  const account = page.getByRole('button', { name: /Maya/ });
  await account.click();
  await page.getByText('This is not on this device yet').waitFor();
  expect(await account.getAttribute('aria-expanded')).toBe('false');
  await page.keyboard.press('?');
  await expect.poll(() => search.inputValue()).toBe('supp');
  expect(await page.getByRole('dialog').count()).toBe(0);

  await context.unroute(PROBE);
  await account.click();
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  await expect.poll(() => account.evaluate((button) => button === document.activeElement)).toBe(true);
  await expect.poll(() => search.inputValue()).toBe('supp');
});

test('[UX-1] a key on a button whose menu is still on its way opens it once, with the focus in it', async () => {
  const { page, context } = await browser.open(app.owner);
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  await context.route(PROBE, (route) => answered.then(() => route.continue()));
  await patient(context);
  await page.goto('/roles');
  const account = page.getByRole('button', { name: /Maya/ });
  await account.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect.poll(() => account.getAttribute('aria-busy')).toBe('true');
  answer();
  await page.getByRole('menu', { name: 'Account' }).waitFor();
  await expect
    .poll(() =>
      page.evaluate(() => document.activeElement?.closest('[role=menu]')?.getAttribute('aria-label'))
    )
    .toBe('Account');
  await expect.poll(() => account.getAttribute('aria-busy')).toBeNull();
});

test('[UX-1] what hangs on the line is given up with Escape, takes no focus when it comes after all, and says nothing', async () => {
  const { page, context } = await browser.open(app.owner);
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  await context.route(PROBE, (route) => answered.then(() => route.continue()).catch(() => undefined));
  await patient(context);
  await page.goto('/roles');
  const search = page.getByRole('searchbox');
  const account = page.getByRole('button', { name: /Maya/ });
  await account.focus();
  await page.keyboard.press('?');
  await page.getByText('Opening', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Opening', { exact: true }).waitFor({ state: 'detached' });

  // A menu: the focus went elsewhere meanwhile.
  await page.keyboard.press('Enter');
  await expect.poll(() => account.getAttribute('aria-busy')).toBe('true');
  await search.click();
  await search.fill('supp');
  answer();
  await expect.poll(() => account.getAttribute('aria-busy')).toBeNull();
  expect(await page.getByRole('menu').count()).toBe(0);
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(await search.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await page.getByText('Try again when you are back online').count()).toBe(0);
});

test('[UX-1] what is typed while a list to choose from is on its way is in its search field when it is there', async () => {
  const { page, context } = await browser.open(app.owner);
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  await context.route(PROBE, (route) => answered.then(() => route.continue()));
  await patient(context);
  await page.goto('/access');
  const blank = page.getByRole('search', { name: 'Question' }).getByRole('button').first();
  await blank.click();
  await expect.poll(() => blank.getAttribute('aria-busy')).toBe('true');
  // The last two keys: a letter taken back, and a key of the page, which is only a letter here.
  await page.keyboard.type('Mayaxx');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type(' ?');
  await page.keyboard.press('Backspace');
  answer();
  const find = page.getByPlaceholder('Find');
  await find.waitFor();
  await expect.poll(() => find.inputValue()).toBe('Maya ');
  expect(await page.getByRole('dialog', { name: 'Help' }).count()).toBe(0);
  await page.keyboard.type('Lind');
  await expect.poll(() => find.inputValue()).toBe('Maya Lind');
});

test('[LIV-3] an entry of the log, and the page of a person, say once and in their place that a part cannot be loaded', async () => {
  const { page, context } = await browser.open(app.owner);
  await context.route(PROBE, (route) => route.abort());
  await page.goto(`/administrators/${app.ownerId}`);
  const away = page.getByRole('alert').filter({ hasText: 'This is not on this device yet' });
  await away.waitFor();
  expect(await away.count()).toBe(1);

  await page.goto('/logs/activity?entry=1');
  await page.getByRole('complementary', { name: 'Entry of the log' }).locator(away).waitFor();
  expect(new URL(page.url()).search).toBe('?entry=1');
  await context.route(FILES, (route) => route.fulfill({ status: 404 }));
  await context.unroute(PROBE);
  await away
    .getByRole('button', { name: 'Try again' })
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  const reload = page.getByRole('button', { name: 'Reload' }).first();
  await reload.waitFor();
  await context.unroute(FILES);
  await reload.click();
  await page.getByRole('heading', { name: 'Entry 1' }).waitFor();
});

test('[LIV-3] a page of which a file did not come is opened once more by itself, and no more than once', async () => {
  const { page, context } = await browser.open(app.owner);
  const linkTo = (on: Page) => on.getByRole('navigation').getByRole('link', { name: 'Settings' });
  await page.goto('/roles');
  await page.getByRole('searchbox').waitFor();
  const refused = new Set<string>();
  let loads = 0;
  page.on('request', (request) => request.isNavigationRequest() && loads++);
  await context.route(FILES, (route) => {
    if (loads > 0) return route.continue();
    refused.add(route.request().url());
    return route.abort();
  });
  await linkTo(page).click();
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  expect(loads).toBe(1);
  expect(refused.size).toBeGreaterThan(0);
  await context.unroute(FILES);

  const tab = await context.newPage();
  await tab.goto('/roles');
  await tab.getByRole('searchbox').waitFor();
  loads = 0;
  tab.on('request', (request) => request.isNavigationRequest() && loads++);
  const probed = new Promise<void>((resolve) =>
    tab.on('response', (response) => {
      if (loads === 1 && response.url().endsWith('/_app/version.json')) resolve();
    })
  );
  await context.route(FILES, (route) =>
    refused.has(route.request().url()) ? route.abort() : route.continue()
  );
  await Promise.all([tab.waitForEvent('load'), linkTo(tab).click()]);
  // Its files are there for all that it knows, and it stays nevertheless.
  await probed;
  await tab.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
  await tab.getByText('This page couldn’t be opened').waitFor();
  expect(loads).toBe(1);
  await context.unroute(FILES);
  await tab.getByRole('button', { name: 'Try again' }).click();
  await tab.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  expect(loads).toBe(2);
});

test('[P-05] [LIV-3] what cannot come any more says that the page is to be reloaded, and then it comes', async () => {
  const { page, context } = await browser.open(app.owner);
  await context.route(PROBE, (route) => route.abort());
  await page.goto('/roles');
  const account = page.getByRole('button', { name: /Maya/ });
  await account.waitFor();
  // The server has a new version, whose files have other names.
  await context.route(FILES, (route) => route.fulfill({ status: 404 }));
  await context.unroute(PROBE);
  await account.click();
  await page.getByText('This could not be loaded. Reload the page').waitFor();
  await context.unroute(FILES);
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Reload' }).click()]);
  await account.click();
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
});

test('[LIV-3] a place in a page that cannot be filled says so, and is filled when it is tried again', async () => {
  const { page, context } = await browser.open(app.owner);
  await context.route(PROBE, (route) => route.abort());
  await page.goto('/account');
  const problem = page.getByRole('alert').filter({ hasText: 'This is not on this device yet' });
  await problem.waitFor();
  await context.unroute(PROBE);
  // It may have been tried again by itself meanwhile.
  await problem
    .getByRole('button', { name: 'Try again' })
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  await page.getByRole('searchbox', { name: 'Search permissions' }).waitFor();
  await problem.waitFor({ state: 'detached' });
});

test('[LOG-6] that the log was restored is shown until it is read, before the server was heard, too', async () => {
  const { page, context } = await browser.open(app.owner);
  await context.routeWebSocket(/\/sync\//, (socket) => void socket.close());
  await context.route('**/log.checkpoint**', (route) => route.abort());
  await context.addInitScript(() =>
    localStorage.setItem(
      'rolecall:log-witness',
      JSON.stringify({ held: { epoch: 'e', vkey: 'v', note: 'n\n5\n' }, restored: { seen: 5, now: 3 } })
    )
  );
  await page.goto('/roles');
  await page.getByText('This console was restored from a backup.').waitFor();
});

test('[AUT-1] [LIV-3] a step of the sign-in whose files do not come says what helps, and goes on then', async () => {
  const email = 'newcomer@northwind.example';
  await app.owner.call('administrators.create', {
    name: 'New Comer',
    email,
    roleId: 'admin',
    password: INITIAL_PASSWORD
  });
  const { page, context } = await browser.open(app.anonymous());
  await context.route(PROBE, (route) => route.abort());
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(INITIAL_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const again = page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  await context.route(FILES, (route) => route.fulfill({ status: 404 }));
  await context.unroute(PROBE);
  await again.click();
  const reload = page.getByRole('button', { name: 'Reload' });
  await reload.waitFor();
  expect(await again.count()).toBe(0);
  await context.unroute(FILES);
  await reload.click();
  await page.getByLabel('Confirm password').waitFor();
});

test('the sign-in is usable with at most 70 KB of scripts; what comes after it is fetched while the password is typed', async () => {
  const { page } = await browser.open({ origin: app.origin });
  const scripts: Response[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response);
  });
  await page.goto('/sign-in');
  await page.getByLabel('Email').waitFor();
  const loaded = [...scripts];
  const bodies = await Promise.all(loaded.map((script) => script.body()));
  const before = bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0) / 1024;
  expect(before).toBeGreaterThan(40);
  expect(before).toBeLessThanOrEqual(70);
  await page.getByLabel('Password', { exact: true }).focus();
  await expect.poll(() => scripts.length).toBeGreaterThan(loaded.length + 3);
});
