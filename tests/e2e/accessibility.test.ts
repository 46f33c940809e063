import { afterAll, beforeAll, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole } from '../support/console';
import { madeBy } from '../support/made-tenants';

const browser = useBrowser();
let app: TestConsole;
let application: string;
let user: string;
let plan: string;
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
  const made = madeBy(app.owner);
  plan = (await made.package({ name: 'Growth', caps: { daily: 30_000 } })).id;
  user = (await made.user(plan, { name: 'Lumen & Daughters' })).id;
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
const TENANTS = [
  '/users',
  '/users/new',
  '/users/import',
  '/users/:user',
  '/packages',
  '/packages/new',
  '/packages/:plan'
];
const PUBLIC = ['/sign-in', '/setup?token=x', '/invitation#nothing'];

test.each([
  ['signed in', PAGES],
  ['users and packages', TENANTS],
  ['outside', PUBLIC]
])('[UX-1] at a desk and on a phone, in light and dark, axe finds nothing: %s', async (who, paths) => {
  const { page } = await browser.open(who === 'outside' ? app.anonymous() : app.owner);
  for (const path of paths) {
    await page.goto(
      path
        .replace(':owner', app.ownerId)
        .replace(':application', application)
        .replace(':user', user)
        .replace(':plan', plan)
    );
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    await expectAccessible(page, path);
  }
});
