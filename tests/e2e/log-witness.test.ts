import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../support/browser';
import { PASSWORD, SETUP_TOKEN, startTestConsole, type TestConsole } from '../support/console';
import { copyDatabase, createDatabase, replaceDatabase, type TestDatabase } from '../support/postgres';
import { until } from '../support/replica';
import { openState, signed } from '../support/state';

const browser = useBrowser();
let database: TestDatabase;
let backup: TestDatabase | null = null;
let app: TestConsole;

beforeAll(async () => {
  database = await createDatabase();
  app = await startTestConsole({ databaseUrl: database.url });
  await app.owner.call('setup.createOwner', {
    token: SETUP_TOKEN,
    name: 'Maya Lindqvist',
    email: 'maya@northwind.example',
    password: PASSWORD
  });
});
afterAll(async () => {
  await app.stop();
  await backup?.drop();
  await database.drop();
});

/** Stops the console, does something to its database, and starts it where browsers look for it. */
async function restart(meanwhile: () => Promise<void>): Promise<void> {
  const { cookie } = app.owner;
  await app.stop();
  await meanwhile();
  app = await startTestConsole({ databaseUrl: database.url, port: app.port });
  app.owner.cookie = cookie;
}

test('[LOG-6] a browser that saw the log notices that the database was taken back', async () => {
  await restart(async () => void (backup = await copyDatabase(database.url)));
  let state = openState(database.url);
  for (const name of ['One', 'Two', 'Three']) await app.owner.call('roles.create', { name });
  const seen = await signed(state);
  const { page } = await browser.open(app.owner);
  await page.goto('/');
  const stored = () =>
    page.evaluate(() => {
      const { held } = JSON.parse(localStorage.getItem('rolecall:log-witness') ?? '{}') as {
        held?: { note: string };
      };
      return Number(held?.note.split('\n')[1] ?? 0);
    });
  await until(async () => (await stored()) >= seen, 'the browser knows the log');
  const alarm = page.getByRole('alert', { name: 'The log was changed' });

  // A console that was merely restarted is no reason for alarm.
  await state.close();
  await restart(() => Promise.resolve());
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await page.waitForTimeout(1500);
  await expect.poll(() => alarm.count()).toBe(0);

  await restart(() => replaceDatabase(database.url, backup!));
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await alarm.waitFor();
  const known = await stored();
  await expect.poll(() => alarm.textContent()).toContain(`This browser saw ${known} entries`);
  await expect
    .poll(() => alarm.getByRole('button', { name: 'Save what this browser saw' }).isVisible())
    .toBe(true);
  state = openState(database.url);
  await until(async () => (await state.entries('audit.inconsistent')) === 1, 'the event');
  // It does not forget by looking again.
  await page.reload();
  await alarm.waitFor();
  expect(await stored()).toBe(known);
  await page.waitForTimeout(500);
  expect(await state.entries('audit.inconsistent')).toBe(1);
  await state.close();
});
