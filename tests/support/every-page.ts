import { afterAll, beforeAll } from 'vitest';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { useBrowser } from './browser';
import { startTestConsole, type TestConsole } from './console';
import { madeBy } from './made-tenants';

/** Addresses of pages, by who may open them. */
type Paths = {
  /** Staff's pages, of somebody who may do everything. */
  staff: readonly string[];
  /** Staff's pages about users and packages. */
  tenants: readonly string[];
  /** Pages of nobody who is signed in. */
  outside: readonly string[];
};

/** Makes a record of every kind, so that there is something on each page, and says where the pages are. */
async function furnish(app: TestConsole): Promise<Paths> {
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

/** Somebody's look at a page on which nothing is loading any more. */
type Look<T> = (page: Page, path: string) => Promise<T>;

export type EveryPage = {
  /** Opens every page of a group, as somebody who may, and looks at each. */
  onEach(group: keyof Paths, options: BrowserContextOptions, look: Look<void>): Promise<void>;
  /** The same; what the looks find, each with the page that it is on. */
  faultsOn(group: keyof Paths, options: BrowserContextOptions, look: Look<string[]>): Promise<string[]>;
};

/** Number of looks more at a page on which something was found. */
const LOOKS = 6;

/** All pages of a console of its own, in a browser. */
export function useEveryPage(): EveryPage {
  const browser = useBrowser();
  let app: TestConsole;
  let paths: Paths;
  beforeAll(async () => {
    app = await startTestConsole();
    paths = await furnish(app);
  });
  afterAll(() => app.stop());

  const onEach: EveryPage['onEach'] = async (group, options, look) => {
    const { page } = await browser.open(group === 'outside' ? app.anonymous() : app.owner, options);
    for (const path of paths[group]) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
      await look(page, path);
    }
  };
  return {
    onEach,
    async faultsOn(group, options, look) {
      const faults: string[] = [];
      await onEach(group, options, async (page, path) => {
        let found = await look(page, path);
        // What comes in over a page is on its way for a moment: what stays is a fault.
        for (let again = 0; found.length > 0 && again < LOOKS; again++) {
          await page.waitForTimeout(500);
          found = await look(page, path);
        }
        faults.push(...found.map((fault) => `${path}: ${fault}`));
      });
      return faults;
    }
  };
}
