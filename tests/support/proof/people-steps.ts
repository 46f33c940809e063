import type { Page } from 'playwright-core';
import { enrol } from '../console';
import type { Press, Scene, SensitiveStep, Stage } from './steps';

const dialog = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog')).last();
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function invited({ app, newcomer }: Stage): Promise<{ id: string; name: string; email: string }> {
  const person = newcomer();
  const { id } = await app.owner.call<{ id: string }>('administrators.create', {
    ...person,
    roleId: 'support'
  });
  return { id, ...person };
}

/** A press on their page, and one in the question that it opens. */
const asked =
  (first: string, verb: string, entry: string): SensitiveStep['set'] =>
  async (stage) => {
    const { id } = await invited(stage);
    return {
      path: `/administrators/${id}`,
      entry,
      async act(page, press) {
        await press(button(page, first));
        await press(dialog(page).getByRole('button', { name: verb, exact: true }));
      }
    };
  };

/** Somebody who signed in once. */
async function active({ app, newcomer }: Stage, roleId = 'support') {
  return app.person(newcomer().name, roleId);
}

/** Something typed into their form, and saved. */
const typed =
  (change: (page: Page, stage: Stage) => Promise<void>, entry: string): SensitiveStep['set'] =>
  async (stage) => {
    const { id } = await invited(stage);
    let changed = false;
    return {
      path: `/administrators/${id}`,
      entry,
      async act(page, press) {
        // What was typed is still there after a no; after a reload it is not.
        if (changed && (await button(page, 'Save').isVisible())) return press(button(page, 'Save'));
        await change(page, stage);
        changed = true;
        await press(button(page, 'Save'));
      }
    };
  };

const created =
  (viewport?: Scene['viewport']): SensitiveStep['set'] =>
  ({ newcomer }) => {
    const person = newcomer();
    return Promise.resolve<Scene>({
      path: '/administrators/new',
      ...(viewport ? { viewport } : {}),
      entry: 'administrator.created',
      async act(page, press) {
        await page.getByLabel('Name', { exact: true }).fill(person.name);
        await page.getByLabel('Email').fill(person.email);
        await page.getByText('Send an invitation').click();
        await page.getByLabel('Role', { exact: true }).click();
        await page.getByRole('option', { name: /^Analyst/ }).click();
        await press(button(page, 'Save'));
      }
    });
  };

async function bulk(stage: Stage, action: string, verb: RegExp, entry: string): Promise<Scene> {
  const people = [await invited(stage), await invited(stage)];
  const [first] = people;
  const shared = first!.name.split(' ')[1]!;
  return {
    path: `/administrators?search=${shared}`,
    entry,
    async act(page, press) {
      const begin = dialog(page).getByRole('button', { name: verb });
      // It stays open after a no, with what was chosen in it.
      if (!(await begin.isVisible())) {
        await page.getByRole('checkbox', { name: `Select ${first!.name}` }).check({ force: true });
        await press(button(page, action));
      }
      await press(begin);
    }
  };
}

const importing: SensitiveStep = {
  name: 'a file',
  set: ({ newcomer }) => {
    const people = [newcomer(), newcomer()];
    const csv = ['name,email', ...people.map(({ name, email }) => `${name},${email}`)].join('\n');
    return Promise.resolve({
      path: '/administrators/import',
      entry: 'administrator.created',
      times: 2,
      async act(page: Page, press: Press) {
        const add = page.getByRole('button', { name: 'Add 2 people' });
        if (!(await add.isVisible()))
          await page
            .getByLabel('CSV file')
            .setInputFiles({ name: 'team.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
        await press(add);
      }
    });
  }
};

export const PEOPLE_STEPS: Record<string, SensitiveStep[]> = {
  'administrators.create': [
    { name: 'beside the list', set: created() },
    { name: 'in the panel over the list', set: created({ width: 1000, height: 800 }) }
  ],
  'administrators.update': [
    {
      name: 'the address',
      set: typed(
        async (page, { newcomer }) => page.getByLabel('Email').fill(newcomer().email),
        'administrator.edited'
      )
    },
    {
      name: 'the role',
      set: typed(async (page) => {
        await page.getByLabel('Role', { exact: true }).click();
        await page.getByRole('option', { name: /^Analyst/ }).click();
      }, 'administrator.role_changed')
    },
    {
      name: 'a cap',
      set: typed(async (page) => {
        await page.getByRole('switch', { name: 'Daily limit' }).click();
        await page.getByLabel('Daily limit, messages per day').fill('500');
      }, 'administrator.edited')
    }
  ],
  'administrators.suspend': [
    { name: 'on their page', set: asked('Suspend', 'Suspend', 'administrator.suspended') }
  ],
  'administrators.reactivate': [
    {
      name: 'on their page',
      async set(stage) {
        const { id } = await invited(stage);
        await stage.app.owner.call('administrators.suspend', { id });
        return {
          path: `/administrators/${id}`,
          entry: 'administrator.reactivated',
          act: (page, press) => press(button(page, 'Reactivate'))
        };
      }
    }
  ],
  'administrators.delete': [
    { name: 'kept without a way in', set: asked('Delete', 'Deactivate', 'administrator.deactivated') },
    {
      name: 'for good',
      async set(stage) {
        const { id, name } = await invited(stage);
        return {
          path: `/administrators/${id}`,
          entry: 'administrator.deleted',
          async act(page, press) {
            await press(button(page, 'Delete'));
            await dialog(page).getByLabel('Delete permanently').check();
            await dialog(page).getByLabel('Type their name to confirm').fill(name);
            await press(dialog(page).getByRole('button', { name: 'Delete permanently' }));
          }
        };
      }
    }
  ],
  'administrators.resetPassword': [
    {
      name: 'with a link',
      async set(stage) {
        const { id } = await invited(stage);
        return {
          path: `/administrators/${id}`,
          entry: 'administrator.invited',
          async act(page, press) {
            const reset = dialog(page).getByRole('button', { name: 'New invitation' });
            // It stays open after a no, with what was chosen in it.
            if (!(await reset.isVisible())) await press(button(page, 'New invitation'));
            await press(reset);
          }
        };
      }
    }
  ],
  'administrators.require2fa': [
    { name: 'on their page', set: asked('Require 2FA', 'Require 2FA', 'administrator.two_factor_required') }
  ],
  'administrators.reset2fa': [
    {
      name: 'on their page',
      async set(stage) {
        const { id, client } = await active(stage);
        await enrol(client);
        return {
          path: `/administrators/${id}`,
          entry: 'administrator.two_factor_reset',
          async act(page, press) {
            await press(button(page, 'Reset 2FA'));
            await press(dialog(page).getByRole('button', { name: 'Reset 2FA' }));
          }
        };
      }
    }
  ],
  'administrators.revokeSessions': [
    {
      name: 'all of them',
      async set(stage) {
        const { id } = await active(stage);
        return {
          path: `/administrators/${id}`,
          entry: 'administrator.sessions_revoked',
          async act(page, press) {
            await press(button(page, 'Sign out everywhere'));
            await press(dialog(page).getByRole('button', { name: 'Sign out everywhere' }));
          }
        };
      }
    }
  ],
  'administrators.revokeKey': [
    {
      name: 'a personal key',
      async set(stage) {
        const { id, client } = await active(stage, 'super_administrator');
        await client.call('keys.create', { name: 'Nightly', permissions: ['people.roles.view'] });
        return {
          path: `/administrators/${id}`,
          entry: 'api_key.revoked',
          async act(page, press) {
            await press(button(page, 'Revoke Nightly'));
            await press(dialog(page).getByRole('button', { name: 'Revoke', exact: true }));
          }
        };
      }
    }
  ],
  'administrators.addSendingName': [
    {
      name: 'a login',
      async set(stage) {
        const { id, name } = await invited(stage);
        return {
          path: `/administrators/${id}`,
          entry: 'administrator.sending_name_added',
          async act(page, press) {
            await page.getByLabel('Login or address').fill(`mailer-${name.split(' ')[1]!}`);
            await press(button(page, 'Add name'));
          }
        };
      }
    }
  ],
  'administrators.removeSendingName': [
    {
      name: 'a login',
      async set(stage) {
        const { id, name } = await invited(stage);
        const login = `mailer-${name.split(' ')[1]!}`;
        await stage.app.owner.call('administrators.addSendingName', { id, name: login });
        return {
          path: `/administrators/${id}`,
          entry: 'administrator.sending_name_removed',
          async act(page, press) {
            await press(button(page, `Remove ${login}`));
            await press(dialog(page).getByRole('button', { name: 'Remove', exact: true }));
          }
        };
      }
    }
  ],
  'administrators.bulk': [
    {
      name: 'suspending',
      set: (stage) => bulk(stage, 'Suspend', /^Suspend 1 person/, 'administrator.suspended')
    }
  ],
  'administrators.beginImport': [importing],
  // Its page always begins one first; without it, each call asks on its own.
  'administrators.import': [importing],
  'owner.offer': [
    {
      name: 'to another Super Administrator',
      async set(stage) {
        // One at a time: an earlier offer is taken back.
        await stage.app.owner.try('owner.withdraw');
        const { id } = await active(stage, 'super_administrator');
        return {
          path: `/administrators/${id}`,
          entry: 'ownership.offered',
          async act(page, press) {
            await press(button(page, 'Offer ownership'));
            await press(dialog(page).getByRole('button', { name: 'Offer ownership' }));
          }
        };
      }
    }
  ]
};
