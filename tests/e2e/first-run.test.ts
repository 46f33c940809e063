import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, SETUP_TOKEN, startTestConsole, type TestConsole } from '../support/console';
import { useBrowser } from '../support/browser';

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole({ bare: true });
});
afterAll(() => app.stop());

test('[OWN-1] a stranger opens the link, creates the owner, adds a second administrator, who signs in', async () => {
  const { page } = await browser.open(app.anonymous());
  await page.goto(`/setup?token=${SETUP_TOKEN}`);
  await page.getByLabel('Name', { exact: true }).fill('Maya Lindqvist');
  await page.getByLabel('Email').fill('maya@northwind.example');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Confirm password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create owner' }).click();
  await page.getByRole('heading', { name: 'Home' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/');

  const steps = page.getByRole('region', { name: 'Getting started' });
  await steps.getByText('0 of 7 done').or(steps.getByText('1 of 7 done')).waitFor();
  const begun = await steps.getByText(/of 7 done/).textContent();

  await page
    .getByRole('link', { name: /^Administrators/ })
    .first()
    .click();
  await page
    .getByRole('button', { name: 'Add administrator' })
    .or(page.getByRole('link', { name: 'Add administrator' }))
    .first()
    .click();
  await page.getByLabel('Name', { exact: true }).fill('Priya Nair');
  await page.getByLabel('Email').fill('priya@northwind.example');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Confirm password').fill(PASSWORD);
  await page.getByLabel('Role', { exact: true }).click();
  await page
    .getByRole('option', { name: /^Admin\b/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('priya@northwind.example').first().waitFor();

  const second = await browser.open(app.anonymous());
  await second.page.goto('/roles');
  await second.page.getByLabel('Email').fill('priya@northwind.example');
  await second.page.getByLabel('Password', { exact: true }).fill('not the password at all');
  await second.page.getByRole('button', { name: 'Sign in' }).click();
  await second.page.getByRole('alert').waitFor();
  await second.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await second.page.getByRole('button', { name: 'Sign in' }).click();
  // The initial password was somebody else's: nothing is reached before it is changed (ADM-5).
  await second.page.getByRole('heading', { name: 'Choose your password' }).waitFor();
  await second.page.getByLabel('Password', { exact: true }).fill(`${PASSWORD}, her own`);
  await second.page.getByLabel('Confirm password').fill(`${PASSWORD}, her own`);
  await second.page.getByRole('button', { name: 'Continue' }).click();
  await second.page.getByRole('button', { name: 'New role' }).waitFor();
  expect(new URL(second.page.url()).pathname).toBe('/roles');

  // The first one watched it happen.
  await page.getByRole('link', { name: /^Home/ }).first().click();
  await page.getByText('Sign-in failed').first().waitFor();

  // [UX-6] The list of what to do first went on by what was done, is nobody else's, and stays away once it was sent
  // away.
  await steps.getByText(`${Number(begun!.charAt(0)) + 1} of 7 done`).waitFor();
  await expect.poll(() => steps.getByRole('link', { name: 'Add an administrator' }).count()).toBe(0);
  await second.page.goto('/');
  await second.page.getByRole('heading', { name: 'Home' }).waitFor();
  await second.page.getByText('Sign-in failed').first().waitFor();
  await expect.poll(() => second.page.getByRole('region', { name: 'Getting started' }).count()).toBe(0);
  const told = page.waitForResponse(/me\.dismissNotice/);
  await steps.getByRole('button', { name: 'Don’t show these steps again' }).click();
  await steps.waitFor({ state: 'detached' });
  await told;
  await page.reload();
  await page.getByText('Sign-in failed').first().waitFor();
  await expect.poll(() => steps.count()).toBe(0);
});

test('[OWN-1] the setup is closed once there is an owner', async () => {
  expect(
    (
      await app.anonymous().refused('setup.createOwner', {
        token: SETUP_TOKEN,
        name: 'Eve',
        email: 'eve@northwind.example',
        password: PASSWORD
      })
    ).code
  ).toBe('auth/setup-closed');
});
