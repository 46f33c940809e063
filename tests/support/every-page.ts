import type { Page } from 'playwright-core';
import type { TestConsole } from './console';
import { madeBy } from './made-tenants';

/** Addresses of pages, by who may open them. */
export type EveryPage = {
  /** Staff's pages, of somebody who may do everything. */
  staff: readonly string[];
  /** Staff's pages about users and packages. */
  tenants: readonly string[];
  /** Pages of nobody who is signed in. */
  outside: readonly string[];
};

/** Makes a record of every kind, so that there is something on each page, and says where the pages are. */
export async function everyPage(app: TestConsole): Promise<EveryPage> {
  const { owner, ownerId } = app;
  await app.person('Priya Nair', 'admin');
  const { id: application } = await owner.call<{ id: string }>('applications.create', {
    name: 'Partner portal',
    roleId: 'support'
  });
  await owner.call('applications.createKey', { id: application });
  for (const takes of ['people.roles.view', 'signed-in'])
    await owner.call('routes.create', { host: 'app.example.com', path: '/reports', takes });
  const made = madeBy(owner);
  const { id: plan } = await made.package({ name: 'Growth', caps: { daily: 30_000 } });
  const { id: user } = await made.user(plan, { name: 'Lumen & Daughters' });
  return {
    staff: [
      '/',
      '/administrators',
      '/administrators/new',
      '/administrators/import',
      `/administrators/${ownerId}`,
      '/roles',
      '/roles/support',
      '/roles/super_administrator',
      '/roles/support/history',
      '/roles/support/compare?with=admin',
      '/applications',
      `/access?subject=administrator%3A${ownerId}&permission=people.roles.view`,
      `/access?ask=since&subject=administrator%3A${ownerId}`,
      `/applications/${application}`,
      '/applications/routes',
      '/sending',
      '/logs/authentication',
      '/logs/activity',
      '/account',
      '/attention',
      '/nowhere'
    ],
    tenants: [
      '/users',
      '/users/new',
      '/users/import',
      `/users/${user}`,
      '/packages',
      '/packages/new',
      `/packages/${plan}`
    ],
    outside: ['/sign-in', '/setup?token=x', '/invitation#nothing']
  };
}

/** Groups of pages, as tests name them. */
export const GROUPS = [
  ['signed in', 'staff'],
  ['users and packages', 'tenants'],
  ['outside', 'outside']
] as const;

/** Opens every page and does something to each, once nothing is loading on it any more. */
export async function onEach(page: Page, paths: readonly string[], look: (path: string) => Promise<void>) {
  for (const path of paths) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    await look(path);
  }
}
