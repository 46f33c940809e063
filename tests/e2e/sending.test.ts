import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from '../support/accessible';
import { plantApplication, type Planted } from '../support/applications';
import { DESK, PHONE, useBrowser } from '../support/browser';
import { startTestConsole, type TestConsole, type TestPerson } from '../support/console';
import { csvOf } from '../support/exported-log';
import { askEndpoint } from '../support/program';
import { until } from '../support/replica';
import { openState, type StateProbe } from '../support/state';

const SHOTS = process.env['SHOTS'];
const browser = useBrowser();
let app: TestConsole;
let state: StateProbe;
let relay: Planted;
let olga: TestPerson;
beforeAll(async () => {
  app = await startTestConsole();
  state = openState(app.databaseUrl);
  const role = async (name: string, permissions: string[]) =>
    (await app.owner.call<{ id: string }>('roles.create', { name, permissions })).id;
  relay = await plantApplication(state, {
    roleId: await role('Sending', ['quotas.ledger.consume']),
    name: 'Mail relay'
  });
  olga = await app.person('Olga Petrova', await role('Senders', ['quotas.admin_quota.view_usage_own']));
  const caps = { daily: 100 };
  await app.owner.call('administrators.update', { id: olga.id, seen: Number.MAX_SAFE_INTEGER, caps });
  await until(async () => (await ask(olga.id, 0)).status !== 401, 'the key works');
});
afterAll(async () => {
  await state.close();
  await app.stop();
});

/** An ask over HTTP, as a mail server's. */
async function ask(id: string, units: number) {
  const body = { subject: { type: 'administrator', id }, units, key: randomUUID() };
  return askEndpoint(app.origin, '/caps/v1/consume', { key: relay.key, body });
}
const granted = async (units = 1) => ((await ask(olga.id, units)).body as { granted: boolean }).granted;
const show = async (page: Page, name: string) => {
  if (!SHOTS) return;
  // What was looked at for contrast is in the other scheme since.
  if (name.endsWith('-dark')) await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: `${SHOTS}/${name}-${page.viewportSize()!.width}.png` });
};
/** A file of usage, hour by hour, added up: an hour may end while a test sends. */
function sumsOf(file: string) {
  const rows = csvOf(file);
  const sum = (column: string) => rows.reduce((total, row) => total + Number(row[column]), 0);
  const names = [...new Set(rows.map((row) => row['Name']))];
  return { names, units: sum('Recipients'), over: sum('Over a watched cap') };
}
/** Olga's gauge of the day, as it is read out. */
const gauge = (page: Page) =>
  page
    .getByRole('row', { name: /Olga Petrova/ })
    .getByRole('meter', { name: 'Daily limit' })
    .filter({ visible: true });
const says = (page: Page, text: string) =>
  until(async () => (await gauge(page).getAttribute('aria-valuetext'))?.includes(text) ?? false, text);

test('[QUO-6] [QUO-7] [QUO-8] [QUO-11] charges move gauges in two browsers; a pause stops the next ask; a raise ends by itself', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto('/sending');
  await page.getByText('Nothing has asked yet').waitFor();
  await expectAccessible(page, 'sending, empty');
  const { page: other } = await browser.open(app.owner);
  await other.goto('/sending/wall');
  const wall = other.getByRole('dialog', { name: 'Sending, wall' });
  await wall.getByText('Nothing has asked yet.').waitFor();

  expect(await granted(50)).toBe(true);
  await says(page, '50 of 100');
  await wall.getByText('Olga Petrova').waitFor();
  await expect.poll(() => wall.getByRole('meter').getAttribute('aria-valuetext')).toContain('50 of 100');
  await show(other, 'wall');
  await expectAccessible(other, 'the wall');
  expect(await granted(35)).toBe(true);
  await says(page, '85 of 100');
  await until(
    async () => /85 of 100/.test((await wall.getByRole('meter').getAttribute('aria-valuetext')) ?? ''),
    'wall'
  );
  await page.getByRole('button', { name: 'Near a limit 1' }).waitFor();

  // Paused from the panel: the next ask is refused at once.
  await page.getByRole('button', { name: 'Olga Petrova' }).click();
  await page.getByRole('button', { name: 'Pause sending…' }).click();
  const question = page.getByRole('alertdialog', { name: 'Pause sending of Olga Petrova?' });
  await question.getByLabel('Why').fill('');
  await question.getByRole('button', { name: 'Pause sending' }).click();
  await question.getByText('Say why: it is shown to whoever is refused.').waitFor();
  await question.getByLabel('Why').fill('complaints');
  await question.getByRole('button', { name: 'Pause sending' }).click();
  await question.waitFor({ state: 'detached' });
  expect((await ask(olga.id, 1)).body).toMatchObject({ granted: false, reason: 'paused' });
  await page
    .getByRole('row', { name: /Olga Petrova/ })
    .getByText('Paused')
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Resume sending…' }).click();
  await page.getByLabel('Why').fill('solved');
  await page.getByRole('button', { name: 'Resume sending', exact: true }).click();
  await until(() => granted(1), 'resumed');

  // Raised, with a preview, and over by itself.
  await page.getByRole('button', { name: 'Raise for a while…' }).click();
  const raise = page.getByRole('dialog', { name: /Raise for a while/ });
  await raise.getByLabel('Extra amount').fill('100');
  await raise.getByText('86 of 200').waitFor();
  await raise.getByLabel('Why').fill('a launch');
  await raise.getByRole('button', { name: /^Raise until/ }).click();
  await raise.waitFor({ state: 'detached' });
  await says(page, '86 of 200');
  await state.audited((tx) => tx`update send_raises set until = now() + interval '1 second'`);
  await says(page, '86 of 100');

  await page.getByRole('button', { name: 'Reset counter…' }).click();
  await page.getByRole('radio', { name: 'Daily' }).check({ force: true });
  await page.getByLabel('Why').fill('a test batch');
  await page.getByRole('button', { name: 'Reset counter', exact: true }).click();
  await says(page, '0 of 100');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export usage' }).click();
  const file = await readFile(await (await saved).path(), 'utf8');
  expect(file).toMatch(/^\uFEFF"Name"/);
  expect(sumsOf(file)).toEqual({ names: ['Olga Petrova'], units: 86, over: 0 });
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByText('Mail relay').first().waitFor();
  await expectAccessible(page, 'sending');
  await show(page, 'sending');
});

/** Looks for a text on the page from here on. The result waits until it was there, however shortly. */
async function watchFor(page: Page, text: string): Promise<() => Promise<void>> {
  const watch = await page.evaluateHandle((wanted) => {
    const seen = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (!document.body.innerText.includes(wanted)) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    return { seen };
  }, text);
  return async () => {
    let wasSeen = false;
    const seen = watch.evaluate(({ seen }) => seen).then(() => (wasSeen = true));
    await Promise.race([seen, until(() => wasSeen, `“${text}” was there`)]);
  };
}

test('[QUO-8] on a phone everything is paused by holding, with a receipt; offline it says that sending goes on', async () => {
  const { page, context } = await browser.open(app.owner, { viewport: PHONE, colorScheme: 'dark' });
  expect(await granted(1)).toBe(true);
  await page.goto('/sending');
  await says(page, 'of 100');
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await page.getByRole('button', { name: 'Pause all sending…' }).click();
  const hold = page.getByRole('button', { name: /Hold to pause sending/ });
  await hold.waitFor();
  await show(page, 'pause');
  await expectAccessible(page, 'the pause on a phone');
  // Let go too early: nothing happened.
  await hold.hover();
  const begun = await watchFor(page, 'Keep holding');
  await Promise.all([page.mouse.down(), page.mouse.up()]);
  await begun();
  await hold.waitFor();
  expect(await granted(1)).toBe(true);
  await page.mouse.down();
  await page.getByText('All sending is paused').first().waitFor();
  await page.mouse.up();
  expect((await ask(olga.id, 1)).body).toMatchObject({ granted: false, reason: 'paused' });
  await page.getByText('Shown on every page').waitFor();
  await show(page, 'receipt');
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await until(() => granted(1), 'resumed');
  await page.getByRole('button', { name: 'Pause all sending…' }).waitFor();

  await context.setOffline(true);
  await page.getByText(/Offline\. As of/).waitFor();
  await page.getByText('Sending goes on without this page.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Pause all sending…' }).click();
  await page.getByText('Sending goes on. Pausing it requires a connection.').waitFor();
  await expect
    .poll(() => page.getByRole('button', { name: /Hold to pause sending/ }).getAttribute('aria-disabled'))
    .toBe('true');
  await show(page, 'offline');
});

test('[QUO-6] one’s own gauges stand on Home and in My account, and nobody else’s', async () => {
  const { page } = await browser.open(olga.client, { viewport: DESK });
  await page.goto('/');
  const own = page.getByRole('region', { name: 'Your caps' }).getByRole('meter', { name: 'Daily limit' });
  await own.waitFor();
  expect(await granted(4)).toBe(true);
  const [usage] = await app.owner.call<{ caps: { daily: { used: number } } }[]>('caps.usage', {
    ids: [olga.id]
  });
  const { used } = usage!.caps.daily;
  await until(
    async () => (await own.getAttribute('aria-valuetext'))?.startsWith(`${used} of 100`) ?? false,
    'moved'
  );
  await page.goto('/account');
  await page.getByRole('meter', { name: 'Daily limit' }).waitFor();
  await page.goto('/sending');
  await page.getByText('You don’t have access to sending').waitFor();
});

test('[QUO-6] gauges stand on the pages of a person and an application', async () => {
  const { page } = await browser.open(app.owner);
  await page.goto(`/administrators/${olga.id}`);
  await page.getByRole('meter', { name: 'Daily limit' }).waitFor();
  await page.getByRole('button', { name: 'Raise for a while…' }).waitFor();
  await page.goto(`/applications/${relay.id}`);
  await page.getByRole('heading', { name: 'What it sends' }).waitFor();
});

/** Sets limits of everybody, and is back without them afterwards. */
async function withTotal(limits: object, work: () => Promise<void>): Promise<void> {
  const set = (sending: object) => app.owner.call('settings.update', { seen: 1e6, sending });
  await set(limits);
  await work().finally(() => set({ totalDaily: 'unlimited', totalMonthly: 'unlimited', watchTotal: false }));
}

test('[QUO-1] [QUO-6] everyone together has a gauge in the first row, on the wall and in a panel with its history', async () => {
  const { page } = await browser.open(app.owner);
  const { page: dark } = await browser.open(app.owner, { viewport: PHONE, colorScheme: 'dark' });
  const { page: other } = await browser.open(app.owner, { colorScheme: 'dark' });
  await withTotal({ totalDaily: 20, totalMonthly: 900 }, async () => {
    for (const of of [page, dark]) await of.goto('/sending');
    await other.goto('/sending/wall');
    expect(await granted(9)).toBe(true);
    expect(await granted(8)).toBe(true);
    const total = (of: Page, cap: string) => of.getByRole('meter', { name: `${cap} limit of everyone` });
    const reads = (of: Page, cap: string, text: string) =>
      until(async () => (await total(of, cap).getAttribute('aria-valuetext'))?.includes(text) ?? false, text);
    for (const of of [page, dark, other]) await reads(of, 'Daily', '17 of 20');
    await reads(page, 'Monthly', '17 of 900');
    await reads(page, 'Daily', 'Platform');
    await expectAccessible(page, 'sending with a total');
    await expectAccessible(other, 'the wall with a total');
    await show(other, 'total-wall-dark');
    await page.getByRole('button', { name: 'Everyone together' }).click();
    const panel = page.getByRole('region', { name: 'Sending of everyone together' });
    await panel.getByRole('meter', { name: 'Daily limit' }).waitFor();
    await panel.getByRole('img', { name: /17 sent/ }).waitFor();
    await panel.getByText('Marks: 80 and 90 %').waitFor();
    await expectAccessible(page, 'the panel of everyone');
    await show(page, 'total-panel');
    const saved = page.waitForEvent('download');
    await panel.getByRole('button', { name: 'Export usage' }).click();
    const file = await readFile(await (await saved).path(), 'utf8');
    expect(sumsOf(file)).toEqual({ names: ['Everyone together'], units: 17, over: 0 });
    await page.getByRole('button', { name: 'Close', exact: true }).click();

    // Refused by the total: on phones, too, it stands where the list is.
    expect(await granted(9)).toBe(false);
    const noted = async () =>
      (await app.owner.call<{ layer: string | null }[]>('caps.refusals', {})).some(
        ({ layer }) => layer === 'total'
      );
    await until(noted, 'noted');
    for (const of of [page, dark]) await of.reload();
    const line = dark.getByRole('button', { name: /Olga Petrova refused\s+Daily limit, everyone together/ });
    await line.waitFor();
    await expect
      .poll(() => dark.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
      .toBe(true);
    await expectAccessible(dark, 'sending on a phone');
    await show(dark, 'total');
    await show(dark, 'total-dark');
    await line.click();
    const sheet = dark.getByRole('dialog', { name: 'Refused' });
    await sheet.getByText('9 refused in 24 hours', { exact: false }).waitFor();
    await show(dark, 'refused-dark');
    await page.getByRole('region', { name: 'Refused' }).getByText('Daily limit, everyone together').waitFor();
    await show(page, 'total');
    await show(page, 'total-dark');
  });
});

test('[QUO-9] [QUO-10] marks stand where the settings say, and a watched cap is drawn as one that stops nothing', async () => {
  const { page } = await browser.open(app.owner, { viewport: PHONE });
  const { page: desk } = await browser.open(app.owner, { colorScheme: 'dark' });
  await app.owner.call('settings.update', { seen: 1e6, alerts: { first: 50, second: 70 } });
  await withTotal({ totalDaily: 20, watchTotal: true }, async () => {
    for (const of of [page, desk]) await of.goto('/sending');
    expect(await granted(9)).toBe(true);
    const total = page.getByRole('meter', { name: 'Daily limit of everyone' });
    await until(
      async () => /would have stopped [1-9]/.test((await total.getAttribute('aria-valuetext')) ?? ''),
      'what it would have stopped'
    );
    await expect
      .poll(() => total.locator('.mark').evaluateAll((all) => all.map((mark) => mark.style.left)))
      .toEqual(['50%', '70%']);
    await expect.poll(() => total.getAttribute('class')).toContain('is-watched');
    await show(page, 'watched');
    await show(page, 'watched-dark');
    await desk.getByRole('button', { name: 'Everyone together' }).click();
    await desk.getByText('would have been stopped by a').waitFor();
    await desk.getByText('Marks: 50 and 70 %').waitFor();
    await expectAccessible(desk, 'a watched total');
    await show(desk, 'watched-dark');
  });
  await app.owner.call('settings.update', { seen: 1e6, alerts: { first: 80, second: 90 } });
});
