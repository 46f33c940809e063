import type { Page } from 'playwright-core';
import { enrol, PASSWORD } from '../console';
import { madeBy } from '../made-tenants';
import { inviteOf, OWN_RIGHTS } from '../tenant-sign-in';
import type { Press, Scene, SensitiveStep, Stage } from './steps';

const dialog = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog')).last();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

async function somebody({ app, newcomer }: Stage, permissions?: readonly string[]) {
  const made = madeBy(app.owner);
  const of = await made.package(permissions && { roleId: await made.role(undefined, permissions) });
  return { of, made, user: await made.user(of.id, newcomer()) };
}

/** Somebody who took their invitation and is signed in. */
async function active(stage: Stage) {
  const { user } = await somebody(stage, OWN_RIGHTS);
  const client = stage.app.anonymous();
  await client.call('auth.acceptInvitation', {
    token: await inviteOf(stage.app, user.id),
    password: PASSWORD
  });
  return { user, client };
}

/** The steps from a user's page to the last press. */
const onTheirPage =
  (entry: string, act: (page: Page, press: Press, name: string) => Promise<void>): SensitiveStep['set'] =>
  async (stage) => {
    const { user } = await somebody(stage);
    return { path: `/users/${user.id}`, entry, act: (page, press) => act(page, press, user.name) };
  };

/** Something typed into a form, and saved. */
function typing(path: string, entry: string, save: RegExp, change: (page: Page) => Promise<void>): Scene {
  let changed = false;
  return {
    path,
    entry,
    async act(page, press) {
      const send = page.getByRole('button', { name: save });
      // What was typed is still there after a no; after a reload it is not.
      if (changed && (await send.isVisible()) && (await send.isEnabled())) return press(send);
      await change(page);
      changed = true;
      await press(send);
    }
  };
}

const inTheirForm =
  (change: (page: Page, stage: Stage, other: string) => Promise<void>): SensitiveStep['set'] =>
  async (stage) => {
    const { made, user } = await somebody(stage);
    const other = await made.package();
    return typing(`/users/${user.id}`, 'user.updated', /^Save$/, (page) => change(page, stage, other.name));
  };

const question =
  (first: string, verb: string, fill?: (page: Page, name: string) => Promise<void>) =>
  async (page: Page, press: Press, name: string) => {
    await press(button(page, first));
    await fill?.(dialog(page) as unknown as Page, name);
    await press(dialog(page).getByRole('button', { name: verb, exact: true }));
  };

async function bulk(stage: Stage, action: string, entry: string, fill: (page: Page) => Promise<void>) {
  const { of, made, user } = await somebody(stage);
  await made.user(of.id, stage.newcomer());
  const scene: Scene = {
    path: `/users?search=${encodeURIComponent(user.name)}`,
    entry,
    async act(page, press) {
      const begin = dialog(page).getByRole('button', { name: /1 user$/ });
      // It stays open after a no, with what was chosen in it.
      if (!(await begin.isVisible())) {
        await page.getByRole('checkbox', { name: `Select ${user.name}` }).check({ force: true });
        await press(button(page, action));
        await fill(page);
      }
      await press(begin);
    }
  };
  return scene;
}

const importing: SensitiveStep = {
  name: 'a file',
  async set(stage) {
    const { of } = await somebody(stage);
    const rows = [stage.newcomer(), stage.newcomer()].map(({ name, email }) => `${name},${email},${of.name}`);
    const csv = ['name,email,package', ...rows].join('\n');
    return {
      path: '/users/import',
      entry: 'user.created',
      times: 2,
      async act(page, press) {
        const add = page.getByRole('button', { name: 'Add 2 users' });
        if (!(await add.isVisible()))
          await page
            .getByLabel('CSV file')
            .setInputFiles({ name: 'users.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
        await press(add);
      }
    };
  }
};

export const TENANT_STEPS: Record<string, SensitiveStep[]> = {
  'users.create': [
    {
      name: 'with a cap of its own',
      async set(stage) {
        const { of } = await somebody(stage);
        const person = stage.newcomer();
        return {
          path: `/users/new?package=${of.id}`,
          entry: 'user.created',
          async act(page, press) {
            const name = page.getByLabel('Name', { exact: true });
            // What was typed is still there after a no; after a reload it is not.
            if ((await name.inputValue()) === '') {
              await name.fill(person.name);
              await page.getByLabel('Email').fill(person.email);
              await page.getByRole('switch', { name: 'Daily limit' }).click();
              await page.getByLabel('Daily limit, messages per day').fill('500');
            }
            await press(button(page, 'Save'));
          }
        };
      }
    }
  ],
  'users.update': [
    {
      name: 'the address',
      set: inTheirForm((page, { newcomer }) => page.getByLabel('Email').fill(newcomer().email))
    },
    {
      name: 'the package',
      set: inTheirForm(async (page, _stage, other) => {
        await page.getByRole('combobox', { name: 'Package' }).click();
        await page.getByRole('option', { name: other }).click();
      })
    },
    {
      name: 'a cap',
      set: inTheirForm(async (page) => {
        await page.getByRole('switch', { name: 'Daily limit' }).click();
        await page.getByLabel('Daily limit, messages per day').fill('500');
      })
    }
  ],
  'users.resetPassword': [
    {
      name: 'an invitation',
      set: onTheirPage('user.invited', async (page, press) => {
        const invite = dialog(page).getByRole('button', { name: 'Invite', exact: true });
        // It stays open after a no, with what was chosen in it.
        if (!(await invite.isVisible())) await press(button(page, 'Invite'));
        await press(invite);
      })
    }
  ],
  'users.require2fa': [
    {
      name: 'on their page',
      set: onTheirPage('user.two_factor_required', question('Require 2FA', 'Require 2FA'))
    }
  ],
  'users.reset2fa': [
    {
      name: 'on their page',
      async set(stage) {
        const { user, client } = await active(stage);
        await enrol(client);
        const act = question('Reset 2FA', 'Reset 2FA');
        return {
          path: `/users/${user.id}`,
          entry: 'user.two_factor_reset',
          act: (page, press) => act(page, press, user.name)
        };
      }
    }
  ],
  'users.signInAs': [
    {
      name: 'from their page',
      async set(stage) {
        const { user } = await somebody(stage);
        let seen: Page | undefined;
        return {
          path: `/users/${user.id}`,
          entry: 'user.signed_in_as',
          async act(page, press) {
            seen = page;
            await press(button(page, 'Sign in as…'));
            await dialog(page).getByLabel('Why').fill('Ticket 2281');
            await press(dialog(page).getByRole('button', { name: `Sign in as ${user.name}`, exact: true }));
          },
          // The page is the user's then: the next scene is somebody else's.
          async after() {
            await seen!.getByText(`You are signed in as ${user.name}`).waitFor();
            await seen!
              .getByRole('button', { name: /^Leave/ })
              .first()
              .click();
            await seen!.waitForURL(`**/users/${user.id}`);
          }
        };
      }
    }
  ],
  'users.revokeSessions': [
    {
      name: 'all of them',
      async set(stage) {
        const { user } = await active(stage);
        const act = question('Sign out everywhere', 'Sign out everywhere');
        return {
          path: `/users/${user.id}`,
          entry: 'user.sessions_revoked',
          act: (page, press) => act(page, press, user.name)
        };
      }
    }
  ],
  'users.revokeKey': [
    {
      name: 'a key of theirs',
      async set(stage) {
        const { user, client } = await active(stage);
        await client.call('keys.create', { name: 'Nightly', permissions: ['people.self.edit_profile'] });
        return {
          path: `/users/${user.id}`,
          entry: 'api_key.revoked',
          async act(page, press) {
            await press(button(page, 'Revoke Nightly'));
            await press(dialog(page).getByRole('button', { name: 'Revoke', exact: true }));
          }
        };
      }
    }
  ],
  'users.suspend': [
    {
      name: 'on their page',
      set: onTheirPage(
        'user.suspended',
        question('Suspend', 'Suspend', async (asked) => asked.getByLabel('Why').fill('Unpaid'))
      )
    }
  ],
  'users.close': [
    {
      name: 'on their page',
      set: onTheirPage(
        'user.closing',
        question('Close account', 'Close account', async (asked) => asked.getByLabel('Why').fill('They left'))
      )
    }
  ],
  'users.delete': [
    {
      name: 'on their page',
      set: onTheirPage(
        'user.deleted',
        question('Delete', 'Delete permanently', async (asked, name) =>
          asked.getByLabel('Type their name to confirm').fill(name)
        )
      )
    }
  ],
  'users.addSendingName': [
    {
      name: 'on their page',
      async set(stage) {
        const { user } = await somebody(stage);
        return {
          path: `/users/${user.id}`,
          entry: 'user.sending_name_added',
          async act(page, press) {
            await page.getByLabel('Login or address').fill(`relay-${user.id}`);
            await press(button(page, 'Add name'));
          }
        };
      }
    }
  ],
  'users.removeSendingName': [
    {
      name: 'on their page',
      async set(stage) {
        const { user } = await somebody(stage);
        const name = `relay-${user.id}`;
        await stage.app.owner.call('users.addSendingName', { id: user.id, name });
        return {
          path: `/users/${user.id}`,
          entry: 'user.sending_name_removed',
          async act(page, press) {
            await press(button(page, `Remove ${name}`));
            await press(dialog(page).getByRole('button', { name: 'Remove', exact: true }));
          }
        };
      }
    }
  ],
  'users.bulk': [
    {
      name: 'suspending some',
      set: (stage) =>
        bulk(stage, 'Suspend', 'user.suspended', (page) => dialog(page).getByLabel('Why').fill('Unpaid'))
    }
  ],
  'users.beginImport': [importing],
  'users.import': [importing],
  'packages.update': [
    {
      name: 'a cap',
      async set({ app }) {
        const { id } = await madeBy(app.owner).package();
        return typing(`/packages/${id}`, 'package.updated', /^Save/, async (page) => {
          await page.getByRole('switch', { name: 'Daily limit' }).click();
          await page.getByLabel('Daily limit, messages per day').fill('500');
        });
      }
    },
    {
      name: 'the role',
      async set({ app }) {
        const made = madeBy(app.owner);
        const { id } = await made.package();
        const name = `Reader ${id.slice(0, 8)}`;
        await made.role(name);
        return typing(`/packages/${id}`, 'package.updated', /^Save/, async (page) => {
          await page.getByLabel('User role').click();
          await page.getByRole('option', { name }).click();
        });
      }
    }
  ],
  'packages.delete': [
    {
      name: 'whose users move',
      async set({ app }) {
        const made = madeBy(app.owner);
        const [gone, other] = [await made.package(), await made.package()];
        await made.user(gone.id);
        return {
          path: `/packages/${gone.id}`,
          entry: 'package.deleted',
          async act(page, press) {
            await press(button(page, 'Delete package…'));
            await dialog(page).getByLabel('Move its users to').click();
            await page.getByRole('option', { name: other.name }).click();
            await press(dialog(page).getByRole('button', { name: 'Move users and delete' }));
          }
        };
      }
    }
  ]
};
