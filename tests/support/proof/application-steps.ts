import type { Page } from 'playwright-core';
import type { Press, SensitiveStep, Stage } from './steps';

const dialog = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog')).last();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

async function application({ app, newcomer }: Stage) {
  const { name } = newcomer();
  const { id } = await app.owner.call<{ id: string }>('applications.create', { name, roleId: 'support' });
  const key = await app.owner.call<{ id: string }>('applications.createKey', { id, name: 'Mill' });
  return { id, name, keyId: key.id };
}

/** The steps from an application's page to the last press. */
const onItsPage =
  (entry: string, act: (page: Page, press: Press, name: string) => Promise<void>): SensitiveStep['set'] =>
  async (stage) => {
    const { id, name } = await application(stage);
    return { path: `/applications/${id}`, entry, act: (page, press) => act(page, press, name) };
  };

const question = (first: string | RegExp, verb: string) => async (page: Page, press: Press) => {
  await press(button(page, first));
  await press(dialog(page).getByRole('button', { name: verb, exact: true }));
};

/** A form in a dialog: it stays open after a no, with what was typed in it. */
const form =
  (first: string | RegExp, verb: string) =>
  async (page: Page, press: Press): Promise<void> => {
    const send = button(page, verb);
    if (!(await send.isVisible())) await press(button(page, first));
    await press(send);
  };

export const APPLICATION_STEPS: Record<string, SensitiveStep[]> = {
  'applications.create': [
    {
      name: 'from the list',
      set: ({ newcomer }) => {
        const { name } = newcomer();
        return Promise.resolve({
          path: '/applications?new=1',
          entry: 'application.created',
          async act(page, press) {
            const form = page.getByRole('dialog', { name: 'New application' });
            await form.getByLabel('Name', { exact: true }).fill(name);
            await form.getByLabel('Role', { exact: true }).click();
            await page.getByRole('option', { name: /^Analyst/ }).click();
            await press(form.getByRole('button', { name: 'Create and show the key' }));
          }
        });
      }
    }
  ],
  'applications.update': [
    {
      name: 'its addresses',
      set: onItsPage('application.edited', async (page, press) => {
        await page.getByLabel('Allowed addresses').fill('10.20.0.0/28');
        await press(button(page, 'Save'));
      })
    },
    {
      name: 'its role',
      set: onItsPage('application.edited', async (page, press) => {
        const form = page.getByRole('form', { name: 'Application' });
        await form.getByLabel('Role', { exact: true }).click();
        await page.getByRole('option', { name: /^Analyst/ }).click();
        await press(button(page, 'Save'));
      })
    }
  ],
  'applications.suspend': [
    { name: 'from its page', set: onItsPage('application.suspended', question('Suspend', 'Suspend')) }
  ],
  'applications.reactivate': [
    {
      name: 'from its page',
      async set(stage) {
        const { id } = await application(stage);
        await stage.app.owner.call('applications.suspend', { id });
        return {
          path: `/applications/${id}`,
          entry: 'application.reactivated',
          act: (page, press) => press(button(page, 'Reactivate'))
        };
      }
    }
  ],
  'applications.delete': [
    { name: 'from its page', set: onItsPage('application.deleted', question('Delete', 'Delete')) }
  ],
  'applications.createKey': [
    {
      name: 'one more',
      set: onItsPage('api_key.created', form('New key', 'Create and show the key'))
    }
  ],
  'applications.rotateKey': [
    {
      name: 'with an overlap',
      set: onItsPage('api_key.rotated', form(/^Replace Mill/, 'Replace and show the new key'))
    }
  ],
  'applications.extendKey': [
    {
      name: 'a day more, from its page',
      async set(stage) {
        const { owner } = stage.app;
        const { id, keyId } = await application(stage);
        await owner.call('applications.rotateKey', { keyId });
        return {
          path: `/applications/${id}`,
          entry: 'api_key.extended',
          act: (page, press) => press(button(page, /^A day more: Mill/))
        };
      }
    }
  ],
  'applications.revokeKey': [
    { name: 'from its page', set: onItsPage('api_key.revoked', question(/^Revoke Mill/, 'Revoke')) }
  ],
  'keys.create': [
    {
      name: 'one’s own',
      set: ({ newcomer }) => {
        const { name } = newcomer();
        return Promise.resolve({
          path: '/account',
          entry: 'api_key.created',
          async act(page, press) {
            const form = page.getByRole('dialog', { name: 'New API key' });
            if (!(await form.isVisible())) {
              await press(button(page, 'New API key'));
              await form.getByLabel('Name of the key').fill(name);
              await form
                .getByRole('searchbox', { name: 'Search permissions' })
                .fill('audience.contacts.view');
              await form.getByLabel('View', { exact: true }).first().check({ force: true });
            }
            await press(form.getByRole('button', { name: 'Create and show the key' }));
          }
        });
      }
    }
  ]
};
