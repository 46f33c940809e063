import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { SYNC_TAG } from '../../src/lib/client/outbox/background-sync';
import { entriesSince, momentOf, type Moment } from '../support/accounts';
import { useBrowser } from '../support/browser';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { deviceContents, keptOnDevice, mayLeave } from '../support/device';
import { until } from '../support/replica';
import { sessionCookie } from '../support/session-cookie';
import { openState, type StateProbe } from '../support/state';

// Two people use one browser, each in a tab: the tabs share its cookie.

const EXPORT = 'audience.contacts.export';
/** Requests that are nobody's: who is here is what they ask, all are told the same, or they begin a session. */
const NOBODYS = /\/trpc\/(me\.get|catalogue\.get|setup\.status|auth\.signIn)(\?|$)/;

const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
let roleId: string;
let anaId: string;
let before: Moment;
let made = 0;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const roles = await app.owner.call<{ id: string }>('roles.create', {
    ...{ name: 'Role keepers', permissions: ['people.roles.view', 'people.roles.edit', EXPORT] }
  });
  anaId = (await app.person('Ana Ortiz', roles.id)).id;
  await app.person('Bea Lund', roles.id);
});
beforeEach(async () => {
  roleId = (await app.owner.call<{ id: string }>('roles.create', { name: `Shared ${++made}` })).id;
  before = await momentOf(state);
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** A browser with two tabs at the sign-in, whose requests are all looked at. */
async function twoTabs(options: { serviceWorkers?: 'allow' } = {}) {
  const { page: first, context } = await browser.open({ origin: app.origin }, options);
  const unsigned: string[] = [];
  context.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/trpc/') && !NOBODYS.test(pathname) && !request.headers()['rolecall-as'])
      unsigned.push(`${request.method()} ${pathname}`);
  });
  const watchSockets = (page: Page) =>
    page.on('websocket', (socket) => {
      if (!new URL(socket.url()).searchParams.get('as')) unsigned.push(socket.url());
    });
  watchSockets(first);
  const second = await context.newPage();
  watchSockets(second);
  for (const page of [first, second]) {
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  }
  return { first, second, context, unsigned };
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('Email').fill(`${name}@northwind.example`);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Signs in, and is in the console. */
async function enter(page: Page, name: string): Promise<void> {
  await signIn(page, name);
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  await says(page, 'Live');
}

const says = (page: Page, word: string) =>
  page.getByRole('status').getByText(word, { exact: true }).waitFor();

const devtools = new WeakMap<Page, CDPSession>();

/** Takes one tab's connection away, or gives it back: the others keep theirs. */
async function connect(page: Page, online: boolean): Promise<void> {
  const tools = devtools.get(page) ?? (await page.context().newCDPSession(page));
  devtools.set(page, tools);
  await tools.send('Network.enable');
  await tools.send('Network.emulateNetworkConditions', {
    ...{ offline: !online, latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
  });
  if (!online) await says(page, 'Offline');
}

async function openRole(page: Page): Promise<void> {
  await page.goto(`/roles/${roleId}`);
  await says(page, 'Live');
}

async function tick(page: Page): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search permissions' }).fill(EXPORT);
  await page.locator(`[role=treeitem][data-row="${EXPORT}"] [data-part=box]`).click();
  await page.getByRole('treeitem', { name: /Waiting/ }).waitFor();
}

const granted = async () =>
  (await app.owner.call<{ permissions: string[] }>('roles.get', { id: roleId })).permissions.length > 0;

/** Editors of the role, by the log. */
async function editors(): Promise<(string | null)[]> {
  await state.settled();
  const entries = await entriesSince(state, before);
  return entries.filter(({ target }) => target.id === roleId).map(({ actor }) => actor.id);
}

describe('[LIV-4] [LIV-5] what waits on a device', () => {
  test('what waits on a device is not sent as somebody else who signed in in another tab; it is its author’s, who sends it', async () => {
    const { first, second, unsigned } = await twoTabs();
    await enter(first, 'ana.ortiz');
    await openRole(first);
    await connect(first, false);
    await tick(first);
    await enter(second, 'bea.lund');

    await connect(first, true);
    await first.getByText('Bea Lund is signed in in this browser now.').waitFor();
    await first.getByText('1 edit of Ana Ortiz stays on this device').waitFor();
    await says(first, 'Live');
    expect(new URL(first.url()).pathname).toBe('/');
    await first.getByRole('button', { name: 'Got it' }).click();
    await first.getByText('Bea Lund is signed in in this browser now.').waitFor({ state: 'detached' });
    expect(await granted()).toBe(false);
    expect(await editors()).toEqual([]);
    // Nothing of hers can be read by now, but for what waits.
    await until(
      async () => (await deviceContents(first)).databases.filter((name) => name.includes(anaId)).length === 1,
      'what waits is all that is left of her'
    );

    await second.goto('/account');
    await second.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await second.waitForURL(/sign-in/);
    await enter(second, 'ana.ortiz');
    await until(granted, 'her edit landed');
    expect(await editors()).toEqual([anaId]);
    expect(unsigned).toEqual([]);
  });

  test('what waits on a device goes on in the session that its author has by then', async () => {
    const { first, second, unsigned } = await twoTabs();
    await enter(first, 'ana.ortiz');
    await openRole(first);
    await connect(first, false);
    await tick(first);
    await enter(second, 'ana.ortiz');
    await connect(first, true);
    await until(granted, 'her edit landed');
    expect(await editors()).toEqual([anaId]);
    expect(new URL(first.url()).pathname).toBe(`/roles/${roleId}`);
    expect(unsigned).toEqual([]);
  });

  test('what waits on a device is not sent as somebody else with no page open either', async () => {
    const { first, second, context } = await twoTabs({ serviceWorkers: 'allow' });
    await enter(first, 'ana.ortiz');
    await openRole(first);
    await keptOnDevice(first);
    const away = await context.newPage();
    await away.goto('about:blank');
    const sync = await backgroundSync(context, away);
    await second.close();
    await context.setOffline(true);
    await says(first, 'Offline');
    await tick(first);
    await mayLeave(first);
    await first.close();
    await become(context, 'bea.lund');
    await context.setOffline(false);
    await sync();
    await away.waitForTimeout(1_500);
    expect(await granted()).toBe(false);
    expect(await editors()).toEqual([]);

    // Its author is here again, and no page has sent it yet: the next sign of a connection does.
    await become(context, 'ana.ortiz');
    await sync();
    await until(granted, 'her edit landed');
    expect(await editors()).toEqual([anaId]);
  });
});

/** Somebody signs in, in a page that is gone again. */
async function become(context: BrowserContext, name: string): Promise<void> {
  const person = app.anonymous();
  await person.call('auth.signIn', { email: `${name}@northwind.example`, password: PASSWORD });
  await context.addCookies([sessionCookie(person.cookie)]);
}

/**
 * Makes the call that fires the sync event which a browser sends by itself once it sees the network again; here
 * DevTools fire it.
 */
async function backgroundSync(context: BrowserContext, page: Page): Promise<() => Promise<void>> {
  const tools = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) =>
    tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL.startsWith(app.origin));
      if (ours) resolve(ours.registrationId);
    })
  );
  await tools.send('ServiceWorker.enable');
  const registrationId = await registered;
  return async () => {
    await tools.send('ServiceWorker.dispatchSyncEvent', {
      ...{ origin: app.origin, registrationId, tag: SYNC_TAG, lastChance: false }
    });
  };
}

describe('[LIV-9] leaving and coming', () => {
  test('a sign-out that waited for a connection does not sign out who came after', async () => {
    const { first, second, unsigned } = await twoTabs();
    await enter(first, 'ana.ortiz');
    await first.goto('/account');
    await says(first, 'Live');
    await connect(first, false);
    await first.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await first.getByText('You are signed out, and this device is cleared.').waitFor();
    await enter(second, 'bea.lund');
    await connect(first, true);
    await says(first, 'Live');
    await second.reload();
    await says(second, 'Live');
    await expect.poll(() => second.evaluate(() => localStorage.getItem('rolecall:sign-out'))).toBeNull();
    expect(unsigned).toEqual([]);
  });
});
