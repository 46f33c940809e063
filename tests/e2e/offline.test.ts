import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { pageHandler } from '../../src/programs/page-handler';
import { SYNC_TAG } from '../../src/lib/client/outbox/background-sync';
import { HANDLER, startTestConsole, type TestConsole } from '../support/console';
import { DESK, PHONE, useBrowser } from '../support/browser';
import {
  deviceContents,
  deviceText,
  holdsDocument,
  holdsFeed,
  holdsPerson,
  holdsSettings,
  keptOnDevice,
  mayLeave
} from '../support/device';
import { builtVersion, otherVersion } from '../support/other-version';
import { until } from '../support/replica';
import { sessionCookie } from '../support/session-cookie';

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

const open = (client: Parameters<typeof browser.open>[0], viewport = DESK) =>
  browser.open(client, { viewport, serviceWorkers: 'allow' });

const says = (page: Page, word: string) =>
  page.getByRole('status').getByText(word, { exact: true }).waitFor();

/** Document that a page is about; null: none of its own. */
function documentOf(path: string): string | null {
  const [, list, id] = path.split('/');
  if (list === 'roles') return id ? `role:${id}` : 'roles';
  return list === 'administrators' ? 'people' : null;
}

/** Opens pages until the device holds them. */
async function visit(page: Page, ...paths: string[]): Promise<void> {
  for (const path of paths) {
    await page.goto(path);
    await says(page, 'Live');
    const document = documentOf(path);
    if (document) await until(() => holdsDocument(page, document), `${document} is kept`);
  }
  await keptOnDevice(page);
}

/** Runs in a page: what its device holds of documents comes so many milliseconds late, as from a slow disk. */
function slowDisk(ms: number): void {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (name, version) {
    if (name.startsWith('rolecall:'))
      open.call(this, name, version).onsuccess = ({ target }) => {
        const database = (target as IDBOpenDBRequest).result;
        const until = Date.now() + ms;
        const store = database.transaction('updates', 'readwrite').objectStore('updates');
        const wait = () => {
          if (Date.now() < until) store.count().onsuccess = wait;
          else database.close();
        };
        wait();
      };
    return open.call(this, name, version);
  };
}

/** No document and nothing that was remembered of anybody. */
async function expectEmpty(page: Page): Promise<void> {
  await until(
    async () =>
      (await deviceContents(page)).databases.filter((name) => name.startsWith('rolecall')).length === 0,
    'no database is left'
  );
}

/** Nothing in any database or cache fits; what does is named, and not the whole device. */
async function expectNoTrace(page: Page, pattern: RegExp): Promise<void> {
  expect(pattern.exec(await deviceText(page))?.[0]).toBeUndefined();
}

describe('opening without a connection', () => {
  test('[LIV-3] [UX-2] roles, people, one of them and the feed open after a restart, each with its age', async () => {
    const priya = await app.person('Priya Nair', 'support');
    const { page, context } = await open(app.owner, PHONE);
    await visit(page, '/roles/support', '/administrators', `/administrators/${priya.id}`);
    await page.getByText('At a glance').waitFor();
    await until(() => holdsPerson(page, priya.id), 'the page of a person is remembered');
    await visit(page, '/');
    await page.getByText('Signed in').filter({ visible: true }).first().waitFor();
    await until(() => holdsFeed(page), 'what happened is remembered');
    await context.setOffline(true);
    // Another tab: nothing of the page before is left in memory.
    await page.close();
    const tab = await context.newPage();

    await tab.goto('/roles/support');
    await tab.getByRole('tree', { name: 'Permissions' }).waitFor();
    await says(tab, 'Offline');
    await tab.getByText(/^As of /).waitFor();

    await tab.goto('/administrators');
    await tab.getByText('Priya Nair').filter({ visible: true }).first().waitFor();
    await tab.getByText(/Offline\. As of/).waitFor();

    await tab.goto(`/administrators/${priya.id}`);
    await tab.getByText('At a glance').waitFor();
    await tab.getByText(/as of/).first().waitFor();
    await tab.getByText('Their sessions are not available offline').waitFor();

    await tab.goto(`/administrators/${app.ownerId}`);
    await tab.getByText('are not on this device yet').waitFor();

    await tab.goto('/');
    await tab.getByText('Signed in').filter({ visible: true }).first().waitFor();
    await tab.getByText(/Offline\. As of/).waitFor();

    for (const [path, words] of [
      ['/logs/authentication', 'The log is not available offline'],
      ['/settings', 'They have not been opened on this device yet'],
      ['/roles/support/history', 'is not available offline'],
      ['/account', 'Changing your password, sign-in or sessions requires a connection'],
      ['/roles/analyst', 'Not available offline yet']
    ] as const) {
      await tab.goto(path);
      await tab.getByText(words).first().waitFor();
    }

    // What was waiting for the connection loads by itself when it is back.
    await tab.goto('/logs/authentication');
    await tab.getByText('The log is not available offline').waitFor();
    await context.setOffline(false);
    await says(tab, 'Live');
    await tab.getByText('The log is not available offline').waitFor({ state: 'detached' });
    await tab.getByText('Signed in').filter({ visible: true }).first().waitFor();
  });

  test('[P-01] the device holds no address, no session and no secret, and forgets after seven days', async () => {
    const { page, context } = await open(app.owner);
    await visit(page, '/', `/administrators/${app.ownerId}`, '/account', '/logs/authentication');
    await until(
      async () => (await deviceText(page)).includes('Maya Lindqvist'),
      'the device holds something'
    );
    await expectNoTrace(page, /127\.0\.0\.1|::1|Mozilla|HeadlessChrome/);
    const { value } = sessionCookie(app.owner.cookie);
    for (const secret of value.split('.')) expect((await deviceText(page)).includes(secret)).toBe(false);

    // Contact after that would be remembered as one of now.
    await context.setOffline(true);
    await says(page, 'Offline');
    await page.evaluate((eightDays) => {
      const here = JSON.parse(localStorage.getItem('rolecall:here') ?? '{}') as { contact: number };
      localStorage.setItem('rolecall:here', JSON.stringify({ ...here, contact: here.contact - eightDays }));
    }, 8 * 86_400_000);
    await page.goto('/administrators');
    await page.getByText('The console requires a connection to open').waitFor();
    await expectNoTrace(page, /northwind|Maya/);
    await expectEmpty(page);
  });
});

describe('an honest connection', () => {
  test('[LIV-4] [LIV-3] a page that opens again asks for what its device lacks, and is sent no more', async () => {
    const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Read twice' });
    const { page } = await open(app.owner);
    const answers: number[] = [];
    page.on('websocket', (socket) => {
      if (!new URL(socket.url()).pathname.endsWith('/sync/roles')) return;
      socket.on('framereceived', ({ payload }) => {
        // The first difference: a message of synchronization, of its second step.
        if (typeof payload !== 'string' && payload[0] === 0 && payload[1] === 1) answers.push(payload.length);
      });
    });
    await visit(page, '/roles');
    await page.getByText('Read twice').filter({ visible: true }).first().waitFor();
    expect(answers[0]).toBeGreaterThan(1000);
    await app.owner.call('roles.delete', { id: role.id });
    await page.getByText('Read twice').filter({ visible: true }).first().waitFor({ state: 'detached' });
    const before = answers.length;
    await page.addInitScript(slowDisk, 700);
    await page.reload();
    await says(page, 'Live');
    await expect.poll(() => answers.length).toBe(before + 1);
    expect(answers.at(-1)).toBeLessThan(200);
  });

  test('[LIV-3] a server that is gone is noticed although the network is there, and its return too', async () => {
    const first = await startTestConsole();
    const { page } = await open(first.owner);
    await visit(page, '/roles');
    // Only the process is gone: the database, and with it everything, stays.
    await first.pause();
    await says(page, 'Offline');
    await expect.poll(() => page.evaluate(() => navigator.onLine)).toBe(true);
    await page.getByRole('button', { name: /Offline/ }).click();
    await page.getByText('The page keeps trying to reconnect').first().waitFor();
    await first.resume();
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await first.stop();
  });
});

describe('a new version of the app', () => {
  test('[P-05] it waits, comes whole when asked for, and an older one never comes by itself', async () => {
    const built = await builtVersion();
    await using next = await otherVersion(String(Number(built) + 1));
    await using own = await startTestConsole();
    const { page } = await open(own.owner);
    await visit(page, '/roles');
    await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));

    await own.pause();
    await says(page, 'Offline');
    await own.resume(next.pages);
    await page.getByText('A new version is available.').waitFor();
    // Whoever is in the middle of something goes on, also to pages that were not opened before.
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await expect.poll(() => page.evaluate(() => 'stillTheSamePage' in window)).toBe(true);
    expect(await versionOf(page, next.version)).toBe('before');

    await page.getByRole('button', { name: 'Reload' }).click();
    await page.waitForFunction(() => !('stillTheSamePage' in window));
    await says(page, 'Live');
    expect(await versionOf(page, next.version)).toBe('after');
    await until(
      async () => Object.keys((await deviceContents(page)).caches).join() === `rolecall-app-${next.version}`,
      'one version is kept'
    );

    await own.pause();
    await says(page, 'Offline');
    await own.resume(await pageHandler(HANDLER));
    await page.getByText('The server is running an older version than this page.').waitFor();
    await page.reload();
    await says(page, 'Live');
    expect(await versionOf(page, next.version)).toBe('after');
  });
});

/** Version of the app whose files a page began with, `before` or `after`: never both, `mixed`. */
function versionOf(page: Page, next: string): Promise<string> {
  return page.evaluate((mark) => {
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
    const entries = loaded.filter((name) => name.includes('/_app/immutable/entry/'));
    const newer = entries.filter((name) => name.includes(mark));
    return newer.length === 0 ? 'before' : newer.length === entries.length ? 'after' : 'mixed';
  }, next);
}

describe('what waits', () => {
  test('[LIV-4] [LIV-3] settings, one’s own name and a step for many are kept through a restart, and land once', async () => {
    const [one, two] = [await app.person('Bulk One', 'support'), await app.person('Bulk Two', 'support')];
    const anna = await app.person('Anna Berg', 'super_administrator');
    const { page, context } = await open(anna.client);
    await visit(page, '/administrators', '/account', '/settings');
    await page.getByRole('region', { name: 'Sessions', exact: true }).waitFor();
    await until(() => holdsSettings(page), 'the settings are remembered');
    await context.setOffline(true);
    await page.close();

    const tab = await context.newPage();
    await tab.goto('/settings');
    await tab.getByText(/Offline\. As of/).waitFor();
    const sessions = tab.getByRole('region', { name: 'Sessions', exact: true });
    await sessions.getByLabel('Idle timeout').fill('25');
    await tab.getByRole('button', { name: 'Save', exact: true }).click();
    await sessions.getByText('1 change is waiting for a connection.').waitFor();

    await mayLeave(tab);
    await tab.goto('/account');
    const profile = tab.locator('#profile');
    await profile.getByLabel('Name', { exact: true }).fill('Anna Bergman');
    await profile.getByRole('button', { name: 'Save' }).click();
    await profile.getByText('1 change is waiting for a connection.').waitFor();

    await mayLeave(tab);
    await tab.goto('/administrators?search=bulk&sort=name');
    for (const name of ['Bulk One', 'Bulk Two'])
      await tab.getByRole('checkbox', { name: `Select ${name}` }).check({ force: true });
    await tab.getByRole('button', { name: 'Suspend', exact: true }).click();
    await tab.getByRole('alertdialog').getByRole('button', { name: 'Suspend 2 people' }).click();
    await tab.getByText('Saved on this device until you’re back online').first().waitFor();
    await mayLeave(tab);
    await tab.close();

    const later = await context.newPage();
    await later.goto('/attention');
    for (const words of ['Idle timeout: 25', 'Name: Anna Bergman', 'Suspend Bulk One', 'Suspend Bulk Two'])
      await later.getByText(words).waitFor();
    await later.goto('/settings');
    const kept = later.getByRole('region', { name: 'Sessions', exact: true }).getByLabel('Idle timeout');
    await until(async () => (await kept.inputValue()) === '25', 'the form shows what is kept');
    await context.setOffline(false);
    await says(later, 'Live');
    await until(async () => {
      const { sessions: now } = await app.owner.call<{ sessions: { idleMinutes: number } }>('settings.get');
      const people = await Promise.all(
        [anna.id, one.id, two.id].map((id) =>
          app.owner.call<{ name: string; status: string }>('administrators.get', { id })
        )
      );
      return (
        now.idleMinutes === 25 &&
        people[0]!.name === 'Anna Bergman' &&
        people.slice(1).every(({ status }) => status === 'suspended')
      );
    }, 'all of it landed');
    await later.goto('/attention');
    await later.getByText('Suspend Bulk One').waitFor({ state: 'detached' });
  });

  test('[LIV-4] [ADM-10] a step for many whose connection goes as it is sent waits on the device', async () => {
    const gone = await app.person('Bulk Gone', 'support');
    const { client } = await app.person('Ada Sender', 'super_administrator');
    const { page, context } = await open(client);
    await visit(page, '/administrators?search=bulk%20gone');
    await page.route('**/trpc/administrators.bulk*', async (route) => {
      await context.setOffline(true);
      await route.abort();
    });
    await page.getByRole('checkbox', { name: 'Select Bulk Gone' }).check({ force: true });
    await page.getByRole('button', { name: 'Suspend', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend 1 person' }).click();
    await page.getByText('Saved on this device until you’re back online').first().waitFor();
    await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
    await page.unroute('**/trpc/administrators.bulk*');
    await context.setOffline(false);
    const status = () => app.owner.call<{ status: string }>('administrators.get', { id: gone.id });
    await until(async () => (await status()).status === 'suspended', 'it landed');
  });

  test('[LIV-4] with no page open, the browser sends it when it says that there is a connection', async () => {
    const role = await app.owner.call<{ id: string }>('roles.create', { name: 'Sent by nobody' });
    const { client } = await app.person('Sven Closed', 'super_administrator');
    const { page, context } = await open(client);
    await visit(page, `/roles/${role.id}`);
    const elsewhere = await context.newPage();
    const devtools = await context.newCDPSession(elsewhere);
    const registered = new Promise<string>((resolve) =>
      devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const ours = registrations.find(({ scopeURL }) => scopeURL.startsWith(app.owner.origin));
        if (ours) resolve(ours.registrationId);
      })
    );
    await devtools.send('ServiceWorker.enable');
    const registrationId = await registered;

    await context.setOffline(true);
    await says(page, 'Offline');
    const id = 'people.roles.view';
    await page.getByRole('searchbox', { name: 'Search permissions' }).fill(id);
    await page.locator(`[role=treeitem][data-row="${id}"] [data-part=box]`).click();
    await page.getByRole('treeitem', { name: /Waiting/ }).waitFor();
    await mayLeave(page);
    await page.close();
    await context.setOffline(false);
    const granted = async () =>
      (await app.owner.call<{ permissions: string[] }>('roles.get', { id: role.id })).permissions.includes(
        id
      );
    expect(await granted()).toBe(false);

    // What a browser does by itself once it sees the network again; here its own notion of that is asked for.
    await devtools.send('ServiceWorker.dispatchSyncEvent', {
      ...{ origin: app.owner.origin, registrationId, tag: SYNC_TAG, lastChance: false }
    });
    await until(granted, 'the edit landed without a page');
  });
});

describe('clearing the device', () => {
  test('[LIV-9] [S-11] signing out leaves nothing behind, and the session is over', async () => {
    const { client, id } = await app.person('Omar Haddad', 'admin');
    const { page } = await open(client);
    await visit(page, '/roles/support', '/administrators', '/');
    expect((await deviceContents(page)).databases.join()).toContain(id);
    await page.goto('/account');
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    await expectEmpty(page);
    expect((await deviceContents(page)).pointers).not.toContain('rolecall:here');
    // The device is cleared first; the server hears of it right after.
    await until(async () => (await client.try('me.get')).status === 401, 'the session is over');
    // The app itself is back on the device, for the next visit without a connection.
    await keptOnDevice(page);
    const { caches } = await deviceContents(page);
    expect(Object.values(caches).flat()).toContain('/shell');
  });

  test('[LIV-9] [S-11] signing out without a connection clears at once; the server hears of it first thing', async () => {
    const { client } = await app.person('Noor Rahimi', 'admin');
    const { page, context } = await open(client);
    await visit(page, '/roles/support', '/administrators', '/account');
    await context.setOffline(true);
    await says(page, 'Offline');
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    await page.getByText('You are signed out, and this device is cleared.').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Sign in' }).isDisabled()).toBe(true);
    await expectEmpty(page);
    await expectNoTrace(page, /northwind|Noor|Maya/);
    // Asked while this page stands: the browser's pretended loss of the network has gaps when it loads another one.
    expect((await client.try('me.get')).status).toBe(200);
    // Whoever comes back by another address sees nothing either.
    await page.goto('/administrators');
    await page.getByText('You are signed out, and this device is cleared.').waitFor();

    await context.setOffline(false);
    await page.getByText('You are signed out, and this device is cleared.').waitFor({ state: 'detached' });
    expect(await client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
  });

  test('[P-01] somebody suspended meanwhile finds the device empty at the first contact', async () => {
    const { client, id } = await app.person('Ivo Marin', 'admin');
    const { page, context } = await open(client);
    await visit(page, '/administrators', '/');
    await context.setOffline(true);
    await page.goto('/administrators');
    await page.getByText('ivo.marin@northwind.example').first().waitFor();
    await app.owner.call('administrators.suspend', { id });
    await context.setOffline(false);
    await page.waitForURL(/sign-in/);
    await expectEmpty(page);
    await expectNoTrace(page, /northwind|Ivo|Maya/);
  });

  test('[P-02] somebody else on the same browser finds nothing of who was here, but their waiting edits stay', async () => {
    const role = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Readers of roles',
      permissions: ['people.roles.view']
    });
    const [eve, ada] = [await app.person('Eve Stone', 'admin'), await app.person('Ada Okafor', role.id)];
    const { page, context } = await open(eve.client);
    await visit(page, '/administrators', '/roles/support');
    await page.evaluate(
      (name) =>
        new Promise<void>((resolve) => {
          const request = indexedDB.open(name);
          request.onsuccess = () => resolve(request.result.close());
        }),
      `rolecall-outbox|${eve.id}`
    );
    await context.addCookies([sessionCookie(ada.client.cookie)]);
    await page.goto('/');
    await says(page, 'Live');
    await until(async () => {
      const { databases } = await deviceContents(page);
      return databases.filter((name) => name.includes(eve.id)).join() === `rolecall-outbox|${eve.id}`;
    }, 'only the edits are left');
    await expectNoTrace(page, /eve\.stone@/);
  });

  test('[LIV-9] a right that was lost takes its document along, and nothing else', async () => {
    const role = await app.owner.call<{ id: string }>('roles.create', {
      name: 'Readers for a while',
      permissions: ['people.roles.view', 'people.administrators.view']
    });
    const { client } = await app.person('Lena Vogt', role.id);
    const { page, context } = await open(client);
    await visit(page, '/administrators', '/roles');
    expect((await deviceContents(page)).databases.join()).toContain('rolecall:people@');
    await context.setOffline(true);
    await says(page, 'Offline');
    await app.owner.call('roles.edit', { id: role.id, seen: 99, revoke: ['people.administrators.view'] });
    await context.setOffline(false);
    await says(page, 'Live');
    await until(
      async () => !(await deviceContents(page)).databases.join().includes('rolecall:people@'),
      'the list of people is gone'
    );
    expect((await deviceContents(page)).databases.join()).toContain('rolecall:roles@');
    await expectNoTrace(page, /maya@northwind\.example/);
    await page
      .getByRole('link', { name: /Readers for a while/ })
      .first()
      .waitFor();
  });
});
