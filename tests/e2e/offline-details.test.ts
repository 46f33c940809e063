import { afterAll, beforeAll, test } from 'vitest';
import { startTestConsole, type TestConsole } from '../support/console';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { holdsDocument, keptOnDevice } from '../support/device';
import { madeBy } from '../support/made-tenants';
import { until } from '../support/replica';

const browser = useBrowser();
let app: TestConsole;
/** Pages of one record that this device never opened, and what they say without a connection. */
let details: readonly (readonly [path: string, words: RegExp])[];
beforeAll(async () => {
  app = await startTestConsole();
  const priya = await app.person('Priya Nair', 'support');
  const application = await app.owner.call<{ id: string }>('applications.create', {
    name: 'Partner portal',
    roleId: 'support'
  });
  const made = madeBy(app.owner);
  const { id: plan } = await made.package({ name: 'Growth', caps: { daily: 30_000 } });
  const { id: user } = await made.user(plan, { name: 'Lumen & Daughters' });
  details = [
    [`/administrators/${priya.id}`, /are not on this device yet/],
    ['/administrators/00000000-0000-4000-8000-000000000000', /list of people doesn’t include them/],
    ['/roles/analyst', /Not available offline yet/],
    [`/applications/${application.id}`, /Not available offline/],
    [`/users/${user}`, /of this user are not on this device/],
    [`/packages/${plan}`, /Growth/],
    ['/logs/activity?entry=3', /The entry is not available offline/]
  ];
});
afterAll(() => app.stop());

test.each([
  ['without a network', DESK],
  ['without a network, on a phone', PHONE],
  ['without a server', DESK]
])('[UX-2] [LIV-3] a record that was never opened here says so at once: %s', async (how, viewport) => {
  const { page, context } = await browser.open(app.owner, { viewport, serviceWorkers: 'allow' });
  await page.goto('/administrators');
  await page.getByText('Priya Nair').filter({ visible: true }).first().waitFor();
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
  await keptOnDevice(page);
  for (const list of ['people', 'roles', 'users', 'packages'])
    await until(() => holdsDocument(page, list), `${list} is kept`);
  const isServer = how === 'without a server';
  if (isServer) await app.pause();
  else await context.setOffline(true);
  try {
    for (const [path, words] of details) {
      await page.goto(path);
      await page.getByText(words).filter({ visible: true }).first().waitFor();
      await page
        .getByRole('status')
        .getByText('Offline', { exact: true })
        .filter({ visible: true })
        .waitFor();
      // Nothing is on its way: nothing turns, and no rows are promised.
      await until(
        async () =>
          (await page.locator('[aria-busy=true], .animate-spin').filter({ visible: true }).count()) === 0,
        `${path} waits for nothing`
      );
      if (process.env['SHOTS'])
        await page.screenshot({
          path: `${process.env['SHOTS']}/offline${path.replaceAll(/[^a-z]+/g, '-')}${viewport.width}${isServer ? '-server' : ''}.png`
        });
    }
  } finally {
    if (isServer) await app.resume();
  }
});
