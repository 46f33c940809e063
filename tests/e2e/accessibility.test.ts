import { afterAll, beforeAll, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';

const browser = useBrowser();
let app: TestConsole;
let application: string;
beforeAll(async () => {
  app = await startTestConsole();
  await app.person('Priya Nair', 'admin');
  const { id } = await app.owner.call<{ id: string }>('applications.create', {
    name: 'Partner portal',
    roleId: 'support'
  });
  await app.owner.call('applications.createKey', { id });
  for (const takes of ['people.roles.view', 'signed-in'])
    await app.owner.call('routes.create', { host: 'app.example.com', path: '/reports', takes });
  application = id;
});
afterAll(() => app.stop());

const PAGES = [
  '/',
  '/administrators',
  '/administrators/new',
  '/administrators/import',
  '/administrators/:owner',
  '/roles',
  '/roles/support',
  '/roles/super_administrator',
  '/applications',
  '/access?subject=administrator%3A:owner&permission=people.roles.view',
  '/access?ask=since&subject=administrator%3A:owner',
  '/applications/:application',
  '/applications/routes',
  '/sending',
  '/logs/authentication',
  '/logs/activity',
  '/account',
  '/attention',
  '/nowhere'
];
const PUBLIC = ['/sign-in', '/setup?token=x', '/invitation#nothing'];

test.each([
  ['signed in', PAGES],
  ['outside', PUBLIC]
])('[UX-1] at a desk and on a phone, in light and dark, axe finds nothing: %s', async (who, paths) => {
  const { page } = await browser.open(who === 'outside' ? app.anonymous() : app.owner);
  for (const path of paths) {
    await page.goto(path.replace(':owner', app.ownerId).replace(':application', application));
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    await expectAccessible(page, path);
  }
});
