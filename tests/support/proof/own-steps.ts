import type { Page } from 'playwright-core';
import { enrol, PASSWORD } from '../console';
import { codeOf } from '../totp';
import type { SensitiveStep, Stage } from './steps';

const dialog = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog')).last();

async function somebody({ app, newcomer }: Stage, roleId = 'admin') {
  return app.person(newcomer().name, roleId);
}

/** Somebody whose second factor is on. */
async function guarded(stage: Stage) {
  const { client } = await somebody(stage);
  const { totpSecret } = await enrol(client);
  return { client, totpSecret };
}

async function settingUp(page: Page): Promise<string> {
  const section = page.locator('#two-factor');
  await section.getByRole('button', { name: 'Set up two-factor sign-in' }).click();
  await section.getByText('Enter it manually').click();
  return (await section.getByRole('code').innerText()).replace(/\s/gu, '');
}

export const OWN_STEPS: Record<string, SensitiveStep[]> = {
  'owner.accept': [
    {
      name: 'by the replacement',
      async set(stage) {
        const { app } = stage;
        await app.owner.try('owner.withdraw');
        const { id, client, email } = await somebody(stage, 'super_administrator');
        await app.owner.call('owner.offer', { id });
        return {
          client,
          async after() {
            const replacement = app.anonymous();
            await replacement.call('auth.signIn', { email, password: PASSWORD });
            await replacement.call('owner.offer', { id: app.ownerId });
            await app.owner.call('owner.accept');
          },
          path: '/account/notices',
          entry: 'ownership.transferred',
          async act(page, press) {
            await press(page.getByRole('button', { name: 'Accept' }).first());
            await press(dialog(page).getByRole('button', { name: 'Become the owner' }));
          }
        };
      }
    }
  ],
  'me.update': [
    {
      name: 'the address',
      async set(stage) {
        const { client } = await somebody(stage);
        const { email } = stage.newcomer();
        return {
          client,
          path: '/account',
          entry: 'administrator.edited',
          async act(page, press) {
            await page.locator('#profile').getByLabel('Email').fill(email);
            await press(page.locator('#profile').getByRole('button', { name: 'Save' }));
          }
        };
      }
    }
  ],
  'me.setAllowlist': [
    {
      name: 'of addresses',
      async set(stage) {
        const { client } = await somebody(stage);
        return {
          client,
          path: '/account',
          entry: 'auth.allowlist_changed',
          async act(page, press) {
            await page.getByLabel('Addresses and networks').fill('127.0.0.0/8\n::1');
            await press(page.locator('#addresses').getByRole('button', { name: 'Save' }));
          }
        };
      }
    }
  ],
  'me.revokeSessions': [
    {
      name: 'all others',
      async set(stage) {
        const { client, email } = await somebody(stage);
        for (let n = 0; n < 2; n++)
          await stage.app.anonymous().call('auth.signIn', { email, password: PASSWORD });
        return {
          client,
          path: '/account',
          entry: 'session.revoked',
          times: 2,
          async act(page, press) {
            await press(page.getByRole('button', { name: 'End all others' }));
            await press(dialog(page).getByRole('button', { name: 'End all others' }));
          }
        };
      }
    }
  ],
  'auth.beginTotp': [
    {
      name: 'setting up',
      async set(stage) {
        const { client } = await somebody(stage);
        return {
          client,
          path: '/account',
          entry: 'auth.two_factor_begun',
          act: (page, press) => press(page.getByRole('button', { name: 'Set up two-factor sign-in' }))
        };
      }
    }
  ],
  'auth.confirmTotp': [
    {
      name: 'the code comes late',
      async set(stage) {
        const { client } = await somebody(stage);
        let secret = '';
        return {
          client,
          path: '/account',
          entry: 'auth.two_factor_enabled',
          ready: async (page) => void (secret = await settingUp(page)),
          async act(page) {
            const field = page.locator('#two-factor').getByLabel('Code', { exact: true });
            await field.fill(await codeOf(secret));
            // The sixth digit sends it; a code that was typed before is sent by its key.
            await field.press('Enter');
          }
        };
      }
    }
  ],
  'auth.disableTotp': [
    {
      name: 'turning it off',
      async set(stage) {
        return {
          ...(await guarded(stage)),
          path: '/account',
          entry: 'auth.two_factor_disabled',
          async act(page, press) {
            await press(page.getByRole('button', { name: 'Turn off' }));
            await press(dialog(page).getByRole('button', { name: 'Turn off' }));
          }
        };
      }
    }
  ],
  'auth.renewRecoveryCodes': [
    {
      name: 'new recovery codes',
      async set(stage) {
        return {
          ...(await guarded(stage)),
          path: '/account',
          entry: 'auth.recovery_codes_made',
          async act(page, press) {
            await press(page.getByRole('button', { name: 'New recovery codes' }));
            await press(dialog(page).getByRole('button', { name: 'Create new codes' }));
          }
        };
      }
    }
  ]
};
