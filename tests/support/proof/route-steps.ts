import type { Page } from 'playwright-core';
import type { Press, SensitiveStep, Stage } from './steps';

const dialog = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog')).last();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** Two routes that nobody has, the first of which is moved, changed and deleted. */
async function twoRoutes({ app, newcomer }: Stage): Promise<string> {
  const path = `/${newcomer().email.split('@')[0]}`;
  await app.owner.call('routes.create', { path, takes: 'nobody' });
  await app.owner.call('routes.create', { path: `${path}-too`, takes: 'nobody' });
  return path;
}

const onTheirPage =
  (entry: string, act: (page: Page, press: Press, path: string) => Promise<void>): SensitiveStep['set'] =>
  async (stage) => {
    const path = await twoRoutes(stage);
    return { path: '/applications/routes', entry, act: (page, press) => act(page, press, path) };
  };

export const ROUTE_STEPS: Record<string, SensitiveStep[]> = {
  'routes.create': [
    {
      name: 'from the table',
      set: onTheirPage('route.created', async (page, press, path) => {
        const form = page.getByRole('dialog', { name: 'New route' });
        if (!(await form.isVisible())) {
          await press(button(page, 'New route'));
          await form.getByLabel('Path').fill(`${path}-new`);
          await form.getByLabel('Requires').click();
          await page.getByRole('option', { name: 'Anyone with a working key' }).click();
        }
        await press(form.getByRole('button', { name: 'Add route' }));
      })
    }
  ],
  'routes.update': [
    {
      name: 'its path',
      set: onTheirPage('route.edited', async (page, press, path) => {
        const form = page.getByRole('dialog', { name: 'Edit route' });
        if (!(await form.isVisible())) {
          await press(page.getByRole('button', { name: `Edit ${path}`, exact: true }));
          await form.getByLabel('Path').fill(`${path}-other`);
        }
        await press(form.getByRole('button', { name: 'Save route' }));
      })
    }
  ],
  'routes.move': [
    {
      name: 'down',
      set: onTheirPage('route.moved', (page, press, path) =>
        press(page.getByRole('button', { name: `Move ${path} down`, exact: true }))
      )
    }
  ],
  'routes.delete': [
    {
      name: 'from the table',
      set: onTheirPage('route.deleted', async (page, press, path) => {
        await press(page.getByRole('button', { name: `Delete ${path}`, exact: true }));
        await press(dialog(page).getByRole('button', { name: 'Delete', exact: true }));
      })
    }
  ]
};
