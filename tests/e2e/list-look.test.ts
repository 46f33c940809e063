import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestConsole, type TestConsole } from '../support/console';
import { PHONE, useBrowser } from '../support/browser';
import { madeBy } from '../support/made-tenants';
import { until } from '../support/replica';
import { openState } from '../support/state';

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
  const { id: priya } = await app.person('Priya Nair', 'support');
  await app.owner.call('administrators.update', { id: priya, seen: 1_000_000, caps: { daily: 40_000 } });
  const made = madeBy(app.owner);
  const { id } = await made.package({ name: 'Growth', caps: { daily: 30_000 } });
  await made.user(id, { name: 'Lumen & Daughters' });
});
afterAll(() => app.stop());

test.each([
  ['/administrators', 'Priya Nair', 'Administrators'],
  ['/users', 'Lumen & Daughters', 'Users']
])(
  '[UX-1] [UX-3] columns and density of %s are chosen with the keyboard and stay as they were chosen',
  async (path, name, label) => {
    const { page } = await browser.open(app.owner);
    await page.goto(path);
    const row = page.getByRole('row', { name: new RegExp(name) });
    await row.waitFor();
    const header = (column: string) =>
      page.getByRole('table', { name: label }).getByRole('columnheader', { name: column });
    const cells = () => row.getByRole('cell').filter({ visible: true }).count();
    const tall = async () => (await row.boundingBox())?.height;
    await header('Created').waitFor();
    const [before, height] = [await cells(), (await tall())!];

    await page.getByRole('button', { name: 'Columns and density' }).focus();
    await page.keyboard.press('Enter');
    const created = page.getByRole('menuitemcheckbox', { name: 'Created' });
    await created.waitFor();
    expect(await created.getAttribute('aria-checked')).toBe('true');
    await until(
      () => page.evaluate(() => document.activeElement!.closest('[role=menu]') !== null),
      'the menu has the focus'
    );
    // Typing goes to what begins with it, all at once: letters that come late are no longer one word. The list of
    // choices stays open for the next one.
    await Promise.all([...'Cr'].map((letter) => page.keyboard.press(letter)));
    await until(() => created.evaluate((item) => item === document.activeElement), 'it has the focus');
    await page.keyboard.press('Enter');
    await until(async () => (await created.getAttribute('aria-checked')) === 'false');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect.poll(tall).toBeLessThan(height);
    await page.keyboard.press('Escape');
    await created.waitFor({ state: 'detached' });
    await expect.poll(() => header('Created').count()).toBe(0);
    await expect.poll(cells).toBe(before - 1);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/compact${path.replace('/', '-')}.png` });

    await page.reload();
    await row.waitFor();
    await expect.poll(() => header('Created').count()).toBe(0);
    await expect.poll(tall).toBeLessThan(height);
    // A phone shows what fits a phone.
    await page.setViewportSize(PHONE);
    await expect
      .poll(() => page.getByRole('button', { name: 'Columns and density' }).isVisible())
      .toBe(false);
    await expect.poll(tall).toBeGreaterThanOrEqual(64);
  }
);

test('[ADM-1] caps, the address of the last sign-in and what expires can be shown; who may not see them is not offered them', async () => {
  await app.owner.call('administrators.create', {
    name: 'Ivy Chen',
    email: 'ivy@northwind.example',
    roleId: 'support',
    invite: true
  });
  const { page } = await browser.open(app.owner);
  await page.goto('/administrators');
  const row = (name: RegExp) => page.getByRole('row', { name });
  await row(/Ivy Chen/).waitFor();
  const header = (name: string) =>
    page.getByRole('table', { name: 'Administrators' }).getByRole('columnheader', { name });
  expect(await header('Daily limit').count()).toBe(0);
  await page.getByRole('button', { name: 'Columns and density' }).click();
  for (const column of ['Expires', 'Last sign-in IP', 'Daily limit'])
    await page.getByRole('menuitemcheckbox', { name: column }).click();
  await page.keyboard.press('Escape');
  await row(/Priya Nair/)
    .getByText('40,000')
    .waitFor();
  await row(/Priya Nair/)
    .getByText(/^(127\.0\.0\.1|::1)$/)
    .waitFor();
  await row(/Ivy Chen/)
    .getByText('in 2 d')
    .waitFor();
  expect(await header('Daily limit').getByRole('button').count()).toBe(0);

  // What is changed meanwhile is there without a reload.
  const { items } = await app.owner.call<{ items: { id: string }[] }>('administrators.list', {
    search: 'Priya'
  });
  await app.owner.call('administrators.update', {
    id: items[0]!.id,
    seen: 1_000_000,
    caps: { daily: 20_000 }
  });
  await row(/Priya Nair/)
    .getByText('20,000')
    .waitFor();

  // Those whose invitation ends first come first, and whoever has none last.
  await header('Expires').getByRole('button').click();
  await page.waitForURL(/sort=expires/);
  await expect.poll(() => page.getByRole('row').nth(1).innerText()).toContain('Ivy Chen');
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/columns.png` });
  const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  expect(fits).toBe(true);

  const role = await app.owner.call<{ id: string }>('roles.create', {
    name: 'Readers',
    permissions: ['people.administrators.view']
  });
  const reader = await app.person('Rita Reader', role.id);
  const hers = await browser.open(reader.client);
  await hers.page.goto('/administrators');
  await hers.page.getByRole('button', { name: 'Columns and density' }).click();
  await hers.page.getByRole('menuitemcheckbox', { name: 'Expires' }).waitFor();
  for (const column of ['Last sign-in IP', 'Daily limit'])
    expect(await hers.page.getByRole('menuitemcheckbox', { name: column }).count()).toBe(0);
});

test('[ADM-1] what is looked for among administrators is saved under a name, on every device, apart from the log’s', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/administrators?role=support&sort=name');
  await page.getByRole('row', { name: /Priya Nair/ }).waitFor();
  await page.getByRole('button', { name: 'Saved filters' }).click();
  await expect.poll(() => page.getByLabel('Save this filter as').inputValue()).toBe('Support');
  await page.getByLabel('Save this filter as').fill('Our support');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { name: 'Saved filters' }).waitFor({ state: 'detached' });

  const again = await browser.open(app.owner);
  await again.page.goto('/administrators');
  await again.page.getByRole('button', { name: 'Saved filters' }).click();
  await again.page.getByRole('button', { name: 'Our support', exact: true }).click();
  await again.page.waitForURL(/role=support/);
  expect(again.page.url()).toContain('sort=name');
  await expect.poll(() => again.page.getByRole('row', { name: /Maya Lindqvist/ }).count()).toBe(0);
  await again.page.goto('/logs/activity');
  await again.page.getByRole('button', { name: 'Saved filters' }).click();
  await again.page.getByText('None yet.').waitFor();
});

test('[ADM-5] whoever invited somebody sees on Home that twelve hours are left, and nobody else does', async () => {
  const state = openState(app.databaseUrl);
  const created = (name: string) =>
    app.owner.call<{ id: string }>('administrators.create', {
      name,
      email: `${name.toLowerCase().replace(' ', '.')}@northwind.example`,
      roleId: 'support',
      invite: true
    });
  const endSoon = (id: string) =>
    state.audited(
      (tx) =>
        tx`update administrators set activation_expires_at = now() + interval '5 h 30 min' where id = ${id}`,
      [`person:${id}`]
    );
  const invite = async (...names: string[]) => {
    for (const name of names) await endSoon((await created(name)).id);
  };
  const { id } = await created('Late Lena');
  const other = await app.person('Tom Other', 'super_administrator');
  const { page } = await browser.open(app.owner);
  await page.goto('/');
  const ending = page.getByRole('region', { name: 'Invitations that expire soon' }).filter({ visible: true });
  await page.getByRole('table', { name: 'Live feed' }).getByRole('row').nth(2).waitFor();
  expect(await ending.count()).toBe(0);

  await endSoon(id);
  const line = ending.getByRole('link', { name: /Late Lena/ });
  await line.getByText('in 6 h').waitFor();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/ending.png` });
  const theirs = await browser.open(other.client);
  await theirs.page.goto('/');
  await theirs.page.getByRole('table', { name: 'Live feed' }).getByRole('row').nth(2).waitFor();
  expect(await theirs.page.getByRole('region', { name: 'Invitations that expire soon' }).count()).toBe(0);
  expect(await ending.getByRole('link').count()).toBe(1);

  // More than fit: all of them are in the list, along with those of others, so that no number is told.
  await invite('Noor Next', 'Nils Night', 'Nina Noon');
  const all = ending.getByRole('link', { name: 'All invitations', exact: true });
  await all.waitFor();
  expect(await ending.getByRole('link').count()).toBe(4);
  await all.click();
  await page.waitForURL(/status=invited/);
  for (const name of ['Late Lena', 'Noor Next', 'Nils Night', 'Nina Noon'])
    await page.getByRole('row', { name: new RegExp(name) }).waitFor();
  await page.goBack();
  await line.click();
  await page.waitForURL(new RegExp(`/administrators/${id}`));
  await state.close();
});
