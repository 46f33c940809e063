import type { Page } from 'playwright-core';
import { plantPackage } from '../packages';
import { openState } from '../state';
import type { SensitiveStep, Stage } from './steps';

const dialog = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog')).last();

async function role({ app, newcomer }: Stage, members = 0): Promise<{ id: string; name: string }> {
  const { name } = newcomer();
  const { id } = await app.owner.call<{ id: string }>('roles.create', {
    name,
    permissions: ['audience.contacts.view']
  });
  for (let n = 0; n < members; n++)
    await app.owner.call('administrators.create', { ...newcomer(), roleId: id });
  return { id, name };
}

async function userRole({ app, newcomer }: Stage): Promise<{ id: string; name: string }> {
  const { name } = newcomer();
  const permissions = ['audience.contacts.view'];
  const { id } = await app.owner.call<{ id: string }>('userRoles.create', { name, permissions });
  return { id, name };
}

async function more(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

export const OTHER_STEPS: Record<string, SensitiveStep[]> = {
  'roles.delete': [
    {
      name: 'whose members move',
      async set(stage) {
        const { id } = await role(stage, 1);
        return {
          path: `/roles/${id}`,
          entry: 'role.deleted',
          async act(page, press) {
            await more(page, 'Delete');
            await dialog(page).getByLabel('Move members to').click();
            await page.getByRole('option', { name: 'Analyst', exact: true }).click();
            await press(dialog(page).getByRole('button', { name: 'Move members and delete' }));
          }
        };
      }
    }
  ],
  'roles.revokeSessions': [
    {
      name: 'of everybody in it',
      async set(stage) {
        const { id } = await role(stage);
        await stage.app.person(stage.newcomer().name, id);
        return {
          path: `/roles/${id}`,
          entry: 'role.sessions_revoked',
          async act(page, press) {
            await more(page, 'Sign out everyone in this role');
            await press(dialog(page).getByRole('button', { name: 'Sign out 1 member' }));
          }
        };
      }
    }
  ],
  'roles.restore': [
    {
      name: 'an earlier version',
      async set(stage) {
        const { id } = await role(stage);
        await stage.app.owner.call('roles.edit', { id, seen: 1, grant: ['audience.contacts.add'] });
        return {
          path: `/roles/${id}/history?a=1`,
          entry: 'role.edited',
          async act(page, press) {
            await press(page.getByRole('button', { name: 'Restore this version' }));
            await press(dialog(page).getByRole('button', { name: 'Restore version 1' }));
          }
        };
      }
    }
  ],
  'userRoles.delete': [
    {
      name: 'that a package has',
      async set(stage) {
        const { id } = await userRole(stage);
        const replacement = await userRole(stage);
        const state = openState(stage.app.databaseUrl);
        await plantPackage(state, id);
        await state.settled();
        await state.close();
        return {
          path: `/roles/${id}?for=users`,
          entry: 'role.deleted',
          async act(page, press) {
            await more(page, 'Delete');
            await dialog(page).getByLabel('Replace it with').click();
            await page.getByRole('option', { name: replacement.name, exact: true }).click();
            await press(dialog(page).getByRole('button', { name: 'Replace and delete' }));
          }
        };
      }
    }
  ],
  'userRoles.restore': [
    {
      name: 'an earlier version',
      async set(stage) {
        const { id } = await userRole(stage);
        await stage.app.owner.call('userRoles.edit', { id, seen: 1, grant: ['audience.contacts.add'] });
        return {
          path: `/roles/${id}/history?for=users&a=1`,
          entry: 'role.edited',
          async act(page, press) {
            await press(page.getByRole('button', { name: 'Restore this version' }));
            await press(dialog(page).getByRole('button', { name: 'Restore version 1' }));
          }
        };
      }
    }
  ],
  'settings.update': [
    {
      name: 'a section',
      set: ({ app }) => {
        let changed = false;
        return Promise.resolve({
          path: '/settings',
          entry: 'settings.changed',
          async act(page, press) {
            const section = page.getByRole('region', { name: 'Passwords', exact: true });
            const bar = page.getByRole('region', { name: 'Unsaved changes' });
            const least = section.getByLabel('Minimum length', { exact: true });
            const { passwords } = await app.owner.call<{ passwords: { minLength: number } }>('settings.get');
            const wanted = passwords.minLength === 16 ? '17' : '16';
            // Typed before, it is still there after a no.
            if (!changed || (await least.inputValue()) !== wanted) await least.fill(wanted);
            changed = true;
            await press(bar.getByRole('button', { name: 'Save', exact: true }));
          }
        });
      }
    }
  ],
  'settings.testMail': [
    {
      name: 'from the settings',
      async set({ app, smtp }) {
        const { versions } = await app.owner.call<{ versions: { mail: number } }>('settings.get');
        await app.owner.call('settings.update', {
          seen: versions.mail,
          mail: {
            host: '127.0.0.1',
            port: smtp.port,
            security: 'none',
            user: '',
            from: 'robot@northwind.example'
          }
        });
        return {
          path: '/settings',
          entry: 'settings.mail_tested',
          async act(page, press) {
            await page.getByLabel('Send test to').fill('me@northwind.example');
            await press(page.getByRole('button', { name: 'Send test' }));
          }
        };
      }
    }
  ],
  'settings.setWebhook': [
    {
      name: 'an address',
      set: () =>
        Promise.resolve({
          path: '/settings',
          entry: 'settings.webhook_changed',
          async act(page, press) {
            const section = page.getByRole('region', { name: 'Webhook', exact: true });
            const address = section.getByLabel('Address');
            // What was typed is still there after a no; another address after a yes.
            if (!(await address.inputValue()).endsWith('/typed'))
              await address.fill(`https://1.1.1.1/${Date.now()}/typed`);
            await press(section.getByRole('button', { name: 'Save webhook' }));
          },
          async ready(page) {
            const address = page.getByRole('region', { name: 'Webhook', exact: true }).getByLabel('Address');
            await address.waitFor();
            await address.fill('');
          }
        })
    }
  ],
  'settings.rotateWebhookSecret': [
    {
      name: 'from the settings',
      async set({ app }) {
        // One that was rotated within the day is not rotated again: each time it is a new one.
        await app.owner.call('settings.setWebhook', { seen: 1_000_000, url: null });
        await app.owner.call('settings.setWebhook', { seen: 1_000_000, url: 'https://1.1.1.1/rotated' });
        return {
          path: '/settings',
          entry: 'settings.webhook_secret_rotated',
          async act(page, press) {
            await press(page.getByRole('button', { name: 'Rotate secret…' }));
            await press(dialog(page).getByRole('button', { name: 'Rotate secret', exact: true }));
          }
        };
      }
    }
  ],
  'log.export': [
    {
      name: 'from a view',
      set: () =>
        Promise.resolve({
          path: '/logs/activity',
          entry: 'log.export_begun',
          async act(page, press) {
            const again = dialog(page).getByRole('button', { name: 'Try again' });
            // It stays open after a no, with what was chosen in it.
            if (await dialog(page).isVisible()) return press(again);
            await press(page.getByRole('button', { name: 'Export' }));
            await dialog(page)
              .getByText(/^\d+ entr(y|ies)\.$/)
              .waitFor();
            await press(dialog(page).getByRole('button', { name: 'Export' }));
          }
        })
    }
  ],
  'lists.export': [
    {
      name: 'from a list',
      set: () =>
        Promise.resolve({
          path: '/administrators',
          entry: 'list.export_begun',
          async act(page, press) {
            const again = dialog(page).getByRole('button', { name: 'Try again' });
            if (await dialog(page).isVisible()) return press(again);
            await press(page.getByRole('button', { name: 'Export' }));
            await press(dialog(page).getByRole('button', { name: 'Export' }));
          }
        })
    }
  ]
};
