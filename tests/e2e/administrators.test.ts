import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { PASSWORD, startTestConsole, type TestConsole } from '../support/console';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { until } from '../support/replica';
import { openState } from '../support/state';

type Item = { id: string; name: string; roleId: string; status: string; twoFactor: string };
type Detail = Item & { email: string; caps: Record<string, unknown>; seq: number };

const browser = useBrowser();
let app: TestConsole;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

async function open(
  client: Parameters<typeof browser.open>[0],
  path: string,
  options?: Parameters<typeof browser.open>[1]
): Promise<Page> {
  const { page } = await browser.open(client, options);
  await page.goto(path);
  return page;
}

const add = async (name: string, roleId: string) => {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@northwind.example`;
  const { id } = await app.owner.call<{ id: string }>('administrators.create', { name, email, roleId });
  return { id, email };
};
const detail = (id: string) => app.owner.call<Detail>('administrators.get', { id });
const found = async (search: string) =>
  (await app.owner.call<{ items: Item[] }>('administrators.list', { search })).items;

describe.each([
  ['a desk', DESK],
  ['a phone', PHONE]
])('on %s', (place, viewport) => {
  test('[ADM-3] [ADM-6] a marketing team of four is added without leaving the form', async () => {
    const page = await open(app.owner, '/administrators/new', {
      viewport,
      hasTouch: viewport === PHONE,
      permissions: ['clipboard-read', 'clipboard-write']
    });
    const domain = `${place.split(' ')[1]}.example`;
    const name = page.getByLabel('Name', { exact: true });
    await page.getByText('Send an invitation').click();
    await page.getByLabel('Role', { exact: true }).click();
    await page.getByRole('option', { name: /^Marketing Lead/ }).click();
    await page.getByRole('switch', { name: 'Daily limit' }).click();
    await page.getByLabel('Daily limit, messages per day').fill('10,000');
    const team = ['Ana Ruiz', 'Bo Lindgren', 'Cy Park', 'Di Moreau'];
    for (const person of team) {
      await name.fill(person);
      await page.getByLabel('Email').fill(`${person.split(' ')[0]!.toLowerCase()}@${domain}`);
      await page.getByRole('button', { name: 'Save & add new' }).click();
      await page.getByRole('button', { name: `Copy the instructions for ${person}` }).waitFor();
      await expect.poll(() => name.inputValue()).toBe('');
      await until(() => name.evaluate((field) => field === document.activeElement), 'Name has the focus');
    }
    await page.getByRole('button', { name: 'Copy all 4' }).click();
    await page.getByText('All instructions copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    for (const person of team) expect(copied).toContain(`${person}, how to sign in:`);
    expect(copied.match(/\/invitation#/g)).toHaveLength(4);

    const people = await found(`@${domain}`);
    expect(people.map((each) => each.name)).toEqual(team);
    for (const { id } of people)
      expect(await detail(id)).toMatchObject({
        roleId: 'marketing_lead',
        caps: { daily: 10_000, hourly: 'inherit' }
      });
    await page.getByRole('button', { name: 'Dismiss', exact: true }).click();
    await page.getByRole('region', { name: 'Sign-in instructions' }).waitFor({ state: 'detached' });
  });
});

test('[ADM-2] [ACC-4] a cap above one’s own is refused at its field, with the limit', async () => {
  const tight = await app.person('Tight Cap', 'super_administrator');
  await app.owner.call('administrators.update', { id: tight.id, seen: 9, caps: { hourly: 500 } });
  const page = await open(tight.client, '/administrators/new');
  await page.getByRole('switch', { name: 'Hourly rate' }).click();
  const field = page.getByLabel('Hourly rate, messages per hour');
  await field.fill('501');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('At most 500: you can’t give more than your own cap.').waitFor();
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  await expect.poll(() => field.inputValue()).toBe('501');

  // [ADM-3] A password that nobody has to think of: shown, confirmed, and good enough for the first sign-in.
  await page.getByRole('button', { name: 'Generate' }).click();
  const password = page.getByLabel('Password', { exact: true });
  await expect.poll(() => password.getAttribute('type')).toBe('text');
  const generated = await password.inputValue();
  expect(generated).toMatch(/^[a-z]{4}(-[a-z]{4}){6}$/);
  await expect.poll(() => page.getByLabel('Confirm password').inputValue()).toBe(generated);
  await field.fill('400');
  await page.getByLabel('Name', { exact: true }).fill('Gena Rated');
  await page.getByLabel('Email').fill('gena@northwind.example');
  await page.getByLabel('Role', { exact: true }).click();
  await page.getByRole('option', { name: /^Support/ }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('gena@northwind.example').first().waitFor();
  const first = await app
    .anonymous()
    .call('auth.signIn', { email: 'gena@northwind.example', password: generated });
  expect(first).toEqual({ next: 'change-password' });
});

test('[UX-4] a cap that was only switched on is no mistake before something is typed', async () => {
  const { id } = await add('Cass Capp', 'support');
  const page = await open(app.owner, `/administrators/${id}`);
  await page.getByRole('switch', { name: 'Daily limit' }).click();
  const field = page.getByLabel('Daily limit, messages per day');
  await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
  const wrong = page.getByText(/Enter a whole number/);
  expect([await field.getAttribute('aria-invalid'), await wrong.count()]).toEqual([null, 0]);
  await field.fill('a few');
  await wrong.first().waitFor();
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  await field.fill('10,000');
  await wrong.first().waitFor({ state: 'detached' });
  // Left empty, it is one.
  await field.fill('');
  await field.blur();
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
});

test('[ADM-8] a leaver is out at once, also where they are signed in, and nobody else is touched', async () => {
  const leaver = await app.person('Lea Ver', 'admin');
  const stays = await app.person('Stan Stays', 'admin');
  const [theirs, other] = await Promise.all([
    open(leaver.client, '/administrators'),
    open(stays.client, '/administrators')
  ]);
  await theirs.getByText('stan.stays@northwind.example').first().waitFor();
  await other.getByText('lea.ver@northwind.example').first().waitFor();

  const page = await open(app.owner, `/administrators/${leaver.id}`);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('Their name stays in the log.').waitFor();
  // For good only with their name typed.
  await dialog.getByLabel('Delete permanently').check();
  await dialog.getByRole('button', { name: 'Delete permanently' }).click();
  await dialog.getByText('Type “Lea Ver” to continue.').waitFor();
  await dialog.getByLabel('Deactivate').check();
  await dialog.getByRole('button', { name: 'Deactivate' }).click();
  await dialog.waitFor({ state: 'detached' });

  await theirs.waitForURL(/\/sign-in/);
  expect(await leaver.client.refused('me.get')).toEqual({ code: 'auth/signed-out' });
  await other.getByText('lea.ver@northwind.example').first().waitFor({ state: 'detached' });
  expect(await stays.client.call('me.get')).toMatchObject({ id: stays.id });
  expect(await app.anonymous().refused('auth.signIn', { email: leaver.email, password: PASSWORD })).toEqual({
    code: 'auth/wrong-credentials'
  });
  const asked = { target: leaver.id, action: 'administrator.deactivated' };
  await expect
    .poll(() => app.owner.call('log.list', asked))
    .toMatchObject({ entries: [{ target: { name: 'Lea Ver' } }] });

  // The page says so, and offers the ways on.
  await page.getByRole('button', { name: 'Reactivate' }).waitFor();
});

test('[ADM-7] [UX-2] suspending asks first, ends the sessions, and can be taken back', async () => {
  const sue = await app.person('Sue Spended', 'support');
  const page = await open(app.owner, `/administrators/${sue.id}`);
  await page.getByText(/since/).first().waitFor();
  // What comes later above the button moves it, and a press may meet another place.
  await page.getByText('No sending names.').waitFor();
  await page.getByRole('button', { name: 'Raise for a while…' }).waitFor();
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend' }).click();
  // It stays while somebody points at it, however long the rest takes.
  const undo = page.getByRole('button', { name: 'Undo' });
  await undo.hover();
  await page.getByText('Not signed in on any device.').waitFor();
  expect(await detail(sue.id)).toMatchObject({ status: 'suspended' });
  await undo.click();
  await until(async () => (await detail(sue.id)).status === 'active', 'it is taken back');
  await page.getByRole('button', { name: 'Suspend', exact: true }).waitFor();
});

test('[ACC-7] [ACC-2] what may not be done to a stronger person is disabled, with its reason', async () => {
  const weak = await app.person('Wes Weak', 'admin');
  const page = await open(weak.client, `/administrators/${app.ownerId}`);
  const suspend = page.getByRole('button', { name: 'Suspend', exact: true });
  await suspend.waitFor();
  await expect.poll(() => suspend.getAttribute('aria-disabled')).toBe('true');
  const reason = await suspend.getAttribute('aria-describedby');
  await expect.poll(() => page.locator(`[id="${reason}"]`).textContent()).toContain('The owner is protected');
  await suspend.click({ force: true });
  await expect.poll(() => page.getByRole('alertdialog').count()).toBe(0);
  await expect.poll(() => page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true);
});

test('[AUT-1] [ACC-7] a locked-out owner is unlocked from their page by a Super Administrator, and by nobody weaker', async () => {
  const { client: equal } = await app.person('Sam Second', 'super_administrator');
  const { client: weaker } = await app.person('Ada Weaker', 'admin');
  const state = openState(app.databaseUrl);
  try {
    await state.sql`insert into throttle values ('row:maya@northwind.example', 100, now(), now() + interval '10 years')`;
    const unlock = (page: Page) => page.getByRole('button', { name: 'Unlock' });
    const barred = await open(weaker, `/administrators/${app.ownerId}`);
    await until(async () => (await unlock(barred).getAttribute('aria-disabled')) === 'true', 'it is barred');
    const page = await open(equal, `/administrators/${app.ownerId}`);
    await unlock(page).click();
    await page.getByText('can try again').first().waitFor();
    expect(await state.entries('administrator.unlocked')).toBe(1);
  } finally {
    await state.close();
  }
});

test('[ADM-10] one refused person does not stop what is done to the others, and is named with the reason', async () => {
  const people = await Promise.all(
    ['Bulk One', 'Bulk Two', 'Bulk Three'].map((name) => add(name, 'support'))
  );
  const admin = await app.person('Bulk Boss', 'admin');
  const strong = await add('Bulk Strong', 'super_administrator');
  const page = await open(admin.client, '/administrators?search=bulk&sort=name');
  for (const name of ['One', 'Two', 'Three', 'Strong'])
    await page.getByRole('checkbox', { name: `Select Bulk ${name}` }).waitFor({ state: 'attached' });
  // All from the first to the last, with Shift.
  await page.getByRole('checkbox', { name: 'Select Bulk One' }).check({ force: true });
  await page.getByRole('checkbox', { name: 'Select Bulk Two' }).click({ force: true, modifiers: ['Shift'] });
  await page.getByText('4 selected').waitFor();
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('Suspend 4 people?').waitFor();
  await dialog.getByRole('button', { name: 'Suspend 4 people' }).click();
  await dialog.getByText('3 people suspended, 1 refused').waitFor();
  const refused = dialog.getByRole('list', { name: 'Not applied' });
  await refused.getByText('Bulk Strong').waitFor();
  await refused.getByText(/They have more permissions than you/).waitFor();
  for (const { id } of people) expect(await detail(id)).toMatchObject({ status: 'suspended' });
  expect(await detail(strong.id)).toMatchObject({ status: 'must-change' });
  await dialog.getByRole('button', { name: 'Done' }).click();
  // What was refused stays selected.
  await page.getByText('1 selected').waitFor();
});

test('[ADM-11] a file is tried first, then imported row by row, and its report is safe', async () => {
  const page = await open(app.owner, '/administrators/import');
  const file = [
    'Name,EMAIL,role,daily,team',
    'Ida Import,ida@import.example,Support,1000,red',
    'Jon Import,jon@import.example,,,red',
    '=1+1,formula@import.example,Support,lots,red',
    'Kai Import,kai@import,Support,,red',
    'Ida Again,IDA@import.example,Support,,red'
  ].join('\r\n');
  await page.getByLabel('CSV file').setInputFiles({
    name: 'latin.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([0x6e, 0xe9, 0x0a])
  });
  await page.getByText('This file is not UTF-8.').waitFor();
  await page
    .getByLabel('CSV file')
    .setInputFiles({ name: 'team.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  await page.getByText('team.csv: 2 people can be added, 3 rows have errors').waitFor();
  // Whoever imports chooses what a row without a role gets, and it is tried again with that.
  await page.getByText('1 row names no role and gets').waitFor();
  await page.getByLabel('Role for rows without one').click();
  await page.getByRole('option', { name: 'Analyst' }).click();
  await page.getByRole('cell', { name: 'Analyst' }).first().waitFor();
  await page.getByText('team.csv: 2 people can be added, 3 rows have errors').waitFor();
  await page.getByText('A column is not recognised and is ignored: “team”.').waitFor();
  const rows = page.getByRole('table', { name: 'Rows in the file' });
  await rows.getByText('Line 2 already has this address.').waitFor();
  // Nothing happened yet.
  expect(await found('import.example')).toEqual([]);

  await page.getByRole('button', { name: 'Add 2 people' }).click();
  await page.getByText('team.csv: 2 people added, 3 rows have errors').waitFor();
  const made = await found('import.example');
  expect(made.map(({ name, roleId }) => [name, roleId])).toEqual([
    ['Ida Import', 'support'],
    ['Jon Import', 'analyst']
  ]);
  const read = async (button: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click()
    ]);
    const parts: Buffer[] = [];
    for await (const part of await download.createReadStream()) parts.push(part as Buffer);
    return Buffer.concat(parts).toString();
  };

  // The links are nowhere else: leaving asks while they are not downloaded, whichever way one leaves.
  const question = page.getByRole('alertdialog', { name: 'Leave without the invitation links?' });
  await page.getByRole('link', { name: 'Done' }).click();
  await question.getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Roles' }).first().click();
  await question.getByText('2 invitation links were not downloaded').waitFor();
  await question.getByRole('button', { name: 'Stay' }).click();
  expect(new URL(page.url()).pathname).toBe('/administrators/import');

  expect(await read('Report')).toContain(
    `\r\n4,"Error","'=1+1","formula@import.example","Support","daily","lots",`
  );
  const links = await read('Invitation links');
  expect(links.match(/\/invitation#/g)).toHaveLength(2);
  expect(links).toContain('"Ida Import","ida@import.example",');
  await page.getByRole('link', { name: 'Done' }).click();
  await page.waitForURL('**/administrators');
});

describe('[ADM-12] two people edit the same administrator', () => {
  test('different fields merge; of the same field both values are shown to choose from', async () => {
    const { id } = await add('Con Current', 'support');
    const tom = await app.person('Tom Second', 'super_administrator');
    const [mine, his] = await Promise.all([
      open(app.owner, `/administrators/${id}`),
      open(tom.client, `/administrators/${id}`)
    ]);
    const nameOf = (page: Page) => page.getByLabel('Name', { exact: true });
    const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();
    await nameOf(mine).waitFor();
    await nameOf(his).waitFor();

    // Both begin before either saves.
    await nameOf(mine).fill('Con Mine');
    await his.getByLabel('Email').fill('con.his@northwind.example');
    await save(his);
    await until(async () => (await detail(id)).email === 'con.his@northwind.example', 'his is saved');
    // What I did not touch follows, what I typed stays.
    await until(async () => (await mine.getByLabel('Email').inputValue()) === 'con.his@northwind.example');
    await expect.poll(() => nameOf(mine).inputValue()).toBe('Con Mine');
    await save(mine);
    await until(async () => (await nameOf(his).inputValue()) === 'Con Mine', 'mine arrives');
    expect(await detail(id)).toMatchObject({ name: 'Con Mine', email: 'con.his@northwind.example' });

    await nameOf(mine).fill('Con Again');
    await nameOf(his).fill('Con Other');
    await save(his);
    await until(async () => (await detail(id)).name === 'Con Other', 'his is saved');
    await save(mine);
    const card = mine.getByRole('group', { name: 'Name was changed twice' });
    await card.getByText('Con Other').waitFor();
    await card.getByText('Con Again').waitFor();
    await card.getByText('Tom Second').first().waitFor();
    expect(await detail(id)).toMatchObject({ name: 'Con Other' });
    await card.getByRole('button', { name: 'Use yours' }).click();
    await until(async () => (await detail(id)).name === 'Con Again', 'the choice is saved');
    await card.waitFor({ state: 'detached' });
    await until(async () => (await nameOf(his).inputValue()) === 'Con Again', 'it arrives');
  });
});

test('[OWN-2] the owner offers the ownership to a Super Administrator, and takes it back', async () => {
  const candidate = await app.person('Hera Heir', 'super_administrator');
  const page = await open(app.owner, `/administrators/${candidate.id}`);
  await page.getByRole('button', { name: 'Offer ownership' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Offer ownership' }).click();
  const withdraw = page.getByRole('button', { name: 'Withdraw' });
  await withdraw.waitFor();
  expect(await candidate.client.call('me.get')).toMatchObject({ offer: { to: { id: candidate.id } } });
  await withdraw.click();
  await page.getByRole('button', { name: 'Offer ownership' }).waitFor();
  expect(await candidate.client.call('me.get')).toMatchObject({ offer: null });
});

test('[ADM-4] a role is built from the form, which comes back with everything still filled in and the new role chosen', async () => {
  const page = await open(app.owner, '/administrators/new');
  await page.getByLabel('Name', { exact: true }).fill('Ned Newrole');
  await page.getByLabel('Email').fill('ned@newrole.example');
  await page.getByText('Send an invitation').click();
  await page.getByRole('button', { name: 'Create a new role' }).click();
  const bar = page.getByRole('region', { name: 'Adding an administrator' });
  await bar.getByText('Adding Ned Newrole: create or choose a role first.').waitFor();
  await page.getByRole('dialog').getByLabel('Name').fill('Deliverability');
  await page.getByRole('dialog').getByRole('button', { name: 'Create role' }).click();
  await bar.getByRole('button', { name: 'Use Deliverability' }).click();
  await page.waitForURL('**/administrators/new');
  await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('Ned Newrole');
  expect(await page.getByLabel('Email').inputValue()).toBe('ned@newrole.example');
  await page.getByLabel('Role', { exact: true }).getByText('Deliverability').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await until(async () => (await found('@newrole.example')).length === 1, 'Ned was added');
});
